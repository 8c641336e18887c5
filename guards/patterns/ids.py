# SPDX-License-Identifier: Apache-2.0
"""Identity and tax numbers of thirty countries: by form and check digit, or by a word beside them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from guards.patterns import checks
from guards.patterns.cues import GAP, OTHER, Hit, ahead, beside, words

Check = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Id:
    """A number as it is written, its check, and what it is worth without and with a word beside it."""

    form: str
    """Of the whole candidate with what separates its groups."""
    check: Check
    alone: float
    """Below .4 only a word beside it makes it count."""


_DIGITS = {
    9: (
        Id(r"\d{3}([- ])\d{2}\1\d{4}", checks.itin, 0.8),
        Id(r"\d{9}", checks.itin, 0.2),
        Id(r"\d{3}([ -]?)\d{3}\1\d{3}", checks.luhn, 0.3),
        Id(r"\d{3} ?\d{3} ?\d{3}", checks.nif, 0.3),
        Id(r"\d{4}\.?\d{2}\.?\d{3}", checks.bsn, 0.3),
        Id(r"\d{3} ?\d{3} ?\d{3}", checks.tfn, 0.3),
    ),
    10: (
        Id(r"\d{3}[ -]?\d{3}[ -]?\d{4}", checks.nhs, 0.2),
        Id(r"\d{6}[-+]\d{4}", checks.swedish, 0.6),
        Id(r"\d{6}-\d{4}", checks.danish, 0.3),
        Id(r"\d{6}/\d{4}", checks.czech, 0.6),
        Id(r"\d{4} ?\d{6}", checks.austrian, 0.3),
    ),
    11: (
        Id(r"\d{11}|\d{2} \d{3} \d{3} \d{3}", checks.steuer_id, 0.3),
        Id(r"\d{2}\.\d{2}\.\d{2}-\d{3}[.-]\d{2}", checks.belgian, 0.9),
        Id(r"\d{11}", checks.belgian, 0.3),
        Id(r"\d{3}\.\d{3}\.\d{3}-\d{2}", checks.cpf, 0.9),
        Id(r"\d{11}", checks.cpf, 0.3),
        Id(r"\d{11}", checks.pesel, 0.3),
        Id(r"\d{6} ?\d{5}", checks.norwegian, 0.3),
        Id(r"\d{11}", checks.turkish, 0.3),
    ),
    12: (
        Id(r"\d{4}([ -])\d{4}\1\d{4}", checks.aadhaar, 0.5),
        Id(r"\d{12}", checks.aadhaar, 0.3),
        Id(r"(?:19|20)\d{6}-?\d{4}", checks.swedish, 0.5),
    ),
    13: (
        Id(r"756\.?\d{4}\.?\d{4}\.?\d{2}", checks.ean, 0.8),
        Id(r"\d{13}", checks.south_african, 0.3),
        Id(r"\d{13}", checks.romanian, 0.3),
        Id(r"\d{6}-\d{7}", checks.korean, 0.6),
    ),
    15: (Id(r"[12] ?\d\d ?(?:0[1-9]|1[0-2]|[2-9]\d) ?\d\d ?\d{3} ?\d{3} ?\d\d", checks.nir, 0.8),),
    18: (Id(r"\d{18}", checks.chinese, 0.8),),
}
"""What a run of so many digits may be."""

_LETTERED = (
    ("uk", Id(r"(?!BG|GB|NK|KN|TN|NT|ZZ|D|F|I|Q|U|V)[A-Z](?![DFIQUVO])[A-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]", bool, 0.7)),
    ("italy", Id(r"[A-Z]{6}[\dLMNP-V]{2}[ABCDEHLMPRST][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]", checks.fiscale, 0.9)),
    ("mexico", Id(r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d", checks.curp, 0.9)),
    ("india", Id(r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]", bool, 0.5)),
    ("nie", Id(r"[XYZ][- ]?\d{7}[- ]?[A-Z]", checks.dni, 0.7)),
    ("singapore", Id(r"[STFG]\d{7}[A-Z]", checks.singapore, 0.7)),
    ("spain", Id(r"\d{2}\.?\d{3}\.?\d{3}[- ]?[A-HJ-NP-TV-Z]", checks.dni, 0.6)),
    ("finland", Id(r"\d{6}[-+A]\d{3}[0-9A-FHJ-NPR-Y]", checks.finnish, 0.8)),
    ("ireland", Id(r"\d{7}[A-W][A-IW]?", checks.irish, 0.4)),
    ("china", Id(r"\d{17}X", checks.chinese, 0.9)),
    ("pension", Id(r"\d{2} ?\d{6} ?[A-Z] ?\d{3}", checks.pension, 0.7)),
    ("corsica", Id(r"[12] ?\d\d ?\d\d ?2[AB] ?\d{3} ?\d{3} ?\d\d", checks.nir, 0.9)),
    ("chile", Id(r"\d{1,2}\.\d{3}\.\d{3}-[\dK]|\d{7,8}-[\dK]", checks.rut, 0.5)),
)
_RUN = re.compile(r"(?<![^\W_])(?<![.+\-/])\d(?:[ .\-/+]?\d){8,17}(?![^\W_]|[.\-/]\d)")
_MIXED = re.compile(
    rf"(?<![^\W_])(?<![+\-/])(?:{'|'.join(f'(?P<{name}>{one.form})' for name, one in _LETTERED)})(?![^\W_]|[.\-/]\w)",
    re.IGNORECASE,
)
_BY_NAME = dict(_LETTERED)
_CUE_TEXT = (
    r"ssn|social\s+(?:security|insurance)(?:\s+(?:number|no))?|itin|tax(?:payer)?\s*(?:id\w*|number|no|file)|(?-i:TIN)"
    r"|tfn|(?-i:SIN)"
    r"|national\s+(?:id\w*|insurance)|nino|nhs|identity\s+(?:card|number|document)|id\s*(?:card|number|no)"
    r"|personal\s+(?:id\w*|number|code)|citizen\s*(?:id|card)|steuer-?\s?(?:id\w*|nummer)|idnr"
    r"|sozialversicherungs\w*|svnr"
    r"|rentenversicherungs\w*|personalausweis\w*|ausweis\w*|ahv\w*|dni|nie|nif|cif|documento\s+de\s+identidad"
    r"|seguridad\s+social|c[ée]dula|curp|rut|s[ée]curit[ée]\s+sociale|nir|num[ée]ro\s+fiscal"
    r"|carte\s+d'identit[ée]"
    r"|codice\s+fiscale|carta\s+d'identit[àa]|contribuinte|cart[ãa]o\s+de\s+cidad[ãa]o|bilhete\s+de\s+identidade|cpf"
    r"|pesel|bsn|burgerservicenummer|rijksregister\w*|personnummer|f[øo]dselsnummer|cpr|hetu|henkil[öo]tunnus|pps|ppsn"
    r"|aadha?ar|uidai|pan\s+(?:card|number)|medicare|nric|rodn[ée]\s+[čc][ií]slo|cnp|tckn|t\.?c\.?\s+kimlik|kimlik"
)
_CUE = words(_CUE_TEXT)
_CUED = re.compile(
    rf"(?<![^\W_])(?:{_CUE_TEXT}){GAP}(?P<value>(?=[A-Z]*\d)[A-Z\d](?:[ .\-/]?[A-Z\d]){{6,17}})(?!\w)", re.IGNORECASE
)
_SSN = re.compile(
    r"(?<![^\W_])(?<![.+\-/])(?P<grouped>\d{3}(?P<gap>[- ])\d{2}(?P=gap)\d{4})(?![^\W_]|[.\-/]\d)"
    r"|(?<![^\W_])(?<![.+\-/])\d{9}(?![^\W_]|[.\-/]\d)"
)
_SSN_CUE = words(r"ssn|social\s+security(?:\s+(?:number|no))?")
_NO_ID = words(OTHER)


def social_security(text: str) -> Iterator[Hit]:
    """Social security numbers of the United States in their groups, or bare after the word."""
    for match in _SSN.finditer(text):
        cued = beside(text, *match.span(), _SSN_CUE)
        if cued or (match["grouped"] and checks.ssn(re.sub(r"\D", "", match[0]))):
            yield *match.span(), 0.85 if cued else 0.8 if match["gap"] == "-" else 0.4


def national_ids(text: str) -> Iterator[Hit]:
    """All others: scored by form and check digit, .85 with a word beside, and what a word alone announces."""
    yield from _found(text)
    yield from _mixed(text)
    for match in _CUED.finditer(text):
        american = _SSN.fullmatch(match["value"]) and ahead(text, match.start("value"), _SSN_CUE)
        if sum(map(str.isdigit, match["value"])) >= 6 and not american:
            yield *_tight(match["value"], match.start("value")), 0.6


def _found(text: str) -> Iterator[Hit]:
    for match in _RUN.finditer(text):
        said = match[0]
        plain = re.sub(r"\D", "", said)
        fitting = [
            one.alone for one in _DIGITS.get(len(plain), ()) if re.fullmatch(one.form, said) and one.check(plain)
        ]
        if not fitting:
            continue
        score = max(fitting)
        if beside(text, *match.span(), _CUE):
            yield *match.span(), 0.85
        elif score >= 0.4 and not beside(text, *match.span(), _NO_ID):
            yield *match.span(), score


def _mixed(text: str) -> Iterator[Hit]:
    for match in _MIXED.finditer(text):
        one = _BY_NAME[match.lastgroup or ""]
        plain = re.sub(r"[^0-9A-Z]", "", match[0].upper())
        if match.lastgroup == "uk" and not match[0].isupper():
            continue
        if one.check(plain):
            cued = beside(text, *match.span(), _CUE)
            if cued or not beside(text, *match.span(), _NO_ID):
                yield *match.span(), 0.85 if cued else one.alone


def _tight(value: str, start: int) -> tuple[int, int]:
    """A value without the words behind it: it ends with its last group that has a digit."""
    end = 0
    for group in re.finditer(r"[^ ]+", value):
        if any(map(str.isdigit, group[0])) or (end and len(group[0]) == 1):
            end = group.end()
        elif end:
            break
    return start, start + end
