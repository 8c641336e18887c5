# SPDX-License-Identifier: Apache-2.0
"""Where values that are known already stand in a text, in any case and with other separators."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from guards.everyday import EVERYDAY, PARTICLES
from guards.kinds import LITERAL, PERSON
from guards.shadow import shadow
from guards.vault import KnownValue

_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 4
"""A known value of fewer letters and digits is no evidence elsewhere; names are."""


@dataclass(frozen=True, slots=True)
class _Known:
    kind: str
    words: tuple[str, ...]
    capital: bool
    """Whether only a capital shows that the value is meant, as in "Will"."""


class Mentions:
    """Looks up known values word by word; names also by their parts."""

    def __init__(self, known: Iterable[KnownValue]) -> None:
        self._by_first: dict[str, list[_Known]] = {}
        for item in {form: None for value in known for form in _forms(value)}:
            self._by_first.setdefault(item.words[0], []).append(item)
        for items in self._by_first.values():
            items.sort(key=lambda item: len(item.words), reverse=True)

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and kind of each mention, the longest first where several begin; never overlapping.

        Takes the searched form of a text; costs about 0.2 ms for 1,000 characters.
        """
        if not self._by_first:
            return
        words = [(match.start(), match.end()) for match in _WORD.finditer(text)]
        folded = [text[start:end].casefold() for start, end in words]
        at = 0
        while at < len(words):
            item = self._at(text, words, folded, at)
            if item is None:
                at += 1
                continue
            last = at + len(item.words) - 1
            yield words[at][0], words[last][1], item.kind
            at = last + 1

    def _at(self, text: str, words: list[tuple[int, int]], folded: list[str], at: int) -> _Known | None:
        for item in self._by_first.get(folded[at], ()):
            end = at + len(item.words)
            if tuple(folded[at:end]) != item.words or (item.capital and not text[words[at][0]].isupper()):
                continue
            gaps = (text[words[here][1] : words[here + 1][0]] for here in range(at, end - 1))
            if all(len(gap) <= 3 and gap.count("\n") < 2 for gap in gaps):
                return item
        return None


def _forms(value: KnownValue) -> Iterator[_Known]:
    words = tuple(word.casefold() for word in _WORD.findall(shadow(value.value).text))
    if not words or value.kind == LITERAL:
        return
    if value.kind != PERSON:
        if sum(map(len, words)) >= _SHORTEST:
            yield _Known(value.kind, words, False)
        return
    yield _Known(PERSON, words, len(words) == 1 and _shy(words[0]))
    if len(words) > 1:
        yield from (_Known(PERSON, (word,), _shy(word)) for word in words if len(word) > 2 and word not in PARTICLES)


def _shy(word: str) -> bool:
    return len(word) < 3 or word in EVERYDAY
