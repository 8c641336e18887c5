# SPDX-License-Identifier: Apache-2.0
"""Writes a text as carelessly as people do: small letters, capitals, no marks, slips; and puts other names into it."""

import random
import re
from dataclasses import replace

from benchmarks.posts import Example
from scripts.names.corpora import tightened
from scripts.names.pools import Namer

_MARK = re.compile(r"[.,!?;:'\"()]")


def varied(example: Example, namer: Namer, chance: random.Random) -> Example:
    """One way to write an example; a different one at every pass."""
    if example.source in {"btc", "wnut17"}:
        example = tightened(example) if chance.random() < 0.5 else example
        if example.names and chance.random() < 0.35:
            example = renamed(example, namer, chance)
    if chance.random() < 0.2:
        example = edited(example, [(match.start(), match.end(), "") for match in _MARK.finditer(example.text)])
    if chance.random() < 0.1:
        example = slipped(example, chance)
    return _cased(example, chance)


def packed(examples: list[Example], chance: random.Random) -> list[Example]:
    """Some texts run on into the next, since the model reads several sentences at once."""
    out: list[Example] = []
    for example in examples:
        if out and chance.random() < 0.15 and len(out[-1].text) + len(example.text) < 350:
            before = out.pop()
            start = len(before.text) + 1
            moved = tuple((first + start, end + start, kind) for first, end, kind in example.names)
            text = before.text + chance.choice((" ", "\n")) + example.text
            out.append(replace(before, text=text, names=before.names + moved))
        else:
            out.append(example)
    return out


def edited(example: Example, edits: list[tuple[int, int, str]]) -> Example:
    """Replaces stretches, none overlapping, and moves the names along; a name left empty is dropped."""
    text, last, shifts = "", 0, []
    for start, end, new in sorted(edits):
        text += example.text[last:start] + new
        shifts.append((start, end, len(text)))
        last = end
    text += example.text[last:]

    def moved(place: int) -> int:
        shift = 0
        for _, end, reached in shifts:
            if end > place:
                break
            shift = reached - end
        return place + shift

    names = tuple((moved(start), moved(end), kind) for start, end, kind in example.names)
    return replace(example, text=text, names=tuple(name for name in names if name[0] < name[1]))


def renamed(example: Example, namer: Namer, chance: random.Random) -> Example:
    """Puts invented persons and cities where real ones stood, so that the model learns places and not celebrities."""
    edits = []
    for start, end, kind in example.names:
        old = example.text[start:end]
        if kind == "ORGANIZATION" or chance.random() < 0.4:
            continue
        new = namer.city() if kind == "LOCATION" else namer.person() if " " in old else namer.given()
        edits.append((start, end, new.lower() if old.islower() else new.upper() if old.isupper() else new))
    return edited(example, edits)


def slipped(example: Example, chance: random.Random) -> Example:
    """Swaps, drops or doubles a letter in a few words, in names too."""
    edits = []
    for match in re.finditer(r"[^\W\d_]{4,}", example.text):
        if chance.random() < 0.12:
            word, place = match[0], chance.randrange(1, len(match[0]) - 1)
            way = chance.random()
            if way < 0.34:
                word = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
            elif way < 0.67:
                word = word[:place] + word[place + 1 :]
            else:
                word = word[: place + 1] + word[place:]
            edits.append((match.start(), match.end(), word))
    return edited(example, edits)


def _cased(example: Example, chance: random.Random) -> Example:
    way = chance.random()
    if way < 0.35:
        folded = example.text.lower()
    elif way < 0.39:
        folded = example.text.upper()
    elif way < 0.42:
        folded = example.text.title()
    else:
        return example
    return replace(example, text=folded) if len(folded) == len(example.text) else example
