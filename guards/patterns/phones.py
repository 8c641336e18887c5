# SPDX-License-Identifier: Apache-2.0
"""Telephone numbers: international ones by country code, local ones by the plans of some regions."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from guards.patterns.cues import OTHER, Hit, beside, words

REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "PT", "AT", "CH", "NL", "BR", "IN")
"""Whose local numbers are known where a use case names no region."""

_PHONE = re.compile(
    (
        r"(?<![^\W_])(?<![./#$€£-])(?:(?<!\d[,:])|(?=[+(0]))(?:(?:\+"
        r"|\(\+)\s?)?\(?\d(?:[ \t\r\n().\-/]{0,3}\d){5,17}(?:\s?(?:x|ext\.?"
        r"|extension)\s?\d{1,6})?(?![^\W_]|[%€$£]|[.:]\d|,\d{3}(?!\d))"
    ),
    re.IGNORECASE,
)
_NUMBER = words(rf"{OTHER}|id|nr|code|account|customer|policy")
_NOT_PHONE = re.compile(
    rf"{_NUMBER.pattern}\W{{1,3}}(?:(?:number|no|id|is|nr|was|code)\W{{1,3}}){{0,2}}$", re.IGNORECASE
)
_DATE_LIKE = re.compile(
    r"(?:19|20)\d\d[-/. ]\d{1,2}[-/. ]\d{1,2}\b|\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d\d\b"
    r"|(?:19|20)\d\d\s?[-/]\s?(?:19|20)\d\d$|\d{3}-\d{2}-\d{4}$"
)
"""Dates, spans of years, and the groups of a social security number."""
_PHONE_WORD = words(
    r"(?:tele|cell|smart)?phones?|tel|cell|mobiles?|whats\s?app|fax|hotline|landline|telefon\w*|handy\w*|mobil\w*"
    r"|rufnummer|festnetz"
    r"|tel[ée]fono|m[óo]vil|celular|t[ée]l[ée]phone|portable|cellulare|telem[óo]vel|telefone|signal|telegram|sms"
)
_REACH_WORD = words(
    r"(?:my|our|his|her|their|your|new|old|best|another|contact|this|that|the|following|registered)\s+number"
    r"|call(?:ing|ed)?|messages?|answer(?:s|ed|ing)?|voicemail|line|text|reach|dial"
    r"|ring|contact|meine\s+nummer|anruf\w*|erreich\w*|llam\w*|(?:mi|meu|mon|mio)\s+n[úu]m[eé]ro|appel\w*|joindre"
    r"|chiam\w*|ligar?|ligue"
)
_AMERICAN = re.compile(r"\+?1?[ .-]?\(?\d{3}\)?[ .-]?\d{3}[ .-]\d{4}")
_GROUPS = re.compile(r"\d{3}[ .-]\d{4}|\d{2,3}([ .-])\d{2,3}(?:\1\d{2,3}){1,3}|\d{2,4}[ .-]\d{4,8}")
_LINE = re.compile(r"[(+]{0,2}\d[^\r\n]*\d(?:\s?(?:x|ext\.?|extension)\s?\d{1,6})?")
_IN_A_ROW = "012345678901234567890"
_TYPES = ("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan")


@dataclass(frozen=True, slots=True)
class _Plan:
    trunk: str
    """The digit before a local number, empty where there is none."""
    valid: "re.Pattern[str]"

    def fits(self, digits: str) -> bool:
        """Whether these are all the digits of a number of this region."""
        national = digits.removeprefix(self.trunk)
        return bool((not self.trunk or national != digits) and self.valid.fullmatch(national))


def scan_phones(regions: Sequence[str] = REGIONS) -> Callable[[str], Iterator[Hit]]:
    """A scan that knows the local numbers of some regions; reads their plans once, 30 ms, ValueError for none such."""
    import phonenumbers

    codes = frozenset(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE))
    plans = tuple(_plan(phonenumbers, region) for region in regions)

    def phones(text: str) -> Iterator[Hit]:
        for start, end in _dialled(text):
            lines = list(_lines(text, start, end))
            whole = [place for place in lines if len(lines) > 1 and _score(text[slice(*place)], plans, codes) >= 0.5]
            for first, last in whole or [(start, end)]:
                score = _told(text, first, last, _score(text[first:last], plans, codes))
                if score >= 0.4:
                    yield first, last, score

    return phones


def without_plan(regions: Iterable[str]) -> str:
    """The first of these regions that has no numbers of its own, or nothing."""
    import phonenumbers

    return next((region for region in regions if region not in phonenumbers.SUPPORTED_REGIONS), "")


def _plan(library: Any, region: str) -> _Plan:
    found = library.PhoneMetadata.metadata_for_region(region)
    if found is None:
        raise ValueError("a region is two letters, such as DE")
    descriptions = [getattr(found, name) for name in _TYPES]
    patterns = [one.national_number_pattern for one in descriptions if one and one.national_number_pattern]
    trunk = found.national_prefix or ""
    return _Plan(trunk if trunk == "0" else "", re.compile("|".join(dict.fromkeys(patterns))))


def _dialled(text: str) -> Iterator[tuple[int, int]]:
    for candidate in _PHONE.finditer(text):
        start, end = candidate.span()
        start += candidate[0][0] == "(" and ")" not in candidate[0]
        if not _DATE_LIKE.match(text[start:end].lstrip("(")) and not _NOT_PHONE.search(text, max(0, start - 40), start):
            yield start, end


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines of a candidate: where one of them is a whole number, the others are something else."""
    return ((start + line.start(), start + line.end()) for line in _LINE.finditer(text[start:end]))


