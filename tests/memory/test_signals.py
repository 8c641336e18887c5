# SPDX-License-Identifier: Apache-2.0
"""The signals of recall, each on a few lines made by hand."""

from datetime import UTC, datetime

import numpy as np
import pytest

from memory.ranking.asking import Asked, ask, dated
from memory.ranking.fusion import NAMES, Recipe, Weights, fuse
from memory.ranking.lines import Line, Lines, Rows, cues_of
from memory.ranking.signals import bm25, by_kinship, by_meaning, by_words, signals, stretch
from memory.ranking.thesaurus import Thesaurus, read_thesaurus
from memory.ranking.words import Vocabulary, WordIndex

VOCABULARY = Vocabulary()
NAMED = {"Ana": ("ana",), "Ben": ("ben",)}
TEXTS = ("Did you get a bike?", "Yes, in May.", "I play the cello.", "Two boats sank on Lake Garda.")


def line(text: str, session: int = 0, position: int = 0, speaker: str = "Ana", day: int = 1) -> Line:
    """A line of May 2026."""
    at = datetime(2026, 5, day, tzinfo=UTC)
    return Line(VOCABULARY.terms(text), speaker, at, session, position, cues_of(text, ("Ana", "Ben")))


def talk(*texts: str) -> Lines:
    """One session; each line's vector is a dimension of its own."""
    return Lines([line(text, position=place) for place, text in enumerate(texts)], rows(len(texts)))


def rows(count: int) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    """Unit vectors."""
    return np.eye(8, dtype=np.float32)[:count]


def asking(text: str, thesaurus: Thesaurus | None = None) -> Asked:
    """A question in a talk of Ana and Ben."""
    return ask(text, NAMED, VOCABULARY, thesaurus)


def test_a_named_speaker_is_taken_out_of_the_question() -> None:
    """Who is asked about says who told it; what remains says what."""
    asked = asking("What did Ana's sister paint?")
    assert (asked.speaker, asked.bare, asked.terms) == ("Ana", "What did sister paint?", ("sister", "paint"))


def test_two_named_speakers_are_nobody() -> None:
    """A question about both prefers neither, and asks for more than one thing."""
    asked = asking("What do both Ana and Ben like?")
    assert (asked.speaker, asked.lists) == (None, True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("what happened on 3 may, 2026?", (2026, 5, 3)),
        ("in may 2026", (2026, 5, None)),
        ("on june 12th", (None, 6, 12)),
        ("in 2025", (2025, None, None)),
    ],
)
def test_dates_are_read(text: str, found: tuple[int | None, ...]) -> None:
    """Days, months and years, in either order."""
    asked = dated(text)
    assert asked is not None
    assert (asked.year, asked.month, asked.day) == found


def test_may_is_a_month_only_where_it_must_be() -> None:
    """The verb is no date."""
    assert dated("what may i eat?") is None


def test_what_was_told_after_a_date_is_near_it() -> None:
    """People tell of a day some days later."""
    asked = dated("what happened on 3 may 2026?")
    assert asked is not None
    near = [asked.nearness(datetime(2026, 5, day, tzinfo=UTC)) for day in (2, 3, 9, 20)]
    assert near == [0.0, 1.0, 0.5, 0.0]


def test_bm25_is_that_of_the_index() -> None:
    """Over lines alone it agrees with the word index."""
    lines = talk(*TEXTS)
    index = WordIndex(one.terms for one in lines.lines)
    ours = bm25(lines.counts(("bike", "boat")), lines.lengths)
    assert ours.tolist() == pytest.approx(index.scores(("bike", "boat"))[0].tolist())


def test_an_answer_has_the_words_of_its_question() -> None:
    """A line after one that asks is what was asked about, and windows reach no further than they say."""
    found = by_words(talk(*TEXTS), asking("Which bike?"))
    assert found["answers"].tolist() == [0, 1, 0, 0]
    assert (found["beside"] > 0).tolist() == [True, True, True, False]


def test_windows_end_with_the_session() -> None:
    """The last line of one session lends nothing to the first of the next."""
    lines = Lines([line("a bike", 0), line("a boat", 1)], rows(2))
    assert (by_words(lines, asking("bike"))["beside"] > 0).tolist() == [True, False]


