# SPDX-License-Identifier: Apache-2.0
"""Which known facts something new leaves in doubt without ending them: reason to ask "Do you still ...?"."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from memory.ids import FactId
from memory.understanding.candidates import normalised
from memory.values import Fact

UNSETTLES: Mapping[str, frozenset[str]] = {
    "home_city": frozenset({"address", "timezone", "employer", "school"}),
    "employer": frozenset({"job", "works_in", "business"}),
    "job": frozenset({"employer", "works_in"}),
    "business": frozenset({"job", "employer"}),
    "school": frozenset({"studies"}),
    "studies": frozenset({"school"}),
    "diet": frozenset({"avoids"}),
    "name": frozenset({"preferred_name"}),
}
"""Slots of the same person that a change of the first one often changes too."""

OPPOSED: Mapping[str, frozenset[str]] = {
    "likes": frozenset({"dislikes", "avoids"}),
    "dislikes": frozenset({"likes", "prefers"}),
    "avoids": frozenset({"likes", "prefers"}),
    "prefers": frozenset({"prefers", "dislikes", "avoids"}),
}
"""Slots that are at odds where their values have a word in common."""

_EMPTY = frozenset(
    ("a", "an", "and", "the", "of", "in", "on", "at", "to", "for", "with", "my", "our", "some", "all", "any", "more")
)


class Stated(Protocol):
    """What a candidate and a fact have in common."""

    @property
    def subject(self) -> str:
        """Whom it is about."""

    @property
    def attribute(self) -> str:
        """The slot."""

    @property
    def value(self) -> str:
        """The person's spelling."""


def at_odds(known: Stated, new: Stated) -> bool:
    """Whether what is new makes one ask whether the known still holds, without ending it.

    A new employer leaves the old job open; "I hate cooking" leaves "likes cooking for friends" open.
    """
    return known.subject == new.subject and _at_odds(known, new, _form)


def _at_odds(known: Stated, new: Stated, form: Callable[[str], "Form"]) -> bool:
    if known.attribute in UNSETTLES.get(new.attribute, ()):
        return True
    if known.attribute not in OPPOSED.get(new.attribute, ()):
        return False
    one, other = form(known.value), form(new.value)
    return one.text != other.text and bool(one.words & other.words)


def neighbours(attribute: str) -> frozenset[str]:
    """The slots whose facts something new in this slot can leave in doubt."""
    return UNSETTLES.get(attribute, frozenset()) | OPPOSED.get(attribute, frozenset())


Pairs = Sequence[tuple[Fact, Fact]]


def pairs(shown: Iterable[Fact], facts: Sequence[Fact], single: Collection[str]) -> Iterator[tuple[Fact, Fact]]:
    """A newer and an older fact each that are at odds or fill one `single` slot, one of them among the shown.

    What was said in one turn is not at odds, nor what was confirmed since. Some 2 ms beside 1,000 facts.
    """
    sought = [(fact, attribute, worded) for fact in shown for attribute, worded in _against(fact, single)]
    slots: dict[tuple[str, str], list[tuple[Fact, str]]] = {(one.subject, slot): [] for one, slot, _ in sought}
    for fact in facts:
        if (fact.subject, fact.attribute) in slots:
            slots[fact.subject, fact.attribute].append((fact, fact.value.casefold()))
    seen: set[tuple[FactId, FactId]] = set()
    form = cache(_form)
    for fact, attribute, worded in sought:
        said = form(fact.value).words
        for other, low in slots[fact.subject, attribute]:
            if worded and low.isascii() and not any(word in low for word in said):
                continue  # a cheap look: they have no word in common
            newer, older = (fact, other) if fact.recorded_at >= other.recorded_at else (other, fact)
            if (newer.id, older.id) not in seen and _contradict(newer, older, single, form):
                seen.add((newer.id, older.id))
                yield newer, older


def _against(fact: Fact, single: Collection[str]) -> Iterator[tuple[str, bool]]:
    """The slots that may contradict a fact, and whether only where they have a word in common with it."""
    firm = _related(UNSETTLES, fact.attribute) | ({fact.attribute} if fact.attribute in single else set())
    yield from ((slot, False) for slot in firm)
    yield from ((slot, True) for slot in _related(OPPOSED, fact.attribute) - firm)


def _contradict(newer: Fact, older: Fact, single: Collection[str], form: Callable[[str], "Form"]) -> bool:
    since = older.confirmed_at or older.recorded_at
    if newer.source_turn == older.source_turn or newer.recorded_at <= since:
        return False
    if newer.attribute == older.attribute and newer.attribute in single:
        return form(newer.value).text != form(older.value).text
    return _at_odds(older, newer, form)


def _related(table: Mapping[str, frozenset[str]], attribute: str) -> set[str]:
    """The slots that this one stands against in the table, either way."""
    return {slot for slot, others in table.items() if attribute in others} | table.get(attribute, frozenset())


@dataclass(frozen=True, slots=True)
class Form:
    """A value as it is compared."""

    text: str
    words: frozenset[str]


def _form(value: str) -> Form:
    text = normalised(value)
    return Form(text, frozenset(word.removesuffix("s") for word in text.split()) - _EMPTY)
