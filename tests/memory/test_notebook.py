# SPDX-License-Identifier: Apache-2.0
"""The notebook over real stores and the real encoder: recall, correct, forget, reindex, and nobody else's."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from memory.errors import NotebookError, NotFound, StaleVersion
from memory.ids import FactId, new_id
from memory.store.tables import EpisodeRow, FactRow, StrayVectorRow, TurnRow
from memory.values import FactKind, Learned, Recollection, SaidBy
from memory.vectors.index import open_chroma
from tests.fakes.index import DictIndex
from tests.memory.remembering import START, person, remembering

STORY = [
    ("I live in Berlin. My sister is called Ana.", "Noted, Berlin it is."),
    ("I am learning the cello since March", "Lovely."),
    ("My flight to Oslo leaves on Friday at seven", "Have a good trip."),
    ("The blue bike was stolen from the yard", "I am sorry to hear that."),
    ("Hi!", "Hello, how can I help?"),
]


def texts(recollection: Recollection) -> list[str]:
    """What was recalled beside the profile."""
    return [one.text for one in recollection.recalled]


async def test_what_was_said_is_recalled_elsewhere(tmp_path: Path) -> None:
    """The next conversation recalls it at once, with its date, its turn and who said it."""
    async with remembering(tmp_path) as memory:
        me = person()
        for text, answer in STORY:
            await memory.tell(me, text, answer)
        found = await memory.ask(me, "What instrument am I learning?")
    (cello,) = found.recalled
    assert (cello.text, cello.kind, cello.said_by) == (STORY[1][0], "episode", SaidBy.USER)
    assert (cello.occurred_at, cello.source_turn) == (START + timedelta(minutes=2), memory.turns[1])
    assert {fact.text for fact in found.profile} == {"Is learning cello", "Sister: Ana", "Lives in Berlin"}


async def test_what_was_said_survives_a_restart(tmp_path: Path) -> None:
    """A memory opened again recalls what the one before it was told, from Chroma's vectors."""
    me = person()
    async with open_chroma(tmp_path / "index") as index, remembering(tmp_path, index) as memory:
        for text, answer in STORY:
            await memory.tell(me, text, answer)
        before = await memory.ask(me, "When does my plane go?")
    async with open_chroma(tmp_path / "index") as index, remembering(tmp_path, index) as memory:
        memory.now = START + timedelta(minutes=len(STORY))
        after = await memory.ask(me, "When does my plane go?")
    assert texts(before) == texts(after)
    assert texts(after)[0] == STORY[2][0]


async def test_a_turn_recalls_before_it_is_indexed(tmp_path: Path) -> None:
    """Recall waits for no index: what the journal has is recalled."""
    async with remembering(tmp_path) as memory:
        me = person()
        await memory.ask(me, "Which instrument?")
        await memory.tell(me, "I am learning the cello")
        memory.index.rows.clear()  # type: ignore[attr-defined]
        assert texts(await memory.ask(me, "Which instrument am I learning?")) == ["I am learning the cello"]


@pytest.mark.parametrize("query", ["Hi!", "Thanks a lot", "Tell me a joke", "What is the capital of France?"])
async def test_chit_chat_recalls_nothing(tmp_path: Path, query: str) -> None:
    """What bears on no memory recalls the profile alone."""
    async with remembering(tmp_path) as memory:
        me = person()
        for text, answer in STORY:
            await memory.tell(me, text, answer)
        found = await memory.ask(me, query)
    assert texts(found) == []
    assert len(found.profile) == 3


async def test_one_conversation_is_not_recalled_in_itself(tmp_path: Path) -> None:
    """A conversation's own turns stand in its history and are not recalled there."""
    async with remembering(tmp_path) as memory:
        me = person()
        here = await memory.tell(me, "I am learning the cello")
        query = "Which instrument am I learning?"
        found = await memory.notebook.recall(me, query, conversation=here, now=memory.now, limit=5)
    assert texts(found) == []


async def test_nobody_recalls_anothers(tmp_path: Path) -> None:
    """Two people who ask the same recall only what each of them said."""
    async with remembering(tmp_path) as memory:
        me, you = person(), person()
        await memory.tell(me, "I am learning the cello")
        await memory.tell(you, "I am learning the piano and I live in Madrid")
        query = "Which instrument am I learning?"
        assert texts(await memory.ask(me, query)) == ["I am learning the cello"]
        assert texts(await memory.ask(you, query)) == ["I am learning the piano and I live in Madrid"]
        assert [fact.text for fact in (await memory.ask(me, query)).profile] == ["Is learning cello"]


