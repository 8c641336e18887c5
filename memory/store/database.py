# SPDX-License-Identifier: Apache-2.0
"""The memory database: short transactions over one async engine, one writer at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from memory.store.engine import GLANCING, WRITING, answering, checkpoint, make_engine
from memory.store.schema import bring_up_to_date


class Database:
    """Sessions over the tables; rows never leave the house."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._glancing = engine.execution_options(**GLANCING)
        self._writing = engine.execution_options(**WRITING)
        self._turnstile = asyncio.Lock()

    @property
    def embedded(self) -> bool:
        """Whether it is files of this process's own, which `settle` rids of what was deleted."""
        return self._engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A snapshot; whatever is changed in it is lost. Raises StoreUnavailable."""
        with answering(self._engine):
            async with AsyncSession(self._engine, expire_on_commit=False) as session:
                yield session

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncConnection]:
        """For single statements that a turn waits for; each sees what is committed. Raises StoreUnavailable."""
        with answering(self._engine):
            async with self._glancing.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed at the end, rolled back on any error; writers queue for their turn.

        Raises StoreUnavailable, and StaleVersion where a unique key was taken meanwhile.
        """
        async with self._turnstile:
            with answering(self._engine):
                async with AsyncSession(self._writing, expire_on_commit=False) as session, session.begin():
                    yield session

    async def settle(self) -> None:
        """After a deletion: no byte of it is left in SQLite's log. Some milliseconds."""
        async with self._turnstile:
            await checkpoint(self._engine)


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Opens and migrates it; raises StoreNewer or StoreUnavailable, saying how to mend it."""
    engine = make_engine(url, durable=False)
    try:
        await bring_up_to_date(engine)
        yield Database(engine)
    finally:
        await engine.dispose()
