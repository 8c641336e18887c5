# SPDX-License-Identifier: Apache-2.0
"""A person's own sentences: what remains of a message without quotes, code and pasted text."""

from collections.abc import Iterator
from dataclasses import dataclass

from memory.rules import Language

CHARACTERS = 6_000
"""How much of a message is looked at; a longer one is pasted, mostly, and its start says who speaks."""
SENTENCES = 60
SENTENCE_CHARACTERS = 400
SECONDS = 0.1
"""The longest that one pattern may search one text; then TimeoutError ends the distilling."""
BLANK = "\x00"
"""Stands for every character that is not the person's own; no pattern's value may contain it."""

_APOSTROPHES = str.maketrans("’ʼ´", "'''")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; `text` is as long as the slice it stands for, and folded for matching."""

    start: int
    end: int
    text: str
    """Quotes blanked, apostrophes straight; cut at SENTENCE_CHARACTERS."""
    lowered: str
    """For cues; its length may differ from that of `text`."""


def own_sentences(text: str, language: Language) -> Iterator[Sentence]:
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
        yield Sentence(left, right, shown, shown.lower())
        count += 1
        if count == SENTENCES:
            return


def _own(text: str, language: Language) -> str:
    quoted = language.gates["quoted"]
    straight = text.replace(BLANK, " ").translate(_APOSTROPHES)
    blanked = quoted.sub(lambda found: _blank(found[0]), straight, timeout=SECONDS)
    tail = language.gates["tail"].search(blanked, timeout=SECONDS)
    return blanked[: tail.start()] if tail else blanked


def _blank(quote: str) -> str:
    return "".join(char if char == "\n" else BLANK for char in quote)
