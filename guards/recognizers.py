# SPDX-License-Identifier: Apache-2.0
"""What Presidio is given to look for; imports Presidio, so it is imported late."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from presidio_analyzer import AnalysisExplanation, LocalRecognizer, Pattern, PatternRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import (
    CryptoRecognizer,
    DeTaxIdRecognizer,
    EsNieRecognizer,
    EsNifRecognizer,
    IbanRecognizer,
    ItFiscalCodeRecognizer,
    PlPeselRecognizer,
    UkNinoRecognizer,
    UsItinRecognizer,
    UsSsnRecognizer,
)

from guards import addresses, credentials, digits

NATIONAL_ID = "NATIONAL_ID"


class Scanner(LocalRecognizer):  # type: ignore[misc]  # Presidio ships no types
    """A recognizer over a plain function that yields start, end and score."""

    def __init__(self, kind: str, scan: Callable[[str], Iterable[digits.Hit]], context: Iterable[str] = ()) -> None:
        self._scan = scan
        super().__init__(supported_entities=[kind], name=scan.__name__, context=list(context))

    def load(self) -> None:
        """Nothing to load; Presidio asks for the method."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None) -> list[Any]:
        """One result per hit; the explanation names the scanner and holds nothing of the text."""
        return [
            RecognizerResult(
                self.supported_entities[0], start, end, score, AnalysisExplanation(self.name, score),
                {RecognizerResult.RECOGNIZER_NAME_KEY: self.name, RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id},
            )
            for start, end, score in self._scan(text)
        ]  # fmt: skip


class Numbered(PatternRecognizer):  # type: ignore[misc]  # Presidio ships no types
    """A pattern whose matches have a checksum."""

    def __init__(self, name: str, pattern: str, check: Callable[[str], bool]) -> None:
        self._check = check
        super().__init__(NATIONAL_ID, name=name, patterns=[Pattern(name, pattern, 0.3)])

    def validate_result(self, pattern_text: str) -> bool:
        """Whether the checksum holds."""
        return self._check(re.sub(r"[^0-9A-Za-z]", "", pattern_text).upper())


def recognizers() -> list[Any]:
    """All recognizers, language-neutral: those of Presidio that check what they find, and our own."""
    phone = ("phone", "telephone", "tel", "cell", "cellphone", "mobile", "whatsapp", "fax", "telefon", "handy", "mobil",
             "teléfono", "móvil", "telefone", "telefono")  # fmt: skip
    return [
        Scanner("EMAIL_ADDRESS", addresses.emails),
        Scanner("PHONE_NUMBER", digits.phones, (*phone, "number", "call", "text", "reach")),
        Scanner("PHONE_NUMBER", digits.loose_phones, phone),
        Scanner("CREDIT_CARD", digits.cards),
        Scanner("IP_ADDRESS", digits.machines),
        Scanner("URL", addresses.telling_links),
        Scanner("STREET_ADDRESS", addresses.streets),
        Scanner("DATE_OF_BIRTH", digits.births),
        Scanner("SECRET", credentials.keys),
        Scanner("SECRET", credentials.passwords),
        IbanRecognizer(regex_flags=re.DOTALL | re.MULTILINE | re.IGNORECASE),
        UsSsnRecognizer(),
        PatternRecognizer("US_SSN", name="dashed", patterns=[Pattern("dashed", r"\b\d{3}-\d{2}-\d{4}\b", 0.8)]),
        CryptoRecognizer(),
        PatternRecognizer("CRYPTO", name="ether", patterns=[Pattern("ether", r"\b0x[0-9a-fA-F]{40}\b", 0.9)]),
        *national_ids(),
    ]


def national_ids() -> list[Any]:
    """Identity and tax numbers that a checksum or a fixed form tells from other numbers."""
    kept = {"supported_entity": NATIONAL_ID, "supported_language": "en"}
    return [
        *(kind(**kept) for kind in (
            DeTaxIdRecognizer, EsNieRecognizer, EsNifRecognizer, ItFiscalCodeRecognizer, UkNinoRecognizer,
            UsItinRecognizer,
        )),
        PlPeselRecognizer(patterns=[Pattern("pesel", r"\b\d{11}\b", 0.1)], **kept),
        Numbered("cpf", r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b", _cpf),
        Numbered("nir", r"\b[12]\s?\d\d\s?(?:0[1-9]|1[0-2]|[2-9]\d)\s?(?:\d\d|2[AB])\s?\d{3}\s?\d{3}\s?\d\d\b", _nir),
    ]  # fmt: skip


def _cpf(number: str) -> bool:
    """Brazil: two check digits modulo 11."""
    digit = list(map(int, number))
    first = sum(weight * value for weight, value in zip(range(10, 1, -1), digit, strict=False)) * 10 % 11 % 10
    second = sum(weight * value for weight, value in zip(range(11, 1, -1), digit, strict=False)) * 10 % 11 % 10
    return len(set(digit)) > 1 and [first, second] == digit[9:]


def _nir(number: str) -> bool:
    """France: 97 less the rest of the number modulo 97; Corsica's letters stand for 19 and 18."""
    plain = number.replace("2A", "19").replace("2B", "18")
    return plain.isdigit() and 97 - int(plain[:13]) % 97 == int(plain[13:])
