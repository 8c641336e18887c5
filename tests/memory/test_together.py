# SPDX-License-Identifier: Apache-2.0
"""Several processes on one memory: nothing lost, nothing overwritten unseen, everything found."""

from pathlib import Path

import pytest

from memory.errors import StoreUnavailable
from memory.values import Recollection
from memory.vectors.index_server import open_server
from tests.fakes.encoder import CountingEncoder
from tests.memory.postgres import BOTH, Cluster
from tests.memory.remembering import person, remembering
from tests.memory.together import together, vector

pytestmark = pytest.mark.process


@BOTH
@pytest.mark.timeout(240)
async def test_a_thousand_updates_lose_none(tmp_path: Path, database_url: str) -> None:
    """Two processes with five writers each tell one person's memory 1,000 facts: all are there and recalled.

    200 on PostgreSQL, whose writers wait for one another in the same way.
    """
    me, url = person(), database_url
    each = 500 if url.startswith("sqlite") else 100
    async with remembering(tmp_path, url=url, encoder=CountingEncoder()) as memory:
        await memory.ask(me, "Which locker?")
        await together("tell", tmp_path, url, me, "ab", each)
        told = {fact.text for fact in await memory.notebook.facts(me)}
        assert told == {f"Locker {name}{number} holds a kite" for name in "ab" for number in range(each)}
        shelf = await memory.notebook._hot.of(me)
        assert {fact.text for fact in shelf.facts} == told
        assert sum(one.kind == "episode" for one in shelf.memories) == 2 * each // 4


@BOTH
@pytest.mark.timeout(240)
async def test_no_update_overwrites_another(tmp_path: Path, database_url: str) -> None:
    """Two processes that each count one fact up 20 times end at 40: whoever was overtaken was told so."""
    me, url = person(), database_url
    async with remembering(tmp_path, url=url, encoder=CountingEncoder()) as memory:
        await memory.tell(me, "Remember that the count is 0")
        await together("count_up", tmp_path, url, me, "ab", 20)
        assert [fact.text for fact in await memory.notebook.facts(me)] == ["The count is 40"]


@pytest.mark.timeout(240)
async def test_four_writers_on_a_server_lose_no_vector(tmp_path: Path, chroma_url: str) -> None:
    """What four processes put into one Chroma server at once is got, and found as nearest to itself."""
    async with open_server(chroma_url) as index:
        await index.clear()
        await together("fill", tmp_path, chroma_url, person(), "abcd", 100)
        names = [(name, number) for name in "abcd" for number in range(100)]
        assert len(await index.get([f"{name}-{number}" for name, number in names])) == 400
        found = [(await index.nearest(vector(*name), 1))[0][0] for name in names]
        assert found == [f"{name}-{number}" for name, number in names]


@pytest.mark.timeout(240)
async def test_servers_recall_as_the_embedded_stores_do(tmp_path: Path, cluster: Cluster, chroma_url: str) -> None:
    """On PostgreSQL and a Chroma server: recalled at once, corrected, forgotten, and the same after a rebuild."""
    me, url = person(), cluster.new_store()

    def seen(found: Recollection) -> list[tuple[str, float]]:
        return [(one.id, one.score) for one in found.recalled]

    async with open_server(chroma_url) as index, remembering(tmp_path, index, url) as memory:
        await index.clear()
        await memory.tell(me, "I live in Berlin. The blue bike is mine.", "Berlin has fine bike lanes.")
        await memory.tell(me, "I am learning the cello", "Lovely.")
        await memory.notebook.correct(me, (await memory.fact(me, "Lives in Berlin")).id, "Lives in Lisbon", memory.now)
        before = await memory.ask(me, "Which instrument am I learning, and whose is the blue bike?")
        assert "I am learning the cello" in {one.text for one in before.recalled}
        assert "Lives in Lisbon" in {fact.text for fact in before.profile}
        assert await memory.notebook.reindex()
        assert seen(await memory.ask(me, "Which instrument am I learning, and whose is the blue bike?")) == seen(before)
        await memory.notebook.forget(me, (await memory.fact(me, "Lives in Lisbon")).id, memory.now)
        after = await memory.ask(me, "Where do I live? In Lisbon or in Berlin?")
        shown = [one.text for one in after.recalled] + [fact.text for fact in after.profile]
        assert not [text for text in shown if "Lisbon" in text or "Berlin" in text]
    async with open_server(chroma_url) as index, remembering(tmp_path, index, url, CountingEncoder()) as memory:
        assert "I am learning the cello" in {one.text for one in (await memory.notebook._hot.of(me)).memories}


async def test_a_server_that_is_away_stops_nobody(tmp_path: Path) -> None:
    """Without its server the index is one clear sentence, and recall goes on."""
    me = person()
    async with open_server("http://127.0.0.1:1") as index:
        with pytest.raises(StoreUnavailable, match=r"Chroma server at http://127\.0\.0\.1:1 does not answer; start it"):
            await index.opened()
        async with remembering(tmp_path, encoder=CountingEncoder()) as memory:
            await memory.tell(me, "I am learning the cello")
        async with remembering(tmp_path, index, encoder=CountingEncoder()) as memory:
            await memory.ask(me, "Which instrument am I learning?")
            assert "I am learning the cello" in {one.text for one in (await memory.notebook._hot.of(me)).memories}
