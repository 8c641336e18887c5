# SPDX-License-Identifier: Apache-2.0
"""A sentence in plain wording, so that one pattern reads what is written in haste, with fillers or without subject."""

import re
from collections.abc import Iterable
from dataclasses import replace

from memory.understanding.rules import Edit
from memory.understanding.sentences import SECONDS, Sentence

_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:['/-][^\W\d_]+)*(?!\w)")

Change = tuple[int, int, str]
"""From, to, and what stands there instead."""


def plain(sentence: Sentence) -> Sentence:
    """The same sentence with haste spelled out, fillers dropped and left-out subjects put back; it still spells
    values as the person wrote them. Raises TimeoutError."""
    language = sentence.language
    spoken = language.spoken
    said = (_WORD.finditer(sentence.text)) if spoken else ()
    edits = ((one.start(), one.end(), put) for one in said if (put := spoken.get(one[0].lower())) is not None)
    sentence = edited(sentence, edits)
    before = sentence = _applied(sentence, language.dropped)
    sentence = _applied(sentence, language.left_out)
    return sentence if sentence is before else _applied(sentence, language.dropped)


def _applied(sentence: Sentence, edits: Iterable[Edit]) -> Sentence:
    for edit in edits:
        if any(cue in sentence.lowered for cue in edit.cues):
            found = edit.find.finditer(sentence.text, timeout=SECONDS)
            sentence = edited(
                sentence, ((one.start(), one.start() if edit.put else one.end(), edit.put) for one in found)
            )
    return sentence


def edited(sentence: Sentence, changes: Iterable[Change]) -> Sentence:
    """The sentence with pieces of its text replaced, each knowing still which piece of the message it stands for."""
    made = list(changes)
    if not made:
        return sentence
    text = sentence.text
    starts, ends = sentence.places or (tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    pieces: list[str] = []
    new_starts: list[int] = []
    new_ends: list[int] = []
    last = 0
    for start, end, put in [*made, (len(text), len(text), "")]:
        pieces += [text[last:start], put]
        new_starts += starts[last:start]
        new_ends += ends[last:start]
        first = starts[start] if start < len(text) else 0
        new_starts += [first] * len(put)
        new_ends += [ends[end - 1] if end > start else first] * len(put)
        last = end
    shown = "".join(pieces)
    return replace(sentence, text=shown, lowered=shown.lower(), places=(tuple(new_starts), tuple(new_ends)))
