# SPDX-License-Identifier: Apache-2.0
"""The vector index: the same claims over the dictionary, Chroma and a Chroma server, and how damage is met."""

import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from memory.errors import StoreUnavailable
from memory.vectors.index import VectorIndex, open_chroma
from memory.vectors.index_server import open_server
from memory.vectors.shredding import COLLECTION, NEXT, made
from memory.vectors.soundness import attest, attested
from memory.vectors.turning import Vectors
from tests.fakes.index import DictIndex
from tests.memory.traces import traces

Opens = Callable[[Path], AbstractAsyncContextManager[VectorIndex]]


@asynccontextmanager
async def open_dictionary(path: Path) -> AsyncIterator[VectorIndex]:
    """The fake, opened as the real one is."""
    yield DictIndex()


BOTH = pytest.mark.parametrize("opens", ["dictionary", "chroma", "server"], indirect=True)


@pytest.fixture
def opens(request: pytest.FixtureRequest) -> Opens:
    """How the index is opened that the test is about."""
    if request.param != "server":
        return {"dictionary": open_dictionary, "chroma": open_chroma}[request.param]
    url: str = request.getfixturevalue("chroma_url")
    return lambda folder: open_emptied(url)


@asynccontextmanager
async def open_emptied(url: str) -> AsyncIterator[VectorIndex]:
    """The server's index, without what another test left there."""
    async with open_server(url) as index:
        await index.clear()
        assert await index.opened()
        yield index


def rows(count: int) -> Vectors:
    """Vectors of length 1, the same each time."""
    drawn = np.random.default_rng(7).normal(size=(count, 384)).astype(np.float32)
    made: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return made


@BOTH
async def test_what_was_put_is_got(opens: Opens, tmp_path: Path) -> None:
    """Vectors come back under their ids; ids that are not there are left out."""
    vectors = rows(3)
    async with opens(tmp_path / "index") as index:
        await index.put(["a", "b", "c"], vectors)
        found = await index.get(["c", "a", "nothing"])
    assert set(found) == {"a", "c"}
    assert np.allclose(found["c"], vectors[2], atol=1e-6)


@BOTH
async def test_putting_again_replaces(opens: Opens, tmp_path: Path) -> None:
    """A second vector under the same id takes the first one's place."""
    first, second = rows(2)
    async with opens(tmp_path / "index") as index:
        await index.put(["a"], first[None])
        await index.put(["a"], second[None])
        assert np.allclose((await index.get(["a"]))["a"], second, atol=1e-6)


@BOTH
async def test_an_id_named_twice_is_one(opens: Opens, tmp_path: Path) -> None:
    """The last vector of an id counts; getting and dropping it twice is as once; no ids are no error."""
    first, second = rows(2)
    async with opens(tmp_path / "index") as index:
        await index.put(["a", "a"], np.stack([first, second]))
        assert np.allclose((await index.get(["a", "a"]))["a"], second, atol=1e-6)
        await index.drop(["a", "a"])
        assert await index.get(["a"]) == await index.get([]) == {}


@BOTH
async def test_dropped_ids_are_gone(opens: Opens, tmp_path: Path) -> None:
    """Dropped vectors are neither got nor found; dropping what is not there is no error."""
    vectors = rows(2)
    async with opens(tmp_path / "index") as index:
        await index.put(["a", "b"], vectors)
        await index.drop(["a", "nothing"])
        assert set(await index.get(["a", "b"])) == {"b"}
        assert [key for key, _ in await index.nearest(vectors[0], 5)] == ["b"]


@BOTH
async def test_nearest_is_by_cosine(opens: Opens, tmp_path: Path) -> None:
    """The vector itself comes first with a similarity of 1, the rest by falling cosine."""
    vectors = rows(40)
    async with opens(tmp_path / "index") as index:
        await index.put([str(row) for row in range(40)], vectors)
        found = await index.nearest(vectors[5], 4)
    exact = np.argsort(-(vectors @ vectors[5]))[:4]
    assert [key for key, _ in found] == [str(row) for row in exact]
    assert found[0][1] == pytest.approx(1, abs=1e-5)


@BOTH
async def test_a_cleared_index_is_empty_and_usable(opens: Opens, tmp_path: Path) -> None:
    """Clearing removes everything, and what is put afterwards is kept."""
    vectors = rows(2)
    async with opens(tmp_path / "index") as index:
        await index.put(["a"], vectors[:1])
        await index.clear()
        await index.put(["b"], vectors[1:])
        assert set(await index.get(["a", "b"])) == {"b"}


async def test_chroma_keeps_over_a_restart(tmp_path: Path) -> None:
    """What was put is there when the folder is opened again, and only a new folder counts as empty."""
    vectors = rows(250)
    async with open_chroma(tmp_path / "index") as index:
        assert await index.opened()
        await index.put([str(row) for row in range(250)], vectors)
    async with open_chroma(tmp_path / "index") as index:
        assert not await index.opened()
        assert len(await index.get([str(row) for row in range(250)])) == 250


async def filled(path: Path) -> None:
    """An index of 250 vectors, part of them already in the graph's own files."""
    async with open_chroma(path) as index:
        await index.put([str(row) for row in range(250)], rows(250))


@pytest.mark.parametrize("name", ["chroma.sqlite3", "data_level0.bin"])
async def test_a_damaged_file_starts_anew(tmp_path: Path, name: str) -> None:
    """Damage to any of Chroma's files is moved aside; the index opens empty, says so, and works."""
    await filled(tmp_path / "index")
    (broken,) = (tmp_path / "index").rglob(name)
    broken.write_bytes(b"not this" * 40)
    async with open_chroma(tmp_path / "index") as index:
        assert await index.opened()
        await index.put(["new"], rows(1))
        assert set(await index.get(["new", "3"])) == {"new"}
    assert (tmp_path / "index.damaged" / "chroma.sqlite3").exists()


