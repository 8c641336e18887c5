# SPDX-License-Identifier: Apache-2.0
"""The ledger: a chain that shows what was changed, and names nobody."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from memory.errors import StaleVersion
from memory.ids import DEFAULT_TENANT, ConversationId, Scope, TenantId, TurnId, new_id
from memory.ledger import Ledger, Verification
from memory.store.database import Database, open_database
from memory.store.sealed import Keyring
from memory.values import LedgerEntry, Outcome, UsedItem
from tests.memory.files import bytes_of
from tests.memory.postgres import BOTH


def entry(**changes: object) -> LedgerEntry:
    """A full entry."""
    return LedgerEntry(
        turn=TurnId(new_id()),
        conversation=ConversationId(new_id()),
        use_case="personal_chat",
        channel="web",
        outcome=Outcome.ANSWERED,
        items=(UsedItem(new_id(), "fact", True, "profile"), UsedItem("a.md#b-1", "passage", False, "late")),
        redactions={"EMAIL_ADDRESS": 2},
        model="local/concierge",
        fallbacks=("openai/x: timeout",),
        verdicts=("secrets: repaired",),
        degraded=("history",),
        prompt_tokens=10,
        completion_tokens=20,
        cost=0.0001,
        timings={"gather": 3.25},
        reference="r-1",
    )


async def append(ledger: Ledger, database: Database, scope: Scope, now: datetime, many: int) -> list[LedgerEntry]:
    """Entries of one person, each in a transaction of its own."""
    entries = [entry() for _ in range(many)]
    for one in entries:
        async with database.write() as session:
            await ledger.append(session, scope, one, now)
    return entries


async def alter(database: Database, statement: str) -> None:
    """What somebody with access to the file can do."""
    async with database.write() as session:
        await session.execute(text(statement))


@BOTH
async def test_an_entry_comes_back_whole(ledger: Ledger, database: Database, anna: Scope, now: datetime) -> None:
    """Every field of an entry is the same after it was written."""
    (written,) = await append(ledger, database, anna, now, 1)
    assert await ledger.of_turn(anna, written.turn) == written


async def test_anothers_entry_is_absent(
    ledger: Ledger, database: Database, anna: Scope, ben: Scope, now: datetime
) -> None:
    """Of_turn answers None for another's turn, as for one that never was."""
    (written,) = await append(ledger, database, anna, now, 1)
    assert await ledger.of_turn(ben, written.turn) is None
    assert await ledger.of_turn(anna, TurnId(new_id())) is None


async def test_recent_gives_the_newest_first(ledger: Ledger, database: Database, anna: Scope, now: datetime) -> None:
    """The last entries of the tenant, and of no other."""
    written = await append(ledger, database, anna, now, 3)
    assert await ledger.recent(DEFAULT_TENANT, 2) == (written[2], written[1])
    assert await ledger.recent(TenantId("other"), 2) == ()


@BOTH
async def test_an_untouched_chain_verifies(
    ledger: Ledger, database: Database, anna: Scope, ben: Scope, now: datetime
) -> None:
    """A chain of several people holds; an empty one too."""
    assert await ledger.verify(DEFAULT_TENANT) == Verification(True, 0, None)
    await append(ledger, database, anna, now, 2)
    await append(ledger, database, ben, now, 1)
    assert await ledger.verify(DEFAULT_TENANT) == Verification(True, 3, None)


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE ledger SET entry = replace(entry, '0.0001', '0.0000') WHERE number = 2", 2),
        ("UPDATE ledger SET who = 'somebody' WHERE number = 3", 3),
        ("UPDATE ledger SET recorded_at = recorded_at + 1 WHERE number = 1", 1),
        ("UPDATE ledger SET hash = previous WHERE number = 4", 4),
        ("DELETE FROM ledger WHERE number = 2", 2),
        ("DELETE FROM ledger WHERE number = 1", 1),
        ("DELETE FROM ledger WHERE number = 4", 4),
        ("DELETE FROM ledger", 1),
        ("DELETE FROM ledger_head", 5),
        ("UPDATE ledger_head SET seal = hash", 5),
    ],
)
@BOTH
async def test_what_was_changed_is_found(
    ledger: Ledger, database: Database, anna: Scope, now: datetime, statement: str, broken_at: int
) -> None:
    """A changed, removed or cut-off link is named by its number."""
    await append(ledger, database, anna, now, 4)
    await alter(database, statement)
    found = await ledger.verify(DEFAULT_TENANT)
    assert (found.ok, found.broken_at) == (False, broken_at)


async def test_a_chain_cut_off_with_its_end_moved_back_is_found(
    ledger: Ledger, database: Database, anna: Scope, now: datetime
) -> None:
    """Whoever removes the last link and points the end at the one before has no seal for it."""
    await append(ledger, database, anna, now, 4)
    await alter(database, "DELETE FROM ledger WHERE number = 4")
    await alter(database, "UPDATE ledger_head SET entries = 3, hash = (SELECT hash FROM ledger WHERE number = 3)")
    assert await ledger.verify(DEFAULT_TENANT) == Verification(False, 3, 4)


@BOTH
async def test_entries_at_once_keep_the_chain(ledger: Ledger, database: Database, anna: Scope, now: datetime) -> None:
    """Thirty transactions at once make thirty links."""
    await append(ledger, database, anna, now, 1)
    await asyncio.gather(*(append(ledger, database, anna, now, 1) for _ in range(30)))
    assert await ledger.verify(DEFAULT_TENANT) == Verification(True, 31, None)


@BOTH
async def test_two_processes_keep_one_chain(
    database: Database, database_url: str, keyring: Keyring, anna: Scope, now: datetime
) -> None:
    """Two engines on one database append in turns, from the first link on."""
    async with open_database(database_url) as other:
        await asyncio.gather(
            *(append(Ledger(one, keyring), one, anna, now, 5) for one in (database, other)),
        )
    assert await Ledger(database, keyring).verify(DEFAULT_TENANT) == Verification(True, 10, None)


async def test_a_turn_has_one_entry(ledger: Ledger, database: Database, anna: Scope, now: datetime) -> None:
    """A second entry for the same turn raises StaleVersion and leaves the chain as it was."""
    (written,) = await append(ledger, database, anna, now, 1)
    with pytest.raises(StaleVersion):
        await twice(ledger, database, anna, written, now)
    assert await ledger.verify(DEFAULT_TENANT) == Verification(True, 1, None)


async def twice(ledger: Ledger, database: Database, scope: Scope, written: LedgerEntry, now: datetime) -> None:
    """Appends it again."""
    async with database.write() as session:
        await ledger.append(session, scope, written, now)


async def test_the_person_is_not_named(
    ledger: Ledger, database: Database, anna: Scope, now: datetime, tmp_path: Path
) -> None:
    """The person's id is nowhere in the memory database after an entry."""
    await append(ledger, database, anna, now, 1)
    await database.settle()
    assert anna.person.encode() not in bytes_of(tmp_path / "memory.db")
