# SPDX-License-Identifier: Apache-2.0
"""What to remember now: words, meaning and recency fused into one ranking over facts and episodes.

Scores are fused, not ranks: each signal is stretched to 0..1 within the recall and weighted. Plain
reciprocal-rank fusion does worse than its better arm on LoCoMo (56.1 against 61.2 recall@10).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from memory.ids import ConversationId
from memory.ranking.asking import Asked, plainly
from memory.ranking.bearing import BEARING, Bearing, bearing, weighed
from memory.ranking.fusion import Recipe, fuse
from memory.ranking.lines import Rows
from memory.ranking.shelf import Memory, Numbers, Shelf, Vectors
from memory.ranking.signals import LIKENESS, nearness, products
from memory.ranking.signals import signals as measure
from memory.ranking.weights import RECIPE
from memory.values import Fact, FactKind, Recalled

DAY = 86_400.0
FEW = 3
"""So many of the best memories say whether the message bears on any."""
LEADING = 200
"""Of so many the first are chosen, unless too many of them say the same."""
TWICE_NOT = -0.5
"""How useful a memory is of which the person said twice more often that it did not help."""
PROFILE = (FactKind.INSTRUCTION, FactKind.IDENTITY, FactKind.PREFERENCE)
"""The kinds that are always in context, the most binding first."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What is added to the recipe for an assistant's memory, and where the floor is; found on our own small talk."""

    recipe: Recipe = RECIPE
    recency: float = 0.5
    own: float = 1.0
    """The person's own words before an assistant's, unless the question names who said it."""
    useful: float = 0.6
    """What the person said of memories orders those that bear on a message; it lets none in and keeps none out."""
    half_life_days: float = 30.0
    meaning_floor: float = 0.25
    """A cosine below it recalls nothing, unless the words suffice."""
    words_floor: float = 0.65
    """How much of the query in words suffices without a likeness in meaning; all of it, once, is 1."""
    reach: int = 2
    """How many turns on either side of one that clears the floor meet a lower one: answers say little alone."""
    beside_floor: float = 0.12
    tail: float = 0.50
    """The share of the best memory's score, and four fifths of it of its likeness, that the others must reach."""
    alike: float = 0.80
    """The share of common stems from which on two memories are one."""
    bearing: Bearing = BEARING
    bearing_floor: float = -0.6
    """The log-odds that a message needs what is remembered, below which nothing is recalled."""
    profile_cap: int = 20


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, in the forms that the signals need."""

    terms: tuple[str, ...]
    vector: Vectors
    conversation: ConversationId
    """Its own episodes are left out: they stand in the history already."""
    now: datetime
    asked: Asked | None = None
    """The question taken apart; without it only its stems and its vector speak."""
    bare: Vectors | None = None
    """The vector of the question without speakers' names, where it has any."""


def rank(shelf: Shelf, query: Query, weights: Weights, *, limit: int, without: Collection[str]) -> tuple[Recalled, ...]:
    """The best memories above the floor, best first, duplicates folded; `without` names ids to leave out."""
    if not shelf.memories or limit < 1:
        return ()
    meaning = products(shelf.vectors, query.vector)
    relevant, recounted = clears_floor(shelf, query, meaning, weights), recounts(shelf, query)
    relevant = recounted if recounted.any() else relevant
    relevant[shelf.within(query.conversation)] = False
    relevant[shelf.rows(without)] = False
    signals, fused, alike, most = _weighed(shelf, query, meaning, weights)
    rows = np.flatnonzero(relevant)
    best = leading(rows, fused[rows], LEADING)
    told = len(best) > 0 and bool(recounted[best[0]])
    if not len(best) or (query.asked and not told and not _bears(shelf, query, best[:FEW], meaning, weights)):
        return ()
    liked = fused
    if shelf.useful.any():
        liked = fused + weights.useful / most * shelf.useful
        signals = signals | {"useful": shelf.useful}
        best = leading(rows, liked[rows], LEADING)
    folded = list(islice(fold(shelf.memories, best.tolist(), query.terms, weights.alike), limit))
    if len(folded) < limit and len(best) < len(rows):  # so much is said twice that it takes all of them
        best = leading(rows, liked[rows], len(rows))
        folded = list(islice(fold(shelf.memories, best.tolist(), query.terms, weights.alike), limit))
    least, barely = (
        weights.tail * part * values[folded].max(initial=0.0) for values, part in ((fused, 1.0), (alike, 0.8))
    )
    chosen = [row for row in folded if fused[row] >= least and (alike[row] >= barely or recounted[row])]
    scores = np.round([values[chosen] for values in signals.values()], 4).T.tolist()
    return tuple(
        recalled(shelf.memories[row], min(max(float(liked[row]), 0.0), 1.0), dict(zip(signals, values, strict=True)))
        for row, values in zip(chosen, scores, strict=True)
    )


