# SPDX-License-Identifier: Apache-2.0
"""A person's own sentences: what remains of a message without quotes, code and pasted text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from memory.understanding.rules import Language

CHARACTERS = 6_000
"""How much of a message is looked at; a longer one is pasted, mostly, and its start says who speaks."""
SENTENCES = 60
SENTENCE_CHARACTERS = 400
SECONDS = 0.5
"""The longest that one pattern may search one text; then TimeoutError ends the distilling."""
BLANK = "\x00"
"""Stands for every character that is not the person's own; no pattern's value may contain it."""

_APOSTROPHES = str.maketrans("’ʼ´", "'''")

_QUOTES = str.maketrans('"“”„«»', "      ")
"""The marks around a single quoted name, which is the person's own."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as it is read; `text` is as long as the slice of the message it stands for."""

    message: str
    start: int
    end: int
    text: str
    """For matching: quotes blanked, apostrophes straight, cut at SENTENCE_CHARACTERS."""
    lowered: str
    """For cues; its length may differ from that of `text`."""
    at: datetime
    language: Language
    places: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    """For a text in plain wording: where each of its characters starts and ends in the slice; None if as written."""

    def gate(self, name: str, text: str | None = None, start: int = 0, end: int | None = None) -> Any:
        """The gate's first match in the sentence or in another text; raises TimeoutError."""
        searched = self.text if text is None else text
        stop = len(searched) if end is None else end
        return self.language.gates[name].search(searched, start, stop, timeout=SECONDS)

    def spelled(self, start: int, end: int) -> str:
        """A piece of the sentence as the person wrote it."""
        if self.places and start < end:
            start, end = self.places[0][start], self.places[1][end - 1]
        return self.message[self.start + start : self.start + end]


def own_sentences(text: str, at: datetime, language: Language) -> Iterator[Sentence]:
    """The sentences in order, at most SENTENCES from the first CHARACTERS characters."""
    own = _own(text[:CHARACTERS], language)
    start, count = 0, 0
    breaks = language.gates["break"].finditer(own, timeout=SECONDS)
    for end in (*(found.end() for found in breaks), len(own)):
        sentence = own[start:end]
        left = start + len(sentence) - len(sentence.lstrip(" \t\n\r" + BLANK))
        right = start + len(sentence.rstrip(" \t\n\r" + BLANK))
        start = end
        if left >= right:
            continue
        shown = own[left : min(right, left + SENTENCE_CHARACTERS)]
        yield Sentence(text, left, right, shown, shown.lower(), at, language)
        count += 1
        if count == SENTENCES:
            return


def _own(text: str, language: Language) -> str:
    quoted = language.gates["quoted"]
    straight = text.replace(BLANK, " ").translate(_APOSTROPHES)
    blanked: str = quoted.sub(lambda found: _blank(found[0]), straight, timeout=SECONDS)
    blanked = blanked.translate(_QUOTES)
    tail = language.gates["tail"].search(blanked, timeout=SECONDS)
    return blanked[: tail.start()] if tail else blanked


def _blank(quote: str) -> str:
    return "".join(char if char == "\n" else BLANK for char in quote)
