# SPDX-License-Identifier: Apache-2.0
"""The memories of the people who are talking just now, opened and in memory: recall waits for no disk.

Each use asks SQL for a fingerprint first, so whatever changed, in any process, is seen by the next recall.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from memory.errors import StoreUnavailable
from memory.feedback import usefulness
from memory.ids import Scope
from memory.ranking.reading import (
    MOST_EPISODES,
    Ended,
    Mark,
    Past,
    Visible,
    among,
    episode_memory,
    episode_rows,
    fact_memory,
    fact_rows,
    mark,
    mentioning,
    past,
    visible,
)
from memory.ranking.shelf import Memory, Shelf, Vectors
from memory.ranking.words import Vocabulary
from memory.store.database import Database
from memory.store.facts import fact_of
from memory.store.sealed import Keyring, PersonKey
from memory.store.tables import EpisodeRow, FactRow
from memory.vectors.embeddings import Embeddings

log = logging.getLogger("rapport.memory")

CAPACITY = 40_000
"""Memories held over all people, some 100 MB; the person who was silent longest goes first."""
TRIES = 3
SPARE = MOST_EPISODES // 10
"""Episodes that come on top of the newest so many, before the oldest are let go of."""
NOBODY = np.empty((0, 384), np.float32)


@dataclass(frozen=True, slots=True)
class Held:
    """One person's shelf and the state of SQL that it shows."""

    mark: Mark
    seen: Visible
    """Also what was looked at and left aside as not worth recalling."""
    past: Past
    ended: Ended
    spare: int
    """How many more episodes it may take in."""
    shelf: Shelf


@dataclass(frozen=True, slots=True)
class Found:
    """What was read from SQL in one look."""

    mark: Mark
    seen: Visible
    past: Past
    facts: Sequence[FactRow] = ()
    episodes: Sequence[EpisodeRow] = ()
    told: frozenset[str] = field(default_factory=frozenset)
    """What this process wrote itself: the index need not be asked for it."""
    useful: Mapping[str, float] | None = None
    """What the person said of memories by their ids; None where it is as before."""


