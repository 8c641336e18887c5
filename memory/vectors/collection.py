# SPDX-License-Identifier: Apache-2.0
"""What is asked of a collection of Chroma's, be it in this process or on a server."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Protocol

import numpy as np

from memory.vectors.turning import Vectors

BATCH = 1000
"""As many ids as Chroma takes at once."""


class Call(Protocol):
    """Asks the collection; raises StoreUnavailable where it does not answer."""

    async def __call__(self, verb: str, **arguments: object) -> Any:
        """What the collection's method of this name returns."""


async def upsert(call: Call, ids: Sequence[str], vectors: Vectors) -> None:
    """Adds or replaces in batches."""
    rows = dict(zip(ids, vectors, strict=True))
    for part in batches(rows):
        await call("upsert", ids=part, embeddings=np.stack([rows[id] for id in part]))


async def fetch(call: Call, ids: Sequence[str]) -> Mapping[str, Vectors]:
    """The vectors that are there, by id."""
    found: dict[str, Vectors] = {}
    for part in batches(ids):
        rows = await call("get", ids=part, include=["embeddings"])
        found.update(zip(rows["ids"], np.asarray(rows["embeddings"], np.float32), strict=True))
    return found


async def closest(call: Call, vector: Vectors, limit: int) -> Sequence[tuple[str, float]]:
    """Ids with their cosine similarity, best first, by Chroma's approximate search over everything there."""
    rows = await call("query", query_embeddings=vector[None], n_results=limit, include=["distances"])
    return [(key, 1.0 - far) for key, far in zip(rows["ids"][0], rows["distances"][0], strict=True)]


def batches(ids: Iterable[str], size: int = BATCH) -> Iterator[list[str]]:
    """Each id once, in their order, so many at a time."""
    left = iter(dict.fromkeys(ids))
    while part := list(islice(left, size)):
        yield part
