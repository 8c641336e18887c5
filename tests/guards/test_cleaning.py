# SPDX-License-Identifier: Apache-2.0
"""Text as it may enter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.cleaning import clean


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("plain text\nwith\ttabs", "plain text\nwith\ttabs"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("zero\u200bwidth \ufeffmark", "zerowidth mark"),
        ("\u202eright to left\u202c", "right to left"),
        ("tag\U000e0041\U000e0042", "tag"),
        ("full\uff11\uff12 \ufb01ne", "full12 fine"),
        ("bell\x07 null\x00 del\x7f", "bell null del"),
        ("broken \ud800 half", "broken \ufffd half"),
        ("family \U0001f468\u200d\U0001f469\u200d\U0001f467", "family \U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("a\u200db", "ab"),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
    ],
)
def test_only_what_is_seen_stays(raw: str, cleaned: str) -> None:
    """One Unicode form, plain line ends, nothing invisible; joiners stay where a script needs them."""
    assert clean(raw) == cleaned


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """What was cleaned is clean."""
    assert clean(clean(text)) == clean(text)


@given(st.text())
def test_cleaned_text_can_be_stored(text: str) -> None:
    """It is valid UTF-8 without control characters."""
    assert all(char in "\n\t" or char >= " " for char in clean(text).encode().decode())
