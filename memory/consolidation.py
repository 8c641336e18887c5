# SPDX-License-Identifier: Apache-2.0
"""Old conversations take less room in recall: thinned once nobody used them for long, and never beyond a cap.

Only episodes change, which are what is recalled: the transcript stays as it was said, and facts stay with their
evidence. A place (position) within its turn from 50 on says that an episode was consolidated, 99 that it is a summary.
"""

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from memory.erasure.excision import Span
from memory.erasure.rows import note_strays
from memory.ids import ConversationId, EpisodeId, PersonId, Scope, TenantId, TurnId, new_id
from memory.ledger import Ledger, pseudonym
from memory.portability.places import STEP, SUMMARY, THINNED
from memory.ranking.words import Vocabulary
from memory.store.database import Database
from memory.store.pen import Pen
from memory.store.queries import NEW_EPISODE, table_of
from memory.store.sealed import Keyring, PersonKey
from memory.store.tables import EpisodeRow, EvidenceRow, FactRow, LedgerRow, TurnRow, owned_by
from memory.store.upkeep_tables import UpkeepRow
from memory.thinning import Side, thinned
from memory.values import LedgerEntry, Role

EVERY = timedelta(hours=20)
BATCH = 500


@dataclass(frozen=True, slots=True)
class Policy:
    """What is kept for recall."""

    thin_after: timedelta = timedelta(days=180)
    """A conversation whose episodes are all older is thinned, but for those that were used since."""
    kept: int = 20_000
    """Episodes of one person, at most."""


@dataclass(frozen=True, slots=True)
class Ripe:
    """The old, unused episodes of one conversation, in their order."""

    conversation: ConversationId
    use_case: str
    sides: tuple[Side, ...]
    last: TurnId


@dataclass(frozen=True, slots=True)
class Changed:
    """What a consolidation did to one conversation."""

    turns: tuple[TurnId, ...] = ()
    """Whose vectors must be made anew."""
    fresh: tuple[EpisodeId, ...] = ()
    dropped: int = 0


