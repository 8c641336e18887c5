# SPDX-License-Identifier: Apache-2.0
"""Whether a memory helped, as its person says: whose it is, what it does to a recall, and when it goes."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from memory.erasure.forgetting import forget_fact
from memory.erasure.rows import census, erase_person
from memory.errors import NotFound
from memory.feedback import judge, judged, usefulness
from memory.ids import Scope, TurnId, new_id
from memory.journal import Journal
from memory.ranking.hot import Hot
from memory.store.database import Database
from memory.store.sealed import Keyring
from memory.transcript import Transcript
from memory.vectors.embeddings import Embeddings
from tests.fakes.encoder import CountingEncoder
from tests.memory.postgres import BOTH
from tests.memory.remembering import person, remembering
from tests.memory.test_tally import tally
from tests.memory.turns import Talk, closed_turn


async def test_what_did_not_help_comes_later_and_what_helped_comes_first(tmp_path: Path) -> None:
    """From the next recall on, nothing is lost by it, and taken back it is as if never said."""
    async with remembering(tmp_path) as memory:
        me = person()
        for said in (
            "I keep the old bike in the cellar.",
            "My bike has a flat tyre.",
            "I painted the bike green in May.",
        ):
            await memory.tell(me, said)
        query = "How is my bike?"
        before = (await memory.ask(me, query)).recalled
        first, last = before[0].id, before[1].id
        for turn in memory.turns[:2]:
            await memory.notebook.judge(me, turn, first, False, memory.now)
            await memory.notebook.judge(me, turn, last, True, memory.now)
        after = (await memory.ask(me, query)).recalled
        assert {one.id for one in after} == {one.id for one in before}
        places = [one.id for one in after]
        assert places.index(last) < places.index(first)
        assert {one.id: one.scores["useful"] for one in after if one.scores["useful"]} == {first: -0.5, last: 0.5}
        for turn in memory.turns[:2]:
            for id in (first, last):
                await memory.notebook.judge(me, turn, id, None, memory.now)
        assert (await memory.ask(me, query)).recalled == before


async def test_it_binds_another_process_at_its_next_recall(tmp_path: Path) -> None:
    """A hot state that was told nothing has it, also once a later turn came; it is the person's alone."""
    async with remembering(tmp_path) as memory:
        me, other = person(), person()
        place = await memory.tell(me, "The bike is in the cellar.")
        await memory.tell(other, "The bike is in the yard.")
        elsewhere = Hot(
            memory.database, memory.keyring, Embeddings(memory.index, CountingEncoder(), memory.keyring), 100
        )
        (bike,) = (await elsewhere.of(me)).memories
        await memory.notebook.judge(me, memory.turns[0], bike.id, True, memory.now)
        assert (await elsewhere.of(me)).useful.tolist() == [1 / 3]
        await memory.tell(me, "It is locked.", conversation=place)
        assert (await elsewhere.of(me)).useful.tolist() == [1 / 3, 0]
        assert (await elsewhere.of(other)).useful.tolist() == [0]


async def test_one_choice_a_turn_about_one_s_own_alone(tmp_path: Path) -> None:
    """The later one holds; another's turn or memory, none at all and odd ids raise NotFound, and nothing is kept."""
    async with remembering(tmp_path) as memory:
        me, other = person(), person()
        await memory.tell(me, "The bike is in the cellar.")
        await memory.tell(other, "The bike is in the yard.")
        (mine,), (theirs,) = [(await memory.notebook._hot.of(one)).memories for one in (me, other)]
        my_turn, their_turn = memory.turns
        ids = (new_id(), "\0", "' OR 1=1", "\ud83d", "")
        refused = [(their_turn, mine.id), (my_turn, theirs.id), (their_turn, theirs.id)]
        refused += [pair for id in ids for pair in ((my_turn, id), (TurnId(id), mine.id))]
        for turn, id in refused:
            with pytest.raises(NotFound):
                await memory.notebook.judge(me, turn, id, True, memory.now)
        for helped in (True, False):
            await memory.notebook.judge(me, my_turn, mine.id, helped, memory.now)
            assert await memory.notebook.judged(me, my_turn) == {mine.id: helped}
        assert await memory.notebook.judged(other, my_turn) == {}
        async with memory.database.read() as session:
            assert (await session.execute(text("SELECT memory, value FROM feedback"))).all() == [(mine.id, -1)]


async def test_a_part_of_the_profile_that_did_not_help_twice_stands_last_in_its_kind(tmp_path: Path) -> None:
    """It stays in the profile, and comes back to its place when that is taken back."""
    async with remembering(tmp_path) as memory:
        me = person()
        for said in ("I like tea.", "I like rowing.", "I like chess."):
            await memory.tell(me, said)

        async def likes() -> list[str]:
            return [fact.value for fact in (await memory.ask(me, "Hello")).profile]

        assert await likes() == ["chess", "rowing", "tea"]
        fact = await memory.fact(me, "Likes chess")
        await memory.notebook.judge(me, memory.turns[0], fact.id, False, memory.now)
        assert await likes() == ["chess", "rowing", "tea"]
        await memory.notebook.judge(me, memory.turns[1], fact.id, False, memory.now)
        assert await likes() == ["rowing", "tea", "chess"]
        await memory.notebook.judge(me, memory.turns[0], fact.id, None, memory.now)
        assert await likes() == ["chess", "rowing", "tea"]


@BOTH
@pytest.mark.parametrize("way", ["fact", "its conversation", "the answer's conversation", "edited", "person"])
async def test_it_goes_with_what_it_is_about_and_where_it_was_said(
    journal: Journal, database: Database, keyring: Keyring, transcript: Transcript, anna: Scope, ben: Scope,
    now: datetime, way: str,
) -> None:  # fmt: skip
    """With the fact, the episode, the conversation or the edited turn of either, the person; another's stays."""
    told, asked = Talk(journal, anna, now), Talk(journal, anna, now + timedelta(hours=1))
    learned = await told.say("I live in Oslo.")
    await asked.say("Where do I live?", "In Oslo.")
    theirs = Talk(journal, ben, now)
    kept = await theirs.say("I live in Rome.")
    choices = [(anna, asked, id) for id in (learned.added[0].id, learned.episodes[0])]
    choices.append((ben, theirs, kept.added[0].id))
    for scope, talk, id in choices:
        before = await tally(database, scope)
        async with database.write() as session:
            await judge(session, scope, talk.turns[0].turn, id, True, now)
        assert (await tally(database, scope)).changed > before.changed
    if "conversation" in way:
        await transcript.delete(anna, (told if way == "its conversation" else asked).conversation)
    elif way == "edited":
        again = await asked.open("Where do I work?", message=asked.turns[0].message)
        await journal.close(anna, closed_turn(again))
    async with database.write() as session:
        if way == "fact":
            await forget_fact(session, anna, await keyring.of(anna), learned.added[0].id, now + timedelta(days=1))
        elif way == "person":
            await erase_person(session, anna, now)
        stays = {learned.added[0].id} if way == "its conversation" else set()  # a fact outlives its conversation
        assert set(await judged(session, anna, asked.turns[0].turn)) == stays
        assert (await census(session, anna)).get("feedback", 0) == len(stays)
        assert await usefulness(session, ben) == {kept.added[0].id: 1 / 3}
