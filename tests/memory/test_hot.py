# SPDX-License-Identifier: Apache-2.0
"""The memories of people who are talking: always as SQL has them, bounded, and loaded from the index."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from memory.ranking.hot import Hot
from memory.ranking.shelf import Shelf
from memory.vectors.embeddings import Embeddings
from tests.fakes.encoder import CountingEncoder
from tests.fakes.index import DeadIndex, DictIndex
from tests.memory.remembering import Remembering, person, remembering


def texts(shelf: Shelf) -> set[str]:
    """What is on it."""
    return {memory.text for memory in shelf.memories}


def hot(memory: Remembering, encoder: CountingEncoder, capacity: int = 100) -> Hot:
    """A hot state of its own over the stores, which nobody tells anything."""
    return Hot(memory.database, memory.keyring, Embeddings(memory.index, encoder, memory.keyring), capacity)


async def soon(holds: Callable[[], bool]) -> None:
    """Waits until it holds, half a minute at most."""
    for _ in range(3_000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never held")


async def test_what_another_process_wrote_is_seen(tmp_path: Path) -> None:
    """A hot state that was told nothing has what was written, deleted and superseded meanwhile."""
    async with remembering(tmp_path) as memory:
        mine, me = hot(memory, CountingEncoder()), person()
        assert texts(await mine.of(me)) == set()
        place = await memory.tell(me, "I live in Berlin")
        assert texts(await mine.of(me)) == {"Lives in Berlin", "I live in Berlin"}
        await memory.tell(me, "I moved to Lisbon")
        assert texts(await mine.of(me)) == {"Lives in Lisbon", "I moved to Lisbon"}
        await memory.tell(me, "The bike is green", conversation=place)
        await memory.transcript.delete(me, place)
        assert texts(await mine.of(me)) == {"Lives in Lisbon", "I moved to Lisbon"}


async def test_vectors_come_from_the_index(tmp_path: Path) -> None:
    """A person whose turns are indexed is loaded without embedding anything again."""
    async with remembering(tmp_path) as memory:
        me, encoder = person(), CountingEncoder()
        await memory.tell(me, "I live in Berlin", "Noted, by the river.")
        mine = hot(memory, encoder)
        assert len((await mine.of(me)).memories) == 3
        assert encoder.texts == []


async def test_a_lost_index_comes_back(tmp_path: Path) -> None:
    """What the index lost is embedded again and put back."""
    index = DictIndex()
    async with remembering(tmp_path, index) as memory:
        me, encoder = person(), CountingEncoder()
        await memory.tell(me, "I live in Berlin")
        before = set(index.rows)
        index.rows.clear()
        await hot(memory, encoder).of(me)
        assert len(encoder.texts) == 3
        assert set(index.rows) == before


async def test_a_dead_index_stops_nobody(tmp_path: Path) -> None:
    """Where the index does not answer, memories are embedded again and recalled."""
    async with remembering(tmp_path) as memory:
        me = person()
        await memory.tell(me, "I live in Berlin")
        memory.index = DeadIndex()
        assert texts(await hot(memory, CountingEncoder()).of(me)) == {"Lives in Berlin", "I live in Berlin"}


async def test_who_was_silent_longest_goes_first(tmp_path: Path) -> None:
    """The hot state holds so many memories and drops the person who was not asked for longest."""
    async with remembering(tmp_path) as memory:
        mine, people = hot(memory, CountingEncoder(), capacity=4), [person() for _ in range(3)]
        for one in people:
            await memory.tell(one, "I live in Berlin")
        for one in (people[0], people[1], people[0], people[2]):
            await mine.of(one)
        assert [mine.holds(one) for one in people] == [True, False, True]


async def test_a_caller_who_gives_up_stops_no_loading(tmp_path: Path) -> None:
    """A load outlives the deadline of who began it, so that the next recall finds it done."""
    async with remembering(tmp_path) as memory:
        mine, me = hot(memory, CountingEncoder(slow=0.05)), person()
        await memory.tell(me, "I live in Berlin")
        memory.index.rows.clear()  # type: ignore[attr-defined]
        waiting = asyncio.ensure_future(mine.of(me))
        await soon(lambda: me in mine._loading)
        waiting.cancel()
        await soon(lambda: mine.holds(me))


async def test_at_once_is_loaded_once(tmp_path: Path) -> None:
    """Many recalls of a cold person at once read and embed each memory once."""
    async with remembering(tmp_path) as memory:
        encoder, me = CountingEncoder(), person()
        await memory.tell(me, "I live in Berlin")
        memory.index.rows.clear()  # type: ignore[attr-defined]
        mine = hot(memory, encoder)
        await asyncio.gather(*(mine.of(me) for _ in range(10)))
        assert len(encoder.texts) == 3
