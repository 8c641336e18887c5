# SPDX-License-Identifier: Apache-2.0
"""Words cut out of a text: which sentences say a forgotten value, and what is left without them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

REMOVED = "(removed at your request)"
"""What stands in the transcript where nothing else is left."""

Span = tuple[int, int]

WORD = re.compile(r"[\w@+]+(?:[.-]\w+)*")
SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?]*\s*")
"""Ends at a full stop, question or exclamation mark before a space, and at a line's end."""


def words(text: str) -> tuple[str, ...]:
    """The words in the form in which they are compared; an address or a number with points is one word."""
    return tuple(WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def mentions(text: str, values: Iterable[str]) -> bool:
    """Whether the text says one of the values, as whole words in their order."""
    said = f" {' '.join(words(text))} "
    return any(sought and f" {' '.join(sought)} " in said for sought in map(words, values))


def telling(text: str, values: Sequence[str]) -> tuple[Span, ...]:
    """The sentences of the text that say one of the values."""
    found = (match.span() for match in SENTENCE.finditer(text))
    return tuple((start, end) for start, end in found if mentions(text[start:end], values))


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """In order, and those that touch as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def without(text: str, spans: Iterable[Span]) -> str:
    """The text without the spans; empty where only space is left."""
    kept, at = [], 0
    for start, end in merged(spans):
        kept.append(text[at:start])
        at = end
    left = "".join([*kept, text[at:]])
    return left if left.strip() else ""


def moved(span: Span, cut: Iterable[Span]) -> Span | None:
    """Where a span of the whole text lies in what is left; None where the cut touches it."""
    shift = 0
    for start, end in merged(cut):
        if start < span[1] and span[0] < end:
            return None
        shift += end - start if end <= span[0] else 0
    return span[0] - shift, span[1] - shift
