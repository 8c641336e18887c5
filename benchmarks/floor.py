# SPDX-License-Identifier: Apache-2.0
"""When nothing is recalled: our own messages that need no memory, and as many that do, of eight invented people.

Each is asked of the person's few memories, and of the same among some 1,400 other things that people say.
"""

import asyncio
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from benchmarks.table import Report
from connectors.embedding import open_minilm
from memory.ids import ConversationId, TurnId
from memory.notebook import SPEAKERS
from memory.ranking.asking import ask
from memory.ranking.shelf import Memory, Shelf, day
from memory.ranking.thesaurus import Thesaurus, read_thesaurus
from memory.ranking.words import Vocabulary, small_talk
from memory.recall import Query, Weights, rank
from memory.values import SaidBy
from memory.vectors.embeddings import Encoder, embedded
from tests.memory.utterances import HERE, Utterance, read_utterances

HOUSE = Path(__file__).parent.parent
OURS = Path(__file__).parent / "floor.yaml"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NEEDS = "needs"
NEEDLESS = ("chat", "general", "tasks", "untold", "near")
AMONG = ("chat", "general", "tasks", NEEDS)
"""What is asked among the other things too: who knows what the rest of the person's life has not told?"""
LIMIT = 10
WAYS = {
    "always": Weights(meaning_floor=-1.0, bearing_floor=-math.inf, tail=0.0),
    "floors of memories": Weights(bearing_floor=-math.inf),
    "Rapport": Weights(),
}
PREFIX = {"always": "always_", "floors of memories": "memories_", "Rapport": ""}


@dataclass(frozen=True, slots=True)
class Message:
    """Something said to the assistant, ready to be ranked for."""

    half: str
    person: str
    sort: str
    shelf: Shelf
    among: bool
    """Whether the shelf holds the other things too."""
    query: Query
    wanted: str
    """Words of the memory that it needs; empty where it needs none."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a message recalled."""

    message: Message
    fired: bool
    found: bool
    """Whether what it needs was among the first ten."""


async def measure(data: Path | None) -> Report:
    """Both halves in three ways; the weights were looked at on `tune` alone. Some 40 s."""
    async with open_minilm(HOUSE / "connectors" / "minilm") as encoder:
        people = await asyncio.to_thread(read, data or OURS)
        asked = await messages(people, encoder)
    rows: list[tuple[str, ...]] = []
    figures: dict[str, float] = {}
    for half in ("tune", "check"):
        for among in (False, True):
            some = [one for one in asked if (one.half, one.among) == (half, among)]
            for way, weights in WAYS.items():
                fired, found = _shares([outcome(message, weights) for message in some])
                parts = (f"{100 * fired[sort]:.0f}" if sort in fired else "-" for sort in NEEDLESS)
                place = "+ 1,400" if among else "own"
                rows.append((half, place, way, *parts, f"{100 * fired['all']:.1f}", f"{100 * found:.1f}"))
                prefix = PREFIX[way] + ("" if half == "check" else "tune_") + ("among_" if among else "")
                figures |= {f"{prefix}recalled_needlessly": fired["all"], f"{prefix}found_at_10": found}
                figures[f"{prefix}floor_fired"] = 1 - fired["all"]
    columns = ("half", "memories", "way", *NEEDLESS, "needless", "found")
    once = [one.sort == NEEDS for one in asked if not one.among]
    notes = (
        f"{once.count(False)} messages need no memory, {once.count(True)} do; halves by person, cut before any tuning",
        "untold: never told; near: told of somebody or something else; found: what is needed is among the first ten",
    )
    return Report("Messages that recall something, %", columns, rows, figures, notes)


def outcome(message: Message, weights: Weights) -> Outcome:
    """Ranks as the notebook does."""
    asked = message.query.asked
    if weights.meaning_floor > 0 and asked is not None and small_talk(asked.text):
        return Outcome(message, False, False)
    found = rank(message.shelf, message.query, weights, limit=LIMIT, without=())
    return Outcome(message, bool(found), any(message.wanted in one.text for one in found))


def read(data: Path) -> list[dict[str, Any]]:
    """The people of a file as floor.yaml describes them."""
    people: list[dict[str, Any]] = yaml.safe_load(data.read_text(encoding="utf-8"))
    return people


async def messages(people: Sequence[dict[str, Any]], encoder: Encoder) -> list[Message]:
    """Every message, with the memories of whoever says it."""
    vocabulary, thesaurus, made = Vocabulary(), read_thesaurus(), []
    others = tuple(_others(vocabulary))
    vectors = await embedded(encoder, others)
    for person in people:
        told = tuple(_told(person["told"], vocabulary))
        held = await embedded(encoder, told)
        shelves = {False: Shelf(told, held), True: Shelf(told + others, np.concatenate([held, vectors]))}
        for sort in (NEEDS, *NEEDLESS):
            for one in person[sort]:
                text, wanted = one if sort == NEEDS else (one, "")
                query = await _query(text, encoder, vocabulary, thesaurus)
                for among in (False, True) if sort in AMONG else (False,):
                    shelf = shelves[among]
                    made.append(Message(person["half"], person["name"], sort, shelf, among, query, wanted))
    return made


async def _query(text: str, encoder: Encoder, vocabulary: Vocabulary, thesaurus: Thesaurus) -> Query:
    (vector,) = await encoder.embed([text])
    asked = ask(text, SPEAKERS, vocabulary, thesaurus, NOW)
    return Query(vocabulary.terms(text), vector, ConversationId("now"), NOW, asked)


def _told(told: Mapping[int, Sequence[str]], vocabulary: Vocabulary) -> Iterator[Memory]:
    for ago, turns in told.items():
        for position, turn in enumerate(turns):
            by = SaidBy.AGENT if turn.startswith("> ") else SaidBy.USER
            yield _episode(f"{ago}-{position}", turn.removeprefix("> "), f"told {ago}", position, ago, by, vocabulary)


def _others(vocabulary: Vocabulary) -> Iterator[Memory]:
    halves = (half for file in ("utterances", "utterances_chat") for half in _halves(file))
    texts = dict.fromkeys(one.say for half in halves for one in half if not small_talk(one.say))
    for number, text in enumerate(texts):
        place, position = divmod(number, 6)
        memory = _episode(f"o{number}", text, f"other {place}", position, 130 + place, SaidBy.USER, vocabulary)
        if memory.terms:
            yield memory


def _halves(file: str) -> Iterator[Sequence[Utterance]]:
    yield from read_utterances(HERE / f"{file}.yaml").values()


def _episode(id: str, text: str, place: str, position: int, ago: int, by: SaidBy, vocabulary: Vocabulary) -> Memory:
    at = NOW - timedelta(days=ago)
    terms, dated = vocabulary.terms(text), vocabulary.terms(day(at))
    return Memory(id, "episode", text, terms, at, TurnId(id), by, ConversationId(place), position, dated=dated)


def _shares(outcomes: Sequence[Outcome]) -> tuple[dict[str, float], float]:
    """How many recall something, by sort and in all; and how many of those that need it find it."""
    needless = [one for one in outcomes if one.message.sort != NEEDS]
    fired = {"all": float(np.mean([one.fired for one in needless]))}
    for sort in dict.fromkeys(one.message.sort for one in needless):
        fired[sort] = float(np.mean([one.fired for one in needless if one.message.sort == sort]))
    return fired, float(np.mean([one.found for one in outcomes if one.message.sort == NEEDS]))
