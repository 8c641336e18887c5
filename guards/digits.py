# SPDX-License-Identifier: Apache-2.0
"""Numbers that lead to a person: cards, phones, addresses of machines, dates of birth."""

import ipaddress
import re
from collections.abc import Iterator

Hit = tuple[int, int, float]
"""Start, end and score of what was found."""

_RUN = re.compile(r"(?<![\d.])\d(?:[ .\-/]{0,2}\d){11,40}(?!\d)")
_GROUP = re.compile(r"\d+")
_PHONE = re.compile(
    r"(?<![\w.])(?:\+|00)?\s?\(?\d(?:[ \t\r\n().\-/]{0,3}\d){5,17}(?:\s?(?:x|ext\.?)\s?\d{1,6})?(?!\w)", re.IGNORECASE
)
_NOT_PHONE = re.compile(
    r"\b(?:order|invoice|ticket|case|reference|ref|tracking|article|item|sku|version|id|nr|no|timestamp|unix)"
    r"\W{1,3}(?:(?:number|no|id|is|nr)\W{1,3}){0,2}$",
    re.IGNORECASE,
)
_DATE_LIKE = re.compile(r"(?:19|20)\d\d[-/. ]\d{1,2}[-/. ]\d{1,2}\b|\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d\d\b")
_REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "PT", "IN", "BR")
_MACHINE = re.compile(
    r"(?<![\w:.])(?:\d{1,3}(?:\.\d{1,3}){3}|(?=[\da-f:]*\d)[\da-f]{0,4}(?::[\da-f]{0,4}){2,7})(?![\w:]|\.\d)", re.I
)
_HOME = tuple(
    ipaddress.ip_network(net)
    for net in ("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
                "224.0.0.0/3", "::/127", "fc00::/7", "fe80::/10", "ff00::/8")
)  # fmt: skip
_MONTH = (
    r"(?:jan(?:uary|uar|eiro)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?"
    r"|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)(?![^\W\d_])\.?"
)
_DATE = (
    rf"(?:\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}|\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}})?"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?|(?:19|20)\d\d\b)"
)
_BORN = re.compile(
    rf"\b(?:born|birth(?:day|date)?|date\s+of\s+birth|dob|d\.o\.b\.?|geboren|geburtsdatum|geburtstag|nacimiento|nac[ií]"
    rf"|né|née|nascido|nascida|nat[oa])\b[^\d\n]{{0,24}}?(?P<date>{_DATE})",
    re.IGNORECASE,
)


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit that ISO/IEC 7812 asks for."""
    doubled = (int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def cards(text: str) -> Iterator[Hit]:
    """Payment cards of 12 to 19 digits by issuer range and check digit, whatever separates the digits."""
    for run in _RUN.finditer(text):
        groups = [(match.start() + run.start(), match.end() + run.start()) for match in _GROUP.finditer(run[0])]
        taken = run.start()
        for first, (start, _) in enumerate(groups):
            if start < taken:
                continue
            ends = [end for _, end in groups[first : first + 19] if _issued(re.sub(r"\D", "", text[start:end]))]
            if ends:
                taken = ends[-1]
                yield start, taken, 1.0


def _issued(number: str) -> bool:
    count = len(number)
    if not 12 <= count <= 19 or len(set(number)) < 2:
        return False
    head = int(number[:4])
    ranged = (
        (number[0] == "4" and count in {13, 16, 19})
        or (number[:2] in {"34", "37"} and count == 15)
        or ((5100 <= head <= 5599 or 2221 <= head <= 2720) and count == 16)
        or (head in {1800, 2131} and count == 15)
        or (number[:2] in {"30", "35", "36", "38", "39"} and count >= 14)
        or number[:2] == "50"
        or 5600 <= head <= 6999
    )
    return ranged and luhn(number)


def phones(text: str) -> Iterator[Hit]:
    """Telephone numbers that are valid in one of nine countries, or begin with + or 00.

    Bare digits without separators or a leading 0 score .3: only a word beside them makes them a phone.
    """
    for start, end, said in _dialled(text):
        if said.startswith(("+", "00")) or any(_valid(said, region) for region in _REGIONS):
            yield start, end, _phone_score(said)


def loose_phones(text: str) -> Iterator[Hit]:
    """Numbers that are valid nowhere: local ones, misspelt ones. Only a word such as "phone" makes them count."""
    return ((start, end, 0.1) for start, end, _ in _dialled(text))


def _dialled(text: str) -> Iterator[tuple[int, int, str]]:
    for candidate in _PHONE.finditer(text):
        said = re.sub(r"\s+", " ", candidate[0]).strip()
        before = max(0, candidate.start() - 40)
        if not _DATE_LIKE.match(said.lstrip("(")) and not _NOT_PHONE.search(text, before, candidate.start()):
            yield candidate.end() - len(candidate[0].lstrip()), candidate.end(), said


def _valid(said: str, region: str) -> bool:
    import phonenumbers

    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(said, region)))
    except phonenumbers.NumberParseException:
        return False


def _phone_score(said: str) -> float:
    if said.startswith(("+", "00", "(")):
        return 0.75
    return 0.5 if said.startswith("0") or not said.isdigit() else 0.3


def machines(text: str) -> Iterator[Hit]:
    """IP addresses that can be reached from outside; loopback and home networks tell nothing of a person."""
    for match in _MACHINE.finditer(text):
        try:
            address = ipaddress.ip_address(match[0])
        except ValueError:
            continue
        if not any(address in net for net in _HOME if net.version == address.version):
            yield *match.span(), 0.8


def births(text: str) -> Iterator[Hit]:
    """Dates of birth: a date shortly after a word such as "born" or "birthday"."""
    return ((*match.span("date"), 0.7) for match in _BORN.finditer(text))
