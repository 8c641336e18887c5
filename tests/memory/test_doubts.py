# SPDX-License-Identifier: Apache-2.0
"""What may hold no longer is asked about once, where it matters, and the answer counts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from memory.ids import ConversationId, FactId, Scope, TurnId, new_id
from memory.journal import Journal
from memory.store.database import Database
from memory.store.facts import current_facts
from memory.store.sealed import Keyring
from memory.understanding.doubts import Doubts, doubtful
from memory.values import Fact, FactKind, Recalled, Recollection, SaidBy
from tests.memory.inside import former, known
from tests.memory.turns import Talk

YEAR = timedelta(days=400)


def fact(attribute: str, value: str, at: datetime, **given: object) -> Fact:
    """Something that the person said of themselves."""
    kind, place = FactKind.IDENTITY, FactId(f"{attribute} {value}")
    said = Fact(
        place, value, kind, "location", "self", attribute, value, at, None, at, SaidBy.USER, TurnId("t"), "web", 0.9
    )
    return replace(said, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "attributes"),
    [
        ("Which restaurants are near me?", ["home_city", "diet"]),
        ("What should I ask my boss?", ["job"]),
        ("My new flat is lovely.", ["home_city"]),
        ("What is the capital of Peru?", []),
        ("Is Lisbon's weather nice?", []),
        ("Do you know my name?", []),
    ],
)
def test_old_states_are_doubted_where_they_matter(now: datetime, text: str, attributes: Sequence[str]) -> None:
    """Home, work and food after a year, where the turn touches them and does not name the value itself."""
    told = now - YEAR
    facts = (fact("home_city", "Lisbon", told), fact("job", "nurse", told), fact("diet", "vegan", told))
    names = (fact("name", "Ana", told), fact("home_city", "Porto", told, subject="sister"))
    assert [id.split()[0] for id in doubtful(Recollection((*facts, *names)), text, now)] == attributes


def test_what_was_said_or_confirmed_lately_is_not_doubted(now: datetime) -> None:
    """A hint at a change makes a fact of two months doubtful; one that was confirmed last week stays."""
    young, sure = fact("home_city", "Lisbon", now - timedelta(days=60)), fact("job", "nurse", now - YEAR)
    confirmed = fact("job", "nurse", now - YEAR, confirmed_at=now - timedelta(days=7))
    assert list(doubtful(Recollection((young,)), "I am moving house.", now)) == [young.id]
    assert list(doubtful(Recollection((young,)), "Is it cold here in winter? Any rain nearby?", now)) == []
    assert list(doubtful(Recollection((sure,)), "My boss is late.", now)) == [sure.id]
    assert list(doubtful(Recollection((confirmed,)), "My boss is late.", now)) == []


def test_a_plan_whose_day_is_past_is_doubted_when_it_is_recalled(now: datetime) -> None:
    """A plan that lies ahead is not."""
    past, ahead = (Recalled(
        day, "fact", f"Plan: sail to the Azores ({day})", now, 0.9, {}, TurnId("t"), SaidBy.USER
    ) for day in ("2026-05-01", "2027-05-01"))  # fmt: skip
    assert list(doubtful(Recollection((), (past, ahead)), "How do I sail?", now)) == ["2026-05-01"]


def test_what_is_at_odds_with_something_newer_is_doubted(now: datetime) -> None:
    """Whichever is older of a pair that the message recalls, at any age."""
    old, new = fact("likes", "cooking for friends", now - timedelta(days=9)), fact("dislikes", "cooking", now)
    both = Recollection((old, new), at_odds=((new.id, old.id),))
    assert list(doubtful(both, "What should we do tonight?", now)) == [old.id]


@pytest.fixture
async def talk(journal: Journal, anna: Scope, now: datetime) -> Talk:
    """A conversation in which she said where she lives."""
    talking = Talk(journal, anna, now)
    await talking.say("I live in Lisbon.")
    await talking.say("Remember that I am allergic to nuts.")
    return talking


async def asked(doubts: Doubts, talk: Talk, fact: FactId) -> None:
    """The turn just closed asked about it."""
    await doubts.note(talk.scope, fact, talk.conversation, talk.turns[-1].turn, talk.at)


async def test_nobody_is_asked_twice_nor_about_what_is_sensitive(
    database: Database, keyring: Keyring, journal: Journal, talk: Talk, ben: Scope
) -> None:
    """Once a conversation, once a month; never about health, about what is barred, nor another's fact."""
    doubts, at = Doubts(database, keyring), talk.at
    health, home = sorted(await _ids(database, keyring, talk.scope))
    here, there = talk.conversation, ConversationId(new_id())
    assert await doubts.askable(talk.scope, [health[1]], (), here, at) is None
    assert await doubts.askable(talk.scope, [home[1]], ("location",), here, at) is None
    assert await doubts.askable(ben, [home[1]], (), here, at) is None
    assert await doubts.askable(talk.scope, [health[1], home[1]], (), here, at) == home[1]
    await asked(doubts, talk, home[1])
    assert await doubts.askable(talk.scope, [home[1]], (), here, at + YEAR) is None
    assert await doubts.askable(talk.scope, [home[1]], (), there, at + timedelta(days=29)) is None
    assert await doubts.askable(talk.scope, [home[1]], (), there, at + timedelta(days=31)) == home[1]


@pytest.mark.parametrize(
    ("answer", "now_known", "ended"),
    [
        ("Yes, I do.", ["Lives in Lisbon"], []),
        ("No.", [], ["Lives in Lisbon"]),
        ("No, I moved to Porto.", ["Lives in Porto"], ["Lives in Lisbon"]),
        ("No idea, but what about trains?", ["Lives in Lisbon"], []),
        ("Well, what do trains cost?", ["Lives in Lisbon"], []),
    ],
)
async def test_yes_confirms_and_no_ends(
    database: Database, keyring: Keyring, talk: Talk, answer: str, now_known: Sequence[str], ended: Sequence[str]
) -> None:
    """Only right after the question; what is said besides speaks for itself."""
    doubts = Doubts(database, keyring)
    home = dict(sorted(await _ids(database, keyring, talk.scope)))["Lives in Lisbon"]
    await asked(doubts, talk, home)
    await talk.say(answer)
    assert [one for one in await known(database, keyring, talk.scope) if "Lives" in one] == now_known
    assert [one.text for one in await former(database, keyring, talk.scope)] == ended


async def test_a_yes_to_something_else_confirms_nothing(database: Database, keyring: Keyring, talk: Talk) -> None:
    """A turn between the question and the "yes" ends the question."""
    doubts = Doubts(database, keyring)
    home = dict(await _ids(database, keyring, talk.scope))["Lives in Lisbon"]
    await asked(doubts, talk, home)
    await talk.say("What do trains cost?")
    await talk.say("No.")
    assert "Lives in Lisbon" in await known(database, keyring, talk.scope)


async def _ids(database: Database, keyring: Keyring, scope: Scope) -> list[tuple[str, FactId]]:
    key = await keyring.of(scope)
    async with database.read() as session:
        facts = await current_facts(session, scope, key)
    return [(fact.text, fact.id) for fact in facts]
