# SPDX-License-Identifier: Apache-2.0
"""What speaks for a line as the answer to a question: one array a signal, each a pure function of the lines."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from memory.ranking.asking import Asked
from memory.ranking.lines import Lines, Numbers, Vectors

K1 = 1.2
B = 0.75
"""Both as in Robertson and Zaragoza 2009, and as Lucene has them."""


LIKENESS = (
    "words", "beside", "around", "session", "meaning", "meaning_beside", "meaning_around", "kindred", "kindred_beside",
)  # fmt: skip
"""The signals that tell how like the question a memory and its surroundings are."""
ALONE = frozenset({"words", "meaning", "kindred"})
"""Signals of a line itself; the others, where they are alike for all, set none apart."""


def signals(lines: Lines, asked: Asked, named: Numbers, plain: Numbers) -> dict[str, Numbers]:
    """Every signal for every line, 0..1; `named` and `plain` are the cosines to the question with and without names.

    Those without a scale of their own are stretched to it within the recall.
    """
    found = by_words(lines, asked) | by_meaning(lines, named, plain) | by_kinship(lines, asked)
    levelled = {name: stretch(values, name in ALONE) for name, values in found.items()}
    return levelled | by_cues(lines, asked)


def by_words(lines: Lines, asked: Asked) -> dict[str, Numbers]:
    """BM25 of the line, of windows of two and three lines on either side, and of the session."""
    places, own = lines.places, lines.bm25(asked.terms, 0)
    found = {"words": own}
    for name, radius in (("beside", 2), ("around", 3), ("session", None)):
        found[name] = lines.bm25(asked.terms, radius)
    level = stretch(own)
    found["answers"] = places.beside(level * lines.cues["asks"], -1)
    found["followed"] = places.beside(level, 1)
    return found


def by_meaning(lines: Lines, named: Numbers, plain: Numbers) -> dict[str, Numbers]:
    """From the cosines of the lines also those of their neighbourhoods, whose vectors are the means of their lines'."""
    return {
        "meaning": plain,
        "meaning_beside": lines.places.around(named, 1) / lines.norms(1),
        "meaning_around": lines.places.around(plain, 2) / lines.norms(2),
        "answers_meaning": lines.places.beside(stretch(named) * lines.cues["asks"], -1),
    }


def by_kinship(lines: Lines, asked: Asked) -> dict[str, Numbers]:
    """How much of the question a line says in its words or in kindred ones: "sports" in "basketball"."""
    total = len(lines)
    own, near = np.zeros(total), np.zeros(total)
    for word in asked.kin:
        said, rarity = np.zeros(total), 1.0
        for term, likeness in word.near:
            rows = lines.rows(term)
            said[rows] = np.maximum(said[rows], likeness)
        for term in word.said:
            rows = lines.rows(term)
            said[rows] = 1.0
            rarity = float(np.log(1 + (total - len(rows) + 0.5) / (len(rows) + 0.5)))
        own += rarity * said
        near += rarity * np.maximum(said, np.maximum(lines.places.beside(said, -1), lines.places.beside(said, 1)))
    return {"kindred": own, "kindred_beside": near}


def by_cues(lines: Lines, asked: Asked) -> dict[str, Numbers]:
    """What needs no likeness at all: who said it, when, and whether it is the sort of line that answers."""
    cues = lines.cues
    return {
        "speaker": (lines.speakers == (asked.speaker or "")).astype(np.float64),
        "date": nearness(lines, asked),
        "only_asks": cues["only_asks"],
        "asks": cues["asks"],
        "early": cues["early"],
        "timed": cues["timed"],
        "named": cues["named"],
        "timed_for_when": cues["timed"] * asked.times,
        "named_for_who": cues["named"] * asked.names,
        "counted_for_how_many": cues["counted"] * asked.counts,
        "old_for_first": cues["age"] * asked.first,
    }


def nearness(lines: Lines, asked: Asked) -> Numbers:
    """How near to the date that the question names a line was said; 0 for all where it names none."""
    if asked.dated is None:
        return np.zeros(len(lines))
    days, where = np.unique(lines.days, return_inverse=True)
    near = [asked.dated.nearness(datetime.fromordinal(day)) for day in days.tolist()]
    return np.array(near, np.float64)[where]


def bm25(counts: Numbers, lengths: Numbers) -> Numbers:
    """BM25 from term counts (terms, documents) and the documents' lengths."""
    total = len(lengths)
    if not counts.size:
        return np.zeros(total)
    having = (counts > 0.5).sum(axis=1)
    rarity = np.log(1 + (total - having + 0.5) / (having + 0.5))
    shrink = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1.0))
    found: Numbers = rarity @ (counts * (K1 + 1) / (counts + shrink))
    return found


def products(vectors: Vectors, vector: Vectors) -> Numbers:
    """Dot products by row: 1 ms for 11,000; by BLAS, in one thread where `lean.spare_imports` was called."""
    found: Numbers = (vectors @ vector).astype(np.float64)
    return found


def stretch(values: Numbers, alone: bool = True) -> Numbers:
    """Min-max to 0..1; where all are equal, 1 if they are anything at all, or 0 if they say nothing `alone`."""
    if not len(values):
        return values
    low, high = float(values.min()), float(values.max())
    if high - low < 1e-9:
        return np.full(len(values), float(alone and high > 0))
    return (values - low) / (high - low)


def matrix(found: Mapping[str, Numbers], names: tuple[str, ...]) -> Numbers:
    """The signals of these names as columns: (lines, signals)."""
    return np.stack([found[name] for name in names], axis=1)
