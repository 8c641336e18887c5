# SPDX-License-Identifier: Apache-2.0
"""How far an address reaches: what patterns or a model found of it grows over the parts that stand beside it."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

ADDRESS = "STREET_ADDRESS"
Found = tuple[str, int, int, float]
"""Kind, start, end and score."""

_PLACES = frozenset({ADDRESS, "LOCATION", "POST_CODE"})
_GAP = r"[ \t]{0,3}(?:\r?\n[ \t]{0,3}){0,2},?[ \t]{0,3}(?:\r?\n[ \t]{0,3}){0,2}"
_CODE = r"(?!(?:19|20)\d\d(?!\d))\d{4,6}(?:-\d{3,4})?(?![\w%€$£]|[.,:/-]\d)"
_REGION = r"(?:(?-i:[A-Z]{1,3})|(?!(?:at|for|in|by|and|or|is|to|on|of|the|my|was|has|are|not|but)\b)[a-z]{1,3})"
_CAP = r"(?-i:[A-ZÀ-ÖØ-ÞĀ-ŽΑ-Ω])[\w'’.-]*"
_COUNTRY = (
    r"(?:united\s+states|usa?|u\.s\.a?\.?|united\s+kingdom|uk|england|scotland|wales|ireland|germany|deutschland"
    r"|austria|österreich"
    r"|switzerland|schweiz|suisse|france|spain|españa|italy|italia|portugal|netherlands|nederland|belgium|belgique"
    r"|luxembourg|denmark"
    r"|danmark|norway|norge|sweden|sverige|finland|suomi|iceland|poland|polska|czech(?:ia|\s+republic)|slovakia"
    r"|slovenia|croatia|hungary"
    r"|romania|bulgaria|greece|cyprus|malta|estonia|latvia|lithuania|ukraine|turkey|türkiye|israel|egypt|morocco"
    r"|tunisia|south\s+africa"
    r"|nigeria|kenya|india|pakistan|china|japan|south\s+korea|singapore|malaysia|indonesia|thailand|vietnam"
    r"|philippines|australia"
    r"|new\s+zealand|canada|mexico|méxico|brazil|brasil|argentina|chile|colombia|peru|uruguay|greenland|russia)"
)
_BEHIND = re.compile(
    rf"{_GAP}(?:(?:apt|apartment|suite|ste|unit|flat|floor|box)\.?[ ]*\#?\d[\w-]{{0,5}}\b"
    rf"|(?:\([^\W\d_ ]{{2,12}}\)[ ])?(?:{_REGION}{_GAP})?{_CODE}"
    rf"|(?:{_CAP}(?:[ -]{_CAP}){{0,3}}|[^\W\d_]{{2,20}}(?:[ -][^\W\d_]{{2,20}}){{0,2}},)"
    rf"(?:[ ]\([^\W\d_ ]{{2,12}}\))?{_GAP}(?:{_REGION}{_GAP})?{_CODE}"
    rf"|(?:{_CAP}(?:[ -][^\W\d_]{{1,20}}){{0,4}}{_GAP},?[ ]{{0,2}}(?:{_REGION}{_GAP})?)?"
    rf"{_COUNTRY}\b(?:[ ]\([^\W\d_ ]{{2,12}}\))?(?:{_GAP}{_CODE})?"
    rf"|(?:[A-Z]{{1,2}}-)?\d{{4,5}}[ ]{_CAP}"
    r"|(?-i:[A-Z]{1,2}\d[A-Z\d]?[ ]?\d[A-Z]{2})\b)",
    re.IGNORECASE,
)
_AHEAD = re.compile(r"(?<![\w.,:/€$£#+-])\d{1,5}[a-z]?,?[ ]{1,2}$", re.IGNORECASE)
_BETWEEN = re.compile(_GAP)
_BESIDE = 8
"""So many places before an end are asked whether they reach over it."""


def grown(text: str, found: Iterable[Found]) -> list[Found]:
    """The findings, with each street address over its neighbours: numbers, flats, towns, regions, post codes.

    What it grows over stays found as what it was; masking makes one of findings that overlap.
    """
    kept = list(found)
    places = sorted(item[1:3] for item in kept if item[0] in _PLACES)
    addresses = sorted((item for item in kept if item[0] == ADDRESS), key=lambda item: item[1])
    reached = 0
    for kind, start, end, score in addresses:
        if end <= reached:
            continue
        first, last = _ahead(text, start), _behind(text, end, places)
        reached = last
        if (first, last) != (start, end):
            kept.append((kind, first, last, score))
    return kept


def _ahead(text: str, start: int) -> int:
    for _ in range(2):
        match = _AHEAD.search(text, max(0, start - 10), start)
        if match is None:
            break
        start = match.start()
    return start


def _behind(text: str, end: int, places: Sequence[tuple[int, int]]) -> int:
    """Where an address ends once nothing more of one follows; at most eight parts."""
    for _ in range(8):
        beside = places[max(0, bisect_left(places, (end, 0)) - _BESIDE) : bisect_left(places, (end + 12, 0))]
        touching = [
            last for first, last in beside if first <= end < last or _BETWEEN.fullmatch(text, end, max(end, first))
        ]
        further = max((last for last in touching if end < last <= end + 120), default=end)
        match = _BEHIND.match(text, end, end + 120)
        if match and match.end() > further:
            further = match.end()
        if further == end:
            break
        end = further
    return end