class Consolidation:
    """Consolidates one person's memory, a conversation a transaction: a kill in between leaves it whole."""

    def __init__(self, database: Database, keyring: Keyring, ledger: Ledger, policy: Policy) -> None:
        self._database = database
        self._keyring = keyring
        self._ledger = ledger
        self._vocabulary = Vocabulary()
        self.policy = policy

    async def due(self, now: datetime, *, all: bool = False) -> tuple[Scope, ...]:
        """People with something to recall whose last upkeep is a day ago, or everybody of them."""
        people = select(col(EpisodeRow.tenant), col(EpisodeRow.person)).distinct()
        recent = select(col(UpkeepRow.tenant), col(UpkeepRow.person)).where(col(UpkeepRow.done_at) > now - EVERY)
        async with self._database.read() as session:
            found = {(tenant, person) for tenant, person in await session.execute(people)}
            done = set() if all else {(tenant, person) for tenant, person in await session.execute(recent)}
        return tuple(Scope(TenantId(tenant), PersonId(person)) for tenant, person in sorted(found - done))

    async def used(self, scope: Scope, now: datetime) -> dict[str, datetime]:
        """When each memory was last in a prompt, as the ledger has it; what was read of it is remembered.

        Nothing is written when a memory is used: this reads what the turns recorded since the last time.
        """
        key = await self._keyring.of(scope)
        async with self._database.write() as session:
            row = await session.get(UpkeepRow, (scope.tenant, scope.person))
            uses = _opened(row, key, scope)
            mine = (col(LedgerRow.tenant) == scope.tenant) & (col(LedgerRow.who) == pseudonym(key))
            fresh = mine & (col(LedgerRow.number) > (row.ledger_read if row else 0))
            entries = select(col(LedgerRow.number), col(LedgerRow.recorded_at), col(LedgerRow.entry)).where(fresh)
            read = row.ledger_read if row else 0
            for number, at, entry in (await session.execute(entries.order_by(col(LedgerRow.number)))).all():
                uses |= {item["id"]: at for item in json.loads(entry)["items"] if item["used"]}
                read = number
            there: set[str] = set()
            for table in (EpisodeRow, FactRow):
                there |= set(await session.scalars(select(col(table.id)).where(owned_by(scope, table))))
            uses = {id: at for id, at in uses.items() if id in there}
            sealed = json.dumps({id: at.timestamp() for id, at in uses.items()})
            values = {"ledger_read": read, "uses": key.seal(sealed, f"uses:{scope.person}"), "done_at": now}
            if row is None:
                owner = {"tenant": scope.tenant, "person": scope.person}
                await session.execute(insert(UpkeepRow).values(owner | values | {"done_at": now - EVERY}))
            else:
                values["done_at"] = row.done_at
                await session.execute(update(UpkeepRow).where(owned_by(scope, UpkeepRow)).values(values))
        return uses

    async def done(self, scope: Scope, now: datetime) -> None:
        """Notes that the person's upkeep is done for today."""
        async with self._database.write() as session:
            await session.execute(update(UpkeepRow).where(owned_by(scope, UpkeepRow)).values(done_at=now))

    async def ripe(self, scope: Scope, used: Mapping[str, datetime], now: datetime) -> tuple[Ripe, ...]:
        """Conversations with episodes to consolidate, oldest first."""
        before = now - self.policy.thin_after
        key = await self._keyring.of(scope)
        mine = select(EpisodeRow).where(owned_by(scope, EpisodeRow)).order_by(col(EpisodeRow.position))
        async with self._database.read() as session:
            rows = (await session.scalars(mine)).all()
            cases = select(col(TurnRow.id), col(TurnRow.use_case)).where(owned_by(scope, TurnRow))
            use_cases = {row[0]: row[1] for row in await session.execute(cases)}
        talks: dict[str, list[EpisodeRow]] = {}
        for row in rows:
            talks.setdefault(row.conversation, []).append(row)
        old = [talk for talk in talks.values() if max(row.occurred_at for row in talk) < before]
        found = []
        for talk in sorted(old, key=lambda talk: talk[0].occurred_at):
            idle = [row for row in talk if row.position % STEP < THINNED and used.get(row.id, before) <= before]
            if idle:
                found.append(await asyncio.to_thread(_ripe, idle, use_cases, key))
        return tuple(found)

    async def thin(
        self, scope: Scope, ripe: Ripe, now: datetime, summary: str = "", entry: LedgerEntry | None = None
    ) -> Changed:
        """Writes what is left of a conversation, with its summary where there is one, all or nothing.

        Where something of it was forgotten or learned meanwhile nothing is written: it is ripe again another day.
        `entry` is the record of who made the summary, and stays in any case.
        """
        key = await self._keyring.of(scope)
        turns = {side.turn for side in ripe.sides}
        async with self._database.read() as session:
            spans = await _evidence(session, scope, turns)
        left = await asyncio.to_thread(thinned, ripe.sides, spans, bool(summary), self._vocabulary)
        async with self._database.write() as session:
            pen = Pen(session, scope, key, now)
            if entry is not None:
                await self._ledger.append(session, scope, entry, now)
            rows = await _rows(pen, [side.id for side in ripe.sides])
            if len(rows) != len(ripe.sides) or await _evidence(session, scope, turns) != spans:
                return Changed()
            return await _rewritten(pen, ripe, rows, left, summary)

    async def cap(self, scope: Scope, used: Mapping[str, datetime], now: datetime) -> int:
        """Lets go of what is over the cap; returns how many episodes that were.

        Answers go first, then what nothing was learned from, then summaries, then the rest; in each the one that
        was used, or said, longest ago.
        """
        key = await self._keyring.of(scope)
        columns = (EpisodeRow.id, EpisodeRow.turn, EpisodeRow.role, EpisodeRow.position, EpisodeRow.occurred_at)
        async with self._database.read() as session:
            rows = (await session.execute(select(*map(col, columns)).where(owned_by(scope, EpisodeRow)))).all()
            taught = set(await session.scalars(select(col(EvidenceRow.turn)).where(owned_by(scope, EvidenceRow))))
        surplus = len(rows) - self.policy.kept
        if surplus <= 0:
            return 0
        ordered = sorted(rows, key=lambda row: (_worth(row, taught), used.get(row.id, row.occurred_at)))
        going = [row.id for row in ordered[:surplus]]
        for start in range(0, surplus, BATCH):
            async with self._database.write() as session:
                await _drop(Pen(session, scope, key, now), going[start : start + BATCH])
        return surplus


