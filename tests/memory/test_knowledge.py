# SPDX-License-Identifier: Apache-2.0
"""Documents that may be cited: how they are cut, named and found."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from connectors.embedding import open_minilm
from memory.errors import NotebookError
from memory.knowledge import Knowledge, open_knowledge, read
from memory.passages import LONGEST, cut

HOUSE = Path(__file__).parents[2]


@pytest_asyncio.fixture
async def knowledge() -> AsyncIterator[Knowledge]:
    """The documents that ship."""
    async with open_minilm(HOUSE / "connectors" / "minilm") as encoder:
        opened = await open_knowledge(HOUSE / "knowledge", encoder)
        yield opened
        opened.close()


def test_ids_name_document_heading_and_number() -> None:
    """A passage's id is its path, its heading and its number there; its title is the way down to it."""
    found = list(cut("a/returns.md", "# Returns\n\nAll of it.\n\n## Money back\n\nFive days.\n"))
    assert [(piece.id, piece.title, piece.text) for piece in found] == [
        ("a/returns.md#returns-1", "Returns", "All of it."),
        ("a/returns.md#money-back-1", "Returns > Money back", "Five days."),
    ]


def test_the_same_heading_twice_is_counted_on() -> None:
    """Ids are unique where a heading comes again."""
    found = [piece.id for piece in cut("a.md", "# A\n## Notes\nx\n# B\n## Notes\ny\n")]
    assert found == ["a.md#notes-1", "a.md#notes-2"]


def test_a_change_below_leaves_ids_alone() -> None:
    """Passages keep their ids when another section grows."""
    before = {piece.id: piece.text for piece in cut("a.md", "# A\none\n# B\ntwo\n")}
    after = {piece.id: piece.text for piece in cut("a.md", "# A\none\n\nmore\n# B\ntwo\n")}
    assert after["a.md#b-1"] == before["a.md#b-1"]


def test_a_heading_in_a_code_fence_is_text() -> None:
    """Comments in code do not cut."""
    found = list(cut("a.md", "# A\n```\n# not a heading\n```\n"))
    assert [piece.id for piece in found] == ["a.md#a-1"]


def test_no_passage_is_too_long_and_nothing_is_lost() -> None:
    """Long sections are cut into pieces that hold every word in order."""
    words = [f"word{number}" for number in range(2000)]
    text = "\n\n".join(" ".join(words[start : start + 300]) for start in range(0, 2000, 300))
    found = [piece.text for piece in cut("a.md", f"# A\n{text}")]
    assert max(map(len, found)) <= LONGEST + 2
    assert " ".join(found).split() == words


async def test_a_question_finds_its_passage(knowledge: Knowledge) -> None:
    """The best passage answers the question, by words or by meaning."""
    for query, id in [
        ("When do I get my money back?", "returns.md#refunds-1"),
        ("How long is the warranty on a Pier chair?", "warranty.md#what-is-covered-1"),
        ("my parcel never arrived", "shipping.md#late-or-lost-parcels-1"),
        ("phone number", "contact.md#how-to-reach-us-1"),
    ]:
        assert (await knowledge.search(query, limit=3))[0].id == id


@pytest.mark.parametrize("query", ["hi there", "What is the capital of France?", "thanks!", "", "I play the cello"])
async def test_what_is_not_in_the_documents_finds_nothing(knowledge: Knowledge, query: str) -> None:
    """Below the floor no passage is handed out."""
    assert await knowledge.search(query, limit=3) == ()


async def test_a_passage_is_found_by_its_id(knowledge: Knowledge) -> None:
    """What was cited can be shown again; an id that is gone gives None."""
    (best,) = await knowledge.search("How much is delivery?", limit=1)
    again = knowledge.passage(best.id)
    assert again is not None
    assert again.text == best.text
    assert knowledge.passage("returns.md#nothing-1") is None


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """A folder that is not there gives a sentence with the setting to mend."""
    with pytest.raises(NotebookError, match="RAPPORT_KNOWLEDGE"):
        read(tmp_path / "nothing")


def test_an_unreadable_document_is_named(tmp_path: Path) -> None:
    """A file that is no text gives a sentence that names it."""
    (tmp_path / "bad.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(NotebookError, match=r"bad\.md"):
        read(tmp_path)


async def test_an_empty_folder_finds_nothing(tmp_path: Path) -> None:
    """No documents are no error."""
    async with open_minilm(HOUSE / "connectors" / "minilm") as encoder:
        opened = await open_knowledge(tmp_path, encoder)
        assert await opened.search("refunds", limit=3) == ()
