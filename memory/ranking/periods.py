# SPDX-License-Identifier: Apache-2.0
"""The time that a question names by its distance from now: "yesterday", "last week", "vor zwei Monaten", "in spring".

Days are counted here rather than by dateparser: it knows days but not spans of them, and its first answer takes
300 ms, of the 400 that a recall may take in all.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
SLACK = {"day": 0, "week": 3, "month": 12, "year": 120}
"""By how many days people are out who say how many of these ago something was."""
_UNITS = {
    "day": "days?|tag(?:en?)?|d[ií]as?",
    "week": "weeks?|wochen?|semanas?",
    "month": "months?|monate?[ns]?|mes(?:es)?",
    "year": "years?|jahre?[ns]?|años?",
    "weekend": "weekends?|wochenendes?|fin de semana",
    "spring": "spring|springtime|frühling|frühjahr|primavera",
    "summer": "summer|summertime|sommer|verano",
    "autumn": "autumn|fall|herbst|otoño",
    "winter": "winter|wintertime|invierno",
}
_BEGINS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
"""The month in which a season begins, in the north."""
_WEEKDAYS = (
    "monday|montag|lunes", "tuesday|dienstag|martes", "wednesday|mittwoch|miércoles", "thursday|donnerstag|jueves",
    "friday|freitag|viernes", "saturday|samstag|sonnabend|sábado", "sunday|sonntag|domingo",
)  # fmt: skip
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "ein": 1, "eine": 1, "einem": 1, "einer": 1, "un": 1, "una": 1,
    "two": 2, "zwei": 2, "dos": 2, "three": 3, "drei": 3, "tres": 3, "four": 4, "vier": 4, "cuatro": 4,
    "five": 5, "fünf": 5, "cinco": 5, "six": 6, "sechs": 6, "seis": 6, "seven": 7, "sieben": 7, "siete": 7,
    "eight": 8, "acht": 8, "ocho": 8, "nine": 9, "neun": 9, "nueve": 9, "ten": 10, "zehn": 10, "diez": 10,
    "a couple of": 2, "couple of": 2, "a few": 3, "few": 3, "several": 4, "ein paar": 3, "einigen": 3, "unos": 3,
}  # fmt: skip
_VAGUE = frozenset({"a few", "few", "several", "ein paar", "einigen", "unos", "a couple of", "couple of"})
_SPOKEN = {
    "the day before yesterday|vorgestern|anteayer": -2,
    "yesterday|last night|gestern|ayer|anoche": -1,
    "today|this morning|this afternoon|earlier on|heute|hoy": 0,
}
_CUE = re.compile(
    r"\b(?:yesterday|today|this|last|past|previous|ago|spring|summer|autumn|fall|winter|earlier on|gestern|vorgestern"
    r"|heute|letzte|vorige|vergangene|diese|dieses|vor|frühling|frühjahr|sommer|herbst|ayer|anteayer|anoche|hoy|hace"
    r"|pasad[oa]s?|últim[oa]s?|est[ea]|primavera|verano|otoño|invierno)",
    re.IGNORECASE,
)
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_LAST = r"(?:last|past|previous|letzte[nrsm]?|vorige[nrsm]?|vergangene[nrsm]?|últim[oa]s?)"
_THIS = r"(?:this|diese[nrsm]?|est[ea])"
_PAST = r"pasad[oa]"
Reads = Callable[[re.Match[str], date], "Period | None"]
_MOST = 1_200
"""Characters looked at; in a longer text a day is told, not asked for."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days in a row, first and last included."""

    first: date
    last: date

    def nearness(self, at: datetime) -> float:
        """1 within; half right after, when people tell of it, and a day before, since days begin elsewhere earlier."""
        day = at.toordinal()
        late = day - self.last.toordinal()
        if self.first.toordinal() <= day and late <= 0:
            return 1.0
        tells = min(9, 1 + (self.last - self.first).days // 2)
        return 0.5 if day - self.first.toordinal() >= -1 and late <= tells else 0.0


def period(text: str, now: datetime) -> tuple[Period, str] | None:
    """The first time that is named so, and the text without it; None for most texts, after one look."""
    if len(text) > _MOST or not _CUE.search(text):
        return None
    for find, read in _READERS:
        match = find.search(text)
        if match and (found := read(match, now.date())):
            return found, " ".join(f"{text[: match.start()]} {text[match.end() :]}".split())
    return None


def _spoken(match: re.Match[str], today: date) -> Period:
    said = match.group().casefold()
    day = today + timedelta(next(days for words, days in _SPOKEN.items() if re.fullmatch(words, said)))
    return Period(day, day)


def _ago(match: re.Match[str], today: date) -> Period | None:
    unit, count = _unit(match["unit"]), _count(match["count"])
    if unit not in DAYS:
        return None
    days, vague = DAYS[unit] * count, not match["count"].isdigit() and match["count"].casefold() in _VAGUE
    slack = SLACK[unit] + (DAYS[unit] if vague else 0)
    day = _before(today, days)
    return Period(_before(day, slack), min(day + timedelta(slack), today))


def _lately(match: re.Match[str], today: date) -> Period | None:
    unit, count = _unit(match["unit"]), match.groupdict().get("count")
    return Period(_before(today, DAYS[unit] * _count(count or "one")), today) if unit in DAYS else None


def _last(match: re.Match[str], today: date) -> Period:
    return _whole(_unit(match["unit"]), today, 1)


def _this(match: re.Match[str], today: date) -> Period:
    return _whole(_unit(match["unit"]), today, 0)


def _weekday(match: re.Match[str], today: date) -> Period:
    said = match["day"].casefold()
    number = next(n for n, words in enumerate(_WEEKDAYS) if re.fullmatch(words, said))
    day = today - timedelta((today.weekday() - number - 1) % 7 + 1)
    return Period(day, day)


def _whole(unit: str, today: date, back: int) -> Period:
    """The unit that today is in, up to today, or the one before it."""
    if unit in _BEGINS:
        return _season(_BEGINS[unit], today, back)
    if unit == "year":
        year = today.year - back
        return Period(date(year, 1, 1), min(date(year, 12, 31), today))
    if unit == "month":
        first = today.replace(day=1)
        return Period(first, today) if not back else Period((first - timedelta(1)).replace(day=1), first - timedelta(1))
    if unit == "weekend":
        saturday = today - timedelta((today.weekday() - 5) % 7 + (7 if back and today.weekday() > 4 else 0))
        return Period(saturday, min(saturday + timedelta(1), today))
    monday = today - timedelta(today.weekday() + 7 * back)
    return Period(monday, min(monday + timedelta(6), today)) if unit == "week" else Period(today, today)


def _season(begins: int, today: date, back: int) -> Period:
    """The latest that has begun; asked for as the last one, the latest that is over."""
    year = today.year if today.month >= begins else today.year - 1
    end = _ends(begins, year)
    if back and end >= today:
        year, end = year - 1, _ends(begins, year - 1)
    return Period(date(year, begins, 1), min(end, today))


def _ends(begins: int, year: int) -> date:
    after = date(year + begins // 12, (begins + 2) % 12 + 1, 1)
    return after - timedelta(1)


def _before(day: date, days: int) -> date:
    return date.fromordinal(max(day.toordinal() - days, 1))


def _unit(said: str) -> str:
    return next(unit for unit, words in _UNITS.items() if re.fullmatch(words, said.casefold()))


def _count(said: str) -> int:
    return int(said) if said.isdigit() else _NUMBERS[said.casefold()]


def _reader(pattern: str, read: Reads) -> tuple[re.Pattern[str], Reads]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), read


_UNIT = f"(?P<unit>{'|'.join(_UNITS.values())})"
_DAY = f"(?P<day>{'|'.join(_WEEKDAYS)})"
_SEASON = f"(?P<unit>{'|'.join(_UNITS[season] for season in _BEGINS)})"
_READERS = (
    _reader("|".join(_SPOKEN), _spoken),
    _reader(rf"{_COUNT} {_UNIT} ago", _ago),
    _reader(rf"(?:vor|hace) {_COUNT} {_UNIT}", _ago),
    _reader(rf"(?:in|over|during|for|within)? ?(?:the |den |die |los |las )?{_LAST} {_COUNT} {_UNIT}", _lately),
    _reader(rf"(?:(?:in|over|during|for|within) )?the past {_UNIT}", _lately),
    _reader(rf"(?:el |la )?{_UNIT} {_PAST}", _last),
    _reader(rf"(?:el |la )?{_DAY} {_PAST}", _weekday),
    _reader(rf"(?:(?:in|over|during|on|at|im|am|in der) )?(?:the )?{_LAST} {_UNIT}", _last),
    _reader(rf"(?:on |am )?{_LAST} {_DAY}", _weekday),
    _reader(rf"(?:earlier |later )?{_THIS} {_UNIT}", _this),
    _reader(rf"(?:in|im|en) (?:the )?{_SEASON}", _this),
)
