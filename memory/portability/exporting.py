# SPDX-License-Identifier: Apache-2.0
"""Everything that is kept of a person as one JSON file, written a piece at a time: docs/export-format.md."""

import json
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from memory.ids import ConversationId, MessageId, Scope, TurnId
from memory.portability.portable import FORMAT, conversation_entry, fact_entry, message_entry
from memory.store.database import Database
from memory.store.facts import fact_of
from memory.store.queries import named_by
from memory.store.sealed import Keyring, PersonKey
from memory.store.tables import (
    ConsentRow,
    ConversationRow,
    EpisodeRow,
    EvidenceRow,
    FactRow,
    MessageRow,
    TurnRow,
    owned_by,
)
from memory.store.upkeep_tables import FeedbackRow
from memory.values import Conversation, Message, Role
from memory.vectors.collection import batches

PAGE = 500
"""Rows that are held at a time; each page is a look of its own, so nobody waits for an export."""
FEW = 50
"""Conversations that are looked at at once."""
MAKER = "Rapport"


class Exporting:
    """Reads one person's rows in pages; what is said meanwhile may or may not be in the file."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    async def stream(self, scope: Scope, now: datetime, *, name: str = "") -> AsyncIterator[str]:
        """The file's text in order: 0.1 ms of CPU a message, a page in memory whatever its length."""
        key = await self._keyring.of(scope)
        head = {"format": FORMAT, "exported_at": now.isoformat(), "exported_by": MAKER, "name": name}
        yield json.dumps(head, ensure_ascii=False)[:-1]
        for part, pages in (
            ("consent", self._choices(scope)),
            ("facts", self._facts(scope, key)),
            ("conversations", self._conversations(scope, key)),
            ("messages", self._messages(scope, key)),
            ("feedback", self._feedback(scope)),
        ):
            yield f', "{part}": ['
            between = "\n"
            async for page in pages:
                if page:
                    yield between + ",\n".join(page)
                    between = ",\n"
            yield "\n]"
        yield "}\n"

    async def _choices(self, scope: Scope) -> AsyncIterator[list[str]]:
        mine = select(ConsentRow).where(owned_by(scope, ConsentRow)).order_by(col(ConsentRow.number))
        async with self._database.read() as session:
            rows = (await session.scalars(mine)).all()
        yield _lines(
            {"choice": row.choice, "channel": row.channel, "chosen_at": row.chosen_at.isoformat()} for row in rows
        )

    async def _feedback(self, scope: Scope) -> AsyncIterator[list[str]]:
        """All at once: each is a choice that somebody made by hand."""
        said = select(FeedbackRow, col(EpisodeRow.turn), col(EpisodeRow.role)).outerjoin(
            EpisodeRow, col(EpisodeRow.id) == col(FeedbackRow.episode)
        )
        mine = said.where(owned_by(scope, FeedbackRow)).order_by(col(FeedbackRow.chosen_at), col(FeedbackRow.memory))
        async with self._database.read() as session:
            rows = (await session.execute(mine)).all()
        yield _lines(
            {"turn": row.turn, "helped": row.value > 0, "chosen_at": row.chosen_at.isoformat()}
            | ({"fact": row.fact} if row.fact else {"said_in": turn, "role": role})
            for row, turn, role in rows
        )

    async def _facts(self, scope: Scope, key: PersonKey) -> AsyncIterator[list[str]]:
        for ids in batches(await self._ids(scope, FactRow, col(FactRow.recorded_at)), PAGE):
            async with self._database.read() as session:
                mine = select(FactRow).where(named_by(scope, FactRow), col(FactRow.id).in_(ids))
                rows = sorted(await session.scalars(mine), key=lambda row: ids.index(row.id))
                said = await _evidence(session, scope, ids)
                places = await _places(session, scope, {row.source_turn for row in rows})
            yield _lines(
                fact_entry(
                    fact_of(row, key),
                    places.get(row.source_turn),
                    sorted(said.get(row.id, ())),
                    (row.superseded_at, row.superseded_by or "") if row.superseded_at else None,
                )
                for row in rows
            )

    async def _conversations(self, scope: Scope, key: PersonKey) -> AsyncIterator[list[str]]:
        for ids in batches(await self._ids(scope, ConversationRow, col(ConversationRow.created_at)), PAGE):
            async with self._database.read() as session:
                mine = named_by(scope, ConversationRow) & col(ConversationRow.id).in_(ids)
                rows = sorted(await session.scalars(select(ConversationRow).where(mine)), key=lambda r: ids.index(r.id))
            yield _lines(conversation_entry(_head(row, key)) for row in rows)

    async def _messages(self, scope: Scope, key: PersonKey) -> AsyncIterator[list[str]]:
        """Some conversations a look; one that is longer than a page is read on by itself."""
        for ids in batches(await self._ids(scope, ConversationRow, col(ConversationRow.created_at)), FEW):
            left = list(ids)
            after = -1
            while left:
                rows = await self._page(scope, left[:1] if after >= 0 else left, after)
                yield _lines(
                    message_entry(_message(row, key), row.conversation, channel, kept) for row, channel, kept in rows
                )
                if len(rows) == PAGE:
                    last = rows[-1][0]
                    left, after = left[left.index(last.conversation) :], last.position
                else:
                    left, after = left[1:] if after >= 0 else [], -1

    async def _page(self, scope: Scope, ids: Sequence[str], after: int) -> Sequence[Row[MessageRow, str, bool]]:
        mine = named_by(scope, MessageRow) & col(MessageRow.conversation).in_(ids)
        order = case({id: place for place, id in enumerate(ids)}, value=col(MessageRow.conversation))
        page = (
            select(MessageRow, col(TurnRow.channel), col(TurnRow.learnable))
            .join(TurnRow, col(TurnRow.id) == col(MessageRow.turn))
            .where(mine, col(MessageRow.position) > after)
            .order_by(order, col(MessageRow.position))
            .limit(PAGE)
        )
        async with self._database.read() as session:
            return (await session.execute(page)).all()

    async def _ids(self, scope: Scope, table: type[FactRow] | type[ConversationRow], since: Any) -> list[str]:
        """All ids, oldest first: a hundred thousand take some 10 MB."""
        async with self._database.read() as session:
            return list(await session.scalars(select(col(table.id)).where(owned_by(scope, table)).order_by(since)))


