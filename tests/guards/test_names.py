# SPDX-License-Identifier: Apache-2.0
"""The name model: what it finds, in which form, and what it does when its files are not right."""

import asyncio
import shutil
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from guards.errors import MaskingFailed
from guards.names import NameModel, Names, certain, load, open_names, open_recognizer
from guards.names.finder import FOLDER, LONGEST, cuts
from guards.names.pieces import LONGEST as PIECES
from guards.names.pieces import read, windows
from guards.personal import Finding

Found = list[tuple[str, str]]


@pytest.fixture(scope="module")
def model() -> NameModel:
    """The model as shipped, loaded once."""
    return load(FOLDER)


@pytest.fixture
def worker() -> Iterator[ThreadPoolExecutor]:
    """Two threads."""
    with ThreadPoolExecutor(max_workers=2) as worker:
        yield worker


def blank() -> Any:
    """A spaCy pipeline without parts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import spacy

        return spacy.blank("en")


def found(model: NameModel, text: str) -> Found:
    return [(text[one.start : one.end], one.kind) for one in certain(model.search)(text)]


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("Hi, this is Maria Lopez, my parcel is late.", "Maria Lopez", "PERSON"),
        ("hi this is maria lopez my parcel is late", "maria lopez", "PERSON"),
        ("HELLO THIS IS MARIA LOPEZ", "MARIA LOPEZ", "PERSON"),
        ("order 48213377 for oluwaseun adebayo is late", "oluwaseun adebayo", "PERSON"),
        ("Thanks Will!", "Will", "PERSON"),
        ("we fly to Lisbon in May", "Lisbon", "LOCATION"),
        ("Mar\u200bia Lopez called again", "Mar\u200bia Lopez", "PERSON"),
        ("Ich heiße Jürgen Müller", "Jürgen Müller", "PERSON"),
        ("Dr. Anna-Lena Meyer will call you", "Anna-Lena Meyer", "PERSON"),
        ("```\n# written by Maria Lopez\n```", "Maria Lopez", "PERSON"),
    ],
)
def test_a_name_is_found_whole(model: NameModel, text: str, name: str, kind: str) -> None:
    """A name is found from its first letter to its last, in any case and among numbers."""
    assert (name, kind) in found(model, text)


@pytest.mark.parametrize(
    "text",
    [
        "Will you ship it in May? Please mark it as done.",
        "upgrade from v2.3.1 to 2.4.0 fails with error E1042",
        "a large latte and a sandwich to go please",
        "import numpy as np",
        "```python\nelif kwds: popen.toreadonly(m, delims)\n```",
        "Ich studiere Jura und esse gern Kuchen.",
        "\u0301" * 500,
        "",
    ],
)
def test_what_is_no_name_is_let_be(model: NameModel, text: str) -> None:
    """Months, verbs, versions, drinks, code, German nouns and marks without letters are no names."""
    assert found(model, text) == []


def test_windows_cover_every_piece_once(model: NameModel) -> None:
    """Each piece of a long text is answered by one window, and no window is longer than the model reads."""
    for text in ("Anna met Bob. " * 200, "anna bob carla " * 200, "a." * 900, "one\n" * 300):
        pieces = read(text, model.tokenizer)
        cut = list(windows(text, pieces))
        counted = [place for one in cut for place in range(one.counts_from, one.counts_to)]
        assert counted == list(range(len(pieces.ids)))
        assert all(one.start <= one.counts_from and one.counts_to <= one.end <= one.start + PIECES for one in cut)


@pytest.mark.parametrize("text", ["", "a short one", "x" * 30_000, "Anna met Bob. " * 900, "anna bob " * 2_000])
def test_a_long_text_is_cut_between_words(text: str) -> None:
    """The pieces are the text, none is longer than is searched at once, and a word is cut only where no blank is."""
    pieces = [text[start:end] for start, end in cuts(text)]
    assert "".join(pieces) == text
    assert max(map(len, pieces)) <= LONGEST
    assert all(piece.endswith(" ") or " " not in text for piece in pieces[:-1])


async def test_a_name_deep_in_a_long_text_is_found(model: NameModel, worker: ThreadPoolExecutor) -> None:
    """The end of 20,000 characters is searched like the beginning, and a short text need not wait for it."""
    names = Names(certain(model.search), worker)
    text = "the blender does not turn on and nobody answers " * 400 + "my name is Maria Lopez"
    long = asyncio.create_task(names.find(text))
    await asyncio.sleep(0)
    short = await names.find("Anna Schmidt called")
    assert ([(hit.start, hit.end) for hit in short], long.done()) == ([(0, 12)], False)
    assert text[slice(*[(hit.start, hit.end) for hit in await long][-1])] == "Maria Lopez"


async def test_a_long_code_block_ends_where_it_ends() -> None:
    """What follows a fenced block longer than a piece is prose again; a fence that is never closed is none."""
    block = "```python\n" + "x = x + 1\n" * 600 + "```\n"
    async with open_names() as names:
        for text in (block + "hi this is maria lopez", "```\nhi this is maria lopez"):
            assert [text[hit.start : hit.end] for hit in await names.find(text)] == ["maria lopez"]


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "labels.json", "SHA256SUMS"])
async def test_an_altered_or_missing_file_is_refused(tmp_path: Path, name: str) -> None:
    """A model whose file is altered or gone does not load, and one sentence says how to mend it."""
    folder = tmp_path / "model"
    shutil.copytree(FOLDER, folder)
    (folder / name).write_bytes(b"x")
    with pytest.raises(MaskingFailed, match=r"scripts/train_names\.py"):
        load(folder)
    (folder / name).unlink()
    with pytest.raises(MaskingFailed, match=r"scripts/train_names\.py"):
        async with open_names(folder):
            pass


async def test_a_failure_while_searching_quotes_nothing(worker: ThreadPoolExecutor) -> None:
    """What goes wrong in the model becomes MaskingFailed without the text."""

    def broken(text: str) -> tuple[Finding, ...]:
        raise ValueError(text)

    with pytest.raises(MaskingFailed) as caught:
        await Names(broken, worker).find("Maria Lopez")
    assert str(caught.value) == "personal data could not be searched for names: ValueError"
    assert caught.value.__suppress_context__


async def test_a_spacy_model_takes_the_place(tmp_path: Path) -> None:
    """Its usual labels are ours, others are not looked at, and what is invisible in a name belongs to it."""
    pipeline = blank()
    ruler = pipeline.add_pipe("entity_ruler")
    ruler.add_patterns([
        {"label": "PERSON", "pattern": "Anna"}, {"label": "GPE", "pattern": "Oslo"}, {"label": "DATE", "pattern": "May"}
    ])  # fmt: skip
    pipeline.to_disk(tmp_path / "ours")
    async with open_recognizer(f"spacy:{tmp_path / 'ours'}") as names:
        assert await names.find("An\u200bna flew to Oslo in May") == (
            Finding("PERSON", 0, 5, 0.85),
            Finding("LOCATION", 14, 18, 0.85),
        )


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (
            "spacy:no_such_model",
            "The spaCy model no_such_model does not load: install it, name another in RAPPORT_NAMES",
        ),
        ("transformers:nowhere", "RAPPORT_NAMES"),
    ],
)
async def test_a_model_that_is_not_there_is_refused(choice: str, said: str) -> None:
    """One sentence says which and how to mend it; nothing is fetched from the network."""
    with pytest.raises(MaskingFailed, match=said):
        async with open_recognizer(choice):
            pass


async def test_a_model_without_persons_is_refused(tmp_path: Path) -> None:
    """A model that finds no persons would hide nobody."""
    blank().to_disk(tmp_path / "bare")
    with pytest.raises(MaskingFailed, match="has no label for persons"):
        async with open_recognizer(f"spacy:{tmp_path / 'bare'}"):
            pass
