# SPDX-License-Identifier: Apache-2.0
"""Answers that intrude or manipulate, and harmless ones that look alike, beside a bare list of words.

Our own scenes, cut into halves by a hash before the rules were written; `late` and `last` ones were written after.
"""

import asyncio
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

from benchmarks.table import Report
from connectors.embedding import open_minilm
from guards.conduct import Ground
from guards.declarations import Repair
from guards.lure import read_lure
from guards.prying import Prying
from guards.sentences import sentences
from guards.swaying import Swaying
from guards.talk import Used, talk

HERE = Path(__file__).parent
MINILM = HERE.parent / "connectors" / "minilm"
FINE = "fine"
PARTS = ("check", "late", "last", "fresh", "tune")
"""`check` is what the figures are of; the others stand beside it, with their names before their keys."""
WORDS = {
    "intrusive": r"\b(?:notic|track|watch|record|monitor|your (?:health|religion|depression|divorce)|remember)",
    "manipulation": r"\b(?:hurry|now|only|last chance|miss|don't go|lonely|best|code|offer|nobody|everyone|regret)",
}
"""The baseline: a sentence with one of these goes."""


class Finds(Protocol):
    """A validator of answers, as far as it is measured."""

    def finds(self, text: str, ground: Ground) -> Iterator[tuple[str, Repair]]:
        """The sentences that it takes out, each with its kind."""
        ...


@dataclass(frozen=True, slots=True)
class Labelled:
    """An answer with what is wrong with it."""

    part: str
    kind: str
    """Or "fine"."""
    text: str
    bad: tuple[tuple[int, int], ...]
    """What should not be said, by places of the text."""
    ground: Ground


@dataclass(frozen=True, slots=True)
class Judged:
    """What was made of an answer."""

    of: str
    """The validator."""
    part: str
    kind: str
    hit: bool
    """Whether something was taken out: of what should not be said, or anything where all is fine."""


async def measure(data: Path | None) -> Report:
    """Both validators on both files, or on one that is given; an answer is found where a part of its fault goes."""
    async with open_minilm(MINILM) as encoder:
        ways = await _judge(data, Swaying(read_lure(encoder)))
    rows: list[tuple[str, ...]] = []
    figures: dict[str, float] = {}
    for way, judged in ways.items():
        for part in PARTS:
            some = [one for one in judged if one.part == part]
            prefix = ("" if part == "check" else f"{part}_") + ("" if way == "Rapport" else f"{way}_")
            for name, ones in _groups(some):
                found = scores(ones)
                rows.append((part, way, name or "all", str(len(ones)), *(f"{value:.3f}" for value in found.values())))
                figures |= {f"{prefix}{name}_{key}" if name else f"{prefix}{key}": v for key, v in found.items()}
            kinds = dict.fromkeys(one.kind for one in some if one.kind != FINE)
            figures |= {
                f"{prefix}{kind}_recall": scores(one for one in some if one.kind == kind)["recall"] for kind in kinds
            }
    columns = ("part", "way", "validator", "answers", *scores(()))
    notes = (
        "set and rules are by one hand, which flatters; ADR 78 and 79 say what late and last were at first",
        "English, one in eight German; other languages are not measured",
    )
    return Report("Answers that intrude or manipulate", columns, rows, figures, notes)


def scores(judged: "Iterator[Judged] | Sequence[Judged]") -> dict[str, float]:
    """Precision, recall, F2 and the share of fine answers of which something was taken out."""
    ones = list(judged)
    wrong = [one.hit for one in ones if one.kind == FINE]
    right = [one.hit for one in ones if one.kind != FINE]
    recall = sum(right) / max(len(right), 1)
    precision = sum(right) / max(sum(right) + sum(wrong), 1)
    f2 = 5 * precision * recall / max(4 * precision + recall, 1e-9)
    return {"precision": precision, "recall": recall, "f2": f2, "false_positive_rate": sum(wrong) / max(len(wrong), 1)}


def read(file: Path) -> Iterator[Labelled]:
    """The answers of a file that says itself how it is written."""
    scenes: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    for scene in scenes:
        asked = [scene["asked"]] if isinstance(scene["asked"], str) else scene["asked"]
        ground, part = _ground(scene, asked), _late(scene) or half(asked[-1])
        for answer in scene["answers"]:
            ((kind, marked),) = answer.items()
            text, bad = _unmarked(marked)
            yield Labelled(part, kind, text, bad, ground)


def _late(scene: Mapping[str, Any]) -> str:
    return next((part for part in ("late", "last", "fresh") if scene.get(part)), "")


def half(message: str) -> str:
    """Tune or check, by the message that is answered."""
    return "check" if hashlib.sha256(message.encode()).digest()[0] % 2 else "tune"


def _ground(scene: Mapping[str, Any], asked: Sequence[str]) -> Ground:
    known, passages, before = (scene.get(name, []) for name in ("knows", "passages", "before"))
    memories = [Used(number, what, text, who != "source") for number, (who, what, text) in enumerate(known, start=1)]
    sources = dict(enumerate((*(one.text for one in memories), *passages), start=1))
    given = "\n".join([*sources.values(), *asked, *before])
    told = talk(asked, before, memories, "\n".join(passages))
    return Ground("canary", "system", given=given, talk=told, asked=tuple(asked), sources=sources)


def _unmarked(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    text, bad = "", []
    for place, piece in enumerate(re.split(r"[{}]", marked)):
        if place % 2:
            bad.append((len(text), len(text) + len(piece)))
        text += piece
    return text, tuple(bad)


async def _judge(data: Path | None, swaying: Swaying) -> dict[str, list[Judged]]:
    checks: Mapping[str, Finds] = {"intrusive": Prying(), "manipulation": swaying}
    ways: dict[str, list[Judged]] = {"words": [], "rules": [], "Rapport": []}
    for of, check in checks.items():
        words = re.compile(WORDS[of], re.I)
        for one in await asyncio.to_thread(lambda file: list(read(file)), data or HERE / f"{of}.yaml"):
            ruled = [(start, end) for _, (start, end, _) in check.finds(one.text, one.ground)]
            leaning = await swaying.leanings(one.text, one.ground) if check is swaying and not ruled else []
            cuts = {
                "words": [match.span() for match in sentences(one.text) if words.search(match[0])],
                "rules": ruled,
                "Rapport": [*ruled, *((start, end) for _, (start, end, _) in leaning)],
            }
            for way, spans in cuts.items():
                hit = any(_touch(cut, spot) for cut in spans for spot in one.bad) if one.bad else bool(spans)
                ways[way].append(Judged(of, one.part, one.kind, hit))
    return ways


def _touch(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _groups(judged: Sequence[Judged]) -> Iterator[tuple[str, list[Judged]]]:
    yield "", list(judged)
    for of in dict.fromkeys(one.of for one in judged):
        yield of, [one for one in judged if one.of == of]
