# SPDX-License-Identifier: Apache-2.0
"""The one face of what is remembered: recall, view, search, correct, hide, forget, export, import."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import suppress
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from memory.erasure.forgetting import forget_fact
from memory.errors import NotFound, StaleVersion, StoreUnavailable
from memory.feedback import judge, judged
from memory.ids import ConversationId, FactId, Scope, TurnId
from memory.portability.exporting import Exporting
from memory.portability.importing import Importing
from memory.portability.incoming import Tally
from memory.provenance import Known, fits, placed, versions
from memory.ranking.asking import ask
from memory.ranking.hot import Hot
from memory.ranking.reading import clip, episode_rows, fact_rows
from memory.ranking.shelf import Shelf
from memory.ranking.surroundings import surrounded
from memory.ranking.thesaurus import read_thesaurus
from memory.ranking.words import Vocabulary, small_talk
from memory.recall import Query, Weights, profile, rank
from memory.store.database import Database
from memory.store.facts import add_fact, change_fact, current_facts, end_fact, fact_of, statement_digest
from memory.store.sealed import Keyring
from memory.store.tables import EpisodeRow, FactRow, TombstoneRow, owned_by
from memory.understanding.correction import corrected
from memory.understanding.rules import Rules
from memory.values import Fact, Learned, Recollection, SaidBy
from memory.vectors.embeddings import Embeddings, Encoder
from memory.vectors.index import VectorIndex
from memory.vectors.indexing import Indexing

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
        self._exporting = Exporting(database, keyring)
        self._importing = Importing(database, keyring, rules)

    async def recall(
        self, scope: Scope, query: str, *, conversation: ConversationId, now: datetime, limit: int
    ) -> Recollection:
        """The profile, and up to `limit` memories that bear on the query, best first.

        Small talk recalls the profile alone. Episodes of the same conversation are left out, and so is what
        stands in the profile. Beside them comes what helps to understand them, as `surroundings` says. Some 5 ms
        when the person is hot. Raises StoreUnavailable.
        """
        if small_talk(query):
            return Recollection(self._profile(await self._hot.of(scope)))
        shelf, vector = await asyncio.gather(self._hot.of(scope), self._embeddings.query(query))
        known = self._profile(shelf)
        taken_apart = ask(query, SPEAKERS, self._vocabulary, self._thesaurus, now)
        asked = Query(self._vocabulary.terms(query), vector, conversation, now, taken_apart)
        without = {fact.id for fact in known}
        found = Recollection(known, rank(shelf, asked, self._weights, limit=limit, without=without))
        return surrounded(shelf, found, self._rules)

    async def facts(self, scope: Scope) -> tuple[Fact, ...]:
        """What holds now, hidden ones too, newest first."""
        key = await self._keyring.of(scope)
        async with self._database.read() as session:
            return await current_facts(session, scope, key)

    async def look(self, scope: Scope) -> tuple[Known, ...]:
        """What `facts` has, each with the conversation that it was learned in; some 30 ms a thousand."""
        key = await self._keyring.of(scope)
        async with self._database.read() as session:
            return await placed(session, scope, key, await current_facts(session, scope, key))

    async def search(self, scope: Scope, sought: str, categories: Collection[str] = ()) -> tuple[Known, ...]:
        """Of what `look` shows, what is of these categories or says the words, in any form or half written.

        The facts of somebody who is talking just now are read from memory.
        """
        key = await self._keyring.of(scope)
        hot = (await self._hot.of(scope)).facts if self._hot.holds(scope) else None
        async with self._database.read() as session:
            if hot is None:
                facts = await current_facts(session, scope, key)
            else:
                hidden = await fact_rows(session, scope, col(FactRow.hidden) & col(FactRow.superseded_at).is_(None))
                facts = (*hot, *(fact_of(row, key) for row in hidden))
            meant = [fact for fact in facts if fits(fact, sought, categories, self._vocabulary)]
            return await placed(session, scope, key, sorted(meant, key=lambda fact: fact.recorded_at, reverse=True))

    async def history(self, scope: Scope, fact: FactId) -> tuple[Fact, ...]:
        """What a fact was before, the latest first; raises NotFound."""
        key = await self._keyring.of(scope)
        async with self._database.read() as session:
            return await versions(session, scope, key, fact)

    async def hide(self, scope: Scope, fact: FactId, hidden: bool, version: int) -> Fact:
        """Kept, but neither recalled nor in the profile, and its sentences neither; or shown again.

        Raises NotFound, and StaleVersion where the fact is not at `version`.
        """
        key = await self._keyring.of(scope)
        async with self._database.write() as session:
            await self._current(session, scope, fact)
            await change_fact(session, scope, fact, version=version, values={"hidden": hidden})
            (row,) = await fact_rows(session, scope, col(FactRow.id) == fact)
        await self._refresh(scope)
        return fact_of(row, key)

    async def correct(
        self, scope: Scope, fact: FactId, text: str, now: datetime, *, version: int | None = None
    ) -> Fact:
        """The fact that takes its place; the old one becomes history.

        Raises NotFound, StaleVersion where it is history or not at `version`, NotKept for no usable text.
        """
        key = await self._keyring.of(scope)
        async with self._database.write() as session:
            old = fact_of(await self._current(session, scope, fact), key)
            if version not in (None, old.version):
                raise StaleVersion("The fact was changed meanwhile; read it again.")
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

    async def judge(self, scope: Scope, turn: TurnId, memory: str, helped: bool | None, now: datetime) -> None:
        """Whether a memory that was used in a turn helped; None takes it back. It ranks by it from the next recall on.

        Raises NotFound for what is another's or gone.
        """
        async with self._database.write() as session:
            await judge(session, scope, turn, memory, helped, now)
        await self._refresh(scope)

    async def judged(self, scope: Scope, turn: TurnId) -> dict[str, bool]:
        """What the person said of the memories of one turn, by their ids."""
        async with self._database.read() as session:
            return await judged(session, scope, turn)

    def export(self, scope: Scope, now: datetime, *, name: str = "") -> AsyncIterator[str]:
        """All that is kept of the person as one JSON file, a piece at a time: docs/export-format.md."""
        return self._exporting.stream(scope, now, name=name)

    async def bring_in(self, scope: Scope, file: BinaryIO, now: datetime, *, forgotten: bool = False) -> Tally:
        """Takes in an exported file or a plain list, all or nothing of it where it has faults; as Importing says.

        Raises NotKept with each fault. What came in is recalled at once; call index_import after it.
        """
        tally = await self._importing.bring_in(scope, file, now, forgotten=forgotten)
        await self._refresh(scope)
        return tally

    async def index_import(self, scope: Scope) -> None:
        """Puts into the index what an import left; twice is as once. Raises StoreUnavailable."""
        await self._indexing.keep_imported(scope)

    async def index_imports(self) -> None:
        """Does so for everybody whose import was broken off; at the start. Raises StoreUnavailable."""
        for scope in await self._indexing.importers():
            await self._indexing.keep_imported(scope)

    async def texts(self, scope: Scope, ids: Sequence[str]) -> dict[str, str]:
        """The texts of the person's own facts and episodes as they are recalled; forgotten ones are left out."""
        key = await self._keyring.of(scope)
        async with self._database.read() as session:
            facts = await fact_rows(session, scope, col(FactRow.id).in_(ids))
            episodes = await episode_rows(session, scope, col(EpisodeRow.id).in_(ids))
        found = {row.id: fact_of(row, key).text for row in facts}
        found |= {row.id: clip(key.unseal(row.text, f"episode:{row.id}")) for row in episodes}
        shelf = await self._hot.of(scope)
        shown = {shelf.memories[row].id: shelf.memories[row].text for row in shelf.rows(found).tolist()}
        return found | shown

    async def learned(self, scope: Scope, learned: Learned) -> None:
        """After a turn was closed: notes what is new, so that the next recall reads no more than that.

        The next recall would find it by itself; `index_turn` takes the reading off it.
        """
        if learned.forgotten:
            self._hot.invalidate(scope)  # the vectors go when the turn is indexed: that takes longer than a turn may
        elif learned != Learned():
            self._hot.tell(scope, (*(fact.id for fact in learned.added), *learned.episodes))

    async def index_turn(self, scope: Scope, turn: TurnId) -> None:
        """Puts what a turn left into the index, takes out what was let go of, and readies the next recall.

        Twice is as once. Raises StoreUnavailable: the turn then stays marked as not indexed.
        """
        await self._indexing.keep_turn(scope, turn)
        await self._indexing.drop_strays()
        await self._refresh(scope)

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

    async def _current(self, session: AsyncSession, scope: Scope, fact: FactId) -> FactRow:
        rows = await fact_rows(session, scope, col(FactRow.id) == fact)
        if not rows:
            raise NotFound("There is no such memory.")
        if rows[0].superseded_at is not None:
            raise StaleVersion("The fact was changed meanwhile; read it again.")
        return rows[0]

    def _profile(self, shelf: Shelf) -> tuple[Fact, ...]:
        return profile(shelf.facts, self._weights.profile_cap, shelf.judged)

    async def _refresh(self, scope: Scope) -> None:
        if self._hot.holds(scope):
            try:
                await self._hot.of(scope)
            except StoreUnavailable:
                self._hot.invalidate(scope)
