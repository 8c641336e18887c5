# SPDX-License-Identifier: Apache-2.0
"""Crashes: a turn is open or learned, never both, never twice."""

import asyncio
import signal
import sys
from datetime import datetime
from pathlib import Path

import pytest

from memory.errors import NotFound
from memory.ids import DEFAULT_TENANT, Scope, TurnId, new_id
from memory.journal import Journal
from memory.ledger import Ledger
from memory.store.database import Database
from memory.store.sealed import Keyring
from memory.values import Learned, Outcome, Role
from tests.memory.dying import TEXT
from tests.memory.inside import episodes, known, statuses
from tests.memory.postgres import BOTH
from tests.memory.turns import Talk, closed_turn

HOUSE = Path(__file__).parents[2]


@BOTH
async def test_closing_twice_changes_nothing(
    journal: Journal, database: Database, keyring: Keyring, ledger: Ledger, anna: Scope, now: datetime
) -> None:
    """The second closing of a turn, at once or later, teaches and records nothing."""
    opened = await Talk(journal, anna, now).open("I live in Lisbon.")
    outcomes = await asyncio.gather(*(journal.close(anna, closed_turn(opened)) for _ in range(3)))
    assert sorted(len(learned.added) for learned in outcomes) == [0, 0, 1]
    assert len(await episodes(database, keyring, anna)) == 2
    assert (await ledger.verify(DEFAULT_TENANT)).entries == 1


@BOTH
async def test_an_interrupted_turn_is_learned_once(
    journal: Journal, database: Database, keyring: Keyring, ledger: Ledger, anna: Scope, now: datetime
) -> None:
    """The sweep learns the words, records INTERRUPTED, and a second sweep finds nothing to do."""
    talk = Talk(journal, anna, now)
    opened = await talk.open("I live in Lisbon.")
    learned = await journal.interrupt(anna, opened.turn, talk.at)
    assert [fact.text for fact in learned.added] == ["Lives in Lisbon"]
    assert await journal.interrupt(anna, opened.turn, talk.at) == Learned()
    entry = await ledger.of_turn(anna, opened.turn)
    assert entry is not None
    assert entry.outcome is Outcome.INTERRUPTED
    assert await episodes(database, keyring, anna) == [("user", "I live in Lisbon.")]
    assert (await journal.unfinished(), await journal.unindexed()) == ((), ((anna, opened.turn),))


async def test_an_interrupted_turn_keeps_its_consent(
    journal: Journal, database: Database, keyring: Keyring, anna: Scope, now: datetime
) -> None:
    """A turn that was not to be learned from is not when it was interrupted."""
    talk = Talk(journal, anna, now)
    opened = await talk.open("I live in Lisbon.", learnable=False)
    assert await journal.interrupt(anna, opened.turn, talk.at) == Learned()
    assert await known(database, keyring, anna) == []


@pytest.mark.process
@pytest.mark.parametrize("point", ["opened", "closing", "closed"])
async def test_a_killed_process_leaves_an_open_turn_or_a_learned_one(
    point: str, tmp_path: Path, anna: Scope, database: Database, keyring: Keyring, journal: Journal, ledger: Ledger
) -> None:
    """Killed before, during or after closing: swept once, it is learned once, and the chain holds."""
    command = [sys.executable, "-m", "tests.memory.dying", str(tmp_path), anna.person, point]
    process = await asyncio.create_subprocess_exec(*command, cwd=HOUSE)
    assert await process.wait() == -signal.SIGKILL
    assert await statuses(database) == ["learned" if point == "closed" else "open"]
    for scope, turn in await journal.unfinished():
        await journal.interrupt(scope, turn, datetime.now().astimezone())
    assert await statuses(database) == ["learned"]
    assert await known(database, keyring, anna) == ["Lives in Lisbon"]
    said = [text for role, text in await episodes(database, keyring, anna) if role == Role.USER]
    assert said == [TEXT]
    assert (await ledger.verify(DEFAULT_TENANT)).entries == 1


async def test_an_unknown_turn_is_not_found(journal: Journal, anna: Scope, now: datetime) -> None:
    """Interrupt raises NotFound for a turn that never was."""
    with pytest.raises(NotFound):
        await journal.interrupt(anna, TurnId(new_id()), now)