async def _evidence(session: AsyncSession, scope: Scope, ids: Collection[str]) -> dict[str, list[tuple[str, int, int]]]:
    said: dict[str, list[tuple[str, int, int]]] = {}
    mine = select(EvidenceRow).where(named_by(scope, EvidenceRow), col(EvidenceRow.fact).in_(ids))
    for proof in await session.scalars(mine):
        said.setdefault(proof.fact, []).append((proof.turn, proof.span_start, proof.span_end))
    return said


async def _places(session: AsyncSession, scope: Scope, turns: Collection[str]) -> dict[str, str]:
    mine = named_by(scope, TurnRow) & col(TurnRow.id).in_(turns)
    found = await session.execute(select(col(TurnRow.id), col(TurnRow.conversation)).where(mine))
    return {str(turn): str(place) for turn, place in found}


def _lines(page: Iterable[dict[str, Any]]) -> list[str]:
    return [json.dumps(entry, ensure_ascii=False).encode(errors="replace").decode() for entry in page]


def _head(row: ConversationRow, key: PersonKey) -> Conversation:
    title = key.unseal(row.title, f"title:{row.id}")
    return Conversation(ConversationId(row.id), title, row.created_at, row.updated_at, row.use_case)


def _message(row: MessageRow, key: PersonKey) -> Message:
    text = key.unseal(row.text, f"message:{row.id}")
    return Message(MessageId(row.id), TurnId(row.turn), Role(row.role), text, row.created_at)
