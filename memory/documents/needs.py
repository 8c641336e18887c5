# SPDX-License-Identifier: Apache-2.0
"""What a message asks for: a question is one need, a whole situation many, each looked up by itself."""

import re

from memory.ranking.words import small_talk

ENDS = re.compile(r"(?<=[.!?])[\"”')*]*\s+|\n+")
MARKS = re.compile(r"[*_#`]+")
NUMBER = re.compile(r"^\s*(?:[-•]\s*|\d+[.)]\s+)")
MOST_SENTENCES = 120
"""Of the first ones; a longer message is pasted, mostly."""
MOST_SPANS = 24
"""Embedded at some 2 ms each."""
SPAN_CHARACTERS = 160


def sentences(text: str) -> list[str]:
    """A message's sentences, list items and headings, without marks; greetings, thanks and the like left out."""
    found = []
    for part in ENDS.split(text):
        said = MARKS.sub("", NUMBER.sub("", part)).strip()
        if len(said) > 2 and not small_talk(said):
            found.append(said)
            if len(found) == MOST_SENTENCES:
                break
    return found


def spans(found: list[str]) -> list[str]:
    """The sentences for the encoder: each by itself, or where they are many those that stand together."""
    if len(found) <= MOST_SPANS:
        return found
    size = max(SPAN_CHARACTERS, sum(map(len, found)) / MOST_SPANS)
    together: list[str] = []
    held = ""
    for sentence in found:
        if held and len(held) + len(sentence) > size:
            together.append(held)
            held = ""
        held = f"{held} {sentence}".strip()
    if held:
        together.append(held)
    return together
