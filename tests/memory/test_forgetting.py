# SPDX-License-Identifier: Apache-2.0
"""Forgetting: a fact goes with its traces, and does not come back."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from memory.erasure.excision import REMOVED
from memory.erasure.forgetting import forget_fact
from memory.errors import NotFound
from memory.ids import DEFAULT_TENANT, FactId, Scope, new_id
from memory.journal import Journal
from memory.ledger import Ledger
from memory.store.database import Database
from memory.store.facts import current_facts, former_facts
from memory.store.queries import table_of
from memory.store.sealed import Keyring
from memory.store.tables import EpisodeRow, EvidenceRow, StrayVectorRow, TombstoneRow, TurnRow
from memory.transcript import Transcript
from memory.values import Learned, Role, UsedItem
from tests.memory.files import bytes_of
from tests.memory.postgres import BOTH
from tests.memory.turns import Talk


class House:
    """What the claims are about."""

    def __init__(self, database: Database, keyring: Keyring, transcript: Transcript, talk: Talk) -> None:
        self.database, self.keyring, self.transcript, self.talk = database, keyring, transcript, talk

    async def forget(self, fact: FactId, scope: Scope | None = None) -> tuple[FactId, ...]:
        """As the panel does it."""
        scope = scope or self.talk.scope
        key = await self.keyring.of(scope)
        async with self.database.write() as session:
            return await forget_fact(session, scope, key, fact, self.talk.at)

    async def facts(self) -> set[str]:
        """Everything known, now or once."""
        key = await self.keyring.of(self.talk.scope)
        async with self.database.read() as session:
            now = await current_facts(session, self.talk.scope, key)
            return {fact.text for fact in (*now, *await former_facts(session, self.talk.scope, key))}

    async def said(self) -> list[str]:
        """The conversation's texts."""
        return [one.text for one in await self.transcript.messages(self.talk.scope, self.talk.conversation)]

    async def episodes(self, role: Role) -> list[str]:
        """What may be recalled of one side."""
        key = await self.keyring.of(self.talk.scope)
        wanted = select(EpisodeRow).where(col(EpisodeRow.role) == role).order_by(col(EpisodeRow.occurred_at))
        async with self.database.read() as session:
            rows = (await session.scalars(wanted)).all()
        return [key.unseal(row.text, f"episode:{row.id}") for row in rows]

    async def count(self, table: type) -> int:
        """Rows of a table."""
        async with self.database.read() as session:
            return await session.scalar(select(func.count()).select_from(table_of(table))) or 0


@pytest.fixture
def house(
    database: Database, keyring: Keyring, transcript: Transcript, journal: Journal, anna: Scope, now: datetime
) -> House:
    """With a conversation of Anna's."""
    return House(database, keyring, transcript, Talk(journal, anna, now))


def used(id: str, why: str = "recalled", kind: str = "fact") -> tuple[UsedItem, ...]:
    """A manifest of one."""
    return (UsedItem(id, kind, True, why),)


@BOTH
async def test_a_forgotten_fact_is_gone_with_its_sentence(house: House) -> None:
    """The fact, its evidence, its sentence, the answer to it and its title go; the rest of the message stays."""
    learned = await house.talk.say("I live in Lisbon. The weather is fine.", "Lisbon is lovely.")
    assert await house.forget(learned.added[0].id) == (learned.added[0].id,)
    assert await house.facts() == set()
    assert await house.said() == ["The weather is fine.", REMOVED]
    assert await house.episodes(Role.USER) == ["The weather is fine."]
    assert await house.episodes(Role.ASSISTANT) == []
    assert (await house.transcript.conversations(house.talk.scope))[0].title == "The weather is fine."
    assert (await house.count(EvidenceRow), await house.count(TombstoneRow)) == (0, 1)


@BOTH
async def test_vectors_of_what_went_are_noted(house: House) -> None:
    """The fact's, the answer's and the changed message's vectors are strays, and the turn is indexed anew."""
    learned = await house.talk.say("I live in Lisbon. The weather is fine.")
    await house.forget(learned.added[0].id)
    async with house.database.read() as session:
        strays = set(await session.scalars(select(col(StrayVectorRow.id))))
        left = set(await session.scalars(select(col(EpisodeRow.id))))
        assert list(await session.scalars(select(col(TurnRow.indexed)))) == [False]
    assert strays == {learned.added[0].id, *learned.episodes}
    assert not strays & left


