# SPDX-License-Identifier: Apache-2.0
"""Conversations and their messages, as the person they belong to may see them."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, false, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped
from sqlmodel import col

from memory.erasure.rows import erase_conversation
from memory.errors import NotFound
from memory.ids import ConversationId, MessageId, PersonId, Scope, TurnId, canonical
from memory.store.database import Database
from memory.store.queries import LATEST, VAULT
from memory.store.sealed import Keyring, PersonKey
from memory.store.tables import ConversationRow, MessageRow, TurnRow, owned_by
from memory.values import Conversation, Message, Role

TITLE_LIMIT = 200
PAGE = 30


class Transcript:
    """What was said, by conversation; another's conversation answers as an absent one."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    async def conversation(self, scope: Scope, id: ConversationId) -> Conversation | None:
        """Its head line; None if absent or another's."""
        async with self._database.read() as session:
            row = await session.scalar(select(ConversationRow).where(_own(scope, id)))
        return None if row is None else _conversation(row, await self._keyring.of(scope))

    async def owner(self, id: ConversationId) -> PersonId | None:
        """Whose it is; for the guard at a door, never to be shown."""
        wanted = select(col(ConversationRow.person)).where(_same(col(ConversationRow.id), id))
        async with self._database.read() as session:
            found = await session.scalar(wanted)
        return None if found is None else PersonId(found)

    async def conversations(
        self, scope: Scope, *, limit: int = PAGE, before: datetime | None = None, search: str | None = None
    ) -> tuple[Conversation, ...]:
        """The newest first, those last touched earlier than `before`.

        A search opens the person's titles and messages until `limit` are found: some 10 ms a thousand.
        """
        key = await self._keyring.of(scope)
        wanted = select(ConversationRow).where(owned_by(scope, ConversationRow))
        if before is not None:
            wanted = wanted.where(col(ConversationRow.updated_at) < before)
        wanted = wanted.order_by(col(ConversationRow.updated_at).desc(), col(ConversationRow.id))
        sought = (search or "").strip().casefold()
        async with self._database.read() as session:
            rows = (await session.scalars(wanted if sought else wanted.limit(limit))).all()
            found: list[Conversation] = []
            for row in rows:
                head = _conversation(row, key)
                if sought in head.title.casefold() or await self._says(session, scope, head.id, sought, key):
                    found.append(head)
                if len(found) == limit:
                    break
        return tuple(found)

    async def messages(
        self, scope: Scope, conversation: ConversationId, *, last: int | None = None
    ) -> tuple[Message, ...]:
        """Oldest first, only the `last` so many; none where the conversation is absent or another's."""
        if not canonical(conversation):
            return ()
        wanted = _of(scope, conversation) | {"last": 1_000_000 if last is None else last}
        async with self._database.glance() as connection:
            newest = (await connection.execute(LATEST, wanted)).all()
        key = await self._keyring.of(scope)
        return tuple(_message(row, key) for row in reversed(newest))

    async def recent(
        self, scope: Scope, conversation: ConversationId, *, last: int
    ) -> tuple[tuple[Message, ...], dict[str, str]]:
        """The last messages, oldest first, and the vault in one look; both empty where absent or another's."""
        if not canonical(conversation):
            return (), {}
        async with self._database.glance() as connection:
            newest = (await connection.execute(LATEST, _of(scope, conversation) | {"last": last})).all()
            sealed = await connection.scalar(VAULT, _of(scope, conversation))
        key = await self._keyring.of(scope)
        return tuple(_message(row, key) for row in reversed(newest)), _vault(sealed, conversation, key)

    async def rename(self, scope: Scope, id: ConversationId, title: str) -> None:
        """Gives it another title, cut to 200 characters; raises NotFound."""
        key = await self._keyring.of(scope)
        sealed = key.seal(" ".join(title.encode(errors="replace").decode().split())[:TITLE_LIMIT], f"title:{id}")
        change = update(ConversationRow).where(_own(scope, id)).values(title=sealed)
        async with self._database.write() as session:
            if (await session.execute(change.returning(col(ConversationRow.id)))).first() is None:
                raise NotFound("There is no such conversation.")

    async def delete(self, scope: Scope, id: ConversationId) -> None:
        """Removes it with its messages, turns and episodes; facts learned in it stay. Raises NotFound."""
        async with self._database.write() as session:
            if await session.scalar(select(col(ConversationRow.id)).where(_own(scope, id))) is None:
                raise NotFound("There is no such conversation.")
            await erase_conversation(session, scope, id, datetime.now(UTC))
        await self._database.settle()

    async def vault(self, scope: Scope, conversation: ConversationId) -> dict[str, str]:
        """The conversation's placeholders and their values; empty where absent or another's."""
        if not canonical(conversation):
            return {}
        async with self._database.glance() as connection:
            sealed = await connection.scalar(VAULT, _of(scope, conversation))
        return _vault(sealed, conversation, await self._keyring.of(scope))

    async def turn_of(self, scope: Scope, answer: MessageId) -> TurnId | None:
        """The turn that an answer ended; None if absent or another's."""
        wanted = select(col(TurnRow.id)).where(owned_by(scope, TurnRow), _same(col(TurnRow.answer), answer))
        async with self._database.read() as session:
            found = await session.scalar(wanted)
        return None if found is None else TurnId(found)

    async def _says(self, session: AsyncSession, scope: Scope, id: ConversationId, sought: str, key: PersonKey) -> bool:
        wanted = select(col(MessageRow.id), col(MessageRow.text))
        rows = await session.execute(wanted.where(owned_by(scope, MessageRow), col(MessageRow.conversation) == id))
        return any(sought in key.unseal(text, f"message:{row}").casefold() for row, text in rows)


def _of(scope: Scope, conversation: ConversationId) -> dict[str, object]:
    return {"of_tenant": scope.tenant, "of_person": scope.person, "conversation": conversation}


def _own(scope: Scope, id: ConversationId) -> ColumnElement[bool]:
    return owned_by(scope, ConversationRow) & _same(col(ConversationRow.id), id)


def _same(column: Mapped[str], id: str) -> ColumnElement[bool]:
    return column == id if canonical(id) else false()


def _conversation(row: ConversationRow, key: PersonKey) -> Conversation:
    title = key.unseal(row.title, f"title:{row.id}")
    return Conversation(ConversationId(row.id), title, row.created_at, row.updated_at, row.use_case)


def _message(row: Row[Any], key: PersonKey) -> Message:
    text = key.unseal(row.text, f"message:{row.id}")
    return Message(MessageId(row.id), TurnId(row.turn), Role(row.role), text, row.created_at)


def _vault(sealed: bytes | None, conversation: ConversationId, key: PersonKey) -> dict[str, str]:
    if sealed is None:
        return {}
    opened: dict[str, str] = json.loads(key.unseal(sealed, f"vault:{conversation}"))
    return opened
