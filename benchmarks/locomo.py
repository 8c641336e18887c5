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
from memory.asking import Asked, ask
from memory.embeddings import Encoder
from memory.fusion import fuse
from memory.lines import Line, Lines, Numbers, Vectors, led_keys
from memory.signals import bm25, products, signals
from memory.thesaurus import Thesaurus, read_thesaurus
from memory.weights import RECIPE
from memory.words import Vocabulary

HOUSE = Path(__file__).parent.parent
CATEGORIES = {1: "multi_hop", 2: "temporal", 3: "open_domain", 4: "single_hop"}
KEYS = ("recall_at_10", "recall_at_20", "mrr")
WAYS = ("BM25, raw text", "MiniLM, dated key", "Rapport")


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the rows of the lines that answer it."""

    text: str
    category: int
    evidence: frozenset[int]


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation of two people over many sessions."""

    lines: tuple[Line, ...]
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
    """Ranks every turn of a conversation for each of its questions, in three ways; about two minutes for five."""
    if data is None:
        return Report("LoCoMo", ("",), [], {}, ("needs --data PATH, a file in the format of locomo10.json",))
    talks, vocabulary = read(data, Vocabulary()), Vocabulary()
    thesaurus = read_thesaurus(HOUSE / "memory" / "thesaurus.npz")
    scores: dict[str, list[Score]] = {way: [] for way in WAYS}
    async with open_minilm(HOUSE / "connectors" / "minilm") as encoder:
        for talk in talks:
            lines = await lay_out(talk.lines, encoder)
            for question in talk.questions:
                asked = ask(question.text, talk.speakers, vocabulary)
                vector, bare = await encoder.embed([asked.text, asked.bare])
                ranked = ranks(lines, asked, vector, bare, thesaurus, vocabulary)
                for way, values in ranked.items():
                    scores[way].append(score(values, question))
    return _report(scores, sum(talk.unresolved for talk in talks))


def ranks(
    lines: Lines, asked: Asked, vector: Vectors, bare: Vectors, thesaurus: Thesaurus, vocabulary: Vocabulary
) -> dict[str, Numbers]:
    """A value a line in each way."""
    plain = tuple(dict.fromkeys(vocabulary.terms(asked.text)))
    found = signals(lines, asked, vector, bare, thesaurus, vocabulary)
    values = (bm25(lines.counts(plain), lines.lengths), products(lines.vectors, vector), fuse(found, RECIPE.of(asked)))
    return dict(zip(WAYS, values, strict=True))


async def lay_out(lines: Sequence[Line], encoder: Encoder) -> Lines:
    """Embeds the lines, the lines with those before them, and their sentences."""
    parts = [(row, part) for row, line in enumerate(lines) for part in line.sentences]
    return Lines(
        lines,
        await encoder.embed([line.key for line in lines]),
        await encoder.embed(led_keys(lines)),
        await encoder.embed([part for _, part in parts]),
        np.array([row for row, _ in parts], np.int64),
    )


def score(values: Numbers, question: Question) -> Score:
    """Recall as the share of the evidence found, and 1 over the first evidence's rank."""
    order = np.argsort(-values, kind="stable")
    places = sorted(int(np.flatnonzero(order == row)[0]) for row in question.evidence)
    at_10, at_20 = (sum(place < cut for place in places) / len(places) for cut in (10, 20))
    return Score(question.category, at_10, at_20, 1 / (places[0] + 1))


def read(data: Path, vocabulary: Vocabulary) -> list[Talk]:
    """The conversations, with the questions of categories 1 to 4."""
    return [_talk(entry, vocabulary) for entry in json.loads(data.read_text(encoding="utf-8"))]


def _talk(entry: dict[str, object], vocabulary: Vocabulary) -> Talk:
    told, asked = entry["conversation"], entry["qa"]
    assert isinstance(told, dict)
    assert isinstance(asked, list)
    turns = list(_turns(told, vocabulary))
    rows = {name: row for row, (name, _) in enumerate(turns)}
    questions = []
    for one in (one for one in asked if one["category"] in CATEGORIES):
        named = [name for text in one.get("evidence", []) for name in re.split(r"[;,\s]+", text)]
        evidence = frozenset(rows[name] for name in named if name in rows)
        questions.append(Question(one["question"], one["category"], evidence))
    speakers = {str(told[which]): (str(told[which]).casefold(),) for which in ("speaker_a", "speaker_b")}
    kept = tuple(question for question in questions if question.evidence)
    return Talk(tuple(line for _, line in turns), kept, speakers, len(questions) - len(kept))


def _turns(told: dict[str, object], vocabulary: Vocabulary) -> Iterator[tuple[str, Line]]:
    names = [name for name in told if re.fullmatch(r"session_\d+", name)]
    for name in sorted(names, key=lambda name: int(name.split("_")[1])):
        at = datetime.strptime(str(told[f"{name}_date_time"]), "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
        turns = told[name]
        assert isinstance(turns, list)
        for position, turn in enumerate(turns):
            text, shown = turn["text"], turn.get("blip_caption", "")
            terms, session = vocabulary.terms(f"{text} {shown}"), int(name.split("_")[1])
            yield turn["dia_id"], Line(text, terms, turn["speaker"], at, session, position, shown)


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