def leading(rows: Rows, values: Numbers, count: int) -> Rows:
    """The rows of at least so many of the highest values, best first, the earlier row first among equals."""
    if count < len(rows):
        high = values >= np.partition(values, len(values) - count)[len(values) - count]
        rows, values = rows[high], values[high]
    return rows[np.argsort(-values, kind="stable")]


def weigh(
    shelf: Shelf, query: Query, meaning: Numbers, weights: Weights
) -> tuple[dict[str, Numbers], Numbers, Numbers]:
    """Every signal, their sum as a share of what is best in everything would have, and the sum without cues.

    Cues say which of the memories that are alike comes first; they make none alike. What the person said of
    memories has no part in it.
    """
    signals, fused, alike, _ = _weighed(shelf, query, meaning, weights)
    return signals, fused, alike


def _weighed(
    shelf: Shelf, query: Query, meaning: Numbers, weights: Weights
) -> tuple[dict[str, Numbers], Numbers, Numbers, float]:
    """As `weigh`, and what is best in everything would have."""
    asked = query.asked or plainly(query.terms)
    plain = meaning if query.bare is None else products(shelf.vectors, query.bare)
    found = measure(shelf.lines, asked, meaning, plain)
    ours = {"recency": recency(shelf.times, query.now, weights.half_life_days), "own": shelf.own}
    shares, own = weights.recipe.of(asked), 0.0 if asked.speaker else weights.own
    value = fuse(found, shares) + weights.recency * ours["recency"] + own * ours["own"]
    best = weights.recency + own + sum(max(shares[name], 0.0) * float(values.max()) for name, values in found.items())
    most = max(best, 1e-9)
    alike = sum((shares[name] * found[name] for name in LIKENESS), np.zeros(1))
    return found | ours, np.clip(value / most, 0.0, 1.0), np.maximum(alike, 0.0), most


def clears_floor(shelf: Shelf, query: Query, meaning: Numbers, weights: Weights) -> NDArray[np.bool_]:
    """Which memories bear on the query at all, in meaning or in words, or stand beside one that does."""
    words, most = shelf.words.scores(query.terms)
    covered = words / most if most else words
    clear = (meaning >= weights.meaning_floor) | (covered >= weights.words_floor)
    near = shelf.lines.places.around(clear.astype(np.float64), weights.reach) > 0.5
    relevant: NDArray[np.bool_] = clear | (near & (meaning >= weights.beside_floor))
    return relevant


def recounts(shelf: Shelf, query: Query) -> NDArray[np.bool_]:
    """What a question for whatever there was in days counted from now asks for: all that was said then."""
    if query.asked is None or not query.asked.recounts:
        return np.zeros(len(shelf.memories), np.bool_)
    then: NDArray[np.bool_] = nearness(shelf.lines, query.asked) > 0.99
    return then


def measured(shelf: Shelf, query: Query, weights: Weights) -> Bearing | None:
    """How a message bears on the best memories above the floors of their own; None where there are none."""
    meaning = products(shelf.vectors, query.vector)
    rows = np.flatnonzero(clears_floor(shelf, query, meaning, weights))
    _, fused, _ = weigh(shelf, query, meaning, weights)
    best = leading(rows, fused[rows], FEW)[:FEW]
    return _bearing(shelf, query, best, meaning) if len(rows) else None


def _bears(shelf: Shelf, query: Query, best: Rows, meaning: Numbers, weights: Weights) -> bool:
    """The whole message does, or of several sentences those that name nobody: a name unheard of is not all it has."""
    found = _bearing(shelf, query, best, meaning)
    if weighed(found, weights.bearing) < weights.bearing_floor and found.strangers and query.asked and query.asked.rest:
        found = bearing(shelf.lines, query.asked.rest, best, found.likeness)
    return weighed(found, weights.bearing) >= weights.bearing_floor


def _bearing(shelf: Shelf, query: Query, best: Rows, meaning: Numbers) -> Bearing:
    asked = query.asked or plainly(query.terms)
    return bearing(shelf.lines, asked, best, float(meaning[best].max()))


def recency(times: Numbers, now: datetime, half_life_days: float) -> Numbers:
    """1 for just now, half of it for each half-life that passed."""
    age = np.maximum(now.timestamp() - times, 0.0) / DAY
    fresh: Numbers = 0.5 ** (age / half_life_days)
    return fresh


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


def profile(facts: Sequence[Fact], cap: int, judged: Mapping[str, float] | None = None) -> tuple[Fact, ...]:
    """What is always in context: instructions, identity, preferences, newest first in each, up to the cap.

    What the person said twice did not help stands last in its kind; beyond the cap it is recalled like the rest.
    """
    said = judged or {}
    ordered = sorted(facts, key=lambda fact: said.get(fact.id, 0.0) <= TWICE_NOT) if said else facts
    kinds = [[fact for fact in ordered if fact.kind is kind] for kind in PROFILE]
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
