# SPDX-License-Identifier: Apache-2.0
"""What a turn leaves behind: opened before anything can fail, closed with all that came of it."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from memory.distil import distil
from memory.erasure.rows import erase_turns, withdraw
from memory.errors import NotFound, StoreUnavailable
from memory.ids import ConversationId, MessageId, PersonId, Scope, TenantId, TurnId, canonical, new_id
from memory.learning import learn
from memory.ledger import Ledger
from memory.portability.incoming import CHANNEL
from memory.portability.places import STEP
from memory.store.database import Database
from memory.store.pen import Pen
from memory.store.queries import (
    CLAIM,
    LOOK,
    NEW_CONVERSATION,
    NEW_MESSAGE,
    NEW_TURN,
    TOUCH,
    TOUCH_VAULT,
)
from memory.store.sealed import Keyring
from memory.store.tables import MessageRow, TurnRow, owned_by
from memory.titles import title_of
from memory.understanding.inference import await_inference, opened_of
from memory.understanding.rules import Rules
from memory.values import ClosedTurn, Learned, LedgerEntry, OpenedTurn, Outcome, Role

OPEN, LEARNED = "open", "learned"


@dataclass(frozen=True, slots=True)
class _Place:
    """What the database knows of the ids that an opened turn names."""

    tenant: str | None
    person: str | None
    last: int | None
    """The conversation's last turn."""
    message: str | None
    answer: str | None
    """The conversations that messages of these ids stand in."""


class Journal:
    """Writes turns, each call in one transaction: a crash leaves a turn open or closed, never half."""

    def __init__(self, database: Database, keyring: Keyring, ledger: Ledger, rules: Rules) -> None:
        self._database = database
        self._keyring = keyring
        self._ledger = ledger
        self._rules = rules

    async def open(self, scope: Scope, opened: OpenedTurn) -> None:
        """Keeps the person's words; raises NotFound for ids that are another's or no canonical UUIDs.

        A message id that is the person's own means that they edited it: what followed goes, and what only
        the old words taught is taken back.
        """
        if not all(map(canonical, (opened.conversation, opened.message, opened.answer, opened.turn))):
            raise NotFound("There is no such conversation or message.")
        key = await self._keyring.of(scope)
        async with self._database.write() as session:
            pen = Pen(session, scope, key, opened.at)
            place = await _look(session, opened)
            last = _checked(scope, opened, place)
            if place.message is not None:
                last = await _rewind(pen, opened)
            await _head(pen, opened, new=place.person is None)
            await _begin(pen, opened, 0 if last is None else last + 1)

    async def close(self, scope: Scope, closed: ClosedTurn) -> Learned:
        """Writes answer, notices, vault, ledger entry, facts and episodes, all or nothing; once a turn.

        A turn that is closed already changes nothing; of one that was edited away only the entry is kept.
        """
        opened = closed.opened
        candidates = distil(opened.text, opened.at, self._rules) if opened.learnable else ()
        key = await self._keyring.of(scope)
        async with self._database.write() as session:
            pen = Pen(session, scope, key, closed.at)
            position = await _claim(pen, opened.turn)
            if position is None:
                await self._late(pen, closed.entry)
                return Learned()
            await _answer(pen, closed, position)
            await self._ledger.append(session, scope, closed.entry, closed.at)
            learned = Learned()
            if opened.learnable:
                learned = await learn(pen, closed, candidates, position)
        if learned.forgotten:
            with suppress(StoreUnavailable):  # it is committed; the bytes go with the next checkpoint
                await self._database.settle()
        return learned

    async def audit(self, scope: Scope, entry: LedgerEntry, at: datetime) -> None:
        """Writes a ledger entry alone, for a turn that was never opened."""
        async with self._database.write() as session:
            await self._ledger.append(session, scope, entry, at)

    async def unfinished(self) -> tuple[tuple[Scope, TurnId], ...]:
        """Turns that a crash left open, oldest first; at the start, before any turn is opened."""
        return await self._turns(col(TurnRow.status) == OPEN)

    async def unindexed(self) -> tuple[tuple[Scope, TurnId], ...]:
        """Closed turns whose vectors are not all in the index, oldest first; imported ones are not counted singly."""
        said_here = col(TurnRow.channel) != CHANNEL
        return await self._turns((col(TurnRow.status) == LEARNED) & col(TurnRow.indexed).is_(False) & said_here)

    async def interrupt(self, scope: Scope, turn: TurnId, at: datetime) -> Learned:
        """Closes a turn that a crash left open: its words are learned, its outcome is INTERRUPTED.

        Raises NotFound; a turn that is closed meanwhile changes nothing.
        """
        opened = await self._opened(scope, turn)
        entry = LedgerEntry(turn, opened.conversation, opened.use_case, opened.channel, Outcome.INTERRUPTED)
        return await self.close(scope, ClosedTurn(opened, "", (), entry, {}, at))

    async def _opened(self, scope: Scope, turn: TurnId) -> OpenedTurn:
        mine = owned_by(scope, TurnRow) & (col(TurnRow.id) == turn)
        both = select(TurnRow, MessageRow).join(MessageRow, col(MessageRow.id) == col(TurnRow.message))
        async with self._database.read() as session:
            found = (await session.execute(both.where(mine))).first()
        if found is None:
            raise NotFound("There is no such turn.")
        row, message = found
        return opened_of(row, message, await self._keyring.of(scope))

    async def _late(self, pen: Pen, entry: LedgerEntry) -> None:
        if not await self._ledger.has(pen.session, entry.turn):
            await self._ledger.append(pen.session, pen.scope, entry, pen.now)

    async def _turns(self, which: ColumnElement[bool]) -> tuple[tuple[Scope, TurnId], ...]:
        wanted = select(col(TurnRow.tenant), col(TurnRow.person), col(TurnRow.id)).where(which)
        async with self._database.read() as session:
            rows = (await session.execute(wanted.order_by(col(TurnRow.opened_at), col(TurnRow.id)))).all()
        return tuple((Scope(TenantId(row[0]), PersonId(row[1])), TurnId(row[2])) for row in rows)


