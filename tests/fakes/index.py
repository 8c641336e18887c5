# SPDX-License-Identifier: Apache-2.0
"""An index in a dictionary, and one that does not answer."""

from collections.abc import Mapping, Sequence

from memory.errors import StoreUnavailable
from memory.vectors.turning import Vectors


class DictIndex:
    """Exact, and gone with the process."""

    embedded = True

    def __init__(self) -> None:
        self.rows: dict[str, Vectors] = {}

    async def put(self, ids: Sequence[str], vectors: Vectors) -> None:
        self.rows.update(zip(ids, vectors, strict=True))

    async def get(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        return {key: self.rows[key] for key in ids if key in self.rows}

    async def drop(self, ids: Sequence[str]) -> None:
        self.rows = {key: row for key, row in self.rows.items() if key not in set(ids)}

    async def clear(self) -> None:
        self.rows = {}

    async def nearest(self, vector: Vectors, limit: int) -> Sequence[tuple[str, float]]:
        found = [(key, float(row @ vector)) for key, row in self.rows.items()]
        return sorted(found, key=lambda pair: -pair[1])[:limit]


class DeadIndex(DictIndex):
    """Down."""

    async def get(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        raise StoreUnavailable("down")

    async def put(self, ids: Sequence[str], vectors: Vectors) -> None:
        raise StoreUnavailable("down")
