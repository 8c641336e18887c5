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
from memory.index import VectorIndex
from memory.sealed import Keyring
from memory.shelf import Memory, Vectors
from memory.turning import LABEL, Turning

log = logging.getLogger("rapport.memory")

HELD = 64
"""Rotations kept: 0.6 MB each."""


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

    async def query(self, text: str) -> Vectors:
        """The vector of a question."""
        vector: Vectors = (await self._encoder.embed([text]))[0]
        return vector

    async def made(self, memories: Sequence[Memory]) -> Vectors:
        """Embedded anew, 2 to 3 ms each."""
        return await self._encoder.embed([memory.key for memory in memories])

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
        if ids:
            await self._index.drop(ids)

    async def clear(self) -> None:
        """Empties the index; raises StoreUnavailable."""
        await self._index.clear()

    def invalidate(self, scope: Scope) -> None:
        """Forgets the rotation, as where the person's key was destroyed."""
        self._turnings.pop(scope, None)

    async def _turning(self, scope: Scope) -> Turning:
        turning = self._turnings.get(scope)
        if turning is None:
            seed = (await self._keyring.of(scope)).derive(LABEL)
            turning = self._turnings[scope] = await asyncio.to_thread(Turning, seed)
            if len(self._turnings) > HELD:
                self._turnings.popitem(last=False)
        self._turnings.move_to_end(scope)
        return turning