async def test_anothers_facts_are_as_if_absent(tmp_path: Path) -> None:
    """Correcting, forgetting and reading another's fact answer as for one that never was."""
    async with remembering(tmp_path) as memory:
        me, you = person(), person()
        await memory.tell(me, "I live in Berlin")
        fact = await memory.fact(me, "Lives in Berlin")
        for one in (fact.id, FactId(new_id())):
            with pytest.raises(NotFound, match=r"^There is no such memory\.$"):
                await memory.notebook.correct(you, one, "Lives in Rome", memory.now)
            with pytest.raises(NotFound, match=r"^There is no such memory\.$"):
                await memory.notebook.forget(you, one, memory.now)
        assert await memory.notebook.texts(you, [fact.id]) == {}
        assert await memory.fact(me, "Lives in Berlin") == fact


async def test_the_old_value_is_not_recalled(tmp_path: Path) -> None:
    """After a move the old city is in no fact, in no sentence of mine and in no answer that is recalled."""
    async with remembering(tmp_path) as memory:
        me = person()
        await memory.tell(me, "I live in Berlin. The blue bike is mine.", "Berlin has fine bike lanes.")
        await memory.tell(me, "I moved to Lisbon", "Lisbon is hilly for a bike.")
        found = await memory.ask(me, "Where do I live and where is my blue bike?", limit=20)
    everything = " ".join([*texts(found), *(fact.text for fact in found.profile)])
    assert "Berlin" not in everything
    assert "The blue bike is mine." in texts(found)
    assert [fact.text for fact in found.profile] == ["Lives in Lisbon"]


async def test_a_correction_takes_the_old_ones_place(tmp_path: Path) -> None:
    """The new fact has the old slot and the new value, is sure, and is in the next profile; the old is history."""
    async with remembering(tmp_path) as memory:
        me = person()
        await memory.tell(me, "I live in Berlin")
        old = await memory.fact(me, "Lives in Berlin")
        new = await memory.notebook.correct(me, old.id, " Lives in  Lisbon ", memory.now)
        found = await memory.ask(me, "Where do I live?")
        async with memory.database.read() as session:
            (row,) = await session.scalars(select(FactRow).where(col(FactRow.id) == old.id))
    assert (new.text, new.value, new.attribute, new.kind) == ("Lives in Lisbon", "Lisbon", old.attribute, old.kind)
    assert (new.confidence, new.said_by, new.valid_from) == (1.0, SaidBy.USER, memory.now)
    assert found.profile == (new,)
    assert "Berlin" not in " ".join(texts(found))
    assert (row.superseded_by, row.valid_to) == (new.id, memory.now)


async def test_a_correction_in_ones_own_words_is_read(tmp_path: Path) -> None:
    """ "I live in Porto" gives the same fact as if it had been said."""
    async with remembering(tmp_path) as memory:
        me = person()
        await memory.tell(me, "I live in Berlin")
        old = await memory.fact(me, "Lives in Berlin")
        new = await memory.notebook.correct(me, old.id, "I live in Porto", memory.now)
    assert (new.text, new.value, new.category) == ("Lives in Porto", "Porto", old.category)


async def test_a_corrected_fact_cannot_be_corrected_again(tmp_path: Path) -> None:
    """The old id is history: correcting it once more finds nothing, so that no correction is lost."""
    async with remembering(tmp_path) as memory:
        me = person()
        await memory.tell(me, "I live in Berlin")
        old = await memory.fact(me, "Lives in Berlin")
        await memory.notebook.correct(me, old.id, "Lives in Lisbon", memory.now)
        with pytest.raises((NotFound, StaleVersion)):
            await memory.notebook.correct(me, old.id, "Lives in Rome", memory.now)
        assert [fact.text for fact in await memory.notebook.facts(me)] == ["Lives in Lisbon"]


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 501])
async def test_an_empty_or_endless_correction_is_refused(tmp_path: Path, text: str) -> None:
    """A correction without words, or of too many, changes nothing."""
    async with remembering(tmp_path) as memory:
        me = person()
        await memory.tell(me, "I live in Berlin")
        old = await memory.fact(me, "Lives in Berlin")
        with pytest.raises(NotebookError, match="between 1 and 500"):
            await memory.notebook.correct(me, old.id, text, memory.now)
        assert await memory.fact(me, "Lives in Berlin") == old


async def test_what_is_forgotten_is_recalled_nowhere(tmp_path: Path) -> None:
    """After forgetting neither fact nor sentence nor answer is recalled, and the index has no vector of them."""
    index = DictIndex()
    async with remembering(tmp_path, index) as memory:
        me = person()
        await memory.tell(me, "I live in Berlin. The blue bike is mine.", "Berlin has fine bike lanes.")
        fact = await memory.fact(me, "Lives in Berlin")
        await memory.notebook.forget(me, fact.id, memory.now)
        found = await memory.ask(me, "Where do I live? In Berlin? Where is my blue bike?", limit=20)
        async with memory.database.read() as session:
            left = set(await session.scalars(select(col(EpisodeRow.id))))
            strays = list(await session.scalars(select(col(StrayVectorRow.id))))
    assert found.profile == ()
    assert texts(found) == ["The blue bike is mine."]
    assert set(index.rows) == left
    assert strays == []