def _told(text: str, start: int, end: int, score: float) -> float:
    """The score with the words beside: a word for a telephone tells alone, one for reaching somebody helps."""
    if beside(text, start, end, _PHONE_WORD):
        return max(0.6, score)
    said = text[start:end]
    many = sum(map(str.isdigit, said)) > (8 if said.isdigit() else 6)
    like = (score >= 0.2 and many) or _GROUPS.fullmatch(said)
    helped = like and beside(text, start, end, _REACH_WORD)
    return max(0.6, score) if helped else score


def _score(said: str, plans: Sequence[_Plan], codes: frozenset[str]) -> float:
    """By form and plan: .75 with a country code, .5 in groups, .3 bare or without the 0 in front, .1 valid nowhere."""
    number = re.split(r"\s?(?:x|ext)", re.sub(r"\s+", " ", said), flags=re.IGNORECASE)[0]
    digits = re.sub(r"\D", "", number)
    if digits in _IN_A_ROW:
        return 0.1
    abroad = digits[2:] if digits.startswith("00") else digits if number.startswith(("+", "(+")) else ""
    if abroad:
        return 0.75 if 7 <= len(abroad) <= 15 and any(abroad[:size] in codes for size in (1, 2, 3)) else 0.1
    digits = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
    grouped = bool(_AMERICAN.fullmatch(number))
    if not 7 <= len(digits) <= 13:
        return 0.1
    if any(plan.fits(digits) for plan in plans if plan.trunk):
        return 0.5 if len(digits) >= 9 else 0.3
    if not any(plan.fits(digits) or plan.valid.fullmatch(digits) for plan in plans):
        return 0.45 if grouped else 0.3 if digits[0] == "0" and len(digits) > 8 else 0.1
    apart = 0.5 if grouped else 0.4 if len(digits) > 8 and _apart(number) else 0.3
    return 0.75 if number.startswith("(") else apart


def _apart(number: str) -> bool:
    """Whether digits stand in groups as of a telephone: no thousands, no row of small numbers, no version."""
    sizes = [len(group) for group in re.findall(r"\d+", number)]
    return "." not in number and 2 <= len(sizes) <= 4 and sizes[0] >= 2 and max(sizes) >= 4
