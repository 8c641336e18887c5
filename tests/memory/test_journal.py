# SPDX-License-Identifier: Apache-2.0
"""The journal: what a turn leaves, kept for its person alone."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from memory.errors import NotFound
from memory.ids import DEFAULT_TENANT, ConversationId, Scope, new_id
from memory.journal import Journal
from memory.ledger import Ledger
from memory.store.database import Database
from memory.store.queries import table_of
from memory.store.sealed import Keyring
from memory.store.tables import EpisodeRow
from memory.transcript import Transcript
from memory.values import Learned, Outcome, Role, SaidBy
from tests.memory.files import bytes_of
from tests.memory.inside import episodes, known
from tests.memory.postgres import BOTH
from tests.memory.turns import Talk, closed_turn, opened_turn


@BOTH
async def test_the_words_are_kept_before_the_answer(
    journal: Journal, transcript: Transcript, anna: Scope, now: datetime
) -> None:
    """An opened turn shows the person's message, and is unfinished."""
    talk = Talk(journal, anna, now)
    opened = await talk.open("What is new?")
    (message,) = await transcript.messages(anna, talk.conversation)
    assert (message.id, message.role, message.text) == (opened.message, Role.USER, "What is new?")
    assert await journal.unfinished() == ((anna, opened.turn),)


@BOTH
async def test_a_closed_turn_is_learned(
    journal: Journal, database: Database, keyring: Keyring, ledger: Ledger, anna: Scope, now: datetime
) -> None:
    """Closing leaves a fact with its source, two episodes, a ledger entry, and a turn to be indexed."""
    talk = Talk(journal, anna, now)
    learned = await talk.say("Hello there. I live in Lisbon.", "A fine place.")
    (turn,) = talk.turns
    (fact,) = learned.added
    assert (fact.text, fact.value, fact.said_by, fact.channel) == (
        "Lives in Lisbon",
        "Lisbon",
        SaidBy.USER,
        "web",
    )
    assert (fact.source_turn, fact.valid_from, fact.valid_to, fact.version) == (turn.turn, turn.at, None, 1)
    assert await known(database, keyring, anna) == ["Lives in Lisbon"]
    assert await episodes(database, keyring, anna) == [
        ("user", "Hello there. I live in Lisbon."),
        ("assistant", "A fine place."),
    ]
    assert len(learned.episodes) == 2
    assert (await ledger.of_turn(anna, turn.turn)) == closed_turn(turn).entry
    assert await journal.unfinished() == ()
    assert await journal.unindexed() == ((anna, turn.turn),)


@BOTH
async def test_what_may_not_be_learned_is_only_shown(
    journal: Journal, transcript: Transcript, database: Database, keyring: Keyring, anna: Scope, now: datetime
) -> None:
    """Without consent a turn leaves its messages and its ledger entry: no fact, no episode."""
    talk = Talk(journal, anna, now)
    assert await talk.say("I live in Lisbon.", "I see.", learnable=False) == Learned()
    assert await known(database, keyring, anna) == []
    assert await episodes(database, keyring, anna) == []
    assert len(await transcript.messages(anna, talk.conversation)) == 2


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.FAILED, Outcome.REFUSED])
async def test_a_notice_in_place_of_an_answer_is_no_episode(
    journal: Journal, database: Database, keyring: Keyring, anna: Scope, now: datetime, outcome: Outcome
) -> None:
    """Where the answer was not the assistant's, only the person's words are recallable."""
    await Talk(journal, anna, now).say("What is new?", "I cannot say that.", outcome=outcome)
    assert await episodes(database, keyring, anna) == [("user", "What is new?")]


async def test_nothing_said_leaves_no_empty_message(
    journal: Journal, transcript: Transcript, database: Database, keyring: Keyring, anna: Scope, now: datetime
) -> None:
    """An answer without text is no message and no episode."""
    talk = Talk(journal, anna, now)
    await talk.say("What is new?", "", outcome=Outcome.STOPPED)
    assert [message.role for message in await transcript.messages(anna, talk.conversation)] == [Role.USER]
    assert await episodes(database, keyring, anna) == [("user", "What is new?")]


