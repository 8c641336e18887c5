# SPDX-License-Identifier: Apache-2.0
"""Prices, dates, numbers and references in a text, in a form in which two spellings of one are the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

UNCONFIRMED = "[unconfirmed]"
"""What a person sees where nothing stands for a figure."""

Day = tuple[int, int, int]
"""Year, month, day; year 0 where none was said."""


class Kind(StrEnum):
    """What a figure speaks of."""

    PRICE = "price"
    PERCENT = "percent"
    DATE = "date"
    REFERENCE = "reference"
    """An order, ticket, account or telephone number."""
    DURATION = "duration"
    """Hours, days, weeks, months or years."""
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure and where it stands."""

    kind: Kind
    start: int
    end: int
    value: float = 0.0
    days: tuple[Day, ...] = ()
    """Of a date: what it may be read as."""
    text: str = ""
    """Of a reference: its letters and digits."""
    unit: str = ""


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner",
            "february feb februar",
            "march mar märz mrz",
            "april apr",
            "may mai",
            "june jun juni",
            "july jul juli",
            "august aug",
            "september sep sept",
            "october oct oktober okt",
            "november nov",
            "december dec dezember dez",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:[., ’']\d{3})+(?:[.,]\d{1,2})?(?![\d])|\d+(?:[.,]\d+)?"
_MONEY = r"[€$£¥₹]|(?:EUR|USD|GBP|CHF|euros?|dollars?|pounds?|francs?|Franken|cents?)\b"
_UNITS = {
    **dict.fromkeys(("hour", "hours", "stunde", "stunden"), "hour"),
    **dict.fromkeys(("day", "days", "tag", "tage", "tagen", "werktage", "werktagen"), "day"),
    **dict.fromkeys(("week", "weeks", "woche", "wochen"), "week"),
    **dict.fromkeys(("month", "months", "monat", "monate", "monaten"), "month"),
    **dict.fromkeys(("year", "years", "jahr", "jahre", "jahren"), "year"),
}
_FIGURE = re.compile(
    rf"""(?P<quad>\d{{1,3}}(?:\.\d{{1,3}}){{3}})
    |(?P<iso>\b\d{{4}}-\d\d-\d\d)
    |(?P<slashed>\b\d{{1,2}}(?P<cut>[/.])\s?\d{{1,2}}(?P=cut)\s?(?:\d{{4}}|\d\d)\b)
    |(?P<dm>\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:of\s)?(?:{_MONTH})\b(?:\.?,?\s\d{{4}}\b)?)
    |(?P<md>\b(?:{_MONTH})\b\.?\s\d{{1,2}}(?:st|nd|rd|th)?\b(?!:)(?:,?\s\d{{4}}\b)?)
    |(?P<price>(?:{_MONEY})\s?(?:{_NUMBER})|(?:{_NUMBER})\s?(?:{_MONEY}))
    |(?P<percent>(?:{_NUMBER})\s?(?:%|percent\b|per\ cent\b|Prozent\b))
    |(?P<time>\b\d{{1,2}}:\d\d\b|\b\d{{1,2}}\s?(?:[ap]\.?m\b|Uhr\b))
    |(?P<reference>\b(?=(?:[A-Za-z-]*\d){{4}})(?:[A-Za-z]{{1,6}}-?)?\d[A-Za-z\d]*(?:-[A-Za-z\d]+)+\b
        |\b(?=(?:[A-Za-z]*\d){{4}})(?=\d*[A-Za-z])[A-Za-z\d]{{6,}}\b|(?-i:\b(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z\d]{{5,8}}\b)|\b[A-Za-z]{{1,6}}-\d[A-Za-z\d]{{2,}}\b
        |\b\d{{5,}}\b(?![.,]\d)|(?<![\w.,])(?:\+|00?)\d{{1,4}}(?:[ /-]\d{{2,6}}){{1,4}}\b)
    |(?P<number>(?<![\w.])(?:{_NUMBER}))""",
    re.VERBOSE | re.IGNORECASE,
)
_UNIT = re.compile(
    rf"(?:\s?(?:[-–]|to|bis|or|oder)\s?(?:{_NUMBER}))?[\s-]?(?:(?:working|business|calendar)\s)?([^\W\d_]+)"
)
_STANDARD = re.compile(
    r"(?:HTML|CSS|ECMA|EAN|ISO|IEC|DIN|EN|RFC|IEEE|CVE|RTX|GTX|SHA|UTF|MP|HTTP|WPA|DDR|GPT|COVID)-?\d", re.I
)
_LISTED = re.compile(r"^[ \t]*(?:[*>-][ \t]+)?(\d{1,3})[.)][ \t]", re.MULTILINE)
_WORDS = {
    word: number
    for number, words in (
        *enumerate(
            ("", "one ein eine einen einer", "two zwei", "three drei", "four vier", "five fünf", "six sechs",
             "seven sieben", "eight acht", "nine neun", "ten zehn", "eleven elf", "twelve zwölf")
        ),
        (14, "fourteen vierzehn fortnight"), (15, "fifteen fünfzehn"), (20, "twenty zwanzig"),
        (24, "twenty-four vierundzwanzig"), (25, "twenty-five"), (30, "thirty dreißig dreissig"),
        (40, "forty vierzig"), (45, "forty-five"), (50, "fifty fünfzig half hälfte"), (60, "sixty sechzig"),
        (90, "ninety neunzig"), (100, "hundred hundert"),
    )
    for word in words.split()
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")


def figures(text: str) -> Iterator[Figure]:
    """The figures of a text, in order; numbers of a list's lines are none."""
    listed = {match.start(1) for match in _LISTED.finditer(text)}
    for match in _FIGURE.finditer(text):
        if match.start() not in listed and match.lastgroup != "quad":
            yield from _figure(match)


def spelled(text: str) -> Iterator[int]:
    """The numbers that stand there as words, of those that are common in rules and prices."""
    return (_WORDS[word] for word in _WORD.findall(text.lower()) if word in _WORDS)


def _figure(match: "re.Match[str]") -> Iterator[Figure]:
    groups, (start, end), text = match.groupdict(), match.span(), match[0]
    if days := _days(groups):
        yield Figure(Kind.DATE, start, end, days=days)
    elif groups["time"]:
        hour = int(re.match(r"\d+", text)[0])  # type: ignore[index]  # it begins with one
        yield Figure(Kind.NUMBER, start, end, (hour + 12) % 24 if "p" in text.lower() else hour, unit="time")
    elif groups["price"] or groups["percent"]:
        yield Figure(Kind.PRICE if groups["price"] else Kind.PERCENT, start, end, _value(text))
    elif groups["reference"]:
        if not _STANDARD.match(text):
            yield Figure(Kind.REFERENCE, start, end, text="".join(c for c in text if c.isalnum()).upper())
    elif groups["number"]:
        unit = _unit(match)
        yield Figure(Kind.DURATION if unit else Kind.NUMBER, start, end, _value(text), unit=unit)


def _days(groups: "dict[str, str | None]") -> tuple[Day, ...]:
    if said := groups["iso"]:
        year, month, day = (int(part) for part in said.split("-"))
        return ((year, month, day),)
    if said := groups["slashed"]:
        first, second, year = (int(part) for part in re.findall(r"\d+", said))
        year += 2000 if year < 100 else 0
        either = ((year, second, first), (year, first, second)) if groups["cut"] == "/" else ((year, second, first),)
        return tuple(day for day in either if 1 <= day[1] <= 12 and 1 <= day[2] <= 31)
    if said := groups["dm"] or groups["md"]:
        numbers = [int(part) for part in re.findall(r"\d+", said)]
        month = next(_MONTHS[word] for word in _WORD.findall(said.lower()) if word in _MONTHS)
        return ((numbers[1] if len(numbers) > 1 else 0, month, numbers[0]),) if 1 <= numbers[0] <= 31 else ()
    return ()


def _unit(match: "re.Match[str]") -> str:
    """The unit of time that a number counts; in "5 to 10 days" of both."""
    word = _UNIT.match(match.string, match.end())
    return _UNITS.get(word[1].lower(), "") if word else ""


def _value(text: str) -> float:
    """Thousands are parted by any mark before three digits, cents by the last mark before one or two."""
    number = re.search(_NUMBER, text)[0]  # type: ignore[index]  # it holds one
    whole, mark, rest = _split(number)
    return float("".join(char for char in whole if char.isdigit()) + ("." + rest if mark else ""))


def _split(number: str) -> tuple[str, str, str]:
    found = re.fullmatch(r"(.*\d)([.,])(\d+)", number)
    if not found or (len(found[3]) == 3 and re.fullmatch(r"\d{1,3}(?:[., ’']\d{3})+", number)):
        return number, "", ""
    return found[1], found[2], found[3]
