# SPDX-License-Identifier: Apache-2.0
"""What is kept of a turn for those who look after privacy, and when it goes."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from memory.erasure.forgetting import forget_fact
from memory.erasure.rows import census, erase_person
from memory.ids import DEFAULT_TENANT, Scope, TenantId, TurnId, new_id
from memory.journal import Journal
from memory.ledger import Ledger
from memory.store.database import Database
from memory.store.sealed import Keyring
from memory.traces import Trace, Traces
from memory.transcript import Transcript
from tests.memory.files import bytes_of
from tests.memory.postgres import BOTH
from tests.memory.turns import Talk

KEPT = Trace(
    (("system", "Be kind."), ("user", "I am <PERSON_1>, zubrowkish \ud83d")), "Hi <PERSON_1>", "Hi <PERSON_1>!"
)


@pytest.fixture
def traces(database: Database, keyring: Keyring, ledger: Ledger) -> Traces:
    """Over the test's stores."""
    return Traces(database, keyring, ledger)


async def traced(traces: Traces, journal: Journal, scope: Scope, now: datetime, text: str = "I live in Oslo.") -> Talk:
    """A conversation of one turn, with its trace."""
    talk = Talk(journal, scope, now)
    await talk.say(text)
    assert await traces.keep(scope, talk.turns[0].turn, KEPT, talk.at)
    return talk


@BOTH
async def test_a_trace_comes_back_with_its_entry(traces: Traces, journal: Journal, anna: Scope, now: datetime) -> None:
    """Whole, for the tenant that it belongs to; ids of another tenant's or nobody's have none."""
    turn = (await traced(traces, journal, anna, now)).turns[0].turn
    found = await traces.of_turn(DEFAULT_TENANT, turn)
    assert found is not None
    assert (found[1].turn, found[2]) == (turn, KEPT)
    assert [one for one, _ in await traces.recent(DEFAULT_TENANT, 9)] == [turn]
    assert await traces.of_turn(TenantId("another"), turn) is None
    assert await traces.recent(TenantId("another"), 9) == ()
    for id in (new_id(), "' OR 1=1", "\0", "\ud83d"):
        assert await traces.of_turn(DEFAULT_TENANT, TurnId(id)) is None


async def test_it_is_sealed(traces: Traces, journal: Journal, anna: Scope, now: datetime, tmp_path: Path) -> None:
    """No word of it stands in the files."""
    await traced(traces, journal, anna, now)
    assert b"zubrowkish" not in bytes_of(tmp_path)


async def test_it_goes_with_its_days(traces: Traces, journal: Journal, anna: Scope, now: datetime) -> None:
    """What is older than the day that is named, and nothing else."""
    old = await traced(traces, journal, anna, now)
    new = await traced(traces, journal, anna, now + timedelta(days=2))
    assert await traces.expire(now + timedelta(days=1)) == 1
    assert await traces.of_turn(DEFAULT_TENANT, old.turns[0].turn) is None
    assert await traces.of_turn(DEFAULT_TENANT, new.turns[0].turn) is not None


@pytest.mark.parametrize("way", ["conversation", "fact", "person"])
async def test_it_goes_with_what_is_erased(
    traces: Traces, journal: Journal, database: Database, keyring: Keyring, transcript: Transcript, anna: Scope,
    ben: Scope, now: datetime, way: str,
) -> None:  # fmt: skip
    """Every trace of a person's whose conversation or fact goes, or who goes; another's stays."""
    talk, other = await traced(traces, journal, anna, now), await traced(traces, journal, ben, now)
    later = await traced(traces, journal, anna, now + timedelta(hours=1), "Hello.")
    fact = (await talk.say("I like rowing.")).added[0].id
    if way == "conversation":
        await transcript.delete(anna, talk.conversation)
    async with database.write() as session:
        if way == "fact":
            await forget_fact(session, anna, await keyring.of(anna), fact, now + timedelta(days=1))
        if way == "person":
            await erase_person(session, anna, now)
        assert "trace" not in await census(session, anna)
    for one in (talk, later):
        assert await traces.of_turn(DEFAULT_TENANT, one.turns[0].turn) is None
    assert await traces.of_turn(DEFAULT_TENANT, other.turns[0].turn) is not None


async def test_none_is_kept_of_a_turn_in_which_something_was_forgotten(
    traces: Traces, journal: Journal, database: Database, keyring: Keyring, anna: Scope, now: datetime
) -> None:
    """Its prompt may hold what was forgotten meanwhile; nor of a turn that is gone or another's."""
    talk = Talk(journal, anna, now)
    fact = (await talk.say("I live in Oslo.")).added[0].id
    opened = await talk.open("Hello.")
    async with database.write() as session:
        await forget_fact(session, anna, await keyring.of(anna), fact, talk.at + timedelta(seconds=1))
    assert not await traces.keep(anna, opened.turn, KEPT, talk.at)
    assert not await traces.keep(anna, TurnId(new_id()), KEPT, talk.at)
    assert await traces.recent(DEFAULT_TENANT, 9) == ()
