# SPDX-License-Identifier: Apache-2.0
"""The transcript: a person's own conversations, and nobody else's."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from memory.errors import NotFound
from memory.ids import ConversationId, MessageId, Scope, new_id
from memory.journal import Journal
from memory.store.database import Database
from memory.store.queries import table_of
from memory.store.tables import EpisodeRow, EvidenceRow, FactRow, MessageRow, StrayVectorRow, TurnRow
from memory.transcript import Transcript
from memory.values import Role
from tests.memory.postgres import BOTH
from tests.memory.turns import Talk, closed_turn


async def counts(database: Database) -> list[int]:
    """Rows of turns, messages, episodes, evidence, facts and stray vectors."""
    tables = (TurnRow, MessageRow, EpisodeRow, EvidenceRow, FactRow, StrayVectorRow)
    async with database.read() as session:
        found = [await session.scalar(select(func.count()).select_from(table_of(table))) for table in tables]
    return [number or 0 for number in found]


@BOTH
async def test_a_conversation_reads_as_it_was_said(
    journal: Journal, transcript: Transcript, anna: Scope, now: datetime
) -> None:
    """Messages come oldest first: the person's, then notices, then the answer."""
    talk = Talk(journal, anna, now)
    await talk.say("What is new?", "Not much.")
    second = await talk.open("And here?")
    await journal.close(anna, closed_turn(second, "All well.", notices=("Answering without history.",)))
    messages = await transcript.messages(anna, talk.conversation)
    assert [(message.role, message.text) for message in messages] == [
        (Role.USER, "What is new?"),
        (Role.ASSISTANT, "Not much."),
        (Role.USER, "And here?"),
        (Role.NOTICE, "Answering without history."),
        (Role.ASSISTANT, "All well."),
    ]
    assert (messages[3].turn, messages[4].id) == (second.turn, second.answer)
    assert await transcript.messages(anna, talk.conversation, last=2) == messages[-2:]


@BOTH
async def test_the_head_line_is_the_first_words(
    journal: Journal, transcript: Transcript, anna: Scope, now: datetime
) -> None:
    """A new conversation is called by its first message, cut at a word."""
    talk = Talk(journal, anna, now)
    await talk.say("Please tell me everything about the birds of the northern coast " * 3)
    (head,) = await transcript.conversations(anna)
    assert head.title == "Please tell me everything about the birds of the northern…"
    assert (head.id, head.use_case, head.created_at) == (
        talk.conversation,
        "personal_chat",
        now + timedelta(minutes=1),
    )
    assert head == await transcript.conversation(anna, talk.conversation)


@BOTH
async def test_conversations_come_newest_first_and_in_pages(
    journal: Journal, transcript: Transcript, anna: Scope, ben: Scope, now: datetime
) -> None:
    """The list is the person's own, ordered by the last turn, and goes on before a time."""
    for hour, text in enumerate(("one", "two", "three")):
        await Talk(journal, anna, now + timedelta(hours=hour)).say(text)
    await Talk(journal, ben, now).say("another's")
    page = await transcript.conversations(anna, limit=2)
    assert [head.title for head in page] == ["three", "two"]
    rest = await transcript.conversations(anna, before=page[-1].updated_at)
    assert [head.title for head in rest] == ["one"]


async def test_search_looks_into_titles_and_messages(
    journal: Journal, transcript: Transcript, anna: Scope, ben: Scope, now: datetime
) -> None:
    """A word in a title, a message or an answer finds the conversation, in any case; another's never."""
    for scope, text, answer in (
        (anna, "Birds of the coast", "Gulls."),
        (anna, "Tell me more", "About PUFFINS?"),
        (ben, "Puffins!", "Yes."),
    ):
        await Talk(journal, scope, now).say(text, answer)
    found = {
        sought: [head.title for head in await transcript.conversations(anna, search=sought)]
        for sought in ("puffins", "BIRDS", "whales")
    }
    assert found == {"puffins": ["Tell me more"], "BIRDS": ["Birds of the coast"], "whales": []}


@BOTH
async def test_anothers_conversation_is_absent(
    journal: Journal, transcript: Transcript, anna: Scope, ben: Scope, now: datetime
) -> None:
    """Every reading of another's ids gives what an unknown id gives, and every change raises NotFound."""
    talk = Talk(journal, anna, now)
    await talk.say("Mine.", vault={"<PERSON_1>": "Anna"})
    for id in (talk.conversation, ConversationId(new_id()), ConversationId("no id\0\ud800")):
        assert await transcript.conversation(ben, id) is None
        assert await transcript.messages(ben, id) == ()
        assert await transcript.vault(ben, id) == {}
        with pytest.raises(NotFound):
            await transcript.rename(ben, id, "Yours")
        with pytest.raises(NotFound):
            await transcript.delete(ben, id)
    assert await transcript.turn_of(ben, talk.turns[0].answer) is None
    (head,) = await transcript.conversations(anna)
    assert head.title == "Mine."


async def test_the_owner_is_known_to_the_guard(
    journal: Journal, transcript: Transcript, anna: Scope, now: datetime
) -> None:
    """Owner names the person of a conversation, None for an unknown one."""
    talk = Talk(journal, anna, now)
    await talk.say("Mine.")
    assert await transcript.owner(talk.conversation) == anna.person
    assert await transcript.owner(ConversationId(new_id())) is None


async def test_an_answer_leads_to_its_turn(
    journal: Journal, transcript: Transcript, anna: Scope, now: datetime
) -> None:
    """Turn_of knows the turn by the answer's id, and nothing else."""
    talk = Talk(journal, anna, now)
    await talk.say("Mine.")
    assert await transcript.turn_of(anna, talk.turns[0].answer) == talk.turns[0].turn
    assert await transcript.turn_of(anna, MessageId(new_id())) is None


async def test_a_conversation_takes_another_title(
    journal: Journal, transcript: Transcript, anna: Scope, now: datetime
) -> None:
    """Rename replaces the title, on one line and no longer than 200 characters."""
    talk = Talk(journal, anna, now)
    await talk.say("Mine.")
    await transcript.rename(anna, talk.conversation, "  Birds\n and " + "x" * 300)
    (head,) = await transcript.conversations(anna)
    assert (head.title[:11], len(head.title)) == ("Birds and x", 200)


@BOTH
async def test_a_deleted_conversation_is_gone_and_its_facts_stay(
    journal: Journal, transcript: Transcript, database: Database, anna: Scope, now: datetime
) -> None:
    """Turns, messages, episodes and evidence go, two vectors are noted as stray, the fact stays."""
    talk = Talk(journal, anna, now)
    await talk.say("I live in Lisbon.")
    assert await counts(database) == [1, 2, 2, 1, 1, 0]
    await transcript.delete(anna, talk.conversation)
    assert await counts(database) == [0, 0, 0, 0, 1, 2]
    assert await transcript.conversations(anna) == ()


@BOTH
async def test_the_vault_is_kept_with_the_conversation(
    journal: Journal, transcript: Transcript, anna: Scope, now: datetime
) -> None:
    """The last turn's placeholders are there for the next one; a turn without any leaves them."""
    talk = Talk(journal, anna, now)
    await talk.say("Hello.", vault={"<PERSON_1>": "Anna"})
    await talk.say("Again.")
    assert await transcript.vault(anna, talk.conversation) == {"<PERSON_1>": "Anna"}