class Hot:
    """Shelves by person, loaded once at a time each."""

    def __init__(self, database: Database, keyring: Keyring, embeddings: Embeddings, capacity: int = CAPACITY) -> None:
        self._database = database
        self._keyring = keyring
        self._embeddings = embeddings
        self._capacity = capacity
        self._vocabulary = Vocabulary()
        self._held: OrderedDict[Scope, Held] = OrderedDict()
        self._told: dict[Scope, set[str]] = {}
        self._loading: dict[Scope, asyncio.Task[None]] = {}

    async def of(self, scope: Scope) -> Shelf:
        """The person's memories as SQL has them now; a caller who gives up does not stop the loading.

        Some 1 ms when hot; cold, some 150 ms a thousand. Raises StoreUnavailable where SQL does not answer.
        """
        for _ in range(TRIES):
            async with self._database.glance() as connection:
                now = await mark(connection, scope)
            held = self._held.get(scope)
            if held is not None and held.mark == now:
                self._held.move_to_end(scope)
                return held.shelf
            await self._load(scope)
        return self._held[scope].shelf if scope in self._held else Shelf((), NOBODY)

    def holds(self, scope: Scope) -> bool:
        """Whether the person is among those who are talking just now."""
        return scope in self._held

    def tell(self, scope: Scope, ids: Iterable[str]) -> None:
        """Names facts and episodes that were just written: where nothing else was, only they are read next time."""
        if scope in self._held:
            self._told.setdefault(scope, set()).update(ids)

    def invalidate(self, scope: Scope) -> None:
        """Drops the person's memories from memory; the next use reads them again."""
        self._held.pop(scope, None)
        self._told.pop(scope, None)

    def clear(self) -> None:
        """Drops everybody's."""
        self._held.clear()
        self._told.clear()

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
        """Reads what is new since the last time, and what is to be told otherwise because of it."""
        key, held = await self._keyring.of(scope), self._held.get(scope)
        found = await self._read(scope, key, held)
        if held and held.seen.versions:
            self._hold(scope, await self._grown(scope, key, held, found))
        else:
            self._hold(scope, await self._afresh(scope, key, found))

    async def _read(self, scope: Scope, key: PersonKey, held: Held | None) -> Found:
        told = frozenset(self._told.pop(scope, ()))
        async with self._database.read() as session:
            now = await mark(session, scope)
            if held and replace(now, added=now.added - len(told)) == held.mark and len(told) < held.spare:
                facts = await fact_rows(session, scope, among(FactRow.id, told))
                episodes = await episode_rows(session, scope, among(EpisodeRow.id, told))
                written = {row.id: row.version for row in facts} | {row.id: 0 for row in episodes}
                seen = Visible(held.seen.versions | written, held.seen.ended)
                return Found(now, seen, held.past, facts, episodes, told)
            seen = await visible(session, scope)
            if held and held.mark.changed == now.changed:
                return Found(now, seen, held.past)
            useful = await usefulness(session, scope)
            return Found(now, seen, await past(session, scope, key, seen.ended), useful=useful)

    async def _grown(self, scope: Scope, key: PersonKey, held: Held, found: Found) -> Held:
        """The shelf that is held, brought up to date."""
        before, now, shelf = held.seen.versions, found.seen.versions, held.shelf
        if not found.told:
            found = await self._rows(scope, found, {id for id, version in now.items() if before.get(id) != version})
        gone = {id for id, version in before.items() if now.get(id) != version} if not found.told else set()
        facts = [fact_memory(fact_of(row, key), self._vocabulary) for row in found.facts]
        holding = {fact.value for fact in shelf.facts if fact.id not in gone}
        ended = found.past.beside(holding | {one.fact.value for one in facts if one.fact})
        again = await asyncio.to_thread(mentioning, shelf.memories, held.ended, ended) & now.keys()
        if held.ended.lets_go_of(ended):  # what was left aside may be recalled again
            again |= now.keys() - shelf.ids() - {one.id for one in facts}
        if again:
            found = await self._rows(scope, found, again | {row.id for row in found.episodes})
        episodes = await asyncio.to_thread(self._episodes, found.episodes, key, ended)
        memories = [*facts, *episodes]
        vectors = await self._vectors(scope, memories, found.told)
        shelf.remove(gone | again)
        if memories:
            shelf.add(memories, vectors)
        if found.useful is not None:
            shelf.prefer(found.useful)
        return Held(found.mark, found.seen, found.past, ended, held.spare - len(found.told), shelf)

    async def _afresh(self, scope: Scope, key: PersonKey, found: Found) -> Held:
        """A new shelf, in an order that does not depend on the database's."""
        found = await self._rows(scope, found, found.seen.versions)
        facts, ended, episodes = await asyncio.to_thread(self._opened, found, key)
        memories = [*facts, *episodes]
        vectors, absent = await self._embeddings.of(scope, memories)
        await self._heal(scope, absent, memories, vectors)
        shelf = await asyncio.to_thread(Shelf, memories, vectors if memories else NOBODY)
        shelf.prefer(found.useful or {})
        return Held(found.mark, found.seen, found.past, ended, SPARE, shelf)

    async def _rows(self, scope: Scope, found: Found, ids: Collection[str]) -> Found:
        if not ids:
            return found
        async with self._database.read() as session:
            facts = await fact_rows(session, scope, among(FactRow.id, ids))
            episodes = await episode_rows(session, scope, among(EpisodeRow.id, ids))
        return replace(
            found,
            facts=[row for row in facts if found.seen.versions.get(row.id) == row.version and row.id in ids],
            episodes=[row for row in episodes if row.id in ids],
        )

    def _opened(self, found: Found, key: PersonKey) -> tuple[list[Memory], Ended, list[Memory]]:
        facts = [fact_memory(fact_of(row, key), self._vocabulary) for row in found.facts]
        facts.sort(key=lambda one: (one.occurred_at, one.id))
        ended = found.past.beside({one.fact.value for one in facts if one.fact})
        return facts, ended, self._episodes(found.episodes, key, ended)

    def _episodes(self, rows: Sequence[EpisodeRow], key: PersonKey, ended: Ended) -> list[Memory]:
        """Conversation by conversation, as they were said: so that neighbours stand together."""
        began: dict[str, float] = {}
        for row in rows:
            at = row.occurred_at.timestamp()
            began[row.conversation] = min(at, began.get(row.conversation, at))
        told = sorted(rows, key=lambda row: (began[row.conversation], row.conversation, row.position, row.id))
        opened = (episode_memory(row, key, ended, self._vocabulary) for row in told)
        return [memory for memory in opened if memory is not None]

    async def _vectors(self, scope: Scope, memories: list[Memory], told: Collection[str]) -> Vectors:
        if told:
            return await self._embeddings.made(memories)
        return (await self._embeddings.of(scope, memories))[0]

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
