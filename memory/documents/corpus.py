# SPDX-License-Identifier: Apache-2.0
"""Documents laid out for ranking: passages, vectors, words and titles side by side, in memory."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from memory.documents.passages import Piece
from memory.ranking.words import WordIndex
from memory.vectors.turning import Vectors

Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]

NUMBERED = re.compile(r"(.*?)[-_ ]?\d+(?:\.\w+)?$")


@dataclass(frozen=True, slots=True)
class Shelved:
    """A document with all that ranking needs of it, made once."""

    path: str
    title: str
    internal: bool
    pieces: tuple[Piece, ...]
    terms: tuple[tuple[str, ...], ...]
    """The stems of each passage under its headings."""
    title_terms: tuple[str, ...]
    vectors: Vectors
    """A row a passage, and the title's last."""


class Corpus:
    """Rows in one order; `owners[row]` is the document of a passage. Never changed: a change makes another."""

    def __init__(self, shelved: Sequence[Shelved]) -> None:
        self.pieces = tuple(piece for one in shelved for piece in one.pieces)
        self.owners: Rows = np.repeat(np.arange(len(shelved)), [len(one.pieces) for one in shelved])
        self._starts: Rows = np.searchsorted(self.owners, np.arange(len(shelved)))
        self.vectors, self.titles = _stacked(shelved)
        self.passage_words = WordIndex(terms for one in shelved for terms in one.terms)
        self.document_words = WordIndex(
            one.title_terms + tuple(term for terms in one.terms for term in terms) for one in shelved
        )
        self.title_terms = tuple(frozenset(one.title_terms) for one in shelved)
        said: Counter[str] = Counter()
        for one in shelved:
            said.update({*one.title_terms}.union(*one.terms))
        self._rarity = {term: math.log(1 + (len(shelved) - n + 0.5) / (n + 0.5)) for term, n in said.items()}
        self.internal: Numbers = np.array([one.internal for one in shelved], np.float64)
        self.series, self.overview = _series([one.path for one in shelved])
        self.places = {piece.id: piece for piece in self.pieces}

    def named(self, title: frozenset[str], asked: frozenset[str]) -> float:
        """The share of a title, by the rarity of its words, that was asked for."""
        total = sum(self._rarity[term] for term in title)
        return sum(self._rarity[term] for term in title & asked) / total if total else 0.0

    def pooled(self, values: Numbers) -> Numbers:
        """From passages (columns) to documents: each has its best passage's."""
        found: Numbers = np.maximum.reduceat(values, self._starts, axis=1)
        return found


def _stacked(shelved: Sequence[Shelved]) -> tuple[Vectors, Vectors]:
    if not shelved:
        return np.empty((0, 0), np.float32), np.empty((0, 0), np.float32)
    return np.concatenate([one.vectors[:-1] for one in shelved]), np.stack([one.vectors[-1] for one in shelved])


def _series(paths: Sequence[str]) -> tuple[Rows, Numbers]:
    """Documents whose paths differ in the last number alone are a series, which begins with its overview."""
    stems = [found[1] if (found := NUMBERED.match(path)) else path for path in paths]
    numbers = {stem: number for number, stem in enumerate(dict.fromkeys(stems))}
    sizes, seen = Counter(stems), set[str]()
    overview = np.zeros(len(paths))
    for row, stem in enumerate(stems):
        overview[row] = float(sizes[stem] > 1 and stem not in seen)
        seen.add(stem)
    return np.array([numbers[stem] for stem in stems], np.int64), overview