def test_lines_may_come_in_any_order() -> None:
    """Windows go by session and position, not by the order in which lines were taken in."""
    parts = [line("a bike", 1, 1), line("a boat", 0), line("a tent", 1, 0), line("a lamp", 1, 2)]
    found = by_words(Lines(parts, rows(4)), asking("Which lamp?"))
    assert (found["beside"] > 0).tolist() == [True, False, True, True]
    assert found["followed"].tolist() == [1, 0, 0, 0]


def test_neighbourhoods_are_means_of_vectors() -> None:
    """A window's likeness is the cosine of the mean of its vectors."""
    lines, near = talk(*TEXTS), np.eye(4)[0]
    expected = [1 / np.sqrt(2), 1 / np.sqrt(3), 0, 0]
    assert by_meaning(lines, near, near)["meaning_beside"].tolist() == pytest.approx(expected)


def test_kindred_words_count_in_part() -> None:
    """A word near in meaning counts less than the word itself, and a word of no kin nothing."""
    near: Rows = np.array([[1], [0], [2]])
    kin = Thesaurus(["instrument", "cello", "lake"], near.astype(np.uint16), np.array([[128], [128], [0]], np.uint8))
    said = by_kinship(talk(*TEXTS), asking("instrument", kin))["kindred"]
    whole = by_kinship(talk(*TEXTS), asking("cello", kin))["kindred"]
    assert (said > 0).tolist() == (whole > 0).tolist() == [False, False, True, False]


def test_the_thesaurus_knows_sports() -> None:
    """The one that is shipped finds kinds of a thing under the thing."""
    kin = dict(read_thesaurus().near("sport"))
    assert "football" in kin
    assert all(0 < likeness <= 1 for likeness in kin.values())


def test_cues_are_seen_in_the_text() -> None:
    """Asking, asking only, times, names other than the speakers', and numbers."""
    assert cues_of("Did Ana go to Oslo with two friends last May?", ("Ana",)) == (1, 1, 1, 1, 1)
    assert cues_of("I like Ana", ("Ana",)) == (0, 0, 0, 0, 0)


def test_added_lines_count_as_if_they_had_been_there() -> None:
    """Growing line by line gives the signals of building at once, also where a session goes on."""
    parts = [line(text, position=place) for place, text in enumerate(TEXTS)]
    grown = Lines(parts[:2], rows(2))
    grown.add(parts[2:], rows(4)[2:])
    asked, near = asking("Which bike did Ana get when?"), np.array([0.1, 0.2, 0.3, 0.1])
    one, other = (signals(lines, asked, near, near) for lines in (grown, Lines(parts, rows(4))))
    assert {name: values.tolist() for name, values in one.items()} == {
        name: pytest.approx(values.tolist()) for name, values in other.items()
    }


def test_every_signal_has_a_weight() -> None:
    """The names of the signals are those of the weights, and each lies within 0 and 1."""
    found = signals(talk(*TEXTS), asking("When did Ana get two bikes?"), np.eye(4)[0], np.eye(4)[0])
    assert set(found) == set(NAMES)
    assert all(values.min() >= 0 and values.max() <= 1 for values in found.values())


def test_no_lines_have_no_signals() -> None:
    """Nobody's memory is no error."""
    found = signals(Lines((), np.empty((0, 8), np.float32)), asking("bike"), np.empty(0), np.empty(0))
    assert all(len(values) == 0 for values in found.values())


def test_what_is_alike_for_all_sets_none_apart() -> None:
    """Equal values are 1 where they speak for the line itself, 0 where they come from around it."""
    assert stretch(np.array([0.4, 0.4])).tolist() == [1, 1]
    assert stretch(np.array([0.4, 0.4]), alone=False).tolist() == [0, 0]


def test_sorts_of_question_add_their_weights() -> None:
    """A question that asks for times and for a list has the weights of both on top of the plain ones."""
    recipe = Recipe(Weights(words=1), Weights(words=2, early=-1), Weights(words=4), Weights(words=8))
    weights = recipe.of(asking("When did Ana and Carl meet?"))
    assert (weights["words"], weights["early"], weights["meaning"]) == (7, -1, 0)
    found = {name: np.ones(2) for name in NAMES}
    assert fuse(found, weights).tolist() == [6, 6]
