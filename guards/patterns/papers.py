# SPDX-License-Identifier: Apache-2.0
"""Numbers that only a word beside them tells: passports, licences, and those that a use case adds."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from guards.patterns.cues import GAP, Hit

_VALUE = r"(?P<value>(?=[A-Z\-]{0,4}[ ]?\d)(?=(?:[A-Z\- ]{0,6}\d){4})[A-Z\d](?:[ \-]?[A-Z\d]){4,18}(?<![ \-]))(?![\w])"
_PASSPORT = re.compile(
    rf"(?<![^\W_])(?:passport|reisepass(?:nummer)?|pass-?nr|pasaporte|passeport|passaporto|passaporte){GAP}{_VALUE}",
    re.IGNORECASE,
)
_LICENCE = re.compile(
    r"(?<![^\W_])(?:(?:driver(?:'?s)?|driving)(?:'?s)?\s+licen[cs]e|licen[cs]e\s+(?:number|no|id)|dl"
    r"|f[üu]hrerschein(?:nummer)?"
    r"|(?:permiso|carn[ée]t?|licencia)\s+de\s+conduc(?:ir|tor)|permis\s+de\s+conduire|patente(?:\s+di\s+guida)?"
    rf"|carta\s+de\s+condu[çc][ãa]o|cnh){GAP}{_VALUE}",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?<![\w-])(?P<value>(?=[A-Z]*\d)[A-Z\d]{6,18})\s+(?:is|was|ist|es|est|è|é)\s+"
    r"(?:my|the|our|mein\w*|mi|mon|il\s+mio|o\s+meu)\s+"
    r"(?:(?P<passport>passport|reisepass|pasaporte|passeport|passaport[oe])|driv(?:er'?s|ing)\s+licen[cs]e|f[üu]hrerschein)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Numbers:
    """A kind of number that a use case has hidden: an order, a customer, a policy."""

    kind: str
    """One of guards.kinds.KINDS."""
    form: str = r"(?=[A-Z\-]*\d)[A-Z\d](?:-?[A-Z\d]){3,23}"
    """A regular expression of the number, in any case; forms.pattern_of makes one of examples."""
    cues: tuple[str, ...] = ()
    """Words of which one must stand before it; none where the form alone tells."""


def passports(text: str) -> Iterator[Hit]:
    """Passport numbers after a word for one, in six languages."""
    yield from _after(_PASSPORT, text)
    yield from ((*match.span("value"), 0.8) for match in _AFTER.finditer(text) if match["passport"])


def licences(text: str) -> Iterator[Hit]:
    """Driving licences after a word for one, in six languages."""
    yield from _after(_LICENCE, text)
    yield from ((*match.span("value"), 0.8) for match in _AFTER.finditer(text) if not match["passport"])


def _after(pattern: "re.Pattern[str]", text: str) -> Iterator[Hit]:
    for match in pattern.finditer(text):
        end = match.start("value") + len(_trimmed(match["value"]))
        yield match.start("value"), end, 0.8


def _trimmed(value: str) -> str:
    """A number without the words that follow it."""
    groups = re.split(r"( )", value)
    while len(groups) > 1 and not any(map(str.isdigit, groups[-1])):
        groups.pop()
    return "".join(groups)


def added(numbers: Sequence[Numbers]) -> Sequence[tuple[str, Callable[[str], Iterator[Hit]]]]:
    """The scans that a use case adds, each with its kind; re.error where a form is none."""
    return [(one.kind, _scan(one)) for one in numbers]


def _scan(one: Numbers) -> Callable[[str], Iterator[Hit]]:
    cued = rf"(?<![^\W_])(?:{'|'.join(map(re.escape, one.cues))}){GAP}" if one.cues else r"(?<![\w-])"
    pattern = re.compile(rf"{cued}(?P<value>{one.form})(?![\w])", re.IGNORECASE)

    def scan(text: str) -> Iterator[Hit]:
        return ((*match.span("value"), 0.9) for match in pattern.finditer(text))

    return scan
