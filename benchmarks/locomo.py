# SPDX-License-Identifier: Apache-2.0
"""Recall on LoCoMo (Maharana et al., ACL 2024): is the evidence among the first 10 and 20, without a language model?

The data is CC BY-NC 4.0: fetched by whoever measures, never kept here.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.table import Report
from connectors.embedding import open_minilm
from memory.ids import ConversationId, TurnId
from memory.ranking.asking import ask
from memory.ranking.lines import cues_of
from memory.ranking.shelf import Memory, Shelf, day
from memory.ranking.signals import bm25, products
from memory.ranking.thesaurus import read_thesaurus
from memory.ranking.words import Vocabulary
from memory.recall import Query, Weights, rank
from memory.values import SaidBy
from memory.vectors.embeddings import embedded

HOUSE = Path(__file__).parent.parent
DEPTH = 50
"""Ranks looked at; evidence further down counts as not found."""
CATEGORIES = {1: "multi_hop", 2: "temporal", 3: "open_domain", 4: "single_hop"}
KEYS = ("recall_at_10", "recall_at_20", "mrr")
WAYS = ("BM25, raw text", "MiniLM, dated key", "Rapport")

WEIGHTS = Weights(recency=0.0, own=0.0)
"""Both speakers are people, and the questions come from nobody at no time."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the rows of the lines that answer it."""

    text: str
    category: int
    evidence: frozenset[int]


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation of two people over many sessions."""

    memories: tuple[Memory, ...]
    questions: tuple[Question, ...]
    speakers: Mapping[str, tuple[str, ...]]
    unresolved: int
    """Questions left out, since their evidence names no turn."""


@dataclass(frozen=True, slots=True)
class Score:
    """How well one way of ranking did on one question."""

    category: int
    at_10: float
    at_20: float
    reciprocal: float


async def measure(data: Path | None) -> Report:
    """Ranks every turn of a conversation for each of its questions, in three ways; about a minute for five."""
    if data is None:
        return Report("LoCoMo", ("",), [], {}, ("needs --data PATH, a file in the format of locomo10.json",))
    vocabulary, thesaurus = Vocabulary(), read_thesaurus()
    talks = read(data, vocabulary)
    scores: dict[str, list[Score]] = {way: [] for way in WAYS}
    async with open_minilm(HOUSE / "connectors" / "minilm") as encoder:
        for talk in talks:
            shelf = Shelf(talk.memories, await embedded(encoder, talk.memories))
            for question in talk.questions:
                asked = ask(question.text, talk.speakers, vocabulary, thesaurus)
                terms = vocabulary.terms(question.text)
                vector, bare = await encoder.embed([asked.text, asked.bare])
                query = Query(terms, vector, ConversationId("now"), talk.memories[-1].occurred_at, asked, bare)
                for way, rows in orders(shelf, query).items():
                    scores[way].append(score(rows, question))
    return _report(scores, sum(talk.unresolved for talk in talks))


def orders(shelf: Shelf, query: Query) -> dict[str, list[int]]:
    """The rows in each way, best first; Rapport leaves out what is below its floor."""
    words = bm25(shelf.lines.counts(tuple(dict.fromkeys(query.terms))), shelf.lines.lengths)
    meaning = products(shelf.vectors, query.vector)
    found = rank(shelf, query, WEIGHTS, limit=DEPTH, without=())
    places = {memory.id: row for row, memory in enumerate(shelf.memories)}
    both = [np.argsort(-values, kind="stable").tolist() for values in (words, meaning)]
    return dict(zip(WAYS, (*both, [places[one.id] for one in found]), strict=True))


def score(rows: Sequence[int], question: Question) -> Score:
    """Recall as the share of the evidence found, and 1 over the first evidence's rank."""
    places = [place for place, row in enumerate(rows) if row in question.evidence]
    at_10, at_20 = (sum(place < cut for place in places) / len(question.evidence) for cut in (10, 20))
    return Score(question.category, at_10, at_20, 1 / (places[0] + 1) if places else 0.0)


def read(data: Path, vocabulary: Vocabulary) -> list[Talk]:
    """The conversations, with the questions of categories 1 to 4."""
    return [_talk(entry, vocabulary) for entry in json.loads(data.read_text(encoding="utf-8"))]


def _talk(entry: dict[str, object], vocabulary: Vocabulary) -> Talk:
    told, asked = entry["conversation"], entry["qa"]
    assert isinstance(told, dict)
    assert isinstance(asked, list)
    memories = tuple(_memories(told, vocabulary))
    rows = {memory.id: row for row, memory in enumerate(memories)}
    questions = []
    for one in (one for one in asked if one["category"] in CATEGORIES):
        named = [name for text in one.get("evidence", []) for name in re.split(r"[;,\s]+", text)]
        evidence = frozenset(rows[name] for name in named if name in rows)
        questions.append(Question(one["question"], one["category"], evidence))
    speakers = {str(told[which]): (str(told[which]).casefold(),) for which in ("speaker_a", "speaker_b")}
    kept = tuple(question for question in questions if question.evidence)
    return Talk(memories, kept, speakers, len(questions) - len(kept))


def _memories(told: dict[str, object], vocabulary: Vocabulary) -> Iterator[Memory]:
    names = [name for name in told if re.fullmatch(r"session_\d+", name)]
    people = (str(told["speaker_a"]), str(told["speaker_b"]))
    for name in sorted(names, key=lambda name: int(name.split("_")[1])):
        at = datetime.strptime(str(told[f"{name}_date_time"]), "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
        turns = told[name]
        assert isinstance(turns, list)
        for position, turn in enumerate(turns):
            shown = turn.get("blip_caption")
            text = f"{turn['text']} [{shown}]" if shown else turn["text"]
            yield Memory(
                turn["dia_id"], "episode", text, vocabulary.terms(text), at, TurnId(turn["dia_id"]), SaidBy.USER,
                ConversationId(name), position, dated=vocabulary.terms(day(at)), speaker=turn["speaker"],
                cues=cues_of(turn["text"], people),
            )  # fmt: skip


def _report(scores: dict[str, list[Score]], unresolved: int) -> Report:
    rows: list[tuple[str, ...]] = []
    figures: dict[str, float] = {}
    for way, found in scores.items():
        for category, name in ((0, "all"), *CATEGORIES.items()):
            among = [one for one in found if category in {0, one.category}]
            if not among:
                continue
            means = [float(np.mean([getattr(one, name) for one in among])) for name in ("at_10", "at_20", "reciprocal")]
            rows.append((way, name, str(len(among)), *(f"{100 * mean:.1f}" for mean in means)))
            prefix = {WAYS[0]: "bm25_", WAYS[1]: "dense_", WAYS[2]: ""}[way] + (f"{name}_" if category else "")
            figures |= {f"{prefix}{key}": mean for key, mean in zip(KEYS, means, strict=True)}
    columns = ("way", "questions", "number", "recall@10", "recall@20", "MRR")
    notes = (f"{unresolved} questions left out, since their evidence names no turn",)
    return Report("LoCoMo, evidence recall without a language model", columns, rows, figures, notes)
