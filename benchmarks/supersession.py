# SPDX-License-Identifier: Apache-2.0
"""Whether the statement that a new one ends is among the first candidates, beside BM25 over the same statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import yaml

from benchmarks.table import Report
from connectors.embedding import MiniLM, open_minilm
from memory.distil import distil
from memory.ids import ConversationId, FactId, TurnId
from memory.notebook import SPEAKERS
from memory.ranking.asking import ask
from memory.ranking.shelf import Memory, Shelf
from memory.ranking.signals import bm25
from memory.ranking.thesaurus import Thesaurus, read_thesaurus
from memory.ranking.words import Vocabulary
from memory.recall import Query
from memory.reconcile import reconcile
from memory.understanding.candidates import Candidate
from memory.understanding.rules import Rules, read_rules
from memory.understanding.succession import contested
from memory.values import Fact, SaidBy

HOUSE = Path(__file__).parent.parent
OURS = HOUSE / "tests" / "memory" / "supersession.yaml"
ONCE, LATER = datetime(2026, 5, 4, 9, 0, tzinfo=UTC), datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
FIRST = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """What somebody said once and says later, and whether that ends it."""

    once: str
    later: str
    ends: bool


@dataclass(frozen=True, slots=True)
class Tools:
    """What reads and ranks."""

    rules: Rules
    vocabulary: Vocabulary
    thesaurus: Thesaurus
    encoder: MiniLM


async def measure(data: Path | None) -> Report:
    """Every person's pairs among what all of them said once, without what fills the same single slot."""
    people = read_people(data or OURS)
    found: dict[str, list[bool]] = {"candidates": [], "bm25": []}
    ended: list[bool] = []
    spared: list[bool] = []
    async with open_minilm(HOUSE / "connectors" / "minilm") as encoder:
        tools = Tools(read_rules(HOUSE / "rules"), Vocabulary(), read_thesaurus(), encoder)
        for pairs in people:
            shelf = await _shelf(_pool(pairs, people, tools), tools)
            for pair in pairs:
                said = distil(pair.later, LATER, tools.rules)
                facts = [memory.fact for memory in shelf.memories if memory.fact and memory.source_turn == pair.once]
                changes = reconcile(said, facts, lambda _: False)
                touched = bool(changes.supersede or changes.close)
                (ended if pair.ends else spared).append(touched)
                if pair.ends:
                    for way, turns in (await _ways(shelf, said, pair, tools)).items():
                        found[way].append(pair.once in turns)
    return _report(found, ended, spared)


def read_people(file: Path) -> list[tuple[Pair, ...]]:
    """The pairs of each person."""
    people = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [tuple(Pair(**pair) for pair in person["pairs"]) for person in people]


def _pool(pairs: Sequence[Pair], people: Sequence[Sequence[Pair]], tools: Tools) -> list[str]:
    taken = {slot for pair in pairs for slot in _single(pair.once, tools)}
    others = [pair.once for other in people if other is not pairs for pair in other]
    return [pair.once for pair in pairs] + [text for text in others if not taken & _single(text, tools)]


def _single(text: str, tools: Tools) -> set[tuple[str, str]]:
    return {(one.subject, one.attribute) for one in distil(text, ONCE, tools.rules) if one.single}


async def _shelf(texts: Sequence[str], tools: Tools) -> Shelf:
    memories = [memory for text in texts for memory in _memories(text, tools)]
    return Shelf(memories, await tools.encoder.embed([memory.key for memory in memories]))


def _memories(text: str, tools: Tools) -> list[Memory]:
    """The turn itself and the facts that the rules read in it; its words are its id."""
    turn, terms = TurnId(text), tools.vocabulary.terms
    facts = [_fact(one, turn) for one in distil(text, ONCE, tools.rules) if one.act == "assert"]
    shown = [Memory(fact.id, "fact", fact.text, terms(fact.text), ONCE, turn, SaidBy.USER, fact=fact) for fact in facts]
    return [Memory(text, "episode", text, terms(text), ONCE, turn, SaidBy.USER, ConversationId(text)), *shown]


def _fact(said: Candidate, turn: TurnId) -> Fact:
    id = FactId(f"{said.attribute} {said.value} {turn}")
    return Fact(
        id, said.text, said.kind, said.category, said.subject, said.attribute, said.value, ONCE, None, ONCE,
        SaidBy.USER, turn, "bench", said.confidence,
    )  # fmt: skip


async def _ways(shelf: Shelf, said: Sequence[Candidate], pair: Pair, tools: Tools) -> dict[str, list[str]]:
    asked = ask(pair.later, SPEAKERS, tools.vocabulary, tools.thesaurus)
    terms = tools.vocabulary.terms(pair.later)
    (vector,) = await tools.encoder.embed([pair.later])
    query = Query(terms, vector, ConversationId("now"), LATER, asked)
    ours = [memory.source_turn for memory in contested(shelf, said, query, limit=FIRST)]
    words = bm25(shelf.lines.counts(tuple(dict.fromkeys(terms))), shelf.lines.lengths)
    ranked = (shelf.memories[row].source_turn for row in np.argsort(-words, kind="stable").tolist() if words[row] > 0)
    return {"candidates": list(ours), "bm25": list(dict.fromkeys(ranked))[:FIRST]}


def _report(found: dict[str, list[bool]], ended: Sequence[bool], spared: Sequence[bool]) -> Report:
    ours, words = _share(found["candidates"]), _share(found["bm25"])
    rows = [
        ("superseded statement among the first 5", f"{100 * ours:.1f}", f"{100 * words:.1f}"),
        ("ended at once by the rules, of those to be ended", f"{100 * _share(ended):.1f}", ""),
        ("ended by the rules, of those that still hold", f"{100 * _share(spared):.1f}", ""),
    ]
    figures = {"top_5": ours, "bm25_top_5": words, "ended": _share(ended), "wrongly_ended": _share(spared)}
    total = len(ended) + len(spared)
    return Report(f"Supersession, {total} pairs of statements", ("%", "slots and hybrid", "BM25"), rows, figures)


def _share(values: Sequence[bool]) -> float:
    return sum(values) / max(1, len(values))
