# SPDX-License-Identifier: Apache-2.0
"""A text as the name model reads it: word pieces, how each word is spelled, and windows that fit the model."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CLS, SEP = 101, 102
SPELLINGS = 16
"""Eight spellings of a word, each for a word after a space and for one glued to what stands before it."""
LONGEST = 126
"""Pieces in one window, without the two marks at its ends."""
_SHARED = 32

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of a text and the words that they belong to; a word is a run of letters or one other mark."""

    ids: Ints
    spellings: Ints
    word_of: Ints
    words: tuple[tuple[int, int], ...]
    """Start and end of each word in the text."""


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces that the model reads at once, and the ones among them whose answer counts."""

    start: int
    end: int
    counts_from: int
    counts_to: int


def read(text: str, tokenizer: "Tokenizer") -> Pieces:
    """Splits a text; the tokenizer folds case and accents, so the spelling is read from the text itself."""
    encoded = tokenizer.encode(text, add_special_tokens=False)
    words: list[tuple[int, int]] = []
    word_of: list[int] = []
    last = None
    for word, (start, end) in zip(encoded.word_ids, encoded.offsets, strict=True):
        if word == last:
            words[-1] = words[-1][0], end
        else:
            words.append((start, end))
            last = word
        word_of.append(len(words) - 1)
    spelled = [_spelling(text[start:end]) + 8 * (start > 0 and not text[start - 1].isspace()) for start, end in words]
    index = np.array(word_of, np.int64)
    return Pieces(np.array(encoded.ids, np.int64), np.array(spelled, np.int64)[index], index, tuple(words))


@lru_cache(4096)
def _spelling(word: str) -> int:
    if any(char.isdigit() for char in word):
        return 5
    if not any(char.isalpha() for char in word):
        return 0
    if word.islower():
        return 1
    if word.isupper():
        return 6 if len(word) == 1 else 3
    if word[0].isupper() and word[1:].islower():
        return 2
    return 7 if word.lower() == word.upper() else 4


def windows(text: str, pieces: Pieces) -> Iterator[Window]:
    """Cuts at the ends of sentences where there are any, else anywhere, with a stretch that both sides read."""
    total, start, counts_from = len(pieces.ids), 0, 0
    firsts = np.flatnonzero(np.diff(pieces.word_of, prepend=-1))
    while total - start > LONGEST:
        lowest, highest = np.searchsorted(firsts, (start + LONGEST // 2, start + LONGEST), "right")
        inside = firsts[lowest:highest]
        cuts = [int(cut) for cut in inside if _ends(text, pieces, int(pieces.word_of[cut]))]
        if cuts:
            yield Window(start, cuts[-1], counts_from, cuts[-1])
            start = counts_from = cuts[-1]
            continue
        end = int(inside[-1])
        middle = int(firsts[np.searchsorted(firsts, end - _SHARED // 2)])
        yield Window(start, end, counts_from, middle)
        start, counts_from = int(firsts[np.searchsorted(firsts, end - _SHARED)]), middle
    yield Window(start, total, counts_from, total)


def _ends(text: str, pieces: Pieces, word: int) -> bool:
    """Whether a sentence or line ends before this word; "Dr." ends none."""
    (_, before), (start, _) = pieces.words[word - 1], pieces.words[word]
    between = text[before:start]
    if "\n" in between:
        return True
    if not between or text[before - 1] not in ".!?":
        return False
    name, mark = pieces.words[word - 2 : word] if word > 1 else ((0, 4), pieces.words[0])
    return name[1] - name[0] > 3 or name[1] != mark[0]
