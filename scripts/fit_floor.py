# SPDX-License-Identifier: Apache-2.0
"""Fits the weights of the floor on the half `tune` of our own messages: `python -m scripts.fit_floor`.

A logistic regression of ten numbers. Each person is judged by weights fitted on the others, at several floors.
"""

import asyncio
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.floor import HOUSE, NEEDS, OURS, Message, messages, read
from connectors.embedding import open_minilm
from memory.ranking.bearing import NAMES, Bearing
from memory.ranking.words import small_talk
from memory.recall import Weights, measured

RIDGE = 0.3
FLOORS = (-1.5, -1.0, -0.7, -0.5, 0.0)
Numbers = NDArray[np.float64]


def fit(rows: Numbers, needed: Numbers) -> Numbers:
    """Newton's method; the ridge holds the bias too."""
    weights = np.zeros(rows.shape[1])
    for _ in range(50):
        likely = 1 / (1 + np.exp(-rows @ weights))
        curve = (rows * (likely * (1 - likely))[:, None]).T @ rows + RIDGE * np.eye(len(weights))
        weights -= np.linalg.solve(curve, rows.T @ (likely - needed) + RIDGE * weights)
    return weights


def row(message: Message) -> Numbers | None:
    """What is measured of a message; None where nothing is above the floors of single memories."""
    asked = message.query.asked
    if asked is None or small_talk(asked.text):
        return None
    found = measured(message.shelf, message.query, Weights())
    return None if found is None else np.array([getattr(found, name) for name in NAMES])


def told(tuned: Sequence[Message], odds: Sequence[float]) -> None:
    """Prints how many recall something at each floor, of those that need it and of those that do not."""
    for among in (False, True):
        for floor in FLOORS:
            passed = [(one.sort, value >= floor) for one, value in zip(tuned, odds, strict=True) if one.among is among]
            needs, rest = ([ok for sort, ok in passed if (sort == NEEDS) is wanted] for wanted in (True, False))
            place = "among others" if among else "alone"
            print(f"{place:13} floor {floor:5}: needed {100 * np.mean(needs):.1f}  needless {100 * np.mean(rest):.1f}")


async def main() -> None:
    """Prints the weights for memory/ranking/bearing.py."""
    async with open_minilm(HOUSE / "connectors" / "minilm") as encoder:
        tuned = [one for one in await messages(await asyncio.to_thread(read, OURS), encoder) if one.half == "tune"]
    rows = [row(one) for one in tuned]
    seen = [place for place, found in enumerate(rows) if found is not None]
    table = np.array([rows[place] for place in seen], np.float64)
    needed = np.array([tuned[place].sort == NEEDS for place in seen], np.float64)
    people = np.array([tuned[place].person for place in seen])
    odds = np.full(len(tuned), -np.inf)
    for person in sorted(set(people)):
        weights = fit(table[people != person], needed[people != person])
        odds[np.array(seen)[people == person]] = table[people == person] @ weights
    told(tuned, odds.tolist())
    print(Bearing(**{name: round(float(value), 2) for name, value in zip(NAMES, fit(table, needed), strict=True)}))


if __name__ == "__main__":
    asyncio.run(main())
