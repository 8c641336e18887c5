# SPDX-License-Identifier: Apache-2.0
"""Which known facts a new statement may end: those of its slot, those its slot unsettles, then those most like it."""

from collections.abc import Iterator, Sequence

import numpy as np

from memory.ranking.shelf import Memory, Shelf
from memory.ranking.signals import products
from memory.recall import Query, Weights, weigh
from memory.understanding.candidates import Candidate, normalised
from memory.understanding.contradiction import Stated, at_odds


def contested(
    shelf: Shelf, said: Sequence[Candidate], query: Query, *, limit: int = 5, weights: Weights | None = None
) -> tuple[Memory, ...]:
    """The memories that a statement may end, the likeliest first, one a turn; some 2 ms over 10,000.

    `said` is what the rules read in the statement, perhaps nothing; `query` is the statement itself.
    """
    _, fused, _ = weigh(shelf, query, products(shelf.vectors, query.vector), weights or Weights(recency=0.0))
    order = np.argsort(-fused, kind="stable").tolist()
    ranked = [shelf.memories[row] for row in order]
    close = {memory.id for memory in ranked[: 2 * limit]}
    by_slot = [one for one in ranked if one.fact and any(_same_slot(one.fact, new) for new in said)]
    open_now = [one for one in ranked if one.fact and one.id in close and any(at_odds(one.fact, new) for new in said)]
    return tuple(_one_a_turn([*by_slot[: limit - 2], *open_now[:1], *ranked], limit))


def _one_a_turn(memories: Sequence[Memory], limit: int) -> Iterator[Memory]:
    seen: set[str] = set()
    for memory in memories:
        if memory.source_turn not in seen and len(seen) < limit:
            seen.add(memory.source_turn)
            yield memory


def _same_slot(known: Stated, new: Candidate) -> bool:
    slots = {new.attribute, *new.rivals}
    if new.attribute == "" and new.replaces:
        return set(normalised(new.replaces).split()) <= set(normalised(known.value).split())
    return known.subject == new.subject and known.attribute in slots
