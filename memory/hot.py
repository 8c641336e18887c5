# SPDX-License-Identifier: Apache-2.0
"""The memories of the people who are talking just now, opened and in memory: recall waits for no disk.

Each use asks SQL for a fingerprint first, so whatever changed, in any process, is seen by the next recall.
"""

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from memory.database import Database
from memory.embeddings import Embeddings
from memory.errors import StoreUnavailable
from memory.facts import fact_of
from memory.ids import Scope
from memory.reading import (
    Ended,
    Mark,
    Visible,
    among,
    ended,
    episode_memory,
    episode_rows,
    fact_memory,
    fact_rows,
    mark,
    visible,
)
from memory.sealed import Keyring, PersonKey
from memory.shelf import Memory, Shelf, Vectors
from memory.tables import EpisodeRow, FactRow
from memory.words import Vocabulary

log = logging.getLogger("rapport.memory")

CAPACITY = 40_000
"""Memories held over all people, some 100 MB; the person who was silent longest goes first."""
TRIES = 3


@dataclass(frozen=True, slots=True)
class Held:
    """One person's shelf and the state of SQL that it shows."""

    mark: Mark
    seen: Visible
    """Also what was looked at and left aside as not worth recalling."""
    shelf: Shelf


class Hot:
    """Shelves by person, loaded once at a time each."""

    def __init__(self, database: Database, keyring: Keyring, embeddings: Embeddings, capacity: int = CAPACITY) -> None:
        self._database = database
        self._keyring = keyring
        self._embeddings = embeddings
        self._capacity = capacity
        self._vocabulary = Vocabulary()
        self._held: OrderedDict[Scope, Held] = OrderedDict()
        self._loading: dict[Scope, asyncio.Task[None]] = {}

    async def of(self, scope: Scope) -> Shelf:
        """The person's memories as SQL has them now; a caller who gives up does not stop the loading.

        Under 2 ms when hot; cold, some 150 ms a thousand. Raises StoreUnavailable where SQL does not answer.
        """
        for _ in range(TRIES):
            async with self._database.glance() as connection:
                now = await mark(connection, scope)
            held = self._held.get(scope)
            if held is not None and held.mark == now:
                self._held.move_to_end(scope)
                return held.shelf
            await self._load(scope)
        return self._held[scope].shelf if scope in self._held else Shelf((), np.empty((0, 384), np.float32))

    def holds(self, scope: Scope) -> bool:
        """Whether the person is among those who are talking just now."""
        return scope in self._held

    def invalidate(self, scope: Scope) -> None:
        """Drops the person's memories from memory; the next use reads them again."""
        self._held.pop(scope, None)

    def clear(self) -> None:
        """Drops everybody's."""
        self._held.clear()

    async def _load(self, scope: Scope) -> None:
        task = self._loading.get(scope)
        if task is None:
            task = self._loading[scope] = asyncio.ensure_future(self._refresh(scope))
            task.add_done_callback(lambda done: self._loaded(scope, done))
        await asyncio.shield(task)

    def _loaded(self, scope: Scope, task: "asyncio.Task[None]") -> None:
        self._loading.pop(scope, None)
        if not task.cancelled() and task.exception():
            log.warning("a person's memories could not be loaded: %s", type(task.exception()).__name__)

    async def _refresh(self, scope: Scope) -> None:
        """Reads what is new since the last time, or all of it where something ended meanwhile."""
        key = await self._keyring.of(scope)
        async with self._database.read() as session:
            now, allowed = await mark(session, scope), await visible(session, scope)
            held = self._held.get(scope)
            before = held.seen.versions if held and held.seen.ended == allowed.ended else {}
            new = {id for id, version in allowed.versions.items() if before.get(id) != version}
            past = await ended(session, scope, key) if allowed.ended and new else Ended()
            facts = await fact_rows(session, scope, among(FactRow.id, new)) if new else ()
            episodes = await episode_rows(session, scope, among(EpisodeRow.id, new)) if new else ()
        wanted = [row for row in facts if row.id in new], [row for row in episodes if row.id in new]
        memories = await asyncio.to_thread(self._opened, *wanted, key, past)
        if held is None or not before:
            shelf = await self._built(scope, memories, held.shelf if held else None)
        else:
            shelf = held.shelf
            vectors, _ = await self._embeddings.of(scope, memories)
            shelf.remove({id for id, version in before.items() if allowed.versions.get(id) != version})
            if memories:
                shelf.add(memories, vectors)
        self._hold(scope, Held(now, allowed, shelf))

    def _opened(self, facts: list[FactRow], episodes: list[EpisodeRow], key: PersonKey, past: Ended) -> list[Memory]:
        found = [fact_memory(fact_of(row, key), self._vocabulary) for row in facts]
        told = (episode_memory(row, key, past, self._vocabulary) for row in episodes)
        return [*found, *(memory for memory in told if memory is not None)]

    async def _built(self, scope: Scope, memories: list[Memory], before: Shelf | None) -> Shelf:
        known = _vectors(before) if before else {}
        fresh = [memory for memory in memories if memory.id + memory.key not in known]
        made, absent = await self._embeddings.of(scope, fresh)
        await self._heal(scope, absent, fresh, made)
        rows = known | {memory.id + memory.key: row for memory, row in zip(fresh, made, strict=True)}
        stacked = [rows[memory.id + memory.key] for memory in memories]
        return await asyncio.to_thread(Shelf, memories, np.stack(stacked) if stacked else np.empty((0, 384), "f4"))

    async def _heal(self, scope: Scope, absent: tuple[str, ...], fresh: list[Memory], made: Vectors) -> None:
        """Gives the index what it ought to have had, so that a lost one comes back person by person."""
        rows = {memory.id: row for memory, row in zip(fresh, made, strict=True)}
        try:
            if absent:
                await self._embeddings.keep(scope, absent, np.stack([rows[id] for id in absent]))
                await self._still_there(scope, absent)
        except StoreUnavailable:
            log.warning("the vector index does not answer; it is filled again later")

    async def _still_there(self, scope: Scope, ids: tuple[str, ...]) -> None:
        async with self._database.read() as session:
            allowed = (await visible(session, scope)).versions
        await self._embeddings.drop([id for id in ids if id not in allowed])

    def _hold(self, scope: Scope, held: Held) -> None:
        self._held[scope] = held
        self._held.move_to_end(scope)
        while len(self._held) > 1 and sum(len(one.seen.versions) for one in self._held.values()) > self._capacity:
            self._held.popitem(last=False)


def _vectors(shelf: Shelf) -> dict[str, Vectors]:
    return {memory.id + memory.key: row for memory, row in zip(shelf.memories, shelf.vectors, strict=True)}