@BOTH
async def test_anothers_ids_are_absent(
    journal: Journal, transcript: Transcript, anna: Scope, ben: Scope, now: datetime
) -> None:
    """Another's conversation, message, answer or turn raises NotFound and is not touched."""
    talk = Talk(journal, anna, now)
    await talk.say("Mine.")
    (mine,) = talk.turns
    own = ConversationId(new_id())
    for attempt in (
        opened_turn("Yours?", now, talk.conversation),
        opened_turn("Yours?", now, own, message=mine.message),
        opened_turn("Yours?", now, own, message=mine.answer),
        opened_turn("Yours?", now, talk.conversation, message=mine.message),
    ):
        with pytest.raises(NotFound):
            await journal.open(ben, attempt)
    with pytest.raises(NotFound):
        await journal.interrupt(ben, mine.turn, now)
    assert await journal.close(ben, closed_turn(mine, "Stolen.")) == Learned()
    assert [message.text for message in await transcript.messages(anna, talk.conversation)] == [
        "Mine.",
        "I see.",
    ]
    assert await transcript.conversations(ben) == ()


@pytest.mark.parametrize(
    "id", ["", "x", "DEADBEEF-0000-4000-8000-000000000000", "{deadbeef-0000-4000-8000-000000000000}", "a" * 36]
)
async def test_only_canonical_ids_are_taken(journal: Journal, anna: Scope, now: datetime, id: str) -> None:
    """An id that is no UUID in its canonical form raises NotFound."""
    for attempt in (
        opened_turn("Hello.", now, ConversationId(id)),
        opened_turn("Hello.", now, ConversationId(new_id()), message=id or " "),
    ):
        with pytest.raises(NotFound):
            await journal.open(anna, attempt)
    assert await journal.unfinished() == ()


async def test_an_answer_cannot_take_a_messages_place(journal: Journal, anna: Scope, now: datetime) -> None:
    """The answer's id must be free, and no other conversation of one's own may hold the message."""
    talk, other = Talk(journal, anna, now), Talk(journal, anna, now)
    await talk.say("Mine.")
    with pytest.raises(NotFound):
        await other.open("Again.", message=talk.turns[0].message)
    with pytest.raises(NotFound):
        await talk.open("An edited answer.", message=talk.turns[0].answer)


async def test_a_turn_that_was_never_opened_can_be_audited(
    journal: Journal, ledger: Ledger, anna: Scope, now: datetime
) -> None:
    """A refused turn leaves a ledger entry and nothing else."""
    refused = closed_turn(opened_turn("x", now, ConversationId(new_id())), outcome=Outcome.REFUSED)
    await journal.audit(anna, refused.entry, now)
    assert await ledger.of_turn(anna, refused.entry.turn) == refused.entry
    assert await journal.unfinished() == ()


@BOTH
async def test_turns_at_once_lose_nothing(
    journal: Journal, ledger: Ledger, database: Database, keyring: Keyring, anna: Scope, ben: Scope, now: datetime
) -> None:
    """Twenty turns of two people at once leave forty episodes and one whole chain."""

    async def turn(scope: Scope) -> None:
        await Talk(journal, scope, now).say("I live in Lisbon.")

    await asyncio.gather(*(turn(scope) for scope in (anna, ben) * 10))
    verified = await ledger.verify(DEFAULT_TENANT)
    assert (verified.ok, verified.entries) == (True, 20)
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(table_of(EpisodeRow))) == 40
    assert await known(database, keyring, anna) == await known(database, keyring, ben) == ["Lives in Lisbon"]


async def test_nothing_that_was_said_is_on_the_disk(
    journal: Journal, database: Database, anna: Scope, now: datetime, tmp_path: Path
) -> None:
    """Texts, titles, facts, values and vault are in no file in clear, before and after a checkpoint."""
    talk = Talk(journal, anna, now)
    await talk.say(
        "I live in Zanzibar. My dog is called Quagga. I am allergic to peanuts.",
        "Zanzibar it is.",
        vault={"<LOCATION_1>": "Zanzibar"},
    )
    for _ in range(2):
        found = bytes_of(tmp_path).lower()
        words = (b"zanzibar", b"quagga", b"peanut", b"allerg", b"health", b"home_city", b"location")
        assert not [word for word in words if word in found]
        await database.settle()
