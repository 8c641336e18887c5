# SPDX-License-Identifier: Apache-2.0
"""What was said, line by line, laid out for ranking: words, places, speakers and cues side by side in arrays."""

import re
from array import array
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

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
    """The arrays, read by every signal; adding takes time by what is added, some 0.1 ms a line."""

    def __init__(self, lines: Sequence[Line], vectors: Vectors) -> None:
        """`vectors` has a row of length 1 a line."""
        self.lines: list[Line] = []
        self.vectors = vectors[:0]
        self._postings: dict[str, tuple[array[int], array[int]]] = {}
        self._norms: Numbers = np.empty((len(RADII), 0))
        self.add(lines, vectors)

    def __len__(self) -> int:
        return len(self.lines)

    def add(self, lines: Sequence[Line], vectors: Vectors) -> None:
        """Takes in more lines, of new sessions or old ones; they rank as if they had been there before."""
        start = len(self.lines)
        self.lines += lines
        self.vectors = np.concatenate([self.vectors, vectors])
        for row, line in enumerate(lines, start):
            for term, times in Counter(line.terms).items():
                rows, counts = self._postings.setdefault(term, (array("q"), array("q")))
                rows.append(row)
                counts.append(times)
        self._lay_out({line.session for line in lines})

    def counts(self, terms: Sequence[str]) -> Numbers:
        """How often each line has each term: (terms, lines)."""
        found = np.zeros((len(terms), len(self.lines)))
        for number, term in enumerate(terms):
            if term in self._postings:
                rows, times = self._postings[term]
                found[number, np.array(rows)] = np.array(times)
        return found

    def rows(self, term: str) -> Rows:
        """The lines that have a term."""
        held = self._postings.get(term)
        return np.array(held[0], np.int64) if held else np.empty(0, np.int64)

    def norms(self, radius: int) -> Numbers:
        """The lengths of the sums of neighbouring vectors, by which a window's mean is brought to length 1."""
        norms: Numbers = self._norms[RADII.index(radius)]
        return norms

    def _lay_out(self, touched: Collection[int]) -> None:
        lines = self.lines
        sessions = self.sessions = np.array([line.session for line in lines], np.int64)
        self.speakers = np.array([line.speaker for line in lines])
        positions = np.array([line.position for line in lines], np.int64)
        self.lengths: Numbers = np.array([len(line.terms) for line in lines], np.float64)
        self.places = Places(sessions, positions)
        columns = np.array([line.cues for line in lines], np.float64).reshape(-1, len(CUES)).T
        self.cues: dict[str, Numbers] = dict(zip(CUES, columns, strict=True))
        self.cues["early"] = np.minimum(self.places.depth(), OPENING) / OPENING
        times = np.array([line.at.timestamp() for line in lines], np.float64)
        self.cues["age"] = 1 - np.argsort(np.argsort(times, kind="stable"), kind="stable") / max(len(lines), 1)
        self._norms = np.concatenate([self._norms, np.ones((len(RADII), len(lines) - self._norms.shape[1]))], axis=1)
        rows = np.flatnonzero(np.isin(sessions, list(touched)))
        if len(rows):
            near, held = Places(sessions[rows], positions[rows]), self.vectors[rows].T.astype(np.float64)
            summed = [np.linalg.norm(near.around(held, radius), axis=0) for radius in RADII]
            self._norms[:, rows] = np.maximum(np.stack(summed), 1e-9)


class Places:
    """Which lines stand beside which, within their sessions."""

    def __init__(self, sessions: Rows, positions: Rows) -> None:
        count = len(sessions)
        self.order: Rows = np.lexsort((positions, sessions))
        self.straight = bool((self.order == np.arange(count)).all())
        """Whether the lines stand in this order already, as they do where sessions followed one another."""
        ordered = sessions[self.order]
        fresh = np.flatnonzero(np.diff(ordered)) + 1
        edges = np.concatenate([[0], fresh, [count]]).astype(np.int64)
        self.first: Rows = np.repeat(edges[:-1], np.diff(edges))
        self.last: Rows = np.repeat(edges[1:], np.diff(edges))

    def around(self, values: Numbers, radius: int | None) -> Numbers:
        """Sums over a line and `radius` lines on either side, or over its whole session; the last axis is lines."""
        at = np.arange(len(self.order))
        low = self.first if radius is None else np.maximum(self.first, at - radius)
        high = self.last if radius is None else np.minimum(self.last, at + radius + 1)
        zero = np.zeros((*values.shape[:-1], 1))
        summed = np.concatenate([zero, np.cumsum(self._ordered(values), axis=-1)], axis=-1)
        return self._back(summed[..., high] - summed[..., low])

    def beside(self, values: Numbers, step: int) -> Numbers:
        """The value of the line `step` further on in the session (before, if negative); 0 where there is none."""
        at = np.arange(len(self.order)) + step
        there = (at >= self.first) & (at < self.last)
        ordered = self._ordered(values)
        return self._back(np.where(there, ordered[..., np.where(there, at, 0)], 0.0))

    def depth(self) -> Numbers:
        """How far into its session a line stands."""
        return self._back((np.arange(len(self.order)) - self.first).astype(np.float64))

    def _ordered(self, values: Numbers) -> Numbers:
        return values if self.straight else values[..., self.order]

    def _back(self, ordered: Numbers) -> Numbers:
        if self.straight:
            return ordered
        found = np.empty_like(ordered)
        found[..., self.order] = ordered
        return found


def cues_of(text: str, speakers: Collection[str] = ()) -> tuple[float, ...]:
    """What a text shows without being understood, 0 or 1 in the order of CUES; the speakers' names do not count."""
    asks = text.rstrip().endswith("?")
    others = [name for name in _NAMED.findall(text) if name not in speakers]
    found = (asks, asks and len(text) < 120, _TIMED.search(text), others or '"' in text, _COUNTED.search(text))
    return tuple(float(bool(one)) for one in found)