async def test_a_message_that_said_nothing_else_is_replaced(house: House) -> None:
    """Where nothing is left, the transcript says that it was removed, and nothing is recallable."""
    learned = await house.talk.say("I live in Lisbon.")
    await house.forget(learned.added[0].id)
    assert await house.said() == [REMOVED, REMOVED]
    assert await house.episodes(Role.USER) == []


@BOTH
async def test_older_versions_go_too(house: House) -> None:
    """With a fact go those that it superseded, and the sentences that said them."""
    await house.talk.say("I live in Lisbon.")
    learned = await house.talk.say("I live in Porto.")
    assert len(await house.forget(learned.added[0].id)) == 2
    assert await house.facts() == set()
    assert await house.said() == [REMOVED] * 4


async def test_every_place_where_it_was_said_is_cut(house: House) -> None:
    """A repetition is evidence too, also in another conversation."""
    learned = await house.talk.say("I live in Lisbon.")
    elsewhere = Talk(house.talk.journal, house.talk.scope, house.talk.at)
    await elsewhere.say("As I said, I live in Lisbon. It rains.")
    await house.forget(learned.added[0].id)
    messages = await house.transcript.messages(house.talk.scope, elsewhere.conversation)
    assert [message.text for message in messages] == ["It rains.", REMOVED]


async def test_other_facts_of_the_message_keep_their_evidence(house: House) -> None:
    """What is left of the message still shows where the other fact was said."""
    await house.talk.say("I live in Lisbon. My dog is called Quagga. I like tea.")
    key = await house.keyring.of(house.talk.scope)
    async with house.database.read() as session:
        facts = {fact.value: fact.id for fact in await current_facts(session, house.talk.scope, key)}
    await house.forget(facts["Quagga"])
    (text, _) = await house.said()
    async with house.database.read() as session:
        rows = {row.fact: text[row.span_start : row.span_end] for row in await session.scalars(select(EvidenceRow))}
    assert rows == {facts["Lisbon"]: "I live in Lisbon.", facts["tea"]: "I like tea."}


@BOTH
async def test_answers_given_from_it_go(house: House) -> None:
    """An answer whose manifest used the fact is replaced; one that dropped it stays."""
    fact = (await house.talk.say("I live in Lisbon.")).added[0].id
    other = Talk(house.talk.journal, house.talk.scope, house.talk.at)
    await other.say("Where to?", "Down to the Tagus.", used=used(fact))
    await other.say("And else?", "To the sea.", used=(UsedItem(fact, "fact", False, "over the cap"),))
    await house.forget(fact)
    messages = await house.transcript.messages(house.talk.scope, other.conversation)
    assert [message.text for message in messages] == ["Where to?", REMOVED, "And else?", "To the sea."]
    assert "Down to the Tagus." not in await house.episodes(Role.ASSISTANT)
    assert "To the sea." in await house.episodes(Role.ASSISTANT)


async def test_answers_that_only_had_it_in_the_profile_stay_unless_they_say_it(house: House) -> None:
    """The profile is in every prompt: the transcript keeps what does not mention it, recall does not."""
    fact = (await house.talk.say("I live in Lisbon.")).added[0].id
    other = Talk(house.talk.journal, house.talk.scope, house.talk.at)
    await other.say("What is two and two?", "Four.", used=used(fact, "profile"))
    await other.say("Where am I?", "In Lisbon, surely.", used=used(fact, "profile"))
    await house.forget(fact)
    messages = await house.transcript.messages(house.talk.scope, other.conversation)
    assert [message.text for message in messages] == ["What is two and two?", "Four.", "Where am I?", REMOVED]
    assert await house.episodes(Role.ASSISTANT) == []


async def test_answers_from_answers_go(house: House) -> None:
    """An answer that was given from an episode that goes, goes too, and so on."""
    learned = await house.talk.say("I live in Lisbon.")
    second = Talk(house.talk.journal, house.talk.scope, house.talk.at)
    from_episode = await second.say("Where to?", "To the Tagus.", used=used(learned.episodes[0], kind="episode"))
    third = Talk(house.talk.journal, house.talk.scope, house.talk.at)
    await third.say("What did you say?", "The river.", used=used(from_episode.episodes[1], kind="episode"))
    await house.forget(learned.added[0].id)
    messages = await house.transcript.messages(house.talk.scope, third.conversation)
    assert [message.text for message in messages] == ["What did you say?", REMOVED]
    assert await house.episodes(Role.ASSISTANT) == []


