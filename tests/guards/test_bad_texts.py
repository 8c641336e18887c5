# SPDX-License-Identifier: Apache-2.0
"""Texts that nobody would write by hand: all are searched to their end, and none stops the turn."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guards.masking import Masker
from guards.patterns.readings import readings
from guards.patterns.scans import Patterns
from guards.personal import PersonalData
from guards.vault import Vault, normal
from tests.guards.finding import found

VALUE = "anna@example.com"
PATTERNS = Patterns()


@pytest.mark.parametrize(
    "piece",
    [
        "lorem ipsum dolor ",
        "\u0301",
        "\u0327\u0301",
        "\u202e\u200f",
        "\u05d0\u05d1\u05d2 12 ",
        "\u0661\u0662 ",
        "\ud800",
        "<PERSON_1>",
        "1\n",
        "O1 ",
        "%41",
        "a1",
        "12 Main Street, ",
        "\\u0041",
        "my id number is ",
    ],
    ids=ascii,
)
async def test_a_heap_of_anything_hides_nothing(personal_data: PersonalData, piece: str) -> None:
    """20,000 characters of it before and behind a value; the value is found."""
    heap = piece * (20_000 // len(piece))
    assert ("EMAIL_ADDRESS", VALUE) in await found(personal_data, f"{heap} {VALUE} {heap}")


async def test_a_megabyte_is_searched_to_its_end(personal_data: PersonalData) -> None:
    """spaCy would refuse it; here it is searched in pieces."""
    text = "We walked along the river, and Zoë told of the films of \u201cthat\u201d year. " * 14_500 + VALUE
    assert len(text) > 1_000_000
    assert await found(personal_data, text) == [("EMAIL_ADDRESS", VALUE)]


async def test_mixed_scripts_and_directions(personal_data: PersonalData) -> None:
    """The value stands in Hebrew, Arabic, Chinese, Thai and emoji, with marks of direction around it."""
    text = f"שלום \u2067{VALUE}\u2069 مرحبا 我的邮箱是 {VALUE}，ขอบคุณ 👩\u200d👩\u200d👧 +49 151 23456789"
    assert [kind for kind, _ in await found(personal_data, text)] == ["EMAIL_ADDRESS", "EMAIL_ADDRESS", "PHONE_NUMBER"]


async def test_placeholders_within_placeholders(personal_data: PersonalData) -> None:
    """What is typed as a placeholder comes back as typed, with a value in its middle too."""
    text = "<PERSON_<PERSON_1>> <EMAIL_<EMAIL_ADDRESS_1>_1> <PERSON_anna@example.com_1> [[PERSON_1]_2]"
    vault = Vault()
    masked = await Masker(personal_data).mask(vault, [text])
    assert VALUE not in masked.texts[0]
    assert normal(vault.restore(masked.texts[0])) == normal(text)


PIECES = (
    *"aA1 0@.:-+/%&#;\\u<>()[]{}\n\tOl|é٣\u200b\u0301\ud800\U0001f600=",
    *("one ", " dot ", " at ", "pass", "born ", "12 "),
)


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_every_find_lies_inside_the_text(text: str) -> None:
    """Whatever is written, spans are in order, in bounds and not empty, in every reading of it."""
    for _, start, end, score in PATTERNS.find(text):
        assert 0 <= start < end <= len(text)
        assert 0 < score <= 1
    for reading in readings(text):
        assert len(reading.text) == len(reading.origins)
        assert all(0 <= start < end <= len(text) for start, end in reading.origins)


VALUES = {
    "EMAIL_ADDRESS": VALUE, "CREDIT_CARD": "4111 1111 1111 1111", "IBAN_CODE": "DE89370400440532013000",
    "US_SSN": "536-22-8726", "IP_ADDRESS": "203.0.113.7", "PHONE_NUMBER": "+49 151 23456789",
    "SECRET": "ghp_" + "a1" * 18, "CRYPTO": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "NATIONAL_ID": "529.982.247-25",
}  # fmt: skip


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_is_found_among_marks(kind: str) -> None:
    """In a row of a table, a record, a log, a file's name, and with marks around it by a fixed seed."""
    rng, value = random.Random(7), VALUES[kind]
    noise = ["".join(rng.choice(" \n\t()[]{},;\"'<>|*`") for _ in range(rng.randint(0, 4))) for _ in range(60)]
    texts = [f"see {before}{value}{behind} now" for before, behind in zip(noise[::2], noise[1::2], strict=True)]
    texts += [
        f"7,{value},12",
        f'{{"a":"{value}","b":2}}',
        f"a=1;x:{value};",
        f"INFO x={value}, took 12ms",
        f"| 1 | {value} |",
    ]
    for text in texts:
        hits = {(one, text[start:end]) for one, start, end, _ in PATTERNS.find(text)}
        assert any(one == kind and value in said for one, said in hits), text