async def test_a_clean_end_is_known_once(tmp_path: Path) -> None:
    """After a clean end the files are known to be sound; a crash, or any change to them, leaves that unsaid."""
    folder, record = tmp_path / "index", tmp_path / "index.sound"
    await filled(folder)
    assert attested(folder, record)
    assert not attested(folder, record)
    attest(folder, record)
    with (folder / "chroma.sqlite3").open("ab") as file:
        file.write(b"x")
    assert not attested(folder, record)


async def test_a_crash_loses_no_vector(tmp_path: Path) -> None:
    """Sound files without a clean end behind them are opened as they are."""
    await filled(tmp_path / "index")
    (tmp_path / "index.sound").unlink()
    async with open_chroma(tmp_path / "index") as index:
        assert not await index.opened()
        assert len(await index.get(["0", "249"])) == 2


async def test_a_cut_off_file_starts_anew(tmp_path: Path) -> None:
    """A half-written database is moved aside."""
    await filled(tmp_path / "index")
    database = tmp_path / "index" / "chroma.sqlite3"
    database.write_bytes(database.read_bytes()[: 40 * 1024])
    async with open_chroma(tmp_path / "index") as index:
        assert await index.opened()


async def test_an_opening_that_never_ended_starts_anew(tmp_path: Path) -> None:
    """Where the last opening brought the process down, the files are not opened a second time."""
    await filled(tmp_path / "index")
    (tmp_path / "index.opening").touch()
    async with open_chroma(tmp_path / "index") as index:
        assert await index.opened()
    assert not (tmp_path / "index.opening").exists()


async def test_clearing_removes_what_was_moved_aside(tmp_path: Path) -> None:
    """After a rebuild no damaged copy lies around with old vectors."""
    await filled(tmp_path / "index")
    (tmp_path / "index.opening").touch()
    async with open_chroma(tmp_path / "index") as index:
        await index.clear()
    assert not (tmp_path / "index.damaged").exists()


@pytest.mark.parametrize("gone", [range(7, 12), range(100)], ids=["few", "many"])
async def test_what_was_dropped_is_in_no_file(gone: range, tmp_path: Path) -> None:
    """Dropped ids and vectors leave no byte in Chroma's files, few or many; the others stay and are found."""
    vectors, folder = rows(250), tmp_path / "index"
    names = [f"name-of-{row:03}" for row in range(250)]
    lost = [names[row] for row in gone]
    async with open_chroma(folder) as index:
        await index.put(names, vectors)
        held = list((await index.get(lost)).values())
        assert len({what for _, what in traces(folder, lost, held)}) == 2 * len(gone)
        await index.drop(lost)
        assert traces(folder, lost, [*held, *vectors[list(gone)]]) == set()
        assert len(await index.get(names)) == 250 - len(gone)
        assert [key for key, _ in await index.nearest(vectors[200], 1)] == [names[200]]
    assert traces(folder, lost, held) == set()
    async with open_chroma(folder) as index:
        assert set(await index.get(names)) == set(names) - set(lost)


@pytest.mark.parametrize("many", [False, True])
async def test_dropping_goes_on_and_on(many: bool, tmp_path: Path) -> None:
    """After a dropping, or a clearing, what is put is kept, also over a restart, and dropped to the last byte."""
    vectors, folder = rows(300), tmp_path / "index"
    names = [f"name-of-{row:03}" for row in range(300)]
    async with open_chroma(folder) as index:
        await index.put(names[:200], vectors[:200])
        if many:
            await index.clear()
        for start in (200, 220, 240):
            await index.put(names[start : start + 20], vectors[start : start + 20])
            lost = names[start : start + (19 if many else 5)]
            held = list((await index.get(lost)).values())
            await index.drop(lost)
            assert traces(folder, lost, held) == set()
            assert names[start + 19] in await index.get([names[start + 19]])
    async with open_chroma(folder) as index:
        found = set(await index.get(names))
        assert found == {names[219], names[239], names[259]} if many else len(found) == 245


@pytest.mark.parametrize("left", ["both", "copy"])
async def test_a_copy_that_a_crash_left_is_ended(left: str, tmp_path: Path) -> None:
    """An unfinished copy of what stays is taken away, a finished one takes the collection's place."""
    folder = tmp_path / "index"
    await filled(folder)
    async with open_chroma(folder) as index:
        await index.opened()
        client = index._client
        copied = made(client, NEXT, folder)
        copied.upsert(ids=["0"], embeddings=rows(1))
        if left == "copy":
            client.delete_collection(COLLECTION)
    async with open_chroma(folder) as index:
        assert len(await index.get([str(row) for row in range(250)])) == (250 if left == "both" else 1)
        assert [one.name for one in index._client.list_collections()] == [COLLECTION]
        assert len([place for place in folder.iterdir() if place.is_dir()]) <= 1


async def test_an_unwritable_place_is_unavailable(tmp_path: Path) -> None:
    """A folder that cannot be made gives StoreUnavailable at the first call, not at the start."""
    (tmp_path / "file").write_text("in the way")
    async with open_chroma(tmp_path / "file" / "index") as index:
        with pytest.raises(StoreUnavailable):
            await index.get(["a"])


def test_chroma_is_imported_when_opened_and_not_before() -> None:
    """Importing the index loads no Chroma."""
    code = "import sys, memory.vectors.index; sys.exit('chromadb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
