# SPDX-License-Identifier: Apache-2.0
"""Which lines stand beside which, within their sessions, and what a window of them has."""

import numpy as np
from numpy.typing import NDArray

from memory.ranking.postings import Numbers, Rows


class Places:
    """Every line's place when the sessions stand one after the other; made anew when lines come or go."""

    def __init__(self, sessions: Rows, positions: Rows) -> None:
        count = len(sessions)
        self.order: Rows = np.lexsort((positions, sessions))
        self.straight = bool((self.order == np.arange(count)).all())
        """Whether the lines stand in this order already, as they do where sessions followed one another."""
        self._of = np.empty(count, np.int64)
        self._of[self.order] = np.arange(count)
        fresh = np.flatnonzero(np.diff(sessions[self.order])) + 1
        edges = np.concatenate([[0], fresh, [count]]).astype(np.int64)
        self._sizes: Rows = np.diff(edges) if count else np.empty(0, np.int64)
        self._session: Rows = np.repeat(np.arange(len(self._sizes)), self._sizes)
        """Of every place, the session's number in this order."""
        self.first: Rows = edges[:-1][self._session]
        self.last: Rows = edges[1:][self._session]
        self._reaches: dict[int | None, tuple[Rows, Rows]] = {}
        self._inside: dict[int, Numbers] = {}

    def around(self, values: NDArray[np.float64], radius: int | None) -> Numbers:
        """Sums over a line and `radius` lines on either side, or over its whole session; the last axis is lines."""
        low, high = self._reach(radius)
        zero = np.zeros((*values.shape[:-1], 1))
        summed = np.concatenate([zero, np.cumsum(self._ordered(values), axis=-1)], axis=-1)
        return self._back(summed[..., high] - summed[..., low])

    def beside(self, values: Numbers, step: int) -> Numbers:
        """The value of the line `step` (never 0) further on in the session (before, if negative); 0 where none is."""
        ordered, found = self._ordered(values), np.zeros(len(self.order))
        if step > 0:
            found[:-step] = ordered[step:]
        else:
            found[-step:] = ordered[:step]
        return self._back(found * self._there(step))

    def next_to(self, row: int, step: int) -> int | None:
        """The line `step` further on in the session of this one (before, if negative); None where there is none."""
        place = int(self._of[row])
        there = bool(self.first[place] <= place + step < self.last[place])
        return int(self.order[place + step]) if there else None

    def depth(self) -> Numbers:
        """How far into its session a line stands."""
        return self._back((np.arange(len(self.order)) - self.first).astype(np.float64))

    def windows(self, values: Numbers, radius: int | None) -> Numbers:
        """As `around`, a window a place; where a window is a session, one a session."""
        if radius is None:
            return _summed(self._session, self._ordered(values), len(self._sizes))
        return self._ordered(values if radius == 0 else self.around(values, radius))

    def mean(self, windows: Numbers, radius: int | None) -> float:
        """Of windows, over all lines."""
        if not len(self.order):
            return 0.0
        return float(windows @ self._sizes / len(self.order) if radius is None else windows.mean())

    def gathered(self, rows: Rows, counts: Numbers, radius: int | None) -> tuple[Rows, Numbers, int]:
        """Which windows have what these rows have so often, how often they have it, and how many lines' they are."""
        at = self._of[rows]
        if radius == 0:
            return at, counts, len(at)
        if radius is None:
            summed = _summed(self._session[at], counts, len(self._sizes))
            hit = np.flatnonzero(summed)
            return hit, summed[hit], int(self._sizes[hit].sum())
        near = at[:, None] + np.arange(-radius, radius + 1)
        inside = (near >= self.first[at][:, None]) & (near < self.last[at][:, None])
        each = np.broadcast_to(counts[:, None], near.shape)[inside]
        summed = _summed(near[inside], each, len(self.order))
        hit = np.flatnonzero(summed)
        return hit, summed[hit], len(hit)

    def spread(self, windows: Numbers, radius: int | None) -> Numbers:
        """A value a window as a value a line."""
        return self._back(windows[self._session] if radius is None else windows)

    def _reach(self, radius: int | None) -> tuple[Rows, Rows]:
        """Of every place, where its window begins and ends."""
        if radius not in self._reaches:
            at = np.arange(len(self.order))
            low = self.first if radius is None else np.maximum(self.first, at - radius)
            self._reaches[radius] = low, self.last if radius is None else np.minimum(self.last, at + radius + 1)
        return self._reaches[radius]

    def _there(self, step: int) -> Numbers:
        """Of every place, 1 where the line `step` further on is of its session, else 0."""
        if step not in self._inside:
            at = np.arange(len(self.order)) + step
            self._inside[step] = ((at >= self.first) & (at < self.last)).astype(np.float64)
        return self._inside[step]

    def _ordered(self, values: Numbers) -> Numbers:
        return values if self.straight else values[..., self.order]

    def _back(self, ordered: Numbers) -> Numbers:
        if self.straight:
            return ordered
        found = np.empty_like(ordered)
        found[..., self.order] = ordered
        return found


def _summed(into: Rows, values: Numbers, count: int) -> Numbers:
    """The sum of the values that go into each of so many windows."""
    return np.bincount(into, values, count).astype(np.float64, copy=False)
