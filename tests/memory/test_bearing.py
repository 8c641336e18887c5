# SPDX-License-Identifier: Apache-2.0
"""What bears on memory and what does not: read from the message, and measured against a few memories."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from memory.ids import ConversationId, TurnId
from memory.notebook import SPEAKERS
from memory.ranking.asking import ask
from memory.ranking.bearing import BEARING, Bearing, bearing, weighed
from memory.ranking.shelf import Memory, Shelf
from memory.ranking.words import Vocabulary
from memory.recall import Query, Weights, rank
from memory.values import SaidBy
from memory.vectors.embeddings import embedded
from tests.fakes.encoder import CountingEncoder

VOCABULARY = Vocabulary()
NOW = datetime(2026, 6, 1, tzinfo=UTC)
TOLD = ("My sister Joana is vegan.", "We named the grey cat Fado.", "The physio said to rest my knee.")


def memory(text: str, position: int = 0) -> Memory:
    """An episode of the conversation "c"."""
    terms, place = VOCABULARY.terms(text), ConversationId("c")
    return Memory(f"e{position}", "episode", text, terms, NOW, TurnId("t"), SaidBy.USER, place, position * 9)


def shelf(likeness: float = 0.3) -> Shelf:
    """What was told, too far apart to lend each other words, each as like every message."""
    rows = np.eye(8, dtype=np.float32)[1:4] * np.sqrt(1 - likeness**2)
    rows[:, 0] = likeness
    return Shelf([memory(text, place) for place, text in enumerate(TOLD)], rows.astype(np.float32))


def read(message: str, row: int = 0) -> Bearing:
    """How a message bears on one of the three."""
    asked = ask(message, SPEAKERS, VOCABULARY)
    return bearing(shelf().lines, asked, np.array([row]), 0.3)


def recalls(message: str, weights: Weights | None = None) -> bool:
    """Whether the message recalls any of the three."""
    vector = np.eye(8, dtype=np.float32)[0]
    asked = ask(message, SPEAKERS, VOCABULARY)
    query = Query(VOCABULARY.terms(message), vector, ConversationId("now"), NOW, asked)
    return bool(rank(shelf(), query, weights or Weights(), limit=3, without=()))


def test_another_relative_is_a_stranger() -> None:
    """Of a sister something was told, of a brother nothing, however near the words; mum and mother are one."""
    assert (read("What does my sister eat?").friends, read("What does my sister eat?").strangers) == (1, 0)
    assert (read("What does my brother eat?").friends, read("What does my brother eat?").strangers) == (0, 1)
    mother = ask("How is my mum?", SPEAKERS, VOCABULARY).companions
    assert any(set(VOCABULARY.stems("mother")) <= stems for stems in mother)


def test_months_and_the_first_word_are_no_names() -> None:
    """A capital speaks for a name only where it must: not in a month, nor where a sentence begins."""
    assert ask("What happened in July?", SPEAKERS, VOCABULARY).companions == ()
    assert ask("Lisbon, was it fine?", SPEAKERS, VOCABULARY).companions == ()
    assert ask("What did Fado do?", SPEAKERS, VOCABULARY).companions == (frozenset(VOCABULARY.stems("fado")),)


def test_the_beginning_of_a_word_speaks_for_it() -> None:
    """ "Physio" covers "physiotherapist" in part, and nothing covers what was never said."""
    assert 0 < read("Who is my physiotherapist?", 2).covered < 1
    assert read("Which shampoo?", 2).covered == 0
    assert read("my grey cat", 1).covered == 1


@pytest.mark.parametrize("message", ["Write a poem about a cat", "How do I write a letter?", "please translate it"])
def test_tasks_are_seen(message: str) -> None:
    """A message that begins as a task does is one."""
    assert read(message).task == 1


def test_the_odds_are_a_weighted_sum() -> None:
    """Each measure counts by the weight of its name."""
    assert weighed(Bearing(likeness=0.5, asks=1, bias=1), Bearing(likeness=2, asks=3, bias=-1)) == pytest.approx(3)
    assert weighed(replace(read("my sister?"), strangers=1.0), BEARING) < weighed(read("my sister?"), BEARING)


@pytest.mark.parametrize("message", ["What is my cat called?", "What must my sister not eat, is she vegan?"])
def test_a_message_about_what_was_told_recalls_it(message: str) -> None:
    """What bears on a memory passes the floor."""
    assert recalls(message)


@pytest.mark.parametrize("message", ["What is my dog called?", "Write a poem about a grey cat", "Why is the sky grey?"])
def test_a_message_about_anything_else_recalls_nothing(message: str) -> None:
    """A near miss, a task and general knowledge recall nothing, though single memories would be above their floors."""
    assert not recalls(message)
    assert recalls(message, Weights(bearing_floor=-99.0))


async def test_an_episode_has_the_mean_of_its_aspects() -> None:
    """One vector a memory: of key, text and sentences; a fact has its own alone."""
    encoder, told = CountingEncoder(), memory("I play the cello. My teacher is Ana.")
    (vector,) = await embedded(encoder, [told])
    key, text, first, second = await encoder.embed(["[01 June 2026] " + told.text, told.text, *told.aspects[1:]])
    parts = (first + second) / np.linalg.norm(first + second)
    assert told.aspects[1:] == ("I play the cello.", "My teacher is Ana.")
    assert vector == pytest.approx((key + text + parts) / np.linalg.norm(key + text + parts), abs=1e-5)
    (plain,) = await embedded(encoder, [replace(told, kind="fact")])
    assert plain == pytest.approx((await encoder.embed([told.text]))[0])
