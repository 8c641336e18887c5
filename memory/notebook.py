# SPDX-License-Identifier: Apache-2.0
"""The one face of what is remembered: recall, correct, forget."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col

from memory.asking import ask
from memory.correction import corrected
from memory.database import Database
from memory.embeddings import Embeddings, Encoder
from memory.errors import NotFound, StoreUnavailable
from memory.facts import add_fact, current_facts, end_fact, fact_of, statement_digest
from memory.forgetting import forget_fact
from memory.hot import Hot
from memory.ids import ConversationId, FactId, Scope, TurnId
from memory.index import VectorIndex
from memory.indexing import Indexing
from memory.reading import clip, episode_rows, fact_rows
from memory.recall import Query, Weights, profile, rank
from memory.rules import Rules
from memory.sealed import Keyring
from memory.shelf import Shelf
from memory.tables import EpisodeRow, FactRow, TombstoneRow, owned_by
from memory.thesaurus import read_thesaurus
from memory.values import Fact, Learned, Recollection, SaidBy
from memory.words import Vocabulary, small_talk

log = logging.getLogger("rapport.memory")

SPEAKERS = {SaidBy.USER.value: ("i", "i've", "i'm", "i'd", "my", "mine", "me", "we", "our")}
"""The words by which a person means themselves; "you" means nobody: people say it to be polite."""


class Notebook:
    """What is remembered of people; every method touches the one person of its scope alone."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        index: VectorIndex,
        encoder: Encoder,
        rules: Rules,
        weights: Weights | None = None,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._rules = rules
        self._weights = weights or Weights()
        self._vocabulary = Vocabulary()
        self._thesaurus = read_thesaurus()
        self._embeddings = Embeddings(index, encoder, keyring)
        self._hot = Hot(database, keyring, self._embeddings)
        self._indexing = Indexing(database, keyring, self._embeddings)

    async def recall(
        self, scope: Scope, query: str, *, conversation: ConversationId, now: datetime, limit: int
    ) -> Recollection:
        """The profile, and up to `limit` memories that bear on the query, best first.

        Small talk recalls the profile alone. Episodes of the same conversation are left out, and so is what
        stands in the profile. Some 5 ms when the person is hot. Raises StoreUnavailable.
        """
        if small_talk(query):
            return Recollection(self._profile(await self._hot.of(scope)))
        shelf, vector = await asyncio.gather(self._hot.of(scope), self._embeddings.query(query))
        known = self._profile(shelf)
        taken_apart = ask(query, SPEAKERS, self._vocabulary, self._thesaurus)
        asked = Query(self._vocabulary.terms(query), vector, conversation, now, taken_apart)
        without = {fact.id for fact in known}
        return Recollection(known, rank(shelf, asked, self._weights, limit=limit, without=without))

    async def facts(self, scope: Scope) -> tuple[Fact, ...]:
        """What holds now, hidden ones too, newest first."""
        key = await self._keyring.of(scope)
        async with self._database.read() as session:
            return await current_facts(session, scope, key)

    async def correct(self, scope: Scope, fact: FactId, text: str, now: datetime) -> Fact:
        """The fact that takes its place; the old one becomes history. Raises NotFound, StaleVersion."""
        key = await self._keyring.of(scope)
        mine = owned_by(scope, FactRow) & (col(FactRow.id) == fact) & col(FactRow.superseded_at).is_(None)
        async with self._database.write() as session:
            rows = await fact_rows(session, scope, mine)
            if not rows:
                raise NotFound("There is no such memory.")
            old = fact_of(rows[0], key)
            new = corrected(old, text, now, self._rules)
            await add_fact(session, scope, key, new)
            await end_fact(session, scope, old.id, version=old.version, ended=now, now=now, successor=new.id)
            said = col(TombstoneRow.digest) == statement_digest(key, new)
            await session.execute(delete(TombstoneRow).where(owned_by(scope, TombstoneRow), said))
        await self._refresh(scope)
        await self._indexing.keep(scope, [new.id])
        return new

    async def forget(self, scope: Scope, fact: FactId, now: datetime) -> None:
        """Gone with its older versions, its sentence and the answers given from it. Raises NotFound."""
        key = await self._keyring.of(scope)
        self._hot.invalidate(scope)
        async with self._database.write() as session:
            await forget_fact(session, scope, key, fact, now)
        self._hot.invalidate(scope)
        with suppress(StoreUnavailable):  # it is committed; the bytes go with the next checkpoint
            await self._database.settle()
        await self._indexing.drop_strays()

    async def texts(self, scope: Scope, ids: Sequence[str]) -> dict[str, str]:
        """The texts of the person's own facts and episodes as they are recalled; forgotten ones are left out."""
        key = await self._keyring.of(scope)
        async with self._database.read() as session:
            facts = await fact_rows(session, scope, col(FactRow.id).in_(ids))
            episodes = await episode_rows(session, scope, col(EpisodeRow.id).in_(ids))
        found = {row.id: fact_of(row, key).text for row in facts}
        found |= {row.id: clip(key.unseal(row.text, f"episode:{row.id}")) for row in episodes}
        shown = {memory.id: memory.text for memory in (await self._hot.of(scope)).memories}
        return {id: shown.get(id, text) for id, text in found.items()}

    async def learned(self, scope: Scope, learned: Learned) -> None:
        """After a turn was closed: makes the person's memories true in memory; never raises for it.

        The next recall would do so itself; this only takes the work off the next turn's first word.
        """
        if learned.forgotten:
            self._hot.invalidate(scope)
            await self._indexing.drop_strays()
        elif learned != Learned():
            await self._refresh(scope)

    async def index_turn(self, scope: Scope, turn: TurnId) -> None:
        """Puts what a turn left into the index, and takes out what was let go of; twice is as once.

        Raises StoreUnavailable: the turn then stays marked as not indexed.
        """
        await self._indexing.keep_turn(scope, turn)
        await self._indexing.drop_strays()

    async def reindex(self) -> int:
        """Rebuilds the index from SQL and returns how many memories it holds; recall is as before.

        Some 3 ms a memory; recall goes on meanwhile. Raises StoreUnavailable.
        """
        self._hot.clear()
        return await self._indexing.rebuild()

    def invalidate(self, scope: Scope) -> None:
        """Drops everything about the person from memory, as after their key was destroyed."""
        self._hot.invalidate(scope)
        self._embeddings.invalidate(scope)

    def _profile(self, shelf: Shelf) -> tuple[Fact, ...]:
        return profile(shelf.facts, self._weights.profile_cap)

    async def _refresh(self, scope: Scope) -> None:
        if self._hot.holds(scope):
            try:
                await self._hot.of(scope)
            except StoreUnavailable:
                self._hot.invalidate(scope)
