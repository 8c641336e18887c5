# SPDX-License-Identifier: Apache-2.0
"""What to remember now: words, meaning and recency fused into one ranking over facts and episodes.

Scores are fused, not ranks: each signal is stretched to 0..1 within the recall and weighted. Plain
reciprocal-rank fusion does worse than its better arm on LoCoMo (56.1 against 61.2 recall@10).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from memory.ids import ConversationId
from memory.shelf import Memory, Numbers, Shelf, Vectors
from memory.values import Fact, FactKind, Recalled

DAY = 86_400.0
PROFILE = (FactKind.INSTRUCTION, FactKind.IDENTITY, FactKind.PREFERENCE)
"""The kinds that are always in context, the most binding first."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How the signals count; found by hand on LoCoMo's development half and on our own small talk."""

    words: float = 0.40
    beside: float = 0.30
    """Words of the turns before and after."""
    meaning: float = 0.45
    recency: float = 0.05
    own: float = 0.15
    """The person's own words before an assistant's."""
    question: float = -0.20
    half_life_days: float = 30.0
    meaning_floor: float = 0.25
    """A cosine below it recalls nothing, unless the words suffice."""
    words_floor: float = 0.65
    """How much of the query in words suffices without a likeness in meaning; all of it, once, is 1."""
    tail: float = 0.40
    """The share of the best memory's score below which the others are left out."""
    alike: float = 0.80
    """The share of common stems from which on two memories are one."""
    profile_cap: int = 20


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, in the forms that the signals need."""

    terms: tuple[str, ...]
    vector: Vectors
    conversation: ConversationId
    """Its own episodes are left out: they stand in the history already."""
    now: datetime


def rank(shelf: Shelf, query: Query, weights: Weights, *, limit: int, without: Collection[str]) -> tuple[Recalled, ...]:
    """The best memories above the floor, best first, duplicates folded; `without` names ids to leave out."""
    if not shelf.memories or limit < 1:
        return ()
    signals, relevant = measure(shelf, query, weights)
    for row, memory in enumerate(shelf.memories):
        if memory.conversation == query.conversation or memory.id in without:
            relevant[row] = False
    rows = np.flatnonzero(relevant)
    stretched = {name: stretch(values[rows]) for name, values in signals.items()}
    fused = fuse(stretched, weights)
    best = np.argsort(-fused, kind="stable")
    order = rows[best[fused[best] >= weights.tail * fused.max(initial=0.0)]].tolist()
    chosen = fold(shelf.memories, order, query.terms, weights.alike)
    place = {int(row): number for number, row in enumerate(rows)}
    found = []
    for row, _ in zip(chosen, range(limit), strict=False):
        scores = {name: round(float(values[place[row]]), 4) for name, values in stretched.items()}
        found.append(recalled(shelf.memories[row], float(fused[place[row]]), scores))
    return tuple(found)


def measure(shelf: Shelf, query: Query, weights: Weights) -> tuple[dict[str, Numbers], NDArray[np.bool_]]:
    """Every signal for every memory, unstretched, and which memories clear the floor."""
    words, most = shelf.words.scores(query.terms)
    meaning = similarities(shelf.vectors, query.vector)
    signals = {
        "words": words,
        "beside": words[shelf.beside].max(axis=1),
        "meaning": meaning,
        "recency": recency(shelf.times, query.now, weights.half_life_days),
        "own": shelf.own,
        "question": shelf.questions,
    }
    covered = words / most if most else words
    return signals, (meaning >= weights.meaning_floor) | (covered >= weights.words_floor)


def similarities(vectors: Vectors, vector: Vectors) -> Numbers:
    """Cosines of rows of length 1; without BLAS, whose threads stall when all cores are busy."""
    cosines: Numbers = np.einsum("ij,j->i", vectors, vector).astype(np.float64)
    return cosines


def recency(times: Numbers, now: datetime, half_life_days: float) -> Numbers:
    """1 for just now, half of it for each half-life that passed."""
    age = np.maximum(now.timestamp() - times, 0.0) / DAY
    fresh: Numbers = 0.5 ** (age / half_life_days)
    return fresh


def stretch(values: Numbers) -> Numbers:
    """Min-max to 0..1; where all are equal, 1 if they are anything at all."""
    if not len(values):
        return values
    low, high = float(values.min()), float(values.max())
    if high - low < 1e-9:
        return np.full(len(values), float(high > 0))
    return (values - low) / (high - low)


def fuse(signals: Mapping[str, Numbers], weights: Weights) -> Numbers:
    """The weighted sum, as a share of the most that it could be, never below 0."""
    total = sum(max(float(getattr(weights, name)), 0.0) for name in signals)
    summed = sum((getattr(weights, name) * values for name, values in signals.items()), np.zeros(1))
    return np.maximum(summed, 0.0) / total if total else summed


def fold(memories: Sequence[Memory], rows: Sequence[int], asked: tuple[str, ...], alike: float) -> Iterator[int]:
    """Rows in their order, without those that say what a better one said, or that ask the question itself."""
    seen: list[frozenset[str]] = []
    question = frozenset(asked)
    for row in rows:
        stems = frozenset(memories[row].terms)
        again = memories[row].text.rstrip().endswith("?") and overlap(stems, question) >= alike
        if again or any(overlap(stems, other) >= alike for other in seen):
            continue
        seen.append(stems)
        yield row


def overlap(left: frozenset[str], right: frozenset[str]) -> float:
    """Jaccard's index: what both have, as a share of what either has."""
    either = left | right
    return len(left & right) / len(either) if either else 0.0


def profile(facts: Sequence[Fact], cap: int) -> tuple[Fact, ...]:
    """What is always in context: instructions, identity, preferences, newest first in each, up to the cap."""
    kinds = [[fact for fact in facts if fact.kind is kind] for kind in PROFILE]
    return tuple(fact for kind in kinds for fact in kind)[:cap]


def recalled(memory: Memory, score: float, scores: Mapping[str, float]) -> Recalled:
    """A memory as it is handed out."""
    return Recalled(
        id=memory.id,
        kind=memory.kind,
        text=memory.text,
        occurred_at=memory.occurred_at,
        score=round(score, 4),
        scores=scores,
        source_turn=memory.source_turn,
        said_by=memory.said_by,
    )
