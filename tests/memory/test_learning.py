# SPDX-License-Identifier: Apache-2.0
"""Learning: what a turn says changes what is known."""

from datetime import datetime

import pytest
from sqlalchemy import select

from memory.errors import StaleVersion
from memory.ids import Scope
from memory.journal import Journal
from memory.store.database import Database
from memory.store.facts import change_fact, current_facts
from memory.store.sealed import Keyring
from memory.store.tables import EvidenceRow
from memory.values import Fact
from tests.memory.inside import former, known
from tests.memory.postgres import BOTH
from tests.memory.turns import Talk


async def test_evidence_points_at_the_sentence(
    journal: Journal, database: Database, anna: Scope, now: datetime
) -> None:
    """The span of a fact's evidence is the sentence that said it."""
    text = "It rains a lot. I live in Lisbon. What is new?"
    await Talk(journal, anna, now).say(text)
    async with database.read() as session:
        (row,) = await session.scalars(select(EvidenceRow))
    assert text[row.span_start : row.span_end] == "I live in Lisbon."


@BOTH
async def test_a_new_statement_takes_the_old_ones_place(
    journal: Journal, database: Database, keyring: Keyring, anna: Scope, now: datetime
) -> None:
    """The old fact ends when the new one begins, points at it, and is current no longer."""
    talk = Talk(journal, anna, now)
    old = (await talk.say("I live in Lisbon.")).added[0]
    learned = await talk.say("I live in Porto.")
    assert learned.superseded == (old.id,)
    assert await known(database, keyring, anna) == ["Lives in Porto"]
    (ended,) = await former(database, keyring, anna)
    assert (ended.id, ended.valid_to, ended.version) == (old.id, learned.added[0].valid_from, 2)


async def test_the_same_again_confirms(
    journal: Journal, database: Database, keyring: Keyring, anna: Scope, now: datetime
) -> None:
    """A repeated statement adds evidence and no second fact."""
    talk = Talk(journal, anna, now)
    await talk.say("I live in Lisbon.")
    assert (await talk.say("As I said, I live in Lisbon.")).added == ()
    assert await known(database, keyring, anna) == ["Lives in Lisbon"]
    async with database.read() as session:
        assert len((await session.scalars(select(EvidenceRow))).all()) == 2


async def test_what_no_longer_holds_is_ended(
    journal: Journal, database: Database, keyring: Keyring, anna: Scope, now: datetime
) -> None:
    """A negation ends the fact, and history keeps it."""
    talk = Talk(journal, anna, now)
    old = (await talk.say("I live in Lisbon.")).added[0]
    assert (await talk.say("I no longer live in Lisbon.")).superseded == (old.id,)
    assert await known(database, keyring, anna) == []
    assert [fact.id for fact in await former(database, keyring, anna)] == [old.id]


async def test_two_changes_of_one_fact_do_not_overwrite_each_other(
    journal: Journal, database: Database, keyring: Keyring, anna: Scope, now: datetime
) -> None:
    """Who changes a fact at a version that is no more gets StaleVersion, and the first change stands."""
    fact = (await Talk(journal, anna, now).say("I live in Lisbon.")).added[0]
    await set_hidden(database, anna, fact, hidden=True)
    with pytest.raises(StaleVersion):
        await set_hidden(database, anna, fact, hidden=False)
    key = await keyring.of(anna)
    async with database.read() as session:
        (found,) = await current_facts(session, anna, key)
    assert (found.hidden, found.version) == (True, 2)


async def set_hidden(database: Database, scope: Scope, fact: Fact, *, hidden: bool) -> None:
    """A change from the version that the caller read."""
    async with database.write() as session:
        await change_fact(session, scope, fact.id, version=fact.version, values={"hidden": hidden})


async def test_likes_and_dislikes_do_not_stand_side_by_side(
    journal: Journal, database: Database, keyring: Keyring, anna: Scope, now: datetime
) -> None:
    """A statement finds its rivals in other slots too."""
    talk = Talk(journal, anna, now)
    await talk.say("I like coffee.")
    await talk.say("I like tea.")
    await talk.say("I hate coffee.")
    found = await known(database, keyring, anna)
    assert "Likes tea" in found
    assert "Likes coffee" not in found
    assert len(found) == 2
