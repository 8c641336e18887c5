# SPDX-License-Identifier: Apache-2.0
"""Keeping the index as SQL has it: what a turn left goes in, what SQL let go of goes out."""

import logging
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Update, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from memory.errors import KeyUnusable, StoreUnavailable
from memory.ids import PersonId, Scope, TenantId, TurnId
from memory.portability.incoming import CHANNEL
from memory.ranking.reading import Ended, episode_memory, episode_rows, fact_memory, fact_rows, visible
from memory.ranking.shelf import Memory
from memory.ranking.words import Vocabulary
from memory.store.database import Database
from memory.store.facts import fact_of
from memory.store.sealed import Keyring, PersonKey
from memory.store.tables import EpisodeRow, FactRow, TurnRow, owned_by
from memory.vectors.embeddings import Embeddings
from memory.vectors.strays import Strays

log = logging.getLogger("rapport.memory")

BATCH = 200


class Indexing:
    """Idempotent in all it does, and after each writing it looks whether SQL still has what it wrote."""

    def __init__(self, database: Database, keyring: Keyring, embeddings: Embeddings) -> None:
        self._database = database
        self._keyring = keyring
        self._embeddings = embeddings
        self._strays = Strays(database, embeddings)
        self._vocabulary = Vocabulary()

    async def keep_turn(self, scope: Scope, turn: TurnId) -> None:
        """The facts and episodes of one turn; marks it indexed. Raises StoreUnavailable."""
        async with self._database.read() as session:
            facts = await fact_rows(session, scope, _current() & (col(FactRow.source_turn) == turn))
            episodes = await episode_rows(session, scope, col(EpisodeRow.turn) == turn)
        done = update(TurnRow).where(owned_by(scope, TurnRow), col(TurnRow.id) == turn).values(indexed=True)
        # none of a person who was erased meanwhile, and who has no key
        memories = self._memories(await self._keyring.of(scope), facts, episodes) if facts or episodes else []
        await self._put(scope, memories, done)

    async def keep_imported(self, scope: Scope) -> None:
        """What an import left and recall can look at, newest first; the rest stays in SQL. 3 ms a memory."""
        key = await self._keyring.of(scope)
        async with self._database.read() as session:
            allowed = (await visible(session, scope)).versions
            waiting = await _waiting(session, scope)
        ids = [id for id in waiting if id in allowed]
        for start in range(0, len(ids), BATCH):
            some = ids[start : start + BATCH]
            async with self._database.read() as session:
                facts = await fact_rows(session, scope, _current() & col(FactRow.id).in_(some))
                episodes = await episode_rows(session, scope, col(EpisodeRow.id).in_(some))
            await self._put(scope, self._memories(key, facts, episodes))
        done = update(TurnRow).where(owned_by(scope, TurnRow), col(TurnRow.channel) == CHANNEL).values(indexed=True)
        async with self._database.write() as session:
            await session.execute(done)

    async def importers(self) -> tuple[Scope, ...]:
        """Whose imported conversations are not in the index yet."""
        waiting = (col(TurnRow.channel) == CHANNEL) & col(TurnRow.indexed).is_(False)
        pairs = select(col(TurnRow.tenant), col(TurnRow.person)).where(waiting).distinct()
        async with self._database.read() as session:
            found = (await session.execute(pairs)).all()
        return tuple(Scope(TenantId(tenant), PersonId(person)) for tenant, person in found)

    async def keep(self, scope: Scope, ids: Sequence[str]) -> None:
        """A few facts; where the index does not answer it is left for later."""
        key = await self._keyring.of(scope)
        async with self._database.read() as session:
            facts = await fact_rows(session, scope, _current() & col(FactRow.id).in_(ids))
        try:
            await self._put(scope, self._memories(key, facts, ()))
        except StoreUnavailable:
            log.warning("the vector index does not answer; it is filled again later")

    async def drop_strays(self) -> None:
        """Takes out of the index, and out of its files, what SQL deleted; what fails stays noted for the next time."""
        try:
            await self._strays.clear()
        except StoreUnavailable:
            log.warning("the vector index does not answer; what was deleted is taken out of it later")

    async def rebuild(self) -> int:
        """Empties the index and fills it from SQL, person by person; returns how many it holds."""
        await self._embeddings.clear()
        held = 0
        for scope in await self._everybody():
            try:
                held += await self._fill(scope)
            except KeyUnusable:
                log.warning("a person's memories do not open and are left out of the index")
        await self.drop_strays()
        return held

    async def _fill(self, scope: Scope) -> int:
        key = await self._keyring.of(scope)
        async with self._database.read() as session:
            facts = await fact_rows(session, scope, _current())
            episodes = await episode_rows(session, scope, col(EpisodeRow.id).is_not(None))
        memories = self._memories(key, facts, episodes)
        for start in range(0, len(memories), BATCH):
            await self._put(scope, memories[start : start + BATCH])
        done = update(TurnRow).where(owned_by(scope, TurnRow), col(TurnRow.id).in_({row.turn for row in episodes}))
        async with self._database.write() as session:
            await session.execute(done.values(indexed=True))
        return len(memories)

    async def _everybody(self) -> list[Scope]:
        found: set[Scope] = set()
        async with self._database.read() as session:
            for table in (FactRow, EpisodeRow):
                pairs = await session.execute(select(col(table.tenant), col(table.person)).distinct())
                found |= {Scope(TenantId(tenant), PersonId(person)) for tenant, person in pairs}
        return sorted(found, key=lambda scope: (scope.tenant, scope.person))

    def _memories(self, key: PersonKey, facts: Sequence[FactRow], episodes: Sequence[EpisodeRow]) -> list[Memory]:
        told = (episode_memory(row, key, Ended(), self._vocabulary) for row in episodes)
        held = [fact_memory(fact_of(row, key), self._vocabulary) for row in facts]
        return [*held, *(memory for memory in told if memory is not None)]

    async def _put(self, scope: Scope, memories: Sequence[Memory], done: Update | None = None) -> None:
        """Into the index; what else is `done` with it is written with the marks."""
        ids = [memory.id for memory in memories]
        if ids:
            await self._embeddings.keep(scope, ids, await self._embeddings.made(memories))
        async with self._database.write() as session:
            there = await _marked(session, scope, ids) if ids else set()
            if done is not None:
                await session.execute(done)
        await self._embeddings.drop([id for id in ids if id not in there])


async def _waiting(session: AsyncSession, scope: Scope) -> list[str]:
    facts = select(col(FactRow.id)).where(owned_by(scope, FactRow), col(FactRow.indexed).is_(False))
    told = select(col(EpisodeRow.id)).where(owned_by(scope, EpisodeRow), col(EpisodeRow.indexed).is_(False))
    newest = told.order_by(col(EpisodeRow.occurred_at).desc())
    return [*(await session.scalars(facts)), *(await session.scalars(newest))]


def _current() -> ColumnElement[bool]:
    return col(FactRow.superseded_at).is_(None)


async def _marked(session: AsyncSession, scope: Scope, ids: Sequence[str]) -> set[str]:
    """Marks rows as indexed; returns those that are still there."""
    there: set[str] = set()
    for table in (FactRow, EpisodeRow):
        mark = update(table).where(owned_by(scope, table), col(table.id).in_(ids)).values(indexed=True)
        there |= set(await session.scalars(mark.returning(col(table.id))))
    return there
