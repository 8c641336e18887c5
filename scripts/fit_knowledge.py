# SPDX-License-Identifier: Apache-2.0
"""Fits the weights of memory/documents/matching.py to tasks with the documents that they take.

    python -m scripts.fit_knowledge FOLDER

A listwise softmax over all documents with a ridge, none below 0: eight numbers, nothing else is fitted. Prints what
to expect of tasks that were not seen, from folds that were left out, every seventh task and seven runs of neighbours.
"""

import asyncio
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.knowledge import HOUSE, Bank, read, score
from connectors.embedding import open_minilm
from memory.documents.corpus import Numbers
from memory.documents.matching import SIGNALS, need, signals
from memory.documents.needs import sentences, spans
from memory.knowledge import Knowledge
from memory.ranking.words import Vocabulary

RIDGE = 0.02
STEPS = 400
FOLDS = 7


def fit(found: Sequence[Numbers], needed: Sequence[frozenset[int]]) -> Numbers:
    """The weights, by Adam."""
    weights = np.ones(len(SIGNALS))
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        slope = RIDGE * weights
        for columns, rows in zip(found, needed, strict=True):
            total = columns @ weights
            share = np.exp(total - total.max())
            share /= share.sum()
            share[list(rows)] -= 1 / len(rows)
            slope += columns.T @ share / len(found)
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights -= 0.1 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        weights = np.maximum(weights, 0.0)
    return weights


def unseen(found: Sequence[Numbers], needed: Sequence[frozenset[int]], folds: Iterable[Sequence[int]]) -> Numbers:
    """Recall@10, @20 and MRR of tasks by weights that were fitted without them."""
    scores = np.zeros((len(found), 3))
    for left_out in folds:
        rest = [row for row in range(len(found)) if row not in set(left_out)]
        weights = fit([found[row] for row in rest], [needed[row] for row in rest])
        for row in left_out:
            scores[row] = score(np.argsort(-(found[row] @ weights), kind="stable").tolist(), needed[row])
    means: Numbers = scores.mean(axis=0)
    return means


async def look(bank: Bank) -> list[Numbers]:
    """The signals of every document for every task."""
    vocabulary, found = Vocabulary(), []
    async with open_minilm(HOUSE / "connectors" / "minilm") as encoder:
        corpus = await Knowledge(bank.articles, encoder, None).corpus(internal=True)
        for task in bank.tasks:
            asked = sentences(task.query)
            needed = need(vocabulary, asked, await encoder.embed(spans(asked)))
            values = signals(corpus, needed)
            found.append(np.stack([values[name] for name in SIGNALS], axis=1))
    return found


def main() -> None:
    """Prints the weights and what they reach."""
    bank = read(Path(sys.argv[1]))
    found, needed = asyncio.run(look(bank)), [task.needed for task in bank.tasks]
    rows = np.arange(len(found))
    for name, folds in (
        ("every seventh left out", [rows[start::FOLDS].tolist() for start in range(FOLDS)]),
        ("runs of neighbours left out", [part.tolist() for part in np.array_split(rows, FOLDS)]),
    ):
        print(name, unseen(found, needed, folds).round(3))
    weights = fit(found, needed)
    seen = [
        score(np.argsort(-(columns @ weights), kind="stable").tolist(), rows)
        for columns, rows in zip(found, needed, strict=True)
    ]
    print("all", np.mean(seen, axis=0).round(3))
    print(dict(zip(SIGNALS, weights.round(2).tolist(), strict=True)))


if __name__ == "__main__":
    main()
