# SPDX-License-Identifier: Apache-2.0
"""Editing: a message that is sent again starts over from there."""

from dataclasses import replace
from datetime import datetime

from memory.ids import FactId, Scope, new_id
from memory.journal import Journal
from memory.ledger import Ledger
from memory.store.database import Database
from memory.store.facts import add_fact, end_fact
from memory.store.sealed import Keyring
from memory.transcript import Transcript
from memory.values import Learned
from tests.memory.inside import episodes, former, known
from tests.memory.postgres import BOTH
from tests.memory.turns import Talk, closed_turn


@BOTH
async def test_an_edited_message_starts_over_from_there(
    journal: Journal, transcript: Transcript, database: Database, keyring: Keyring, anna: Scope, now: datetime
) -> None:
    """What followed the edited message goes, what only its old words taught is taken back."""
    talk = Talk(journal, anna, now)
    await talk.say("Hello.")
    await talk.say("I live in Lisbon.")
    edited = talk.turns[-1]
    await talk.say("Tell me more.")
    again = await talk.open("I live in Porto.", message=edited.message)
    assert await known(database, keyring, anna) == []
    await journal.close(anna, closed_turn(again, "Fine."))
    assert [message.text for message in await transcript.messages(anna, talk.conversation)] == [
        "Hello.",
        "I see.",
        "I live in Porto.",
        "Fine.",
    ]
    assert await known(database, keyring, anna) == ["Lives in Porto"]
    assert await former(database, keyring, anna) == []
    assert ("user", "I live in Lisbon.") not in await episodes(database, keyring, anna)


@BOTH
async def test_an_edit_gives_back_what_the_old_words_had_superseded(
    journal: Journal, database: Database, keyring: Keyring, anna: Scope, now: datetime
) -> None:
    """Where the old words are taken back, the fact before them holds again."""
    talk = Talk(journal, anna, now)
    await talk.say("I live in Lisbon.")
    await talk.say("I live in Porto.")
    again = await talk.open("What is new?", message=talk.turns[-1].message)
    await journal.close(anna, closed_turn(again))
    assert await known(database, keyring, anna) == ["Lives in Lisbon"]


async def test_the_same_message_again_repeats_nothing(
    journal: Journal, transcript: Transcript, database: Database, keyring: Keyring, anna: Scope, now: datetime
) -> None:
    """A message that is sent twice with the same words is one message and one fact."""
    talk = Talk(journal, anna, now)
    fact = (await talk.say("I live in Lisbon.")).added[0]
    again = await talk.open("I live in Lisbon.", message=talk.turns[0].message)
    assert (await journal.close(anna, closed_turn(again))).added == ()
    assert await known(database, keyring, anna) == [fact.text]
    assert len(await transcript.messages(anna, talk.conversation)) == 2


async def test_a_turn_that_was_edited_away_is_only_recorded(
    journal: Journal, transcript: Transcript, ledger: Ledger, anna: Scope, now: datetime
) -> None:
    """Its late answer is shown nowhere and teaches nothing, but its cost is in the ledger."""
    talk = Talk(journal, anna, now)
    late = await talk.open("I live in Lisbon.")
    await talk.open("What is new?", message=late.message)
    for _ in range(2):
        assert await journal.close(anna, closed_turn(late, "Late.")) == Learned()
    assert await ledger.of_turn(anna, late.turn) is not None
    assert [message.text for message in await transcript.messages(anna, talk.conversation)] == ["What is new?"]


async def test_an_edit_leaves_corrections_alone(
    journal: Journal, database: Database, keyring: Keyring, anna: Scope, now: datetime
) -> None:
    """What the person wrote in the panel holds, also when they edit the message that it began with."""
    talk = Talk(journal, anna, now)
    old = (await talk.say("I live in Lisbon.")).added[0]
    key = await keyring.of(anna)
    async with database.write() as session:
        new = replace(old, id=FactId(new_id()), text="Lives in Faro", value="Faro")
        await add_fact(session, anna, key, new)
        await end_fact(session, anna, old.id, version=1, ended=now, now=now, successor=new.id)
    await talk.open("What is new?", message=talk.turns[0].message)
    assert await known(database, keyring, anna) == ["Lives in Faro"]
    assert await former(database, keyring, anna) == []
