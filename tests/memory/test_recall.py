# SPDX-License-Identifier: Apache-2.0
"""The ranking: each signal, the fusion, the floor and the folding, on memories made by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import bm25s
import numpy as np
import pytest

from memory.ids import ConversationId, FactId, TurnId
from memory.ranking.fusion import NAMES
from memory.ranking.shelf import Memory, Shelf, Vectors
from memory.ranking.signals import stretch
from memory.ranking.words import Vocabulary, WordIndex, small_talk
from memory.recall import Query, Weights, fold, profile, rank, recency
from memory.values import Fact, FactKind, SaidBy

NOW = datetime(2026, 6, 1, tzinfo=UTC)
VOCABULARY = Vocabulary()
ELSEWHERE = ConversationId("elsewhere")


def memory(name: str, text: str, *, days: float = 1, said_by: SaidBy = SaidBy.USER, position: int = 0) -> Memory:
    """An episode of the conversation "c"."""
    at, turn = NOW - timedelta(days=days), TurnId(f"turn-{name}")
    place = ConversationId("c")
    return Memory(name, "episode", text, VOCABULARY.terms(text), at, turn, said_by, place, position)


def towards(*shares: float) -> Vectors:
    """Vectors of length 1 whose cosine with the query's is the given one."""
    rows = np.zeros((len(shares), 8), np.float32)
    rows[:, 0] = shares
    rows[np.arange(len(shares)), 1 + np.arange(len(shares))] = np.sqrt(1 - np.square(shares))
    return rows


def found(shelf: Shelf, query: str, *, weights: Weights | None = None, place: ConversationId = ELSEWHERE) -> list[str]:
    """The ids that the query recalls, best first."""
    asked = Query(VOCABULARY.terms(query), np.eye(8, dtype=np.float32)[0], place, NOW)
    return [one.id for one in rank(shelf, asked, weights or Weights(), limit=9, without=())]


def fact(name: str, kind: FactKind, days: float = 0) -> Fact:
    """A fact recorded so many days ago."""
    at = NOW - timedelta(days=days)
    return Fact(
        FactId(name), name, kind, "other", "self", "note", name, at, None, at, SaidBy.USER, TurnId("t"), "web", 1.0
    )


def test_meaning_recalls_what_words_do_not() -> None:
    """A memory without a word in common is recalled by its likeness."""
    shelf = Shelf([memory("cello", "I play the cello"), memory("soup", "I ate soup")], towards(0.6, 0.1))
    assert found(shelf, "Which instrument is mine?") == ["cello"]


def test_words_recall_what_meaning_does_not() -> None:
    """A memory that covers the query's words is recalled without a likeness."""
    shelf = Shelf([memory("code", "The locker code is AB12"), memory("soup", "I ate soup")], towards(0.1, 0.1))
    assert found(shelf, "locker code") == ["code"]


def test_nothing_relevant_recalls_nothing() -> None:
    """Below the floor nothing is recalled, however few the memories."""
    shelf = Shelf([memory("cello", "I play the cello"), memory("soup", "I ate soup")], towards(0.2, 0.1))
    assert found(shelf, "What is the capital of France?") == []


def test_an_empty_shelf_recalls_nothing() -> None:
    """Nobody's memory is no error."""
    assert found(Shelf((), np.empty((0, 8), np.float32)), "anything at all") == []


def test_the_newer_comes_first() -> None:
    """Of two memories alike in all else the newer ranks higher."""
    old, new = memory("old", "The bike is blue", days=90), memory("new", "The bike was stolen", days=1)
    assert found(Shelf([old, new], towards(0.5, 0.5)), "bike") == ["new", "old"]


def test_own_words_come_before_an_assistants() -> None:
    """Of two memories alike in all else the person's own ranks higher."""
    theirs = memory("theirs", "The bike is nice", said_by=SaidBy.AGENT)
    shelf = Shelf([theirs, memory("own", "The bike is mine")], towards(0.5, 0.5))
    assert found(shelf, "bike") == ["own", "theirs"]


def test_neighbours_lend_their_words() -> None:
    """A turn beside one that matches ranks above one that stands alone."""
    asked = memory("asked", "Which bike did you buy", position=0)
    told = memory("told", "The green one", position=1)
    far = memory("far", "The yellow one", position=40)
    apart = replace(far, conversation=ConversationId("d"))
    shelf = Shelf([asked, apart, told], towards(0.5, 0.4, 0.4))
    assert found(shelf, "bike", weights=Weights(tail=0.0)) == ["asked", "told", "far"]


def test_what_is_far_behind_the_best_is_left_out() -> None:
    """A memory just above the floor is not recalled beside one that fits by far better."""
    shelf = Shelf([memory("cello", "I play the cello"), memory("soup", "I ate soup")], towards(0.7, 0.3))
    assert found(shelf, "Do I play the cello?") == ["cello"]


def test_the_conversation_itself_is_left_out() -> None:
    """Episodes of the conversation that asks are not recalled: they stand in its history."""
    shelf = Shelf([memory("cello", "I play the cello")], towards(0.6))
    assert found(shelf, "cello", place=ConversationId("c")) == []


def test_the_same_question_is_no_answer() -> None:
    """An earlier turn that asks the same is folded into the query."""
    shelf = Shelf([memory("asked", "What is my cat called?"), memory("told", "My cat is called Mo")], towards(0.9, 0.7))
    assert found(shelf, "What's my cat called") == ["told"]


def test_duplicates_are_one() -> None:
    """Of memories that say the same in other order only the best is recalled."""
    rows = [memory("a", "my cat likes tuna"), memory("b", "Tuna, my cat likes it"), memory("c", "my dog likes tuna")]
    kept = list(fold(rows, [1, 0, 2], (), 0.8))
    assert kept == [1, 2]