async def test_the_vault_lets_go_of_it(house: House) -> None:
    """The forgotten value is taken out of its conversation's vault, others stay."""
    vault = {"<LOCATION_1>": "Lisbon", "<PERSON_1>": "Anna"}
    learned = await house.talk.say("I live in Lisbon.", vault=vault)
    await house.forget(learned.added[0].id)
    kept = await house.transcript.vault(house.talk.scope, house.talk.conversation)
    assert kept == {"<PERSON_1>": "Anna"}


@BOTH
async def test_what_was_forgotten_is_not_learned_again(house: House) -> None:
    """Saying it again in passing does not bring it back; asking to remember it does, from then on."""
    learned = await house.talk.say("I live in Lisbon.")
    await house.forget(learned.added[0].id)
    assert (await house.talk.say("I live in Lisbon.")).added == ()
    assert len((await house.talk.say("Remember that I live in Lisbon.")).added) == 1
    assert await house.count(TombstoneRow) == 0


@BOTH
async def test_forget_as_a_command(house: House) -> None:
    """Told to forget, the turn itself keeps neither the request's words nor an answer that repeats them."""
    fact = (await house.talk.say("I live in Lisbon.")).added[0].id
    learned = await house.talk.say(
        "Forget that I live in Lisbon. What is the time?",
        "I forgot that you live in Lisbon.",
        vault={"<LOCATION_1>": "Lisbon"},
    )
    assert learned == Learned(forgotten=(fact,))
    assert await house.facts() == set()
    assert await house.said() == [REMOVED, REMOVED, "What is the time?", REMOVED]
    assert await house.episodes(Role.USER) == []
    assert await house.transcript.vault(house.talk.scope, house.talk.conversation) == {}


async def test_an_answer_that_does_not_repeat_it_stays(house: House) -> None:
    """The answer to the command to forget is kept where it says nothing of it."""
    await house.talk.say("I live in Lisbon.")
    await house.talk.say("Forget that I live in Lisbon.", "Done.")
    assert (await house.said())[-1] == "Done."


async def test_what_held_once_can_be_forgotten_by_command(house: House) -> None:
    """A former fact goes when asked for; what superseded it stays."""
    await house.talk.say("I live in Lisbon.")
    await house.talk.say("I live in Porto.")
    await house.talk.say("Forget that I lived in Lisbon.", "Done.")
    await house.talk.say("Forget that I live in Lisbon.", "Done.")
    assert await house.facts() == {"Lives in Porto"}


async def test_a_command_that_means_nothing_known_changes_nothing(house: House) -> None:
    """Asked to forget what is not known, the turn is kept like any other."""
    assert (await house.talk.say("Forget that I live in Lisbon.", "Done.")).forgotten == ()
    assert (await house.said())[0] == "Forget that I live in Lisbon."


async def test_everything_can_be_forgotten(house: House) -> None:
    """Asked to forget everything, no fact is left, current or former."""
    await house.talk.say("I live in Lisbon. I like tea.")
    await house.talk.say("I live in Porto.")
    learned = await house.talk.say("Forget everything you know about me.", "Done.")
    assert (len(learned.forgotten), await house.facts()) == (3, set())


@BOTH
async def test_anothers_fact_is_not_found(house: House, ben: Scope) -> None:
    """Another's fact and an unknown one raise NotFound and nothing changes."""
    fact = (await house.talk.say("I live in Lisbon.")).added[0].id
    with pytest.raises(NotFound):
        await house.forget(fact, ben)
    for unknown in (new_id(), "", "\0", "\ud800"):
        with pytest.raises(NotFound):
            await house.forget(FactId(unknown))
    assert await house.facts() == {"Lives in Lisbon"}


async def test_forgetting_leaves_the_ledger_whole(house: House, ledger: Ledger) -> None:
    """The chain still verifies: it never held what was forgotten."""
    fact = (await house.talk.say("I live in Lisbon.")).added[0].id
    await house.forget(fact)
    assert (await ledger.verify(DEFAULT_TENANT)).ok


async def test_no_sealed_byte_of_it_is_left(house: House, tmp_path: Path) -> None:
    """After settle, the ciphertext of the fact and of its sentence is in no file."""
    learned = await house.talk.say("I live in Lisbon.")
    async with house.database.read() as session:
        texts = list(await session.scalars(select(col(EpisodeRow.text))))
    await house.database.settle()
    assert all(text in bytes_of(tmp_path) for text in texts)
    await house.forget(learned.added[0].id)
    await house.database.settle()
    assert not any(text in bytes_of(tmp_path) for text in texts)
