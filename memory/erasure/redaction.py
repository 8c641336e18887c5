# SPDX-License-Identifier: Apache-2.0
"""A conversation without what was forgotten: messages, episodes, title and vault."""

import json
from collections.abc import Sequence, Set
from typing import Any, Protocol

from sqlalchemy import delete, insert, select, update
from sqlmodel import col

from memory.erasure.excision import REMOVED, Span, mentions, merged, moved, telling, without
from memory.erasure.rows import note_strays
from memory.ids import new_id
from memory.portability.places import STEP, SUMMARY
from memory.store.pen import Pen
from memory.store.queries import table_of
from memory.store.tables import ConversationRow, EpisodeRow, EvidenceRow, MessageRow, TurnRow, owned_by
from memory.titles import title_of
from memory.values import Role


class Found(Protocol):
    """Where a forgotten statement was said and used, by turn."""

    @property
    def said(self) -> dict[str, list[Span]]:
        """Turn -> spans of the person's message."""
        ...

    @property
    def recalled(self) -> Set[str]:
        """Turns whose answer goes as a whole."""
        ...

    @property
    def values(self) -> Sequence[str]:
        """What must not be mentioned any more."""
        ...


async def redact_conversation(pen: Pen, conversation: str, found: Found) -> None:
    """Cuts sentences from the person's messages, replaces answers, drops summaries, cleans title and vault."""
    here = owned_by(pen.scope, MessageRow) & (col(MessageRow.conversation) == conversation)
    wanted = select(MessageRow).where(here).order_by(col(MessageRow.position))
    first = ""
    for message in (await pen.session.scalars(wanted)).all():
        text = pen.key.unseal(message.text, f"message:{message.id}")
        if message.role == Role.USER:
            if message.turn in found.said:
                text = await _cut(pen, message, text, found)
            first = first or text
        elif text != REMOVED and _goes(message, text, found):
            await _reword(pen, message.id, REMOVED)
            await _drop_answer(pen, message.turn)
    await _drop_summaries(pen, conversation, found)
    await _clean_head(pen, conversation, found.values, first)


def _goes(message: MessageRow, text: str, found: Found) -> bool:
    answered = message.role == Role.ASSISTANT and message.turn in found.recalled
    return answered or mentions(text, found.values)


async def _cut(pen: Pen, message: MessageRow, text: str, found: Found) -> str:
    """Cuts one message and its episode; evidence of other facts moves with what is left."""
    cut = merged([*found.said[message.turn], *telling(text, found.values)])
    left = without(text, cut)
    if left == text:
        return text
    await _move_evidence(pen, message.turn, cut if left else ((0, len(text)),))
    await _reword(pen, message.id, left or REMOVED)
    await _replace_episode(pen, message.turn, left)
    return left or REMOVED


async def _reword(pen: Pen, id: str, text: str) -> None:
    mine = update(MessageRow).where(owned_by(pen.scope, MessageRow), col(MessageRow.id) == id)
    await pen.session.execute(mine.values(text=pen.key.seal(text, f"message:{id}")))


async def _move_evidence(pen: Pen, turn: str, cut: Sequence[Span]) -> None:
    mine = owned_by(pen.scope, EvidenceRow) & (col(EvidenceRow.turn) == turn)
    table = table_of(EvidenceRow)
    rows = [dict(row) for row in (await pen.session.execute(select(table).where(mine))).mappings()]
    await pen.session.execute(delete(EvidenceRow).where(mine))
    kept: list[dict[str, Any]] = []
    for row in rows:
        if (span := moved((row["span_start"], row["span_end"]), cut)) is not None:
            kept.append(row | {"span_start": span[0], "span_end": span[1]})
    if kept:
        await pen.session.execute(insert(EvidenceRow), kept)


async def _replace_episode(pen: Pen, turn: str, left: str) -> None:
    """A new id for what is left, so that the old vector can go without the new one."""
    mine = owned_by(pen.scope, EpisodeRow) & (col(EpisodeRow.turn) == turn)
    table = table_of(EpisodeRow)
    wanted = select(table).where(mine, col(EpisodeRow.role) == Role.USER)
    found = (await pen.session.execute(wanted)).mappings().first()
    if found is None:
        return
    old = dict(found)
    await pen.session.execute(delete(EpisodeRow).where(col(EpisodeRow.id) == old["id"]))
    await note_strays(pen.session, pen.scope, [old["id"]], pen.now)
    if left:
        new = new_id()
        fresh = {"id": new, "text": pen.key.seal(left, f"episode:{new}"), "indexed": False}
        await pen.session.execute(insert(EpisodeRow).values(old | fresh))
        await pen.session.execute(update(TurnRow).where(col(TurnRow.id) == turn).values(indexed=False))


async def _drop_answer(pen: Pen, turn: str) -> None:
    mine = owned_by(pen.scope, EpisodeRow) & (col(EpisodeRow.turn) == turn)
    gone = delete(EpisodeRow).where(mine, col(EpisodeRow.role) == Role.ASSISTANT)
    ids = (await pen.session.scalars(gone.returning(col(EpisodeRow.id)))).all()
    await note_strays(pen.session, pen.scope, ids, pen.now)


async def _drop_summaries(pen: Pen, conversation: str, found: Found) -> None:
    """A summary goes where anything was forgotten in its conversation, since nobody can tell what it is made of."""
    here = owned_by(pen.scope, EpisodeRow) & (col(EpisodeRow.conversation) == conversation)
    turns = await pen.session.scalars(select(col(TurnRow.id)).where(col(TurnRow.conversation) == conversation))
    touched = not {*found.said, *found.recalled}.isdisjoint(turns)
    rows = await pen.session.scalars(select(EpisodeRow).where(here, col(EpisodeRow.position) % STEP == SUMMARY))
    for row in rows.all():
        if touched or mentions(pen.key.unseal(row.text, f"episode:{row.id}"), found.values):
            await pen.session.execute(delete(EpisodeRow).where(col(EpisodeRow.id) == row.id))
            await note_strays(pen.session, pen.scope, [row.id], pen.now)


async def _clean_head(pen: Pen, id: str, values: Sequence[str], first: str) -> None:
    mine = owned_by(pen.scope, ConversationRow) & (col(ConversationRow.id) == id)
    row = await pen.session.scalar(select(ConversationRow).where(mine))
    if row is None:
        return
    changed: dict[str, Any] = {}
    if mentions(pen.key.unseal(row.title, f"title:{id}"), values):
        changed["title"] = pen.key.seal(title_of(first), f"title:{id}")
    if row.vault is not None:
        vault = json.loads(pen.key.unseal(row.vault, f"vault:{id}"))
        kept = {mark: value for mark, value in vault.items() if not _touches(value, values)}
        changed["vault"] = pen.key.seal(json.dumps(kept), f"vault:{id}")
    if changed:
        await pen.session.execute(update(ConversationRow).where(mine).values(changed))


def _touches(value: str, values: Sequence[str]) -> bool:
    return mentions(value, values) or any(mentions(forgotten, [value]) for forgotten in values)
