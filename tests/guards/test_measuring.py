# SPDX-License-Identifier: Apache-2.0
"""How finds are scored against marks, and what the harmless sentences are."""

from collections.abc import Sequence

import pytest

from benchmarks.false_alarms import HARMLESS, sentences
from benchmarks.pii import Text, bare
from benchmarks.spans import Judge, Mark, Tally, open_judge
from guards.personal import PersonalData

TEXT = "ask Anna and Bob Smith of Main Street 5 in Rome today"


@pytest.fixture(scope="module")
def judge(personal_data: PersonalData) -> Judge:
    """spaCy is imported with Presidio, whose warnings the finder's fixture silences."""
    return open_judge()


def marks(*values: str, kind: str = "X") -> list[Mark]:
    """Where the values stand in TEXT."""
    return [(TEXT.index(value), TEXT.index(value) + len(value), kind) for value in values]


@pytest.mark.parametrize(
    ("marked", "found", "counts"),
    [
        (marks("Anna"), marks("Anna"), (1, 1, 1)),
        (marks("Anna"), marks("Rome"), (1, 1, 0)),
        (marks("Anna", "Bob Smith"), marks("Anna", "Bob Smith"), (1, 1, 1)),
        (marks("Anna", "Bob Smith"), marks("Anna and Bob"), (1, 1, 0)),
        (marks("Bob Smith", "Rome"), marks("Bob Smith of Main Street 5 in Rome"), (2, 2, 0)),
        (marks("Main Street 5"), marks("Main", "5"), (1, 1, 1)),
        (marks("Anna", kind="Y"), marks("Anna"), (1, 1, 0)),
        (marks("of"), [], (0, 0, 0)),
    ],
    ids=[
        "right",
        "elsewhere",
        "joined over a stop word",
        "too short",
        "too long",
        "in pieces",
        "another kind",
        "stop words",
    ],
)
def test_a_find_is_right_where_nearly_all_of_it_overlaps(
    judge: Judge, marked: Sequence[Mark], found: Sequence[Mark], counts: tuple[int, int, int]
) -> None:
    """As presidio-evaluator counts marked, found and right spans at an overlap of 0.9."""
    tally = Tally()
    judge.compare(TEXT, marked, found, tally)
    assert (tally.marked.total(), tally.found.total(), tally.right.total()) == counts


def test_the_bare_form_keeps_every_place() -> None:
    """Small letters and no marks beside words; what an address needs inside stays."""
    text = Text('"Hi!" said ANNA (anna.x@example.com), from 203.0.113.7.', ())
    assert bare(text).text == " hi   said anna  anna.x@example.com   from 203.0.113.7 "


def test_the_harmless_sentences_are_a_thousand_in_two_halves() -> None:
    """All different, and no line's variants on both sides."""
    halves = sentences(HARMLESS)
    every = [text for texts in halves.values() for text in texts]
    assert len(set(every)) == len(every) >= 1_000
    assert min(map(len, halves.values())) > 400