async def test_a_deleted_conversation_is_not_recalled(tmp_path: Path) -> None:
    """Its turns are recalled no more, and the next indexing takes their vectors out."""
    index = DictIndex()
    async with remembering(tmp_path, index) as memory:
        me = person()
        here, query = await memory.tell(me, "The cello sounds better with the new strings"), "How does my cello sound?"
        assert len(texts(await memory.ask(me, query))) == 1
        await memory.transcript.delete(me, here)
        assert texts(await memory.ask(me, query)) == []
        await memory.tell(me, "The bike is green")
        assert len(index.rows) == 1


async def test_forgotten_texts_are_not_shown(tmp_path: Path) -> None:
    """Texts gives one's own facts and episodes by id, and leaves out what was forgotten."""
    async with remembering(tmp_path) as memory:
        me = person()
        await memory.tell(me, "I live in Berlin")
        await memory.tell(me, "The blue bike is mine")
        fact = await memory.fact(me, "Lives in Berlin")
        (bike,) = (await memory.ask(me, "Whose is the blue bike?")).recalled
        assert await memory.notebook.texts(me, [fact.id, bike.id]) == {fact.id: fact.text, bike.id: bike.text}
        await memory.notebook.forget(me, fact.id, memory.now)
        assert await memory.notebook.texts(me, [fact.id, bike.id]) == {bike.id: bike.text}


async def test_indexing_twice_is_as_once(tmp_path: Path) -> None:
    """A turn indexed again changes nothing; turn, facts and episodes are marked; an unknown turn is no error."""
    index = DictIndex()
    async with remembering(tmp_path, index) as memory:
        me = person()
        await memory.tell(me, "I live in Berlin", "Noted.")
        before = {key: row.tolist() for key, row in index.rows.items()}
        await memory.notebook.index_turn(me, memory.turns[0])
        await memory.notebook.index_turn(person(), memory.turns[0])
        assert {key: row.tolist() for key, row in index.rows.items()} == before
        async with memory.database.read() as session:
            for table in (TurnRow, FactRow, EpisodeRow):
                assert set(await session.scalars(select(col(table.indexed)))) == {True}
        assert await memory.journal.unindexed() == ()


async def test_a_rebuilt_index_recalls_the_same(tmp_path: Path) -> None:
    """After the index was emptied behind our back, reindexing brings every recall back with its scores."""
    me, queries = person(), ["Where is my bike?", "When do I fly?", "instrument", "What about Friday in Oslo?"]
    async with open_chroma(tmp_path / "index") as index, remembering(tmp_path, index) as memory:
        for text, answer in STORY:
            await memory.tell(me, text, answer)
        before = [await memory.ask(me, query) for query in queries]
        await index.clear()
        assert await memory.notebook.reindex() == 11
        memory.notebook.invalidate(me)
        assert [await memory.ask(me, query) for query in queries] == before
        assert len(await index.get([one.id for found in before for one in found.recalled])) > 2


async def test_the_index_holds_no_vector_as_the_encoder_made_it(tmp_path: Path) -> None:
    """What lies in the index is turned by the person's key: two people's same sentence has two vectors."""
    index = DictIndex()
    async with remembering(tmp_path, index) as memory:
        for _ in range(2):
            await memory.tell(person(), "The blue bike is mine")
    one, other = index.rows.values()
    assert abs(float(one @ other)) < 0.4


async def test_nobodys_recall_is_empty(tmp_path: Path) -> None:
    """Somebody who never said anything recalls nothing, and that is no error."""
    async with remembering(tmp_path) as memory:
        assert await memory.ask(person(), "Where do I live?") == Recollection()
        await memory.notebook.learned(person(), Learned())


async def test_the_profile_is_not_recalled_twice(tmp_path: Path) -> None:
    """A fact that stands in the profile is not among the recalled ones."""
    async with remembering(tmp_path) as memory:
        me = person()
        await memory.tell(me, "I live in Berlin")
        found = await memory.ask(me, "Where do I live?")
    assert [fact.kind for fact in found.profile] == [FactKind.IDENTITY]
    assert not {fact.id for fact in found.profile} & {one.id for one in found.recalled}


async def test_the_limit_holds(tmp_path: Path) -> None:
    """No more memories than asked for, and none for a limit of nothing."""
    async with remembering(tmp_path) as memory:
        me = person()
        for number in range(6):
            await memory.tell(me, f"My bike number {number} stands in street {number * 7}")
        assert len(texts(await memory.ask(me, "Where does my bike stand?", limit=3))) == 3
        assert texts(await memory.ask(me, "Where does my bike stand?", limit=0)) == []
