# SPDX-License-Identifier: Apache-2.0
"""What a model was sent in a turn, what came back and what was shown: masked, sealed, kept for some days.

For those who look after privacy: they see placeholders, never what these stand for. It goes with the turn, with
everything that its person has forgotten, and with the person.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlmodel import col

from memory.ids import PersonId, Scope, TenantId, TurnId, canonical
from memory.ledger import Ledger
from memory.store.database import Database
from memory.store.sealed import Keyring
from memory.store.tables import TombstoneRow, TurnRow, owned_by
from memory.store.upkeep_tables import TraceRow
from memory.values import LedgerEntry


@dataclass(frozen=True, slots=True)
class Trace:
    """The masked texts of a turn."""

    sent: tuple[tuple[str, str], ...]
    """Role and text of each message, as the model got it."""
    came: str
    """The model's whole answer."""
    shown: str
    """What the person was shown in the end."""


class Traces:
    """Keeps, shows to an operator, and lets go of traces."""

    def __init__(self, database: Database, keyring: Keyring, ledger: Ledger) -> None:
        self._database, self._keyring, self._ledger = database, keyring, ledger

    async def keep(self, scope: Scope, turn: TurnId, trace: Trace, at: datetime) -> bool:
        """Seals it with the person's key; False where the turn is gone or its person forgot something meanwhile."""
        sealed = (await self._keyring.of(scope)).seal(json.dumps(asdict(trace)), f"trace:{turn}")
        row = {"turn": turn, "tenant": scope.tenant, "person": scope.person, "made_at": at, "masked": sealed}
        mine = owned_by(scope, TurnRow) & (col(TurnRow.id) == turn)
        async with self._database.write() as session:
            opened = await session.scalar(select(col(TurnRow.opened_at)).where(mine))
            if opened is None:
                return False
            since = owned_by(scope, TombstoneRow) & (col(TombstoneRow.made_at) >= opened)
            if await session.scalar(select(col(TombstoneRow.digest)).where(since).limit(1)):
                return False
            await session.execute(insert(TraceRow).values(row))
        return True

    async def of_turn(self, tenant: TenantId, turn: TurnId) -> tuple[datetime, LedgerEntry, Trace] | None:
        """When it was kept, the record's entry and the trace, whosever it is; None where nothing is kept."""
        mine = (col(TraceRow.tenant) == tenant) & (col(TraceRow.turn) == turn)
        async with self._database.read() as session:
            row = await session.scalar(select(TraceRow).where(mine)) if canonical(turn) else None
        if row is None:
            return None
        scope = Scope(tenant, PersonId(row.person))
        entry = await self._ledger.of_turn(scope, turn)
        said: dict[str, Any] = json.loads((await self._keyring.of(scope)).unseal(row.masked, f"trace:{turn}"))
        sent = tuple((role, text) for role, text in said.pop("sent"))
        return None if entry is None else (row.made_at, entry, Trace(sent, **said))

    async def recent(self, tenant: TenantId, limit: int) -> tuple[tuple[TurnId, datetime], ...]:
        """The newest that are kept, newest first."""
        newest = select(col(TraceRow.turn), col(TraceRow.made_at)).where(col(TraceRow.tenant) == tenant)
        async with self._database.read() as session:
            rows = await session.execute(newest.order_by(col(TraceRow.made_at).desc()).limit(limit))
            return tuple((TurnId(turn), at) for turn, at in rows)

    async def expire(self, before: datetime) -> int:
        """Lets go of what was kept earlier; returns how many."""
        old = delete(TraceRow).where(col(TraceRow.made_at) < before).returning(col(TraceRow.turn))
        async with self._database.write() as session:
            gone = len((await session.scalars(old)).all())
        if gone:
            await self._database.settle()
        return gone
