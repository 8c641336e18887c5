# SPDX-License-Identifier: Apache-2.0
"""The searched form of a text, and the way back."""

from hypothesis import given
from hypothesis import strategies as st

from guards.shadow import shadow


def test_disguises_are_seen_through() -> None:
    """Full-width and Arabic digits, zero-width characters, soft hyphens and dashes."""
    assert shadow("４\u200b１\u00ad１ \u0661\u0662 078\u201105 a＠b").text == "411 12 078-05 a@b"


def test_a_span_leads_back_to_the_original() -> None:
    """The original stretch has all that was invisible in it."""
    text = "call ４\u200b１１ now"
    searched = shadow(text)
    start = searched.text.index("411")
    assert text[slice(*searched.origin(start, start + 3))] == "４\u200b１１"


@given(st.text(min_size=1))
def test_every_character_has_an_origin_in_order(text: str) -> None:
    """Origins rise and lie inside the text."""
    searched = shadow(text)
    spans = [searched.origin(at, at + 1) for at in range(len(searched.text))]
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
