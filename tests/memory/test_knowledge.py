# SPDX-License-Identifier: Apache-2.0
"""Documents that may be cited: how they are found, by whom, and how they are taken in."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from connectors.embedding import MiniLM, open_minilm
from memory.documents.librarian import Librarian, Taken, gather, gone
from memory.documents.library import Library
from memory.errors import NotebookError, NotKept
from memory.knowledge import LOOK_S, Knowledge, open_knowledge, read
from memory.store.database import Database
from tests.fakes.encoder import CountingEncoder
from tests.memory.postgres import BOTH

HOUSE = Path(__file__).parents[2]


@pytest_asyncio.fixture
async def minilm() -> AsyncIterator[MiniLM]:
    """The real encoder."""
    async with open_minilm(HOUSE / "connectors" / "minilm") as encoder:
        yield encoder


@pytest_asyncio.fixture
async def knowledge(minilm: MiniLM) -> AsyncIterator[Knowledge]:
    """The documents that ship."""
    opened = await open_knowledge(HOUSE / "knowledge", minilm)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three documents, one of them internal by its title."""
    made = tmp_path / "handbook"
    made.mkdir()
    (made / "fees.md").write_text("# Fees\n\nThe travel card costs 95 crowns a year.\n")
    (made / "limits.md").write_text("# Limits\n\nOne may withdraw 700 crowns a day.\n")
    (made / "staff.md").write_text("# Internal: Waiving fees\n\nWaive the yearly fee of 95 crowns after ten years.\n")
    return made


async def take(library: Library, folder: Path, encoder: CountingEncoder | MiniLM, internal: bool | None = None) -> str:
    """What became of each file of the folder, as its first letters."""
    held = {one.path: one for one in await library.holdings()}
    librarian = Librarian(library, encoder)
    return "".join([(await librarian.take(file, held, internal))[0] for file in gather(folder)])


def paths(found: Iterable[str]) -> set[str]:
    """The documents of these passages."""
    return {id.split("#")[0] for id in found}


async def test_a_question_finds_its_passage(knowledge: Knowledge) -> None:
    """The best passage answers the question, by words or by meaning."""
    for query, id in [
        ("When do I get my money back?", "returns.md#refunds-1"),
        ("How long is the warranty on a Pier chair?", "warranty.md#what-is-covered-1"),
        ("my parcel never arrived", "shipping.md#late-or-lost-parcels-1"),
        ("phone number", "contact.md#how-to-reach-us-1"),
    ]:
        assert (await knowledge.search(query, limit=3))[0].id == id


async def test_a_message_of_several_needs_finds_a_document_for_each(knowledge: Knowledge) -> None:
    """What a long message asks for last is found as well as what it asks for first."""
    message = (
        "Hi there! I have a few things to sort out. My parcel never arrived, it should have been here last week. "
        "Also, how long is the warranty on a Pier chair? And when are you open, I might come by the shop."
    )
    found = await knowledge.search(message, limit=4)
    assert paths(one.id for one in found) >= {"shipping.md", "warranty.md", "contact.md"}


@pytest.mark.parametrize("query", ["hi there", "What is the capital of France?", "thanks!", "", "I play the cello"])
async def test_what_is_not_in_the_documents_finds_nothing(knowledge: Knowledge, query: str) -> None:
    """Below the floor no passage is handed out."""
    assert await knowledge.search(query, limit=3) == ()


async def test_a_passage_is_found_by_its_id(knowledge: Knowledge) -> None:
    """What was cited can be shown again; an id that is gone gives None."""
    (best,) = await knowledge.search("How much is delivery?", limit=1)
    again = await knowledge.passage(best.id)
    assert again is not None
    assert again.text == best.text
    assert await knowledge.passage("returns.md#nothing-1") is None


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """A folder that is not there gives a sentence with the setting to mend."""
    with pytest.raises(NotebookError, match="RAPPORT_KNOWLEDGE"):
        read(tmp_path / "nothing")


