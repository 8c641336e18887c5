# SPDX-License-Identifier: Apache-2.0
"""What was said, line by line, laid out for ranking: words, places, speakers and cues side by side in arrays."""

import re
from array import array
from collections import Counter
from collections.abc import Sequence
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
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_OPENING = 6
"""Lines after which a conversation has got going: before, people greet."""


@dataclass(frozen=True, slots=True)
class Line:
    """A turn or a fact as the signals see it."""

    text: str
    terms: tuple[str, ...]
    speaker: str
    at: datetime
    session: int
    """Lines of one session stand together; a fact is a session of its own."""
    position: int
    """Its order within the session."""
    shown: str = ""
    """What a picture sent with it shows, if anybody described it; its stems are among the terms."""

    @property
    def said(self) -> str:
        """The line as a script has it."""
        return f"{self.speaker}: {self.text}" + (f" [{self.shown}]" if self.shown else "")

    @property
    def key(self) -> str:
        """What is embedded for the line as a whole: with its date and speaker, since people ask by both."""
        return f"[{self.at:%d %B %Y}] {self.said}"

    @property
    def sentences(self) -> tuple[str, ...]:
        """Its first eight sentences, each with the speaker, for what is said in passing."""
        found = [part for part in _SENTENCE_END.split(self.text) if len(part.split()) > 2]
        return tuple(f"{self.speaker}: {part}" for part in found[:8] or [self.text])


class Lines:
    """The arrays; made anew where lines change, 15 ms a thousand, and read by every signal."""

    def __init__(self, lines: Sequence[Line], vectors: Vectors, led: Vectors, parts: Vectors, owners: Rows) -> None:
        """A row a line: `vectors` of `Line.key`, `led` of `led_keys`; `parts[i]` is a sentence of `owners[i]`."""
        self.lines = tuple(lines)
        self.vectors = vectors
        self.led = led
        self.parts = parts
        self.starts, self.split = _starts(owners, len(self.lines))
        self._postings: dict[str, tuple[array[int], array[int]]] = {}
        for row, line in enumerate(self.lines):
            self._take_in(row, Counter(line.terms))
        self.lengths: Numbers = np.array([len(line.terms) for line in lines], np.float64)
        self.places = Places([line.session for line in lines], [line.position for line in lines])
        self.cues: dict[str, Numbers] = _cues(self.lines, self.places)
        self.norms = {radius: self._norms(radius) for radius in (1, 2)}

    def __len__(self) -> int:
        return len(self.lines)

    def counts(self, terms: Sequence[str]) -> Numbers:
        """How often each line has each term: (terms, lines)."""
        found = np.zeros((len(terms), len(self.lines)))
        for number, term in enumerate(terms):
            if term in self._postings:
                rows, times = self._postings[term]
                found[number, np.frombuffer(rows, np.int64)] = np.frombuffer(times, np.int64)
        return found

    def rows(self, term: str) -> Rows:
        """The lines that have a term."""
        held = self._postings.get(term)
        return np.frombuffer(held[0], np.int64) if held else np.empty(0, np.int64)

    def _take_in(self, row: int, counted: Counter[str]) -> None:
        for term, times in counted.items():
            rows, counts = self._postings.setdefault(term, (array("q"), array("q")))
            rows.append(row)
            counts.append(times)

    def _norms(self, radius: int) -> Numbers:
        """The lengths of the sums of neighbouring vectors, by which a window's mean is brought to length 1."""
        if not len(self.lines):
            return np.empty(0)
        summed = self.places.around(self.vectors.T.astype(np.float64), radius)
        norms: Numbers = np.maximum(np.linalg.norm(summed, axis=0), 1e-9)
        return norms


class Places:
    """Which lines stand beside which, within their sessions."""

    def __init__(self, sessions: Sequence[int], positions: Sequence[int]) -> None:
        count = len(sessions)
        keys = np.array(sessions, np.int64)
        self.order: Rows = np.lexsort((np.array(positions, np.int64), keys)) if count else np.empty(0, np.int64)
        ordered = keys[self.order]
        fresh = np.flatnonzero(np.diff(ordered)) + 1
        edges = np.concatenate([[0], fresh, [count]]).astype(np.int64)
        self.first: Rows = np.repeat(edges[:-1], np.diff(edges))
        self.last: Rows = np.repeat(edges[1:], np.diff(edges))
        self.edges: Rows = edges[:-1]

    def around(self, values: Numbers, radius: int | None) -> Numbers:
        """Sums over a line and `radius` lines on either side, or over its whole session; the last axis is lines."""
        at = np.arange(len(self.order))
        low = self.first if radius is None else np.maximum(self.first, at - radius)
        high = self.last if radius is None else np.minimum(self.last, at + radius + 1)
        zero = np.zeros((*values.shape[:-1], 1))
        summed = np.concatenate([zero, np.cumsum(values[..., self.order], axis=-1)], axis=-1)
        return self._back(summed[..., high] - summed[..., low])

    def beside(self, values: Numbers, step: int) -> Numbers:
        """The value of the line `step` further on in the session (before, if negative); 0 where there is none."""
        at = np.arange(len(self.order)) + step
        there = (at >= self.first) & (at < self.last)
        ordered = values[..., self.order]
        return self._back(np.where(there, ordered[..., np.where(there, at, 0)], 0.0))

    def depth(self) -> Numbers:
        """How far into its session a line stands."""
        return self._back((np.arange(len(self.order)) - self.first).astype(np.float64))

    def _back(self, ordered: Numbers) -> Numbers:
        found = np.empty_like(ordered)
        found[..., self.order] = ordered
        return found


def led_keys(lines: Sequence[Line]) -> list[str]:
    """Each line with the one before it in its session: "Yes, since May" means little alone."""
    found = {(line.session, line.position): line for line in lines}
    before = [found.get((line.session, line.position - 1)) for line in lines]
    return [f"{led.said} {line.said}" if led else line.said for led, line in zip(before, lines, strict=True)]


def _starts(owners: Rows, count: int) -> tuple[Rows, Rows]:
    """Where each owner's parts begin, and the owners that have any."""
    split, starts = np.unique(owners, return_index=True)
    if len(split) and split[-1] >= count:
        raise ValueError("a part belongs to no line")
    return starts.astype(np.int64), split.astype(np.int64)


def _cues(lines: Sequence[Line], places: Places) -> dict[str, Numbers]:
    texts = [line.text for line in lines]
    speakers = "|".join(sorted({re.escape(line.speaker) for line in lines}))
    other = re.compile(rf"\b(?:{speakers}|I)\b")
    asks = [text.rstrip().endswith("?") for text in texts]
    found = {
        "asks": asks,
        "only_asks": [ends and len(text) < 120 for ends, text in zip(asks, texts, strict=True)],
        "timed": [bool(_TIMED.search(text)) for text in texts],
        "named": [bool(_NAMED.search(other.sub("", text))) or '"' in text for text in texts],
        "counted": [bool(_COUNTED.search(text)) for text in texts],
    }
    cues: dict[str, Numbers] = {name: np.array(values, np.float64) for name, values in found.items()}
    cues["early"] = np.minimum(places.depth(), _OPENING) / _OPENING
    times = np.array([line.at.timestamp() for line in lines], np.float64)
    cues["age"] = 1 - np.argsort(np.argsort(times, kind="stable"), kind="stable") / max(len(lines), 1)
    return cues
