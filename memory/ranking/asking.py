# SPDX-License-Identifier: Apache-2.0
"""What a question asks for, read from its words alone: whom, when, one thing or a list."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from memory.ranking.companions import companions
from memory.ranking.periods import Period, period
from memory.ranking.thesaurus import Thesaurus
from memory.ranking.words import PHATIC, STOP, Vocabulary, words

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
_TOO_COMMON = """
    name named called thing things kind type time times day year favourite favorite much many old long often help
    make give need want go get say said happen happened
"""
_COMMON = PHATIC | frozenset(_TOO_COMMON.split())
_TOLD = """
    talk talked talking discuss discussed chat chatted mention mentioned speak spoke told done been going
    habe hab haben hatte hatten gemacht getan erzählt gesagt besprochen geredet dir waren los hice hicimos hecho dije
    hablamos conté contado qué
"""
_TELLING = frozenset(_TOLD.split())
"""Words for telling and doing itself: "what did we talk about" asks for whatever was said."""
_OURS = frozenset(["ich", "wir", "hice", "hicimos", "dije", "hablamos", "conté"])
"""By which people who ask in German or Spanish mean themselves."""
_PARTS = re.compile(r"(?<=[.!?])\s+")
MOST_PARTS = 8
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
    common: bool = False
    """Too common to tell what is asked about."""


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
    dated: Dated | Period | None = None
    """A date, or days counted from now; these stand in the text, but not among its terms and kin."""
    lists: bool = False
    """It asks for several things, or of several people."""
    times: bool = False
    likely: bool = False
    """It asks for a judgement rather than for something that was said."""
    names: bool = False
    counts: bool = False
    first: bool = False
    companions: tuple[frozenset[str], ...] = ()
    """For each name and kind of relative in it, but for the speakers, the stems of which one must have been said."""
    rest: "Asked | None" = None
    """Of several sentences those that name nobody, where others do."""
    recounts: bool = False
    """It asks for whatever the speaker said or did in days counted from now: "What did I do last week?"."""


def ask(
    text: str,
    speakers: Mapping[str, Collection[str]],
    vocabulary: Vocabulary,
    thesaurus: Thesaurus | None = None,
    now: datetime | None = None,
) -> Asked:
    """Reads a question; `speakers` gives each speaker the lower-case words that mean them, as "i" and "my".

    Days counted from now ("last week") are read where `now` is given, the time of the message.
    """
    low = text.casefold().strip()
    found = set(words(text)) | {word.removesuffix("'s") for word in words(text)}
    named = [speaker for speaker, called in speakers.items() if found.intersection(called)]
    names = {word for called in speakers.values() for word in called}
    when, timeless = _when(text, low, now)
    bare = _without(text, names)
    sought = bare if timeless == text else _without(timeless, names)
    kept = [word for word in dict.fromkeys(words(sought)) if word not in STOP and len(word) > 2]
    known = tuple(companions(bare, vocabulary))
    others = _unnamed(text, names, vocabulary) if known else ""
    return Asked(
        text=text,
        bare=bare,
        terms=tuple(dict.fromkeys(vocabulary.terms(sought))),
        kin=tuple(_kin(word, vocabulary, thesaurus) for word in kept),
        speaker=named[0] if len(named) == 1 else None,
        dated=when,
        lists=bool(_LISTS.search(low)),
        times=bool(_TIMES.search(low)),
        likely=bool(_LIKELY.search(low)),
        names=bool(_NAMES.search(low)),
        counts=bool(_COUNTS.search(low)),
        first=bool(_FIRST.search(low)),
        companions=known,
        recounts=isinstance(when, Period) and _recounts(found, named, kept),
        rest=ask(others, speakers, vocabulary, thesaurus, now) if others else None,
    )


def _when(text: str, low: str, now: datetime | None) -> tuple[Dated | Period | None, str]:
    """The date or days that a text names, and the text without words that only count days from now."""
    on = dated(low)
    if now is None or (on is not None and on.year is not None):
        return on, text
    found = period(text, now)
    if found is None or on is None:
        return found or (on, text)
    year = found[0].first.year if found[0].first.year == found[0].last.year else None
    return replace(on, year=year), text  # "in March last year"


def _recounts(said: Collection[str], named: Sequence[str], kept: Sequence[str]) -> bool:
    return bool(len(named) == 1 or _OURS.intersection(said)) and all(word in _COMMON | _TELLING for word in kept)


def _unnamed(text: str, names: Collection[str], vocabulary: Vocabulary) -> str:
    """Of several sentences those that name nobody besides the speakers; empty where none or all do."""
    parts = _PARTS.split(text.strip())[:MOST_PARTS]
    left = [part for part in parts if not any(companions(_without(part, names), vocabulary))]
    return " ".join(left) if 0 < len(left) < len(parts) else ""


def plainly(terms: Sequence[str]) -> Asked:
    """A question of which only the stems are known."""
    return Asked(" ".join(terms), " ".join(terms), tuple(dict.fromkeys(terms)), tuple(Kin((term,)) for term in terms))


def _kin(word: str, vocabulary: Vocabulary, thesaurus: Thesaurus | None) -> Kin:
    near = thesaurus.near(word) if thesaurus else ()
    kindred = tuple((term, like) for kin, like in near for term in vocabulary.stems(kin))
    return Kin(vocabulary.stems(word), kindred, word in _COMMON)


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
