# SPDX-License-Identifier: Apache-2.0
"""What SQL let go of and the vector index may still hold: noted with the deletion, cleared out of it after."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import delete, select
from sqlmodel import col

from memory.store.database import Database
from memory.store.tables import StrayVectorRow

AT_ONCE = 10_000


class Drops(Protocol):
    """Lets go of vectors for good."""

    async def drop(self, ids: Sequence[str]) -> None:
        """Removes what is there of them, to the last byte; raises StoreUnavailable."""
        ...


class Strays:
    """A crash leaves them noted, and clearing them twice is as once."""

    def __init__(self, database: Database, index: Drops) -> None:
        self._database = database
        self._index = index

    async def clear(self) -> int:
        """Takes them all out of the index, some 0.3 s and 5 ms each; returns how many. Raises StoreUnavailable."""
        cleared = 0
        while ids := await self.noted():
            await self._index.drop(ids)
            async with self._database.write() as session:
                await session.execute(delete(StrayVectorRow).where(col(StrayVectorRow.id).in_(ids)))
            cleared += len(ids)
        return cleared

    async def noted(self, limit: int = AT_ONCE) -> list[str]:
        """Some of those that are still to be cleared."""
        async with self._database.read() as session:
            return list(await session.scalars(select(col(StrayVectorRow.id)).limit(limit)))
