# SPDX-License-Identifier: Apache-2.0
"""Words by line in arrays: the same numbers as counted one by one, however the lines came and went."""

from datetime import UTC, datetime

import numpy as np
import pytest

from memory.ranking.lines import Line, Lines
from memory.ranking.postings import SETTLED, Postings
from memory.ranking.signals import bm25

WORDS = ("bike", "boat", "cello", "kite", "lamp", "rope", "tent")
AT = datetime(2026, 5, 4, tzinfo=UTC)


def some_lines(count: int) -> list[Line]:
    """Lines of a few words in a dozen conversations that interleave, the same each time."""
    drawn = np.random.default_rng(5)
    texts = [tuple(drawn.choice(WORDS, drawn.integers(0, 6)).tolist()) for _ in range(count)]
    return [Line(text, "user", AT, number % 12, number, (0.0,) * 5) for number, text in enumerate(texts)]


@pytest.mark.parametrize("radius", [0, 2, 3, None])
def test_windows_score_as_if_counted_one_by_one(radius: int | None) -> None:
    """BM25 of windows and sessions is that of dense counts, also after lines were added and taken away."""
    lines, told = Lines((), np.empty((0, 8), np.float32)), some_lines(400)
    for start in range(0, 400, 40):
        lines.add(told[start : start + 40], np.eye(8, dtype=np.float32)[np.arange(40) % 8])
    kept = np.arange(400) % 5 != 2
    lines.keep(kept)
    built = Lines([line for line, stays in zip(told, kept, strict=True) if stays], lines.vectors)
    counts = built.counts(WORDS)
    dense = counts if radius == 0 else built.places.around(counts, radius)
    lengths = built.lengths if radius == 0 else built.places.around(built.lengths, radius)
    assert lines.bm25(WORDS, radius) == pytest.approx(bm25(dense, lengths))
    assert lines.norms(2) == pytest.approx(built.norms(2))
    assert lines.places.depth().tolist() == built.places.depth().tolist()


def test_words_that_nobody_has_any_more_are_forgotten() -> None:
    """What is taken away leaves no word behind in memory."""
    postings = Postings([("kite", "rope"), ("rope",), *[("lamp",)] * SETTLED])
    postings.keep(np.arange(2 + SETTLED) > 0)
    postings.add([("rope", "rope")])
    assert postings.of("kite")[0].tolist() == []
    assert "kite" not in repr(vars(postings))
    assert [part.tolist() for part in postings.of("rope")] == [[0, 1 + SETTLED], [1, 2]]
