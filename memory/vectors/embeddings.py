# SPDX-License-Identifier: Apache-2.0
"""A person's vectors: turned with their key on the way into the index, and turned back on the way out."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from memory.errors import StoreUnavailable
from memory.ids import Scope
from memory.ranking.shelf import Memory, Vectors
from memory.store.sealed import Keyring
from memory.vectors.index import VectorIndex
from memory.vectors.turning import LABEL, Turning

log = logging.getLogger("rapport.memory")

HELD = 64
"""Rotations kept: 0.6 MB each."""
TWICE = 64
"""Vectors kept that were just made: what a turn left is put on its person's shelf and into the index."""


class Encoder(Protocol):
    """Texts to vectors; the built-in one is connectors' MiniLM."""

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Rows of length 1, one a text."""
        ...


class Embeddings:
    """Vectors from the index where it has them, from the encoder where not."""

    def __init__(self, index: VectorIndex, encoder: Encoder, keyring: Keyring) -> None:
        self._index = index
        self._encoder = encoder
        self._keyring = keyring
        self._turnings: OrderedDict[Scope, Turning] = OrderedDict()
        self._made: OrderedDict[tuple[str, str], Vectors] = OrderedDict()

    async def query(self, text: str) -> Vectors:
        """The vector of a question."""
        vector: Vectors = (await self._encoder.embed([text]))[0]
        return vector

    async def made(self, memories: Sequence[Memory]) -> Vectors:
        """Embedded, 2 to 3 ms a fact, some 8 ms an episode; what was just made for the other use is handed over."""
        keys = [(memory.id, memory.key) for memory in memories]
        held = {key: self._made.pop(key) for key in keys if key in self._made}
        absent = [(key, memory) for key, memory in zip(keys, memories, strict=True) if key not in held]
        if absent:
            fresh = await embedded(self._encoder, [memory for _, memory in absent])
            new = dict(zip((key for key, _ in absent), fresh, strict=True))
            if len(new) <= TWICE:
                self._made |= new
            while len(self._made) > TWICE:
                self._made.popitem(last=False)
            held |= new
        return np.stack([held[key] for key in keys]) if keys else np.empty((0, 0), np.float32)

    async def of(self, scope: Scope, memories: Sequence[Memory]) -> tuple[Vectors, tuple[str, ...]]:
        """A row each, and the ids that the index ought to have and did not; never fails with the index."""
        wanted = [memory.id for memory in memories if memory.whole]
        try:
            found = await self._index.get(wanted) if wanted else {}
        except StoreUnavailable:
            log.warning("the vector index does not answer; %d memories are embedded anew", len(memories))
            found = {}
        rows: dict[str, Vectors] = {}
        if found:
            turning = await self._turning(scope)
            unturned = await asyncio.to_thread(turning.back, np.stack(list(found.values())))
            rows = dict(zip(found, unturned, strict=True))
        absent = [memory for memory in memories if memory.id not in rows]
        rows.update(zip((memory.id for memory in absent), await self.made(absent), strict=True))
        empty = np.empty((0, 0), np.float32)
        vectors = np.stack([rows[memory.id] for memory in memories]) if memories else empty
        return vectors, tuple(memory.id for memory in absent if memory.whole)

    async def keep(self, scope: Scope, ids: Sequence[str], vectors: Vectors) -> None:
        """Puts rows into the index, turned; raises StoreUnavailable."""
        if ids:
            await self._index.put(ids, (await self._turning(scope)).turn(vectors))

    async def drop(self, ids: Sequence[str]) -> None:
        """Takes them out of the index; raises StoreUnavailable."""
        self._forget(ids)
        if ids:
            await self._index.drop(ids)

    async def clear(self) -> None:
        """Empties the index; raises StoreUnavailable."""
        self._made.clear()
        await self._index.clear()

    def invalidate(self, scope: Scope) -> None:
        """Forgets the rotation, as where the person's key was destroyed, and what was just made of anybody's."""
        self._turnings.pop(scope, None)
        self._made.clear()

    def _forget(self, ids: Sequence[str]) -> None:
        gone = set(ids)
        for key in [key for key in self._made if key[0] in gone]:
            del self._made[key]

    async def _turning(self, scope: Scope) -> Turning:
        turning = self._turnings.get(scope)
        if turning is None:
            seed = (await self._keyring.of(scope)).derive(LABEL)
            turning = self._turnings[scope] = await asyncio.to_thread(Turning, seed)
            if len(self._turnings) > HELD:
                self._turnings.popitem(last=False)
        self._turnings.move_to_end(scope)
        return turning


async def embedded(encoder: Encoder, memories: Sequence[Memory]) -> Vectors:
    """One vector a memory: the mean of its key's, of its text's and of its sentences', the last together as one.

    A question is near to one sentence or to the day, seldom to all that was said: +0.7 recall@10 on LoCoMo.
    """
    aspects = [memory.aspects for memory in memories]
    texts = [text for memory, more in zip(memories, aspects, strict=True) for text in (memory.key, *more)]
    made, start, rows = await encoder.embed(texts), 0, []
    for more in aspects:
        key, text, parts = made[start], made[start + 1 : start + 2], made[start + 2 : start + 1 + len(more)]
        mean = [_unit((parts if len(parts) else text).sum(axis=0))] if more else []
        rows.append(_unit(np.sum([key, *text, *mean], axis=0)) if more else key)
        start += 1 + len(more)
    return np.stack(rows).astype(np.float32) if rows else np.empty((0, 0), np.float32)


def _unit(vector: Vectors) -> Vectors:
    found: Vectors = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return found
