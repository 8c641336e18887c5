# SPDX-License-Identifier: Apache-2.0
"""What a conversation is about so far: what the person opened, what only a source knows, what was said again."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from guards.sentences import sentences, to_you
from guards.topics import matters

AGAIN = 2
"""So many earlier answers brought a memory up: once more is again and again."""

_OPENS: Mapping[str, str] = {
    "address": "address|live|home|street|adresse|wohne|straße",
    "location": "live|home|city|town|am|wohne|stadt",
    "birthday": "born|birthday|birth|age|old|geboren|geburtstag|alt",
    "contact": "phone|e?-?mail|number|contact|reach|telefon|nummer",
    "work": "work|job|employer|company|arbeite?|arbeitgeber|firma",
}
"""By category: what a person asks of themselves who wants to hear it."""
_OWN = re.compile(
    r"\b(?:my|our|mein\w*|unser\w*|the same|again|wieder)\b|\b(?:did|do|have|has|had|was|am|were) (?:I|we)\b"
    r"|\bI (?:have|had|did|bought|ordered|booked)\b|\b(?:habe|hatte|bin|war) ich\b|\bich (?:habe|hatte|bin|war)\b",
    re.I,
)
"""A question about the person's own affairs: there a word in common is enough to want a source's answer."""
_PLACEHOLDER = re.compile(r"<[A-Z_]+_\d+>")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NAME = re.compile(r"(?<=[\w,;:/(] )[A-ZÄÖÜ][\w-]*[a-zäöüß][\w-]*|\b[A-Z]{2,}\d+\w*|\b[a-z]*[A-Z][a-z]+[A-Z]\w*")
_COUNT = re.compile(r"\b\d{1,3} [a-zäöü]{4,}")
CALENDAR = re.compile(
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday|januar|februar|märz|mai|juni|juli|oktober|dezember|montag|dienstag|mittwoch"
    r"|donnerstag|freitag|samstag|sonntag)\Z",
    re.I,
)
"""Months and days of the week, which are written as names are."""


@dataclass(frozen=True, slots=True)
class Used:
    """A memory that stood in the prompt."""

    number: int
    """What a citation of it names."""
    category: str
    text: str
    """As the model saw it, masked."""
    said: bool
    """Whether the person said it, or it was read from what they said; otherwise a source did."""


@dataclass(frozen=True, slots=True)
class Known:
    """A memory beside what the conversation has of it."""

    used: Used
    about: frozenset[str]
    """Its words that carry meaning."""
    opened: bool
    """Whether the person's own words touch it."""
    values: frozenset[str]
    """What only it says: names, numbers and placeholders that neither the person nor a document gave."""
    again: frozenset[str]
    """Of its words those that `AGAIN` earlier answers brought up already, where the person does not speak of it."""


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation as far as it went."""

    message: str = ""
    """What is answered."""
    asked: str = ""
    """All that the person wrote in this conversation."""
    known: tuple[Known, ...] = ()


def talk(asked: Sequence[str], answers: Sequence[str], memories: Iterable[Used], given: str = "") -> Talk:
    """Sets the memories of a prompt beside the person's messages (the answered one last) and the earlier answers.

    `given` is what else may be said: documents, and the placeholders of the person's own name.
    """
    used, words = tuple(memories), "\n".join(asked)
    otherwise = values("\n".join([words, given, *(one.text for one in used if one.said)]))
    names = frozenset(value for one in used for value in values(one.text))
    mentioned = Counter(word for answer in answers for word in _mentioned(answer, names))
    often = frozenset(word for word, times in mentioned.items() if times >= AGAIN)
    touched = tokens(words)
    known = []
    for one in used:
        about = tokens(one.text)
        meant = _meant(one.text, about, touched)
        touches = bool(touched & about) and (one.said or _OWN.search(words) is not None)
        opened = meant or touches or _wanted(one.category, words)
        again = frozenset() if meant else (about & often) - touched
        known.append(Known(one, about, opened, values(one.text) - otherwise, again))
    return Talk(asked[-1] if asked else "", words, tuple(known))


def _meant(text: str, about: frozenset[str], touched: frozenset[str]) -> bool:
    """Whether words speak of a memory itself: by a name or a value of it, or by half of what it says."""
    own = values(text)
    return bool(touched & (matters(" ".join(own)) | own)) or 2 * len(touched & about) >= len(about) > 0


def _wanted(category: str, asked: str) -> bool:
    words = f"{re.escape(category)}|{_OPENS.get(category, category)}"
    return (
        re.search(
            rf"\b(?:my|mein\w*)\W+(?:\w+\W+)?(?:{words})\b|\b(?:where|when|how|do|did|was|wo|wann|wie)\b[^.?!]{{0,12}}"
            rf"\b(?:I|ich|bin|wurde)\b[^.?!]{{0,20}}\b(?:{words})\b",
            asked,
            re.I,
        )
        is not None
    )


def tokens(text: str) -> frozenset[str]:
    """Words that carry meaning, numbers and placeholders."""
    numbers = _NUMBER.findall(_PLACEHOLDER.sub(" ", text))
    return matters(text) | frozenset(_PLACEHOLDER.findall(text)) | frozenset(numbers)


def values(text: str) -> frozenset[str]:
    """Names, placeholders, numbers of at least four characters, and shorter ones with what they count, as written."""
    bare = _PLACEHOLDER.sub(" ", text)
    names = (name for name in _NAME.findall(bare) if not CALENDAR.match(name))
    numbers = (number for number in _NUMBER.findall(bare) if len(number) > 3)
    return frozenset([*names, *numbers, *_COUNT.findall(bare), *_PLACEHOLDER.findall(text)])


def _mentioned(answer: str, names: frozenset[str]) -> frozenset[str]:
    """The words of an answer's sentences to the person, and these names wherever they stand."""
    spoken = (word for one in sentences(answer) if to_you(one[0]) for word in tokens(one[0]))
    said = [name for name in names if name in answer]
    return frozenset([*spoken, *matters(" ".join(said)), *said])
