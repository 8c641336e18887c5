# SPDX-License-Identifier: Apache-2.0
"""What Presidio does by default and must not do here, each with a test (ADR 70).

That its first e-mail asks the network, and that a pattern out of time fails open, are in test_openings.
"""

import sys
from collections.abc import Callable
from types import FrameType

from guards.masking import Masker, united
from guards.personal import Finding, PersonalData, search
from guards.vault import Vault
from tests.guards.finding import found, kinds_in


def test_a_weak_hit_is_none(personal_data: PersonalData) -> None:
    """Presidio's threshold is 0: a recognizer that is unsure of every number would hide them all."""
    from presidio_analyzer import Pattern, PatternRecognizer

    from guards.engine import THRESHOLD, build_analysis

    unsure = PatternRecognizer("PERSON", name="unsure", patterns=[Pattern("unsure", r"\d+", THRESHOLD - 0.01)])
    sure = PatternRecognizer("PERSON", name="sure", patterns=[Pattern("sure", r"[a-z]+", THRESHOLD)])
    assert [hit[0:3] for hit in build_analysis([unsure, sure])("12 ab")] == [("PERSON", 3, 5)]


async def test_a_word_counts_whole(personal_data: PersonalData) -> None:
    """Presidio matches parts: "public" holds "lic", and "telescope" "tel"."""
    assert await kinds_in(personal_data, "the public v1 api 12345678, by telescope 612 345 678") == set()
    assert await found(personal_data, "tel 612 345 678") == [("PHONE_NUMBER", "612 345 678")]


async def test_a_word_counts_on_both_sides(personal_data: PersonalData) -> None:
    """Presidio reads five words before a number and none after it."""
    assert await kinds_in(personal_data, "536228726 is my social security number") >= {"US_SSN"}


def test_twice_the_hits_cost_twice_as_much(personal_data: PersonalData) -> None:
    """Presidio's enhancer walks the whole text for every hit; counted in calls, so that no clock decides."""
    from guards.engine import build_analysis

    analysis = build_analysis()
    line = "call 212-555-0199 or mail anna@example.com, ssn 536-22-8726, 12 Main Street\n"
    once, twice = (_calls(lambda text: search(text, analysis), line * times) for times in (60, 120))
    assert twice < 2.2 * once


def _calls(run: Callable[[str], object], text: str) -> int:
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        run(text)
    finally:
        sys.setprofile(None)
    return count


async def test_neighbours_stay_two(personal_data: PersonalData) -> None:
    """Presidio makes one of values with a blank between them, and nothing could put them back."""
    masked = await Masker(personal_data).mask(Vault(), ["anna@example.com bob@example.com"])
    assert masked.texts == ("<EMAIL_ADDRESS_1> <EMAIL_ADDRESS_2>",)


def test_finds_of_two_kinds_are_masked_as_their_union() -> None:
    """Presidio leaves overlaps to its caller; what only one of them covers is hidden too."""
    spans = united([Finding("PHONE_NUMBER", 0, 10, 0.5), Finding("STREET_ADDRESS", 6, 30, 0.6)])
    assert [(span.kind, span.start, span.end) for span in spans] == [("STREET_ADDRESS", 0, 30)]


async def test_another_country_s_number_is_found_in_any_language(personal_data: PersonalData) -> None:
    """Presidio binds a recognizer to a language: an Italian number in a German text is missed."""
    assert await found(personal_data, "Meine Freundin hat RSSMRA85T10A562S") == [("NATIONAL_ID", "RSSMRA85T10A562S")]


async def test_links_files_and_dates_are_left(personal_data: PersonalData) -> None:
    """Presidio hides every link, most of a Python file and every date."""
    text = "On 2026-05-03 see https://example.com/docs, main.py and os.path.join at 10.0.0.1"
    assert await kinds_in(personal_data, text) == set()
