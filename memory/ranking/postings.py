# SPDX-License-Identifier: Apache-2.0
"""Which texts have which words, and how often: arrays for the many, small lists for what is new."""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Numbers = NDArray[np.float64]

SETTLED = 256
"""New texts after which their words are sorted in among the others, some 10 ms for 11,000 texts."""


NONE: Rows = np.empty(0, np.int64)
NEVER: Numbers = np.empty(0)


class Postings:
    """Texts are numbered as they come; adding one takes some 10 microseconds."""

    def __init__(self, documents: Iterable[Sequence[str]] = ()) -> None:
        self.lengths: Numbers = np.empty(0)
        self._numbers: dict[str, int] = {}
        self._starts: Rows = np.zeros(1, np.int64)
        self._rows: Rows = np.empty(0, np.int64)
        self._times: Numbers = np.empty(0)
        self._new: dict[int, tuple[array[int], array[float]]] = {}
        self._unsettled = 0
        self.add(documents)

    def add(self, documents: Iterable[Sequence[str]]) -> None:
        """Takes in more texts, each as its words."""
        lengths, first = [], len(self.lengths)
        for row, words in enumerate(documents, first):
            lengths.append(len(words))
            for word, times in Counter(words).items():
                number = self._numbers.setdefault(word, len(self._numbers))
                held = self._new.get(number)
                if held is None:
                    held = self._new[number] = (array("q"), array("d"))
                held[0].append(row)
                held[1].append(times)
        self.lengths = np.concatenate([self.lengths, np.array(lengths, np.float64)])
        self._unsettled += len(lengths)
        if self._unsettled > SETTLED:
            self._settle()

    def of(self, word: str) -> tuple[Rows, Numbers]:
        """The texts that have a word, in their order, and how often each has it."""
        number = self._numbers.get(word)
        if number is None:
            return NONE, NEVER
        settled = number < len(self._starts) - 1
        part = slice(self._starts[number], self._starts[number + 1]) if settled else slice(0, 0)
        rows, times = self._rows[part], self._times[part]
        if new := self._new.get(number):
            return np.concatenate([rows, np.array(new[0])]), np.concatenate([times, np.array(new[1])])
        return rows, times

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Takes all other texts away, and the words that only they had; the rest are numbered anew."""
        self._settle()
        owners = np.repeat(np.arange(len(self._starts) - 1), np.diff(self._starts))
        staying = kept[self._rows]
        rows, times, owners = (np.cumsum(kept) - 1)[self._rows[staying]], self._times[staying], owners[staying]
        there = np.unique(owners)
        words = list(self._numbers)
        self._numbers = {words[number]: place for place, number in enumerate(there.tolist())}
        self._lay_out(np.searchsorted(there, owners), rows, times)
        self.lengths = self.lengths[kept]

    def _settle(self) -> None:
        sizes = [len(rows) for rows, _ in self._new.values()]
        new = np.repeat(np.array(list(self._new), np.int64), np.array(sizes, np.int64))
        old = np.repeat(np.arange(len(self._starts) - 1), np.diff(self._starts))
        rows, times = array("q"), array("d")
        for held in self._new.values():
            rows.extend(held[0])
            times.extend(held[1])
        owners = np.concatenate([old, new])
        order = np.argsort(owners, kind="stable")
        everything = np.concatenate([self._rows, np.array(rows, np.int64)])
        self._lay_out(owners[order], everything[order], np.concatenate([self._times, np.array(times)])[order])
        self._new, self._unsettled = {}, 0

    def _lay_out(self, owners: Rows, rows: Rows, times: Numbers) -> None:
        self._rows, self._times = rows, times
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=len(self._numbers)))])
