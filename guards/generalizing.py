# SPDX-License-Identifier: Apache-2.0
"""The less telling form of a value: of a date of birth its year, of an address its city, of an age its ten years."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from guards.shadow import shadow

_YEAR = re.compile(r"(?<!\d)(?:18|19|20)\d\d(?!\d)")
_SHORT = re.compile(r"(?<!\d)\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?['\u2019]?(\d\d)(?!\d)")
_CODE = re.compile(
    r"\b(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d|(?:[A-Z]{1,2}-)?\d{4,6}(?:-\d{3,4})?|\d{3}\s\d{2}"
    r"|\d{4}\s?[A-Z]{2})\b"
)
_TOWN = re.compile(r"[^\W\d_][^\W\d_]*(?:[ .'-]+[^\W\d_]+){0,4}")
_END = re.compile(
    r"\s\d{5}\s+|\b(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr)\b\.?\s+", re.IGNORECASE
)
_NOT_TOWN = re.compile(
    r"(?:apt|apartment|suite|ste|unit|flat|floor|room|building|bldg|c/o|box|wohnung|etage|piso|stock)\b|(?-i:[A-Z]{2,3})\Z"
    r"|(?:usa|u\.s\.a\.?|uk|united (?:states|kingdom)|deutschland|germany|france|spain|italy|portugal|austria)\Z",
    re.IGNORECASE,
)


def _year(value: str) -> str:
    """The year; one of two digits is the last that is not in the future. Empty without a year."""
    if whole := _YEAR.search(value):
        return whole[0]
    short = _SHORT.search(value)
    if short is None:
        return ""
    century = datetime.now(UTC).year // 100 * 100
    year = century + int(short[1])
    return str(year if year <= datetime.now(UTC).year else year - 100)


def _city(value: str) -> str:
    """What stands after a post code or, in a part of its own, after the street; empty where neither is sure."""
    street, *parts = re.split(r"\s*[,\n]\s*", value.strip())
    for part in parts:
        bare = _CODE.sub(" ", re.sub(r"\b[A-Z]{2}\s+(?=\d{5}\b)", "", part)).strip(" .-")
        if bare and not _NOT_TOWN.match(bare) and (town := _TOWN.fullmatch(bare)):
            return town[0]
    ends = [match.end() for match in _END.finditer(street)]
    town = _TOWN.fullmatch(street, ends[-1]) if ends else None
    return town[0] if town else ""


def _decade(value: str) -> str:
    """The ten years that an age is in; empty where it is no number."""
    age = re.search(r"(?<!\d)\d{1,3}(?!\d)", value)
    return f"{int(age[0]) // 10 * 10} to {int(age[0]) // 10 * 10 + 9}" if age else ""


_GENERAL: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"DATE_OF_BIRTH": _year, "STREET_ADDRESS": _city, "AGE": _decade}
)

GENERALIZED = frozenset(_GENERAL)
"""The kinds that have a less telling form."""


def generalized(kind: str, value: str) -> str:
    """The less telling form; empty where the value does not show it. KeyError for a kind that has none."""
    return _GENERAL[kind](shadow(value).text)
