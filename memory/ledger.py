# SPDX-License-Identifier: Apache-2.0
"""The record of every turn: one hash chain a tenant, without content and without a person in clear.

A link's hash is SHA-256 over the previous link's hash and the link as canonical JSON. The chain's end is
signed under the master key, so that a chain that was cut off or written anew is seen too.
"""

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from memory.ids import ConversationId, Scope, TenantId, TurnId
from memory.store.database import Database
from memory.store.queries import CHAIN_END, MOVE_END, NEW_HEAD, NEW_LINK, table_of
from memory.store.sealed import Keyring, PersonKey
from memory.store.tables import EPOCH, MICROSECOND, LedgerHeadRow, LedgerRow
from memory.values import LedgerEntry, Outcome, UsedItem

START = "0" * 64
"""What the first link names as its previous one."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What following a chain from its first link found."""

    ok: bool
    entries: int
    """Links that were read."""
    broken_at: int | None
    """The number of the first link that does not fit; one past the last where the end itself does not."""


class Ledger:
    """Appends within the caller's transaction; reads and verifies in its own."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    async def append(self, session: AsyncSession, scope: Scope, entry: LedgerEntry, at: datetime) -> None:
        """Adds the next link; three statements. Raises StaleVersion where the turn has one already."""
        who = pseudonym(await self._keyring.of(scope))
        entries, previous = await self._lock(session, scope.tenant)
        link: dict[str, Any] = {
            "tenant": scope.tenant,
            "number": entries + 1,
            "turn": entry.turn,
            "who": who,
            "recorded_at": at,
            "entry": _canonical(_plain(entry)),
        }
        link["previous"] = previous
        link["hash"] = _hash(link)
        await session.execute(NEW_LINK, link)
        end = {f"to_{name}": value for name, value in self._head(scope.tenant, entries + 1, link["hash"]).items()}
        await session.execute(MOVE_END, {"of_tenant": scope.tenant} | end)

    async def has(self, session: AsyncSession, turn: TurnId) -> bool:
        """Whether the turn has its entry."""
        wanted = select(col(LedgerRow.number)).where(col(LedgerRow.turn) == turn)
        return await session.scalar(wanted) is not None

    async def of_turn(self, scope: Scope, turn: TurnId) -> LedgerEntry | None:
        """The turn's entry; None if absent or another's."""
        who = pseudonym(await self._keyring.of(scope))
        async with self._database.read() as session:
            own = (col(LedgerRow.tenant) == scope.tenant) & (col(LedgerRow.who) == who)
            found = await session.scalar(select(col(LedgerRow.entry)).where(own, col(LedgerRow.turn) == turn))
        return None if found is None else read_entry(found)

    async def recent(self, tenant: TenantId, limit: int) -> tuple[LedgerEntry, ...]:
        """The newest entries of everybody in the tenant, newest first."""
        links = select(col(LedgerRow.entry)).where(col(LedgerRow.tenant) == tenant)
        async with self._database.read() as session:
            found = await session.scalars(links.order_by(col(LedgerRow.number).desc()).limit(limit))
            return tuple(read_entry(text) for text in found)

    async def verify(self, tenant: TenantId) -> Verification:
        """Follows the whole chain and compares its end with the signed one; some 50 s a million links."""
        links = select(table_of(LedgerRow)).where(col(LedgerRow.tenant) == tenant)
        async with self._database.read() as session:
            head = await session.get(LedgerHeadRow, tenant)
            rows = await session.stream(links.order_by(col(LedgerRow.number)))
            number, previous = 0, START
            async for row in rows.mappings():
                if row["number"] != number + 1 or row["previous"] != previous or row["hash"] != _hash(row):
                    return Verification(False, number + 1, number + 1)
                number, previous = row["number"], row["hash"]
        signed = {} if head is None else {"entries": head.entries, "hash": head.hash, "seal": head.seal}
        whole = signed == (self._head(tenant, number, previous) if head or number else {})
        return Verification(whole, number, None if whole else number + 1)

    async def _lock(self, session: AsyncSession, tenant: str) -> tuple[int, str]:
        """The chain's end, locked for this transaction where the dialect locks rows."""
        end = (await session.execute(CHAIN_END, {"of_tenant": tenant})).first()
        if end is None:
            with suppress(IntegrityError):  # another process began the chain meanwhile
                async with session.begin_nested():
                    await session.execute(NEW_HEAD, {"tenant": tenant} | self._head(tenant, 0, START))
            end = (await session.execute(CHAIN_END, {"of_tenant": tenant})).one()
        return end.entries, end.hash

    def _head(self, tenant: str, entries: int, end: str) -> dict[str, Any]:
        seal = self._keyring.digest(f"ledger\0{tenant}\0{entries}\0{end}")
        return {"entries": entries, "hash": end, "seal": seal}


def pseudonym(key: PersonKey) -> str:
    """How a person stands in the ledger: nobody can link it once the key is destroyed."""
    return key.digest("ledger")


def read_entry(text: str) -> LedgerEntry:
    """An entry from its canonical JSON."""
    said = json.loads(text)
    return LedgerEntry(
        **said
        | {
            "turn": TurnId(said["turn"]),
            "conversation": ConversationId(said["conversation"]),
            "outcome": Outcome(said["outcome"]),
            "items": tuple(UsedItem(**item) for item in said["items"]),
            "fallbacks": tuple(said["fallbacks"]),
            "verdicts": tuple(said["verdicts"]),
            "degraded": tuple(said["degraded"]),
        }
    )


def _plain(entry: LedgerEntry) -> dict[str, Any]:
    plain = {part.name: getattr(entry, part.name) for part in fields(entry)}
    return plain | {
        "items": [{"id": x.id, "kind": x.kind, "used": x.used, "why": x.why} for x in entry.items],
        "redactions": dict(entry.redactions),
        "timings": dict(entry.timings),
    }


def _hash(link: Any) -> str:
    content = {name: link[name] for name in ("tenant", "number", "turn", "who", "entry")}
    content["recorded_at"] = (link["recorded_at"] - EPOCH) // MICROSECOND
    return hashlib.sha256((link["previous"] + _canonical(content)).encode()).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
