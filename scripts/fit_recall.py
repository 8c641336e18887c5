# SPDX-License-Identifier: Apache-2.0
"""Fits the weights of recall on conversations in LoCoMo's format: `python -m scripts.fit_recall DATA [--write]`.

Only scalar weights are learned, no text. Each conversation is judged by weights fitted on the others.
"""

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.locomo import CATEGORIES, HOUSE, Score, Talk, read, score
from connectors.embedding import open_minilm
from memory.ranking.asking import ask
from memory.ranking.fusion import NAMES
from memory.ranking.lines import Lines
from memory.ranking.shelf import Shelf
from memory.ranking.signals import matrix, products, signals
from memory.ranking.thesaurus import read_thesaurus
from memory.ranking.words import Vocabulary
from memory.vectors.embeddings import Encoder, embedded

Matrix = NDArray[np.float32]
SORTS = ("lists", "times", "likely")
SORTED = (
    "beside", "around", "session", "answers", "meaning_beside", "meaning_around", "meaning", "kindred_beside",
    "speaker", "early",
)  # fmt: skip
"""The signals that may count otherwise for a sort of question; the others count alike for all."""
RIDGE = 1e-3
STEPS = 120
RATE = 0.15


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation's questions, measured."""

    talk: Talk
    lines: Lines
    found: Matrix
    """(questions, lines, signals and signals by sort)."""
    wanted: Matrix
    """(questions, lines): the evidence, adding up to 1."""


async def case(talk: Talk, encoder: Encoder) -> Case:
    """Every signal for every question of one conversation."""
    vocabulary, thesaurus, found = Vocabulary(), read_thesaurus(), []
    shelf = Shelf(talk.memories, await embedded(encoder, talk.memories))
    wanted = np.zeros((len(talk.questions), len(talk.memories)), np.float32)
    columns = [NAMES.index(name) for name in SORTED]
    for number, question in enumerate(talk.questions):
        asked = ask(question.text, talk.speakers, vocabulary, thesaurus)
        vector, bare = await encoder.embed([asked.text, asked.bare])
        named, unnamed = products(shelf.vectors, vector), products(shelf.vectors, bare)
        plain = matrix(signals(shelf.lines, asked, named, unnamed), NAMES)
        sorts = [plain[:, columns] * getattr(asked, sort) for sort in SORTS]
        found.append(np.concatenate([plain, *sorts], axis=1).astype(np.float32))
        wanted[number, list(question.evidence)] = 1 / len(question.evidence)
    return Case(talk, shelf.lines, np.stack(found), wanted)


def fit(cases: Sequence[Case], ridge: float = RIDGE) -> Matrix:
    """The weights under which a softmax over a conversation's lines gives its evidence the most; by Adam."""
    weights = np.zeros(cases[0].found.shape[-1])
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    total = sum(len(one.found) for one in cases)
    for step in range(1, STEPS + 1):
        slope = ridge * weights + sum(_slope(one, weights.astype(np.float32)) for one in cases) / total
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope * slope
        rate = RATE * (1 - 0.9 * step / STEPS)
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return weights.astype(np.float32)


def _slope(one: Case, weights: Matrix) -> Matrix:
    values = one.found @ weights
    likely = np.exp(values - values.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    count = one.found.shape[-1]
    slope: Matrix = (likely - one.wanted).reshape(-1) @ one.found.reshape(-1, count)
    return slope


def judge(one: Case, weights: Matrix) -> list[Score]:
    """The scores of one conversation under weights from elsewhere."""
    pairs = zip(one.found @ weights, one.talk.questions, strict=True)
    return [score(np.argsort(-values, kind="stable").tolist(), question) for values, question in pairs]


def told(scores: Sequence[Score]) -> str:
    """Recall@10, recall@20 and MRR, then recall@10 and @20 by category."""
    every = np.array([[one.category, one.at_10, one.at_20, one.reciprocal] for one in scores])
    text = "R@10 {:.1f}  R@20 {:.1f}  MRR {:.1f}".format(*(100 * every[:, 1:].mean(axis=0)))
    for category, name in CATEGORIES.items():
        means = 100 * every[every[:, 0] == category, 1:3].mean(axis=0)
        text += f"  {name} {means[0]:.1f}/{means[1]:.1f}"
    return text


def written(weights: Matrix) -> str:
    """The module memory/ranking/weights.py."""
    names = [("plain", NAMES), *((sort, SORTED) for sort in SORTS)]
    start, parts = 0, []
    for sort, called in names:
        values = weights[start : start + len(called)]
        start += len(called)
        inner = "".join(f"        {name}={value:.2f},\n" for name, value in zip(called, values, strict=True))
        parts.append(f"    {sort}=Weights(\n{inner}    ),\n")
    return (
        "# SPDX-License-Identifier: Apache-2.0\n"
        '"""The recipe\'s numbers, as scripts/fit_recall.py found them on the development half of LoCoMo."""\n\n'
        "from memory.ranking.fusion import Recipe, Weights\n\nRECIPE = Recipe(\n" + "".join(parts) + ")\n"
    )


async def main() -> None:
    """Prints how each conversation does under the others' weights; with --write, keeps the weights of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    async with open_minilm(HOUSE / "connectors" / "minilm") as encoder:
        cases = [await case(talk, encoder) for talk in read(given.data, Vocabulary())]
    left_out = [judge(one, fit([other for other in cases if other is not one])) for one in cases]
    print("each by the others' weights:", told([found for scores in left_out for found in scores]))
    weights = fit(cases)
    print("fitted on all of it:        ", told([found for one in cases for found in judge(one, weights)]))
    if given.write:
        (HOUSE / "memory" / "weights.py").write_text(written(weights), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
