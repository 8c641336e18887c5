# SPDX-License-Identifier: Apache-2.0
"""Turns that a model may read after the rules did: what waits, and what was learned from it, once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlmodel import col

from memory.ids import ConversationId, MessageId, PersonId, Scope, TenantId, TurnId
from memory.learning import infer
from memory.ledger import Ledger
from memory.store.database import Database
from memory.store.pen import Pen
from memory.store.sealed import Keyring, PersonKey
from memory.store.tables import EpisodeRow, MessageRow, TurnRow, owned_by
from memory.store.upkeep_tables import InferenceRow
from memory.understanding.candidates import Candidate
from memory.understanding.proposals import VERSION, slots_of
from memory.understanding.rules import Rules
from memory.values import Learned, LedgerEntry, OpenedTurn, Role

WAITING, DONE, FAILED = "waiting", "done", "failed"
TRIES = 3
"""How often a model is asked about a turn, over all starts, before it is given up."""


class Inference:
    """The list of turns that wait for a model; every call is one transaction."""

    def __init__(self, database: Database, keyring: Keyring, ledger: Ledger, rules: Rules) -> None:
        self._database = database
        self._keyring = keyring
        self._ledger = ledger
        self._rules = rules

    async def waiting(self) -> tuple[tuple[Scope, TurnId], ...]:
        """Closed turns that no model has read yet, oldest first."""
        columns = col(TurnRow.tenant), col(TurnRow.person), col(TurnRow.id)
        both = select(*columns).join(InferenceRow, col(InferenceRow.turn) == col(TurnRow.id))
        wanted = both.where(col(InferenceRow.status) == WAITING, col(TurnRow.status) == "learned")
        async with self._database.read() as session:
            rows = (await session.execute(wanted.order_by(col(TurnRow.opened_at), col(TurnRow.id)))).all()
        return tuple((Scope(TenantId(row[0]), PersonId(row[1])), TurnId(row[2])) for row in rows)

    async def begin(self, scope: Scope, turn: TurnId) -> OpenedTurn | None:
        """The turn with its words as they stand now, and one more try noted; None where nothing is to be read.

        A turn that made something forgotten left no episode, and is not read.
        """
        mine = owned_by(scope, InferenceRow) & (col(InferenceRow.turn) == turn)
        wanted = select(InferenceRow, TurnRow, MessageRow).join(TurnRow, col(TurnRow.id) == col(InferenceRow.turn))
        wanted = wanted.join(MessageRow, col(MessageRow.id) == col(TurnRow.message)).where(mine)
        key = await self._keyring.of(scope)
        async with self._database.write() as session:
            found = (await session.execute(wanted)).first()
            if found is None or found[0].status != WAITING or found[1].status != "learned":
                return None
            row, at, message = found
            own = owned_by(scope, EpisodeRow) & (col(EpisodeRow.turn) == turn) & (col(EpisodeRow.role) == Role.USER)
            said = await session.scalar(select(col(EpisodeRow.id)).where(own))
            status = WAITING if said and row.attempts < TRIES else FAILED if said else DONE
            change = update(InferenceRow).where(mine).values(status=status, attempts=row.attempts + 1)
            await session.execute(change)
        return opened_of(at, message, key) if status == WAITING else None

    async def close(
        self, scope: Scope, opened: OpenedTurn, candidates: Sequence[Candidate], entry: LedgerEntry | None, at: datetime
    ) -> Learned:
        """Writes what was learned and the record of it, all or nothing, once a turn.

        Without an entry the turn is only struck off the list. A turn that is gone, was read meanwhile, or whose
        words were cut since it was begun, teaches nothing.
        """
        key = await self._keyring.of(scope)
        waiting = owned_by(scope, InferenceRow) & (col(InferenceRow.turn) == opened.turn)
        claim = update(InferenceRow).where(waiting, col(InferenceRow.status) == WAITING)
        async with self._database.write() as session:
            done = await session.execute(claim.values(status=DONE).returning(col(InferenceRow.turn)))
            if done.first() is None:
                return Learned()
            message = await session.get(MessageRow, opened.message)
            pen = Pen(session, scope, key, at)
            learned = Learned()
            if message and key.unseal(message.text, f"message:{message.id}") == opened.text:
                slots = [slot for slot, _ in slots_of(self._rules)]
                learned = await infer(pen, opened, candidates, slots)
            if entry is not None:
                await self._ledger.append(session, scope, entry, at)
        return learned


async def await_inference(pen: Pen, turn: TurnId) -> None:
    """Puts a turn on the list, in the transaction that opens it."""
    row = {"turn": turn, "version": VERSION, "status": WAITING, "attempts": 0}
    await pen.session.execute(insert(InferenceRow).values(pen.owner | row))


def opened_of(row: TurnRow, message: MessageRow, key: PersonKey) -> OpenedTurn:
    """A turn as it was opened, with the person's words as they stand now."""
    return OpenedTurn(
        turn=TurnId(row.id),
        conversation=ConversationId(row.conversation),
        use_case=row.use_case,
        channel=row.channel,
        message=MessageId(row.message),
        answer=MessageId(row.answer),
        text=key.unseal(message.text, f"message:{message.id}"),
        learnable=row.learnable,
        at=row.opened_at,
    )