def test_what_did_not_help_is_neither_hidden_nor_what_helped_let_in() -> None:
    """The most that can be said of memories orders those that bear on the query, and moves no floor."""
    rows = [
        memory("cello", "I play the cello"),
        memory("viola", "A viola is like a cello"),
        memory("soup", "I ate soup"),
        memory("rain", "It rained"),
    ]
    shelf, asked = Shelf(rows, towards(0.7, 0.6, 0.3, 0.1)), "Do I play the cello?"
    tails = [Weights(useful=9.0, tail=tail) for tail in (0.0, 0.5, 0.6, 0.7, 0.8, 0.9)]
    before = [found(shelf, asked, weights=weights) for weights in tails]
    shelf.prefer({"cello": -0.9, "viola": 0.9, "soup": 0.9, "rain": 0.9, "gone": 0.9})
    after = [found(shelf, asked, weights=weights) for weights in tails]
    assert [set(ids) for ids in after] == [set(ids) for ids in before]
    assert (before[0], after[0]) == (["cello", "viola", "soup"], ["viola", "soup", "cello"])
    assert before[-1] == ["cello", "viola"]
    shelf.remove({"viola"})
    shelf.add([memory("tuba", "The tuba is no cello")], towards(0.7))
    assert shelf.useful.tolist() == [-0.9, 0.9, 0.9, 0.0]


def test_every_result_carries_its_scores() -> None:
    """Each signal stands in the scores between 0 and 1, and the fused score too."""
    shelf = Shelf([memory("a", "The bike is blue"), memory("b", "The bike was stolen")], towards(0.5, 0.6))
    asked = Query(VOCABULARY.terms("bike"), np.eye(8, dtype=np.float32)[0], ELSEWHERE, NOW)
    for one in rank(shelf, asked, Weights(), limit=2, without=()):
        assert {"words", "meaning", "recency", "own"} <= set(one.scores) <= {*NAMES, "recency", "own"}
        assert all(0 <= value <= 1 for value in (*one.scores.values(), one.score))


def test_a_removed_memory_leaves_no_trace_in_the_scores() -> None:
    """After a removal the others score as if the removed one had never been there."""
    rows = [memory("a", "The bike is blue"), memory("b", "A bike was stolen"), memory("c", "The boat is blue")]
    removed = Shelf(rows, towards(0.5, 0.6, 0.4))
    removed.remove({"b"})
    never = Shelf([rows[0], rows[2]], towards(0.5, 0.6, 0.4)[[0, 2]])
    assert removed.words.scores(("blue",))[0].tolist() == never.words.scores(("blue",))[0].tolist()
    assert found(removed, "blue boat") == found(never, "blue boat")


def test_an_added_memory_counts_as_if_it_had_been_there() -> None:
    """Adding one by one gives the scores of building at once."""
    rows = [memory("a", "The bike is blue"), memory("b", "A bike was stolen"), memory("c", "The boat is blue")]
    grown = Shelf(rows[:1], towards(0.5, 0.6, 0.4)[:1])
    grown.add(rows[1:], towards(0.5, 0.6, 0.4)[1:])
    built = Shelf(rows, towards(0.5, 0.6, 0.4))
    assert grown.words.scores(("bike", "blue"))[0].tolist() == built.words.scores(("bike", "blue"))[0].tolist()
    assert found(grown, "blue bike") == found(built, "blue bike")


def test_word_scores_are_lucenes() -> None:
    """BM25 agrees with the bm25s library's Lucene variant, which leaves out the constant k1 + 1."""
    texts = ["the cat sat on the mat", "a cat and a dog", "dogs eat", "the mat is red and the cat is red"]
    documents = [text.split() for text in texts]
    library = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    library.index(documents, show_progress=False)
    ours, _ = WordIndex(documents).scores(["cat", "red"])
    assert ours == pytest.approx(library.get_scores(["cat", "red"]) * 2.2, rel=1e-5)


def test_recency_halves() -> None:
    """A memory of one half-life ago counts half, one of now or of the future full."""
    times = np.array([(NOW - timedelta(days=days)).timestamp() for days in (30, 0, -5)])
    assert recency(times, NOW, 30.0) == pytest.approx([0.5, 1, 1])


def test_stretching_reaches_from_zero_to_one() -> None:
    """Min-max; equal values become 1 where they are something, 0 where they are nothing."""
    assert stretch(np.array([2.0, 4.0, 3.0])).tolist() == [0, 1, 0.5]
    assert stretch(np.array([0.4, 0.4])).tolist() == [1, 1]
    assert stretch(np.zeros(2)).tolist() == [0, 0]


def test_the_profile_is_capped_by_importance() -> None:
    """Instructions come before identity before preferences, the given order within each, up to the cap."""
    facts = [
        fact("tea", FactKind.PREFERENCE),
        fact("trip", FactKind.EPISODE),
        fact("Ana", FactKind.IDENTITY),
        fact("brief", FactKind.INSTRUCTION),
    ]
    assert [one.id for one in profile(facts, 2)] == ["brief", "Ana"]


@pytest.mark.parametrize("text", ["Hi there!", "thanks a lot", "How are you?", "Good morning", "ok, great", "👍", ""])
def test_small_talk_asks_for_no_memory(text: str) -> None:
    """Greetings and thanks are seen as such."""
    assert small_talk(text)


@pytest.mark.parametrize("text", ["What am I doing today?", "Where do I live?", "my sister", "Lisbon"])
def test_questions_are_no_small_talk(text: str) -> None:
    """What may bear on a memory is not taken for small talk."""
    assert not small_talk(text)
