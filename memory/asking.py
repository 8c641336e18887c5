# SPDX-License-Identifier: Apache-2.0
"""What a question asks for, read from its words alone: whom, when, one thing or a list."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from memory.thesaurus import Thesaurus
from memory.words import STOP, Vocabulary, words

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = "|".join(MONTHS)
_DATE = re.compile(
    rf"\b(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?:of\s+)?)?(?P<month>{_MONTH})\b"
    r"(?:,?\s+(?P<after>\d{1,2})(?:st|nd|rd|th)?\b(?!\d))?(?:,?\s+(?:of\s+)?(?P<year>20\d\d)\b)?"
)
_YEAR = re.compile(r"\b20\d\d\b")
_MEANT = re.compile(r"\b(?:in|of|on|since|until|last|next|this|early|late|mid)\s+$")
_TIMES = re.compile(r"\bwhen\b|how long|what (?:date|year|month|day)")
_LIKELY = re.compile(
    r"^(?:would|is|are|does|do|did|could|can|was|were|has|have|might|should)\b|\blikely\b|\bmight\b|\bwould\b"
)
_LISTS = re.compile(
    r"\bboth\b|in common|how many times|\band\b"
    r"|^(?:what|which)(?: (?!is\b|was\b|does\b|has\b)\w+){0,2}? (?!is\b|was\b|does\b|has\b|his\b)\w+(?<!s)s\b"
)
_NAMES = re.compile(
    r"\b(?:who|whose|whom|where|which|name|named|called|title|country|city|state|place|book|movie|film|song|band|game)"
)
_COUNTS = re.compile(r"how (?:many|much|long|old|often|far|tall)|\bnumber\b")
_FIRST = re.compile(r"\b(?:first|initial|initially|originally|earliest)\b")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date or a part of one that a question names."""

    year: int | None
    month: int | None
    day: int | None

    def nearness(self, at: datetime) -> float:
        """1 on the day or within the month named, less in the days after, when people tell of it; else 0."""
        if self.month is None:
            return 0.5 * (at.year == self.year)
        if self.year is not None and self.day is not None:
            late = at.toordinal() - datetime(self.year, self.month, 1).toordinal() - self.day + 1
            return 1.0 if late == 0 else 0.5 if 0 < late <= 12 else 0.0
        same = at.month == self.month and self.year in (None, at.year)
        if self.day is not None:
            return (1.0 if at.day == self.day else 0.5 if 0 < at.day - self.day <= 12 else 0.0) * same
        before = at - timedelta(days=9)
        soon = before.month == self.month and self.year in (None, before.year)
        return 1.0 if same else 0.4 if soon else 0.0


@dataclass(frozen=True, slots=True)
class Kin:
    """A word of a question: the stems that say it, and the stems that say something kindred, with how kindred."""

    said: tuple[str, ...]
    near: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, taken apart once for all signals."""

    text: str
    bare: str
    """The text without the names of speakers, which say who told it, not what."""
    terms: tuple[str, ...]
    """The bare text's stems."""
    kin: tuple[Kin, ...]
    """The bare text's words that carry meaning, each once, with their kindred."""
    speaker: str | None = None
    """Who told it, where exactly one of the speakers is named."""
    dated: Dated | None = None
    lists: bool = False
    """It asks for several things, or of several people."""
    times: bool = False
    likely: bool = False
    """It asks for a judgement rather than for something that was said."""
    names: bool = False
    counts: bool = False
    first: bool = False


def ask(
    text: str, speakers: Mapping[str, Collection[str]], vocabulary: Vocabulary, thesaurus: Thesaurus | None = None
) -> Asked:
    """Reads a question; `speakers` gives each speaker the lower-case words that mean them, as "i" and "my"."""
    low = text.casefold().strip()
    found = set(words(text)) | {word.removesuffix("'s") for word in words(text)}
    named = [speaker for speaker, called in speakers.items() if found.intersection(called)]
    bare = _without(text, {word for called in speakers.values() for word in called})
    kept = [word for word in dict.fromkeys(words(bare)) if word not in STOP and len(word) > 2]
    return Asked(
        text=text,
        bare=bare,
        terms=tuple(dict.fromkeys(vocabulary.terms(bare))),
        kin=tuple(_kin(word, vocabulary, thesaurus) for word in kept),
        speaker=named[0] if len(named) == 1 else None,
        dated=dated(low),
        lists=bool(_LISTS.search(low)),
        times=bool(_TIMES.search(low)),
        likely=bool(_LIKELY.search(low)),
        names=bool(_NAMES.search(low)),
        counts=bool(_COUNTS.search(low)),
        first=bool(_FIRST.search(low)),
    )


def plainly(terms: Sequence[str]) -> Asked:
    """A question of which only the stems are known."""
    return Asked(" ".join(terms), " ".join(terms), tuple(dict.fromkeys(terms)), tuple(Kin((term,)) for term in terms))


def _kin(word: str, vocabulary: Vocabulary, thesaurus: Thesaurus | None) -> Kin:
    near = thesaurus.near(word) if thesaurus else ()
    return Kin(vocabulary.stems(word), tuple((term, like) for kin, like in near for term in vocabulary.stems(kin)))


def dated(text: str) -> Dated | None:
    """The first date in a lower-case text; "may" and "march" only where they are plainly months."""
    for match in _DATE.finditer(text):
        year, day = match["year"], match["before"] or match["after"]
        plain = year or day or _MEANT.search(text[: match.start("month")])
        if match["month"] in {"may", "march"} and not plain:
            continue
        other = _YEAR.search(text)
        found = year or (other.group() if other else None)
        return Dated(int(found) if found else None, MONTHS.index(match["month"]) + 1, int(day) if day else None)
    alone = _YEAR.search(text)
    return Dated(int(alone.group()), None, None) if alone else None


def _without(text: str, names: Collection[str]) -> str:
    if not names:
        return text
    called = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return " ".join(re.sub(rf"\b(?:{called})(?:['’]s)?(?![\w'’])", "", text, flags=re.IGNORECASE).split())
