# SPDX-License-Identifier: Apache-2.0
"""The sentences of an answer, and whether they speak to the person."""

import re
from collections.abc import Iterator

_SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…]+(?!\s)[^.!?…\n]+)*[.!?…]*[\"'”’»)\]*_]*[ \t]*")
_TO_YOU = re.compile(
    r"\b(?:you|your|yours|yourself|you(?:'|’)(?:re|ve|ll|d)|du|dir|dich|dein\w*|Sie|Ihnen|Ihr\w*)\b", re.I
)
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»\n]{1,300}[\"”“»]")


def sentences(text: str) -> Iterator[re.Match[str]]:
    """Each sentence or line with the blanks after it."""
    return _SENTENCE.finditer(text)


def to_you(sentence: str) -> bool:
    """Whether the person is spoken to, in English or German; a German "sie" counts too."""
    return _TO_YOU.search(sentence) is not None


def unquoted(sentence: str) -> str:
    """The sentence with what stands in double quotes blanked, length for length: it is somebody else's words."""
    return _QUOTED.sub(lambda quote: " " * len(quote[0]), sentence)