def _opened(row: UpkeepRow | None, key: PersonKey, scope: Scope) -> dict[str, datetime]:
    if row is None:
        return {}
    uses = json.loads(key.unseal(row.uses, f"uses:{scope.person}"))
    return {id: datetime.fromtimestamp(at, UTC) for id, at in uses.items()}


def _ripe(rows: Sequence[EpisodeRow], use_cases: Mapping[str, str], key: PersonKey) -> Ripe:
    sides = tuple(Side(row.id, row.turn, row.role, key.unseal(row.text, f"episode:{row.id}")) for row in rows)
    return Ripe(ConversationId(rows[0].conversation), use_cases[rows[0].turn], sides, TurnId(rows[-1].turn))


def _worth(row: Any, taught: Collection[str]) -> int:
    if row.position % STEP == SUMMARY:
        return 2
    if row.role != Role.USER:
        return 0
    return 3 if row.turn in taught else 1


async def _rows(pen: Pen, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    table = table_of(EpisodeRow)
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(ids), BATCH):
        some = owned_by(pen.scope, EpisodeRow) & col(EpisodeRow.id).in_(ids[start : start + BATCH])
        found |= {row["id"]: dict(row) for row in (await pen.session.execute(select(table).where(some))).mappings()}
    return found


async def _evidence(session: AsyncSession, scope: Scope, turns: Collection[str]) -> dict[str, set[Span]]:
    found: dict[str, set[Span]] = {}
    for row in await session.scalars(select(EvidenceRow).where(owned_by(scope, EvidenceRow))):
        if row.turn in turns:
            found.setdefault(row.turn, set()).add((row.span_start, row.span_end))
    return found


async def _rewritten(
    pen: Pen, ripe: Ripe, rows: Mapping[str, dict[str, Any]], left: Mapping[str, str], summary: str
) -> Changed:
    fresh: list[dict[str, Any]] = []
    for side in ripe.sides:
        place = {"position": rows[side.id]["position"] + THINNED}
        if left[side.id] == side.text:
            mine = owned_by(pen.scope, EpisodeRow) & (col(EpisodeRow.id) == side.id)
            await pen.session.execute(update(EpisodeRow).where(mine).values(place))
        elif left[side.id]:
            fresh.append(_episode(pen, rows[side.id] | place, left[side.id]))
    gone = [side for side in ripe.sides if left[side.id] != side.text]
    last = rows[ripe.sides[-1].id]
    if summary:
        place = {"role": Role.ASSISTANT.value, "position": last["position"] // STEP * STEP + SUMMARY}
        fresh.append(_episode(pen, last | place, summary))
    await _drop(pen, [side.id for side in gone])
    if fresh:
        await pen.session.execute(NEW_EPISODE, fresh)
    turns = sorted({str(row["turn"]) for row in fresh})
    again = update(TurnRow).where(owned_by(pen.scope, TurnRow), col(TurnRow.id).in_(turns))
    await pen.session.execute(again.values(indexed=False))
    return Changed(tuple(map(TurnId, turns)), tuple(EpisodeId(str(row["id"])) for row in fresh), len(gone) - len(fresh))


def _episode(pen: Pen, row: Mapping[str, Any], text: str) -> dict[str, Any]:
    """A new id for what is left, so that the old vector goes without the new one."""
    id = new_id()
    return dict(row) | {"id": id, "text": pen.key.seal(text, f"episode:{id}"), "indexed": False}


async def _drop(pen: Pen, ids: Sequence[str]) -> None:
    gone = delete(EpisodeRow).where(owned_by(pen.scope, EpisodeRow), col(EpisodeRow.id).in_(ids))
    await note_strays(
        pen.session, pen.scope, list(await pen.session.scalars(gone.returning(col(EpisodeRow.id)))), pen.now
    )
