# SPDX-License-Identifier: Apache-2.0
"""The built-in encoder: what its vectors are, and what it does with files that are not the released ones."""

import asyncio
import shutil
from pathlib import Path

import numpy as np
import pytest

from connectors.embedding import DIMENSIONS, open_minilm
from connectors.errors import ModelMisconfigured

MINILM = Path(__file__).parents[2] / "connectors" / "minilm"


async def test_vectors_have_length_one() -> None:
    """Each text gives 384 numbers of length 1 as a whole, also an empty or very long one."""
    async with open_minilm(MINILM) as encoder:
        vectors = await encoder.embed(["I moved to Lisbon", "", "word " * 5000])
    assert vectors.shape == (3, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


async def test_no_texts_give_no_rows() -> None:
    """An empty list gives an array of no rows and 384 columns."""
    async with open_minilm(MINILM) as encoder:
        assert (await encoder.embed([])).shape == (0, DIMENSIONS)


async def test_like_meaning_lies_close() -> None:
    """A sentence lies closer to its paraphrase than to another sentence."""
    async with open_minilm(MINILM) as encoder:
        asked, told, other = await encoder.embed(["What instrument do I play?", "I play the cello", "I ate soup"])
    assert asked @ told > asked @ other + 0.2


async def test_company_changes_nothing() -> None:
    """A text's vector is the same alone and among others, so that a rebuilt index recalls the same."""
    async with open_minilm(MINILM) as encoder:
        alone = await encoder.embed(["I moved to Lisbon"])
    async with open_minilm(MINILM) as encoder:
        among = await encoder.embed(["A much longer text before it, " * 9, "I moved to Lisbon"])
    assert np.array_equal(alone[0], among[1])


async def test_broken_unicode_is_read() -> None:
    """A lone surrogate, which no encoding holds, is no error."""
    async with open_minilm(MINILM) as encoder:
        assert np.isfinite(await encoder.embed(["caf\ud800"])).all()


async def test_the_loop_goes_on_meanwhile() -> None:
    """Embedding a long list leaves the event loop and other callers their turns."""
    async with open_minilm(MINILM) as encoder:
        many = asyncio.ensure_future(encoder.embed([f"sentence number {n}" for n in range(100)]))
        await encoder.embed(["a question in between"])
        assert not many.done()
        await many


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
async def test_an_altered_file_is_refused(tmp_path: Path, name: str) -> None:
    """A file that is not the released one stops the opening with a sentence that names it and the remedy."""
    folder = shutil.copytree(MINILM, tmp_path / "minilm")
    with (folder / name).open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelMisconfigured, match=rf"{name} is not the released one: .*export_minilm"):
        async with open_minilm(folder):
            pass


@pytest.mark.parametrize("name", ["model.onnx", "SHA256SUMS"])
async def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    """A missing file stops the opening with a sentence that names it."""
    folder = shutil.copytree(MINILM, tmp_path / "minilm", ignore=shutil.ignore_patterns(name))
    with pytest.raises(ModelMisconfigured, match=name):
        async with open_minilm(folder):
            pass


def test_checksums_cover_every_released_file() -> None:
    """SHA256SUMS names everything in the folder but itself."""
    named = {line.split()[1] for line in (MINILM / "SHA256SUMS").read_text().splitlines()}
    assert named == {path.name for path in MINILM.iterdir()} - {"SHA256SUMS"}
