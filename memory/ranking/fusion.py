# SPDX-License-Identifier: Apache-2.0
"""How the signals count: one weighted sum, with other weights for questions that ask for a list, a time or a guess."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from memory.ranking.asking import Asked
from memory.ranking.lines import Numbers


@dataclass(frozen=True, slots=True)
class Weights:
    """A weight a signal; the names are those of `signals.signals`."""

    words: float = 0.0
    beside: float = 0.0
    around: float = 0.0
    session: float = 0.0
    answers: float = 0.0
    followed: float = 0.0
    meaning: float = 0.0
    meaning_beside: float = 0.0
    meaning_around: float = 0.0
    answers_meaning: float = 0.0
    kindred: float = 0.0
    kindred_beside: float = 0.0
    speaker: float = 0.0
    date: float = 0.0
    only_asks: float = 0.0
    asks: float = 0.0
    early: float = 0.0
    timed: float = 0.0
    named: float = 0.0
    timed_for_when: float = 0.0
    named_for_who: float = 0.0
    counted_for_how_many: float = 0.0
    old_for_first: float = 0.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """The weights for any question, and what is added to them for three sorts of it."""

    plain: Weights
    lists: Weights
    times: Weights
    likely: Weights

    def of(self, asked: Asked) -> dict[str, float]:
        """The weights for one question."""
        sorts = [(self.lists, asked.lists), (self.times, asked.times), (self.likely, asked.likely)]
        chosen = [self.plain, *(weights for weights, holds in sorts if holds)]
        return {name: sum(getattr(weights, name) for weights in chosen) for name in NAMES}


NAMES = tuple(field.name for field in fields(Weights))


def fuse(found: Mapping[str, Numbers], weights: Mapping[str, float]) -> Numbers:
    """The weighted sum of signals; differences are log-odds of being what was asked for."""
    total: Numbers = sum((weights[name] * found[name] for name in NAMES), np.zeros(1))
    return total
