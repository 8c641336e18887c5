# SPDX-License-Identifier: Apache-2.0
"""A text in the form that it is searched in, and the way back to where it stood."""

import unicodedata
from dataclasses import dataclass

_ALIKE = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2018\u2019\u201b\u2032\uff07", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u2033\uff02", '"'),
    "\u034f": "",
    "\u3164": "",
    "\u2800": " ",
}


@dataclass(frozen=True, slots=True)
class Shadow:
    """The searched form of a text: NFKC, plain digits, dashes and quotes, nothing invisible."""

    text: str
    origins: tuple[tuple[int, int], ...] | None
    """The original span of each character; None when the text is its own shadow."""

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The original span of a stretch that is not empty, with what was invisible in between."""
        if self.origins is None:
            return start, end
        return self.origins[start][0], self.origins[end - 1][1]


def shadow(text: str) -> Shadow:
    """Builds the searched form; costs nothing for ASCII, about 0.5 ms for 1,000 other characters."""
    if text.isascii():
        return Shadow(text, None)
    characters: list[str] = []
    origins: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        folded = _fold(text[start:end])
        characters.append(folded)
        origins.extend([(start, end)] * len(folded))
        start = end
    return Shadow("".join(characters), tuple(origins))


def _fold(cluster: str) -> str:
    if cluster.isascii():
        return cluster
    return "".join(_plain(char) for char in unicodedata.normalize("NFKC", cluster))


def _plain(char: str) -> str:
    if char in _ALIKE:
        return _ALIKE[char]
    if unicodedata.category(char) == "Cf":
        return ""
    digit = unicodedata.decimal(char, None)
    return char if digit is None else str(digit)
