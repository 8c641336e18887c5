# SPDX-License-Identifier: Apache-2.0
"""Labelled answers, and what the validators find in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from guards.conduct import Conduct, Ground
from guards.demands import Claims, Demands

HERE = Path(__file__).parent
FILES = (HERE / "answers.yaml", HERE / "answers_more.yaml", HERE / "answers_fresh.yaml")
LABELS = ("grounding", "promises", "toxicity", "topics", "language")
NAMED: Mapping[str, str] = {"competitors": "topics", "barred_topics": "topics"}
"""Validators that are labelled together."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """An answer, what it is judged against, and the validator that should find something in it, or none."""

    text: str
    ground: Ground
    wrong: str
    fresh: bool
    """Whether it was written after the rules and the classifiers, and nothing was fitted to it."""

    def counts(self, label: str) -> bool:
        """Whether a find of this label would be false; a scene asks in English, and some of its answers are German."""
        return not self.wrong and not (label == "language" and self.ground.sources)


def read_answers(file: Path | None = None) -> tuple[Labelled, ...]:
    """All of a file, or of ours."""
    return tuple(item for one in ([file] if file else FILES) for item in _labelled(one))


def _labelled(file: Path) -> Iterator[Labelled]:
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    for text, ground, wrong in _texts(content):
        yield Labelled(text, ground, wrong, file.stem.endswith("fresh"))


def _texts(content: Any) -> Iterator[tuple[str, Ground, str]]:
    for scene in content["scenes"]:
        sources = {int(number): str(text) for number, text in scene["sources"].items()}
        given = "\n".join([scene["asked"], *sources.values()])
        ground = _ground(given=given, asked=(scene["asked"],), sources=sources, demands=Demands(Claims.SOURCED))
        for wrong in ("good", "grounding", "promises"):
            yield from ((text, ground, "" if wrong == "good" else wrong) for text in scene.get(wrong, ()))
    topics = content["topics"]
    barred = {name: frozenset(words) for name, words in topics["barred"].items()}
    demands = Demands(competitors=frozenset(topics["competitors"]), barred_topics=barred)
    for label, ground in (("toxicity", _ground()), ("topics", _ground(demands=demands))):
        for wrong in ("bad", "good"):
            yield from ((text, ground, label if wrong == "bad" else "") for text in content[label][wrong])
    for wrong in ("bad", "good"):
        for asked, text in content["language"][wrong]:
            yield text, _ground(given=asked, asked=(asked,)), "language" if wrong == "bad" else ""


def _ground(**fields: Any) -> Ground:
    return Ground("canary-0", "You are Rapport.", **fields)


async def found_in(conduct: Conduct, item: Labelled) -> frozenset[str]:
    """The validators that found something in an answer, as a sentence or as a whole."""
    said = await conduct.sentence(item.text, item.ground)
    whole = await conduct.whole(said.text or item.text, item.ground)
    names = (rule.partition(":")[0] for rule in (*said.rules, *whole.rules))
    return frozenset(NAMED.get(name, name) for name in names)
