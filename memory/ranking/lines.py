# SPDX-License-Identifier: Apache-2.0
"""What was said, line by line, laid out for ranking: words, places, speakers and cues side by side in arrays."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from memory.ranking.neighbours import Places
from memory.ranking.postings import Postings
from memory.ranking.words import K1, B

Vectors = NDArray[np.float32]
Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]

_TIMED = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|last|next|ago|weeks?|months?|years?|weekend|days?|since|recently|soon"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august"
    r"|september|october|november|december|\d{4})\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozen|couple)\b", re.IGNORECASE)
_NAMED = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][a-z]+")
CUES = ("asks", "only_asks", "timed", "named", "counted")
RADII = (1, 2)
"""How many lines on either side make the windows of meaning."""
OPENING = 6
"""Lines after which a conversation has got going: before, people greet."""


@dataclass(frozen=True, slots=True)
class Line:
    """A turn or a fact as the signals see it."""

    terms: tuple[str, ...]
    speaker: str
    at: datetime
    session: int
    """Lines of one session stand together; a fact is a session of its own."""
    position: int
    """Its order within the session."""
    cues: tuple[float, ...]
    """From `cues_of` its text."""


class Lines:
    """The arrays, read by every signal; adding takes some 0.1 ms a line, and 5 ms for 10,000 that are there."""

    def __init__(self, lines: Sequence[Line], vectors: Vectors) -> None:
        """`vectors` has a row of length 1 a line."""
        self.lines: list[Line] = []
        self._vectors = vectors[:0]
        self._postings = Postings()
        self.sessions: Rows = np.empty(0, np.int64)
        self._positions: Rows = np.empty(0, np.int64)
        self._times: Numbers = np.empty(0)
        self.days: Rows = np.empty(0, np.int64)
        """The day that each was said on, counted as Python's ordinals are."""
        self._shown: Numbers = np.empty((len(CUES), 0))
        self._norms: Numbers = np.empty((len(RADII), 0))
        self.speakers: NDArray[np.str_] = np.empty(0, "U1")
        self.add(lines, vectors)

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def vectors(self) -> Vectors:
        """A row a line."""
        return self._vectors[: len(self.lines)]

    def add(self, lines: Sequence[Line], vectors: Vectors) -> None:
        """Takes in more lines, of new sessions or old ones; they rank as if they had been there before."""
        self._take(vectors)
        self.lines += lines
        self._postings.add(line.terms for line in lines)
        self.sessions = np.concatenate([self.sessions, np.array([line.session for line in lines], np.int64)])
        self._positions = np.concatenate([self._positions, np.array([line.position for line in lines], np.int64)])
        self._times = np.concatenate([self._times, np.array([line.at.timestamp() for line in lines], np.float64)])
        self.days = np.concatenate([self.days, np.array([line.at.toordinal() for line in lines], np.int64)])
        shown = np.array([line.cues for line in lines], np.float64).reshape(-1, len(CUES)).T
        self._shown = np.concatenate([self._shown, shown], axis=1)
        self.speakers = np.concatenate([self.speakers, np.array([line.speaker for line in lines], np.str_)])
        self._norms = np.concatenate([self._norms, np.ones((len(RADII), len(lines)))], axis=1)
        self._lay_out({line.session for line in lines})

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Takes all other lines away: the rest rank as if those had never been there."""
        touched = set(self.sessions[~kept].tolist())
        self.lines = [line for line, stays in zip(self.lines, kept.tolist(), strict=True) if stays]
        self._vectors = self._vectors[: len(kept)][kept]
        self._postings.keep(kept)
        self.sessions, self._positions, self._times = self.sessions[kept], self._positions[kept], self._times[kept]
        self.days = self.days[kept]
        self._shown, self._norms, self.speakers = self._shown[:, kept], self._norms[:, kept], self.speakers[kept]
        self._lay_out(touched)

    def counts(self, terms: Sequence[str]) -> Numbers:
        """How often each line has each term: (terms, lines)."""
        found = np.zeros((len(terms), len(self.lines)))
        for number, term in enumerate(terms):
            rows, times = self._postings.of(term)
            found[number, rows] = times
        return found

    def rows(self, term: str) -> Rows:
        """The lines that have a term."""
        return self._postings.of(term)[0]

    def norms(self, radius: int) -> Numbers:
        """The lengths of the sums of neighbouring vectors, by which a window's mean is brought to length 1."""
        norms: Numbers = self._norms[RADII.index(radius)]
        return norms

    def bm25(self, terms: Sequence[str], radius: int | None) -> Numbers:
        """BM25 of every line's window of `radius` lines on either side, or of its session.

        As `signals.bm25` of dense counts, but only what has the terms is touched: a third of a millisecond.
        """
        if radius not in self._shrinks:
            lengths = self.places.windows(self.lengths, radius)
            self._shrinks[radius] = K1 * (1 - B + B * lengths / max(self.places.mean(lengths, radius), 1.0))
        shrink = self._shrinks[radius]
        total, found = len(self.lines), np.zeros(len(shrink))
        for term in terms:
            hit, counts, having = self.places.gathered(*self._postings.of(term), radius)
            rarity = np.log(1 + (total - having + 0.5) / (having + 0.5))
            found[hit] += rarity * (counts * (K1 + 1)) / (counts + shrink[hit])
        return self.places.spread(found, radius)

    @property
    def lengths(self) -> Numbers:
        """How many terms each line has."""
        return self._postings.lengths

    def _take(self, vectors: Vectors) -> None:
        start, end = len(self.lines), len(self.lines) + len(vectors)
        if end > len(self._vectors):
            roomy = np.empty((end + end // 8, vectors.shape[1]), np.float32)
            roomy[:start] = self._vectors[:start]
            self._vectors = roomy
        self._vectors[start:end] = vectors

    def _lay_out(self, touched: Collection[int]) -> None:
        self.places = Places(self.sessions, self._positions)
        self._shrinks: dict[int | None, Numbers] = {}
        self.cues: dict[str, Numbers] = dict(zip(CUES, self._shown, strict=True))
        self.cues["early"] = np.minimum(self.places.depth(), OPENING) / OPENING
        self.cues["age"] = 1 - ranks(self._times) / max(len(self.lines), 1)
        rows = np.flatnonzero(np.isin(self.sessions, list(touched)))
        if len(rows):
            near = Places(self.sessions[rows], self._positions[rows])
            held = self.vectors[rows].T.astype(np.float64)
            summed = [np.linalg.norm(near.around(held, radius), axis=0) for radius in RADII]
            self._norms[:, rows] = np.maximum(np.stack(summed), 1e-9)


def ranks(times: Numbers) -> Rows:
    """The place of each in their order, the earlier row first among equals."""
    found = np.empty(len(times), np.int64)
    found[np.argsort(times, kind="stable")] = np.arange(len(times))
    return found


def cues_of(text: str, speakers: Collection[str] = ()) -> tuple[float, ...]:
    """What a text shows without being understood, 0 or 1 in the order of CUES; the speakers' names do not count."""
    asks = text.rstrip().endswith("?")
    others = [name for name in _NAMED.findall(text) if name not in speakers]
    found = (asks, asks and len(text) < 120, _TIMED.search(text), others or '"' in text, _COUNTED.search(text))
    return tuple(float(bool(one)) for one in found)
