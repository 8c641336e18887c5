# SPDX-License-Identifier: Apache-2.0
"""What is left of an old conversation for recall: what was learned from, what is central, nothing twice; pure."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from memory.erasure.excision import SENTENCE, Span
from memory.ranking.words import Vocabulary, small_talk
from memory.recall import overlap
from memory.values import Role

OWN, ANSWERED = 8, 2
"""Sentences that are kept of one message and of one answer, where they say more."""
OWN_BESIDE_SUMMARY = 3
TWICE = 0.8
"""The share of common stems from which on a sentence says what an earlier one said."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a turn."""

    id: str
    turn: str
    role: str
    text: str


@dataclass(frozen=True, slots=True)
class _Sentence:
    side: str
    start: int
    end: int
    terms: frozenset[str]
    central: float


def thinned(
    sides: Sequence[Side], evidence: Mapping[str, Collection[Span]], summarized: bool, vocabulary: Vocabulary
) -> dict[str, str]:
    """What each side says afterwards, empty where nothing is left; a conversation at a time, in its order.

    A message that something was learned from stays as it is up to the last such sentence, so that its spans hold.
    Beside a summary answers go as a whole, and less of the messages stays.
    """
    kept_until = {
        side.id: max((end for _, end in evidence.get(side.turn, ())), default=0) if side.role == Role.USER else 0
        for side in sides
    }
    sentences = _sentences(sides, kept_until, vocabulary)
    limits = {Role.USER.value: OWN_BESIDE_SUMMARY if summarized else OWN, Role.ASSISTANT.value: ANSWERED}
    if summarized:
        limits[Role.ASSISTANT.value] = 0
    chosen = _chosen(sides, sentences, limits)
    left: dict[str, str] = {}
    for side in sides:
        tail = "".join(side.text[one.start : one.end] for one in chosen.get(side.id, ()))
        left[side.id] = (side.text[: kept_until[side.id]] + tail).rstrip() if kept_until[side.id] else tail.strip()
    return left


def _sentences(sides: Sequence[Side], kept: Mapping[str, int], vocabulary: Vocabulary) -> list[_Sentence]:
    found: list[tuple[Side, int, int, tuple[str, ...]]] = []
    for side in sides:
        for match in SENTENCE.finditer(side.text, kept[side.id]):
            terms = vocabulary.terms(match[0])
            asks = match[0].rstrip().endswith("?")
            if terms and not asks and not small_talk(match[0]):
                found.append((side, match.start(), match.end(), terms))
    weights = _weights([terms for *_, terms in found])
    return [
        _Sentence(side.id, start, end, frozenset(terms), sum(weights[term] for term in set(terms)) / len(terms) ** 0.5)
        for side, start, end, terms in found
    ]


def _weights(documents: Sequence[Sequence[str]]) -> dict[str, float]:
    """What a term adds to a sentence's place in the conversation: how much of it is about that, by tf-idf."""
    spread = Counter(term for terms in documents for term in set(terms))
    total = Counter(term for terms in documents for term in terms)
    return {term: total[term] * math.log(1 + len(documents) / count) / len(documents) for term, count in spread.items()}


def _chosen(
    sides: Sequence[Side], sentences: Iterable[_Sentence], limits: Mapping[str, int]
) -> dict[str, list[_Sentence]]:
    """The sentences that stay, in their order, by side; what the person said counts before what was answered."""
    roles = {side.id: side.role for side in sides}
    by_side: dict[str, list[_Sentence]] = {}
    said: list[frozenset[str]] = []
    for one in sorted(sentences, key=lambda one: roles[one.side] != Role.USER):
        if any(overlap(one.terms, other) >= TWICE for other in said):
            continue
        said.append(one.terms)
        by_side.setdefault(one.side, []).append(one)
    for side, found in by_side.items():
        best = sorted(found, key=lambda one: -one.central)[: limits.get(roles[side], ANSWERED)]
        by_side[side] = sorted(best, key=lambda one: one.start)
    return by_side
