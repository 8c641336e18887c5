# SPDX-License-Identifier: Apache-2.0
"""Whether somebody brought a matter up: the words of a text that carry meaning, and those that open a subject."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from guards.everyday import NOT_NAMES
from guards.shadow import shadow


@dataclass(frozen=True, slots=True)
class Private:
    """A memory that this answer may not bring up."""

    number: int
    """What a citation of it names."""
    about: frozenset[str]
    """The words of it that carry meaning."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PLAIN = NOT_NAMES | _words("""
    type kind sort told tell goes make makes take takes feel feels find time times year years month months much many
    more most some often sometimes every people person thing things way part lot bit since used using known
    the and for with not has have had are was were his her its that this but you your from about likes wants loves
    name named called remember favourite favorite prefers works lives does always never also into than then they
    der die das und ist sind war hat haben mit von für nicht mag möchte ein eine einen mein meine ich bin als auf
""")
_OPENS: Mapping[str, str] = {
    "health": """health healthy sick ill illness disease doctor medicine medication medical hospital pain symptom
        allergy allergic diagnosis therapy treatment fit fitness weight exercise sleep diet eat food cook cooking
        recipe meal dinner lunch breakfast restaurant snack ingredient gesund gesundheit krank krankheit arzt
        medikament schmerz allergie essen kochen rezept mahlzeit abendessen mittagessen restaurant""",
    "religion": "religion religious faith belief church mosque temple synagogue pray god holy glaube kirche beten",
    "politics": "politics political party vote voting election government politik partei wahl wählen regierung",
    "sexuality": "sexuality sexual gay lesbian dating date partner relationship sexualität beziehung partnerschaft",
    "ethnicity": "ethnicity ethnic race origin heritage roots ancestry culture herkunft wurzeln abstammung kultur",
    "plans": "plan planned schedule calendar upcoming next week weekend trip appointment termin kalender woche reise",
    "family": "family relative parent child children familie verwandte eltern kinder",
}
"""By category, besides its own name: what a person says who opens the subject."""
_ALL = re.compile(
    r"\b(?:know|remember|learned|stored|kept|told you)\b[^.?!]*\b(?:me|i)\b|\babout me(?:\W|\Z)|\bwho am i\b"
    r"|\bwhat (?:have|did) i (?:told|tell)\b|\b(?:über|von) mi(?:ch|r)\b|\bwer bin ich\b",
    re.I,
)


def matters(text: str) -> frozenset[str]:
    """The words that carry meaning, cut to what their forms have in common; placeholders carry none."""
    words = re.findall(r"[^\W\d_]{3,}", re.sub(r"<[A-Z_]+_\d+>", " ", shadow(text).text).casefold())
    return frozenset(_cut(word) for word in words if word not in _PLAIN)


def unasked(memories: Iterable[tuple[int, str, str]], asked: str) -> tuple[Private, ...]:
    """Of memories (number, category, text) those that the person's own words do not open.

    Words open a memory that touch one of its own, its category, or all that is known of the person.
    """
    said = matters(asked)
    if everything(asked):
        return ()
    known = ((number, matters(text), _opens(category)) for number, category, text in memories)
    return tuple(Private(number, about) for number, about, opens in known if not said & (about | opens))


def everything(asked: str) -> bool:
    """Whether somebody asks for all that is known of them."""
    return _ALL.search(asked) is not None


def _opens(category: str) -> frozenset[str]:
    return matters(f"{category} {_OPENS.get(category, '')}")


def _cut(word: str) -> str:
    return (word[:-1] if word.endswith("s") and len(word) > 3 else word)[:6]