def test_a_broken_document_keeps_no_other_out(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """At the start it is named in the log, and the rest is cited."""
    (folder / "bad.md").write_bytes(b"\xff\xff")
    assert [one.title for one in read(folder)] == ["Fees", "Limits", "Internal: Waiving fees"]
    assert "bad.md" in caplog.text


async def test_an_empty_folder_finds_nothing(tmp_path: Path, minilm: MiniLM) -> None:
    """No documents are no error."""
    opened = await open_knowledge(tmp_path, minilm)
    assert await opened.search("refunds", limit=3) == ()


def seconds() -> Callable[[], float]:
    """A clock on which more than LOOK_S passes between any two looks."""
    return count(0.0, 2 * LOOK_S).__next__


async def test_changes_are_looked_for_once_a_second_and_when_told(database: Database, folder: Path) -> None:
    """Within LOOK_S another process's document is not seen, unless it says so: `refresh`."""
    library, encoder, at = Library(database), CountingEncoder(), [0.0]
    (folder / "shipped").mkdir()
    knowledge = await open_knowledge(folder / "shipped", encoder, library, clock=lambda: at[0])
    assert await knowledge.search("withdraw crowns", limit=5) == ()
    await take(library, folder, encoder)
    assert await knowledge.search("withdraw crowns", limit=5) == ()
    at[0] += LOOK_S
    assert await knowledge.search("withdraw crowns", limit=5) != ()
    await library.remove([one.id for one in await library.holdings()])
    await knowledge.refresh()
    assert await knowledge.search("withdraw crowns", limit=5) == ()


@BOTH
async def test_what_is_added_is_cited_at_once(database: Database, folder: Path, tmp_path: Path) -> None:
    """Added, changed and removed while it is searched; unchanged files are not touched, gone ones go by name."""
    (tmp_path / "shipped").mkdir()
    library, encoder = Library(database), CountingEncoder()
    knowledge = await open_knowledge(tmp_path / "shipped", encoder, library, clock=seconds())
    assert await knowledge.search("withdraw crowns", limit=5) == ()
    assert await take(library, folder, encoder) == "aaa"
    assert "handbook/limits.md#limits-1" in {one.id for one in await knowledge.search("withdraw crowns", limit=5)}
    (folder / "limits.md").write_text("# Limits\n\nOne may withdraw 900 crowns a day.\n")
    assert await take(library, folder, encoder) == "uru"
    assert {one.text for one in await knowledge.search("withdraw crowns", limit=1)} == {
        "One may withdraw 900 crowns a day."
    }
    (folder / "limits.md").unlink()
    lost = gone(folder, await library.holdings())
    assert [one.path for one in lost] == ["handbook/limits.md"]
    await library.remove([lost[0].id])
    assert paths(one.id for one in await knowledge.search("withdraw crowns", limit=5)) <= {"handbook/fees.md"}
    assert await knowledge.passage("handbook/limits.md#limits-1") is None


async def test_internal_documents_are_for_those_who_answer(database: Database, folder: Path, minilm: MiniLM) -> None:
    """A search without the right does not even hold them; one marked later is no longer found by its old id."""
    library = Library(database)
    await take(library, folder, minilm)
    knowledge = await open_knowledge(HOUSE / "knowledge", minilm, library, clock=seconds())
    query = "Waive the yearly fee of 95 crowns after ten years"
    assert "internal:handbook/staff.md#internal-waiving-fees-1" in {
        one.id for one in await knowledge.search(query, limit=9, internal=True)
    }
    assert "handbook/staff.md" not in {
        one.removeprefix("internal:") for one in paths(one.id for one in await knowledge.search(query, limit=99))
    }
    assert await knowledge.passage("handbook/fees.md#fees-1")
    assert await take(library, folder, minilm, internal=True) == "rrr"
    assert paths(one.id for one in await knowledge.search(query, limit=99)).isdisjoint(
        {"handbook/fees.md", "internal:handbook/fees.md"}
    )
    assert await knowledge.passage("handbook/fees.md#fees-1") is None
    assert await take(library, folder, minilm) == "uuu"
    assert await take(library, folder, minilm, internal=False) == "rrr"
    assert [one.internal for one in await library.holdings()] == [False, False, True]


async def test_no_text_is_embedded_twice(database: Database, folder: Path) -> None:
    """Neither at the next start, nor of a document of which only another part changed."""
    library, encoder = Library(database), CountingEncoder()
    await (await open_knowledge(folder, encoder, library)).refresh()
    first = len(encoder.texts)
    assert first == 6
    (folder / "fees.md").write_text("# Fees\n\nThe travel card costs 95 crowns a year.\n\n## Late\n\nFive crowns.\n")
    await (await open_knowledge(folder, encoder, library)).refresh()
    assert encoder.texts[first:] == ["Fees > Late\nFive crowns."]


async def test_removing_leaves_no_vector(database: Database, folder: Path) -> None:
    """What a document said is gone with it, and its id, or the start of it, is enough to name it."""
    library, encoder = Library(database), CountingEncoder()
    await take(library, folder, encoder)
    held = await library.holdings()
    await library.remove([(await library.find(one.id[:8])).id for one in held])
    assert await library.holdings() == ()
    before = len(encoder.texts)
    await take(library, folder, encoder)
    assert sorted(encoder.texts[before:]) == sorted(encoder.texts[:before])
    with pytest.raises(NotebookError, match="rapport knowledge list"):
        await library.find("handbook/nothing.md")


async def test_another_file_does_not_take_a_documents_place(database: Database, folder: Path, tmp_path: Path) -> None:
    """Of two folders of the same name the first one's documents stay; a sentence says so."""
    library, encoder = Library(database), CountingEncoder()
    await take(library, folder, encoder)
    other = tmp_path / "elsewhere" / "handbook"
    other.mkdir(parents=True)
    (other / "fees.md").write_text("# Fees\n\nNothing costs anything.\n")
    with pytest.raises(NotKept, match="rename this one"):
        await take(library, other, encoder)


async def test_two_may_add_at_once(database: Database, folder: Path) -> None:
    """The same file added twice at the same time is there once."""
    library, encoder = Library(database), CountingEncoder()
    taken = await asyncio.gather(*(take(library, folder, encoder) for _ in range(2)))
    assert set("".join(taken)) <= {Taken.ADDED[0], Taken.REPLACED[0]}
    assert [one.path for one in await library.holdings()] == [
        "handbook/fees.md",
        "handbook/limits.md",
        "handbook/staff.md",
    ]
