# SPDX-License-Identifier: Apache-2.0
"""What money moves by: cards, IBANs, bank accounts, crypto addresses."""

import hashlib
import re
from collections.abc import Iterator, Sequence

from guards.patterns.checks import luhn
from guards.patterns.cues import GAP, OTHER, Hit, ahead, beside, words

_RUN = re.compile(r"(?:(?<![^\W_])(?<!\.)|(?<=card))\d(?:[ .\-/_\t\r\n]{0,3}\d){11,40}(?![^\W_])", re.IGNORECASE)
_GROUP = re.compile(r"\d+")
_CARD = words(r"cards?|visa|master\s?card|amex|karte(?:nnummer)?|kreditkarte|tarjeta|carte|carta|cart[ãa]o|pan")
_OTHER = words(OTHER)
_COUNTRIES = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 "
    "EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 "
    "KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 "
    "PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 "
    "UA29 VA22 VG24 XK20 YE30 "
)
"""The length of an IBAN by country, from the registry of ISO 13616."""
_LENGTHS = {code: int(length) for code, length in re.findall(r"([A-Z]{2})(\d\d)", _COUNTRIES)}
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ \-\t\r\n]{0,2}[A-Z0-9]){11,30}", re.IGNORECASE)
_IBAN_CUE = words("iban")
_ACCOUNT = re.compile(
    rf"(?<![^\W_])(?:(?:bank(?:ing)?\s+|checking\s+|savings\s+|giro)?acc(?:oun)?t|a/c|konto(?:nummer)?"
    rf"|bankverbindung|cuenta(?:\s+bancaria)?"
    rf"|compte(?:\s+bancaire)?|conto(?:\s+corrente)?|conta(?:\s+banc[áa]ria)?|routing|aba|sort\s*code|blz"
    rf"|bankleitzahl|clabe|iban|rib"
    rf"|bsb){GAP}(?P<value>\d(?:[ \-]?\d){{5,19}})(?![\w-])",
    re.IGNORECASE,
)
_BIC = re.compile(
    r"(?<![^\W_])(?i:bic|swift)(?i:\s*/\s*(?:bic"
    r"|swift))?(?i:\s*code)?[\s:=#-]{1,4}(?P<value>[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b"
)
_CODE = re.compile(rf"(?<![^\W_])(?:cvv2?|cvc2?|csc|security\s+code){GAP}(?P<value>\d{{3,4}})(?!\d)", re.IGNORECASE)
_COIN = re.compile(
    r"(?<![A-Za-z0-9])(?:[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[02-9ac-hj-np-z]{11,71}|0x[0-9a-fA-F]{40})(?![A-Za-z0-9])"
)
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def cards(text: str) -> Iterator[Hit]:
    """Payment cards of 12 to 19 digits by issuer range and check digit, whatever separates the digits.

    Over a line's end only in groups as they are printed; without a check digit only after a word for a card.
    """
    for run in _RUN.finditer(text):
        groups = [(match.start() + run.start(), match.end() + run.start()) for match in _GROUP.finditer(run[0])]
        digits = "".join(_GROUP.findall(run[0]))
        taken, before = run.start(), 0
        for first, (start, end) in enumerate(groups):
            if start >= taken:
                last = _card(text, groups[first : first + 19], digits[before:])
                if last and not _numbered(text, start, last):
                    taken = last
                    yield start, taken, 1.0
            before += end - start
        if taken == run.start() and _printed(run[0]) and ahead(text, taken, _CARD):
            yield run.start(), run.end(), 0.6


def _numbered(text: str, start: int, end: int) -> bool:
    """Whether a word says that it is another number, and neither its groups nor a word say that it is a card."""
    named = ahead(text, start, _OTHER) and not beside(text, start, end, _CARD)
    return named and not ("-" in text[start:end] or " " in text[start:end]) and len(text[start:end]) > 11


def _card(text: str, groups: Sequence[tuple[int, int]], digits: str) -> int:
    """Where the longest card that begins with the first group ends; 0 for none."""
    start, size, found = groups[0][0], 0, 0
    for first, last in groups:
        size += last - first
        said = text[start:last]
        if 12 <= size <= 19 and _issued(digits[:size]) and ("\n" not in said or _printed(said)):
            found = last
    return found


def _printed(said: str) -> bool:
    """Whether the digits stand in groups as on a card."""
    groups = [len(group) for group in _GROUP.findall(said)]
    return groups in ([4, 4, 4, 4], [4, 6, 5], [4, 6, 4], [4, 4, 4, 4, 3], [16])


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


def ibans(text: str) -> Iterator[Hit]:
    """IBANs of 77 countries by length and check digits; with wrong ones only after the word."""
    for match in _IBAN.finditer(text):
        length = _LENGTHS.get(match[0][:2].upper())
        places = [place for place, char in enumerate(match[0]) if char.isalnum()]
        if length is None or len(places) < length:
            continue
        end = places[length - 1] + 1
        if match.start() + end < len(text) and text[match.start() + end].isalnum():
            continue
        plain = "".join(char for char in match[0][:end].upper() if char.isalnum())
        if int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1:
            yield match.start(), match.start() + end, 1.0
        elif ahead(text, match.start(), _IBAN_CUE):
            yield match.start(), match.start() + end, 0.6


def accounts(text: str) -> Iterator[Hit]:
    """Bank accounts, sort codes and BICs after a word that names them, in six languages."""
    yield from ((*match.span("value"), 0.7) for match in _ACCOUNT.finditer(text))
    yield from ((*match.span("value"), 0.7) for match in _BIC.finditer(text))


def card_codes(text: str) -> Iterator[Hit]:
    """The three or four digits on a card's back, after a word for them."""
    return ((*match.span("value"), 0.8) for match in _CODE.finditer(text))


def coins(text: str) -> Iterator[Hit]:
    """Bitcoin addresses with their check sum or in their newer form, and Ethereum's."""
    for match in _COIN.finditer(text):
        if match[0][0] not in "13" or _base58(match[0]):
            yield *match.span(), 0.9


def _base58(address: str) -> bool:
    number = 0
    for char in address:
        number = number * 58 + _BASE58.index(char)
    raw = number.to_bytes(max(25, (number.bit_length() + 7) // 8), "big")
    return len(raw) == 25 and hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]