async def _look(session: AsyncSession, opened: OpenedTurn) -> _Place:
    """Everything that decides about the ids, in one statement: this is before the first word."""
    ids = {"conversation": opened.conversation, "message": opened.message, "answer": opened.answer}
    return _Place(*(await session.execute(LOOK, ids)).one())


def _checked(scope: Scope, opened: OpenedTurn, place: _Place) -> int | None:
    """The conversation's last turn; raises NotFound where an id is taken by something else."""
    another = place.person is not None and (place.tenant, place.person) != (scope.tenant, scope.person)
    elsewhere = place.message not in {None, opened.conversation}
    taken = place.answer is not None and (place.message is None or place.answer != opened.conversation)
    if another or elsewhere or taken or opened.message == opened.answer:
        raise NotFound("There is no such conversation or message.")
    return place.last


async def _rewind(pen: Pen, opened: OpenedTurn) -> int | None:
    """Back to before the edited message; returns the last turn that is left."""
    row = await pen.session.get(MessageRow, opened.message)
    if row is None or row.role != Role.USER:
        raise NotFound("There is no such message.")
    if pen.key.unseal(row.text, f"message:{row.id}") != opened.text:
        await withdraw(pen.session, pen.scope, row.turn, pen.now)
    here = owned_by(pen.scope, TurnRow) & (col(TurnRow.conversation) == opened.conversation)
    at = row.position // STEP
    await erase_turns(pen.session, pen.scope, here & (col(TurnRow.position) >= at), pen.now)
    if await pen.session.scalar(select(col(MessageRow.id)).where(col(MessageRow.id) == opened.answer)):
        raise NotFound("There is no such message.")
    return at - 1


async def _head(pen: Pen, opened: OpenedTurn, *, new: bool) -> None:
    if not new:
        await pen.session.execute(TOUCH, _of(pen, opened.conversation) | {"at": opened.at})
        return
    row = {
        "id": opened.conversation,
        "title": pen.key.seal(title_of(opened.text), f"title:{opened.conversation}"),
        "use_case": opened.use_case,
        "created_at": opened.at,
        "updated_at": opened.at,
    }
    await pen.session.execute(NEW_CONVERSATION, pen.owner | row)


async def _begin(pen: Pen, opened: OpenedTurn, position: int) -> None:
    turn = {
        "id": opened.turn,
        "conversation": opened.conversation,
        "position": position,
        "use_case": opened.use_case,
        "channel": opened.channel,
        "message": opened.message,
        "answer": opened.answer,
        "learnable": opened.learnable,
        "status": OPEN,
        "indexed": False,
        "opened_at": opened.at,
    }
    await pen.session.execute(NEW_TURN, pen.owner | turn)
    row = _message(pen, opened, opened.message, Role.USER, opened.text)
    at = {"position": position * STEP, "created_at": opened.at}
    await pen.session.execute(NEW_MESSAGE, row | at)
    if opened.infer and opened.learnable:
        await await_inference(pen, opened.turn)


async def _claim(pen: Pen, turn: TurnId) -> int | None:
    """The turn's first position, if it was open until now."""
    change = {"of_turn": turn, "from_status": OPEN, "to_status": LEARNED}
    position: int | None = await pen.session.scalar(CLAIM, _owner(pen) | change)
    return None if position is None else position * STEP


async def _answer(pen: Pen, closed: ClosedTurn, position: int) -> None:
    opened = closed.opened
    said = [_message(pen, opened, MessageId(new_id()), Role.NOTICE, text) for text in closed.notices]
    if closed.answer:
        said.append(_message(pen, opened, opened.answer, Role.ASSISTANT, closed.answer))
    rows = [row | {"position": position + 1 + n, "created_at": closed.at} for n, row in enumerate(said)]
    if rows:
        await pen.session.execute(NEW_MESSAGE, rows)
    place = _of(pen, opened.conversation) | {"at": closed.at}
    if not closed.vault:
        await pen.session.execute(TOUCH, place)
        return
    vault = json.dumps(dict(closed.vault), ensure_ascii=False)
    sealed = pen.key.seal(vault, f"vault:{opened.conversation}")
    await pen.session.execute(TOUCH_VAULT, place | {"sealed": sealed})


def _owner(pen: Pen) -> dict[str, object]:
    return {"of_tenant": pen.scope.tenant, "of_person": pen.scope.person}


def _of(pen: Pen, conversation: ConversationId) -> dict[str, object]:
    return _owner(pen) | {"of_conversation": conversation}


def _message(pen: Pen, opened: OpenedTurn, id: MessageId, role: Role, text: str) -> dict[str, object]:
    place = {"id": id, "conversation": opened.conversation, "turn": opened.turn, "role": role}
    return pen.owner | place | {"text": pen.key.seal(text, f"message:{id}")}
