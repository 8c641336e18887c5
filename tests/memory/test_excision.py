# SPDX-License-Identifier: Apache-2.0
"""Excision: sentences cut out, and spans that move with what is left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.erasure.excision import mentions, merged, moved, telling, without

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: (min(pair), max(pair))))


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("I live in LISBON.", "Lisbon", True),
        ("Lisbon's streets", "lisbon", True),
        ("Lisbonne", "Lisbon", False),
        ("New  York, then", "new york", True),
        ("York, new", "new york", False),
        ("write to anna@example.org.", "anna@example.org", True),
        ("anything", "", False),
        ("Grüße aus Köln!", "KÖLN", True),
    ],
)
def test_a_value_is_mentioned_as_whole_words(text: str, value: str, said: bool) -> None:
    """In any case, with any punctuation around it, and never as a part of another word."""
    assert mentions(text, [value]) is said


def test_the_sentences_that_tell_are_found() -> None:
    """Sentences end at their marks and at lines; an address's points end none."""
    text = "I am at anna@example.org now. Write there!\nOr to example.org? Bye."
    assert [text[start:end] for start, end in telling(text, ["anna@example.org"])] == ["I am at anna@example.org now. "]
    assert [text[start:end] for start, end in telling(text, ["there", "bye"])] == ["Write there!\n", "Bye."]


@given(st.text(max_size=30), SPANS)
def test_what_is_left_is_the_rest(text: str, spans: list[tuple[int, int]]) -> None:
    """Without spans a text is its other characters in order, or nothing where only space is left."""
    inside = {place for start, end in spans for place in range(start, end)}
    rest = "".join(char for place, char in enumerate(text) if place not in inside)
    assert without(text, spans) == (rest if rest.strip() else "")


@given(st.text(min_size=1, max_size=30), SPANS, st.data())
def test_a_span_moves_with_its_words(text: str, spans: list[tuple[int, int]], data: st.DataObject) -> None:
    """A span that the cut does not touch shows the same words in what is left."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    cut = [span for span in spans if span[0] < span[1]]
    left = without(text, cut)
    if (place := moved((start, end), cut)) is not None and left:
        assert left[place[0] : place[1]] == text[start:end]
    else:
        assert not left or any(one[0] < end and start < one[1] for one in merged(cut))
