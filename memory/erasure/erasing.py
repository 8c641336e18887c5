# SPDX-License-Identifier: Apache-2.0
"""Erasure with proof: an item, a conversation or a person, gone from every store, and a signed receipt.

1. The erasure is noted. From here on a crash delays it: at the start `resume` does what is left.
2. Of a person, the key is destroyed and the person listed as erased, in one transaction of the key store.
3. The rows go, and the vectors are noted with them.
4. Vectors go out of the index and its files, entries out of the job queue, bytes out of SQLite's log.
5. The files are searched for what must not be there, and the receipt is signed.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from memory.erasure.forgetting import forget_fact, forget_turns
from memory.erasure.receipts import CHROMA, POSTGRESQL, Receipt, moment, signed
from memory.erasure.remains import Searched, searched
from memory.erasure.replay import CONVERSATION, ITEM, PERSON, count, note, unmake
from memory.erasure.rows import census, erase_conversation
from memory.errors import NotFound
from memory.ids import ConversationId, FactId, PersonId, Scope, TenantId, canonical
from memory.store.database import Database
from memory.store.pen import Pen
from memory.store.sealed import Keyring
from memory.store.tables import ConversationRow, ErasureRow, TurnRow, owned_by
from memory.vectors.index import VectorIndex
from memory.vectors.strays import Strays

log = logging.getLogger("rapport.memory")

SAMPLED = 8
"""So many vectors' ids are searched for."""
TRIES, PAUSE_S = 10, 0.2
"""A reader that is at work keeps SQLite's log from being emptied; one is not at work for long."""


class Queue(Protocol):
    """The durable jobs, which name people and turns by their ids."""

    async def clear(self, ids: Sequence[str]) -> int:
        """Removes every entry that names one of them, to the last byte; returns how many."""
        ...


@dataclass(frozen=True, slots=True)
class Everywhere:
    """All the places from which something is erased."""

    database: Database
    keyring: Keyring
    index: VectorIndex
    queue: Queue
    data: Path
    """The folder that is searched afterwards; the index lies in `index` below it."""


class Erasure:
    """Erases; each verb returns the receipt when all is gone, and raises NotFound for another's as for nobody's.

    Raises StoreUnavailable where a store does not answer: what was committed is not recalled any more, and the
    rest is done at the next start.
    """

    def __init__(self, stores: Everywhere, invalidate: Callable[[Scope], None]) -> None:
        self._stores, self._invalidate = stores, invalidate
        self._database, self._keyring = stores.database, stores.keyring
        self._clearing = asyncio.Lock()
        self._strays, self._queue = Strays(stores.database, stores.index), stores.queue

    async def item(self, scope: Scope, fact: FactId, now: datetime) -> str:
        """A fact with its older versions, its sentences and the answers given from it; some 0.5 s."""
        key = await self._keyring.of(scope)
        async with self._database.write() as session:
            before = await census(session, scope)
            await forget_fact(session, scope, key, fact, now)
            id = await note(session, scope, ITEM, now)
            await count(session, scope, id, before, now)
        return await self._clear(id)

    async def conversation(self, scope: Scope, conversation: ConversationId, now: datetime) -> str:
        """A conversation with what was learned in it and nowhere else, and the answers given from it elsewhere."""
        key = await self._keyring.of(scope)
        async with self._database.write() as session:
            turns = await _turns(session, scope, conversation)
            before = await census(session, scope)
            await forget_turns(Pen(session, scope, key, now), turns)
            await erase_conversation(session, scope, conversation, now)
            id = await note(session, scope, CONVERSATION, now, turns=turns)
            await count(session, scope, id, before, now)
        return await self._clear(id)

    async def person(self, scope: Scope, now: datetime) -> str:
        """Everything of a person, the account too; their ledger entries stay, and nobody can tell whose they are."""
        async with self._database.write() as session:
            if not await census(session, scope):
                raise NotFound("There is no such person.")
            id = await note(session, scope, PERSON, now, subject=self._keyring.subject(scope))
        return await self._clear(id)

    async def resume(self) -> int:
        """Ends what a crash interrupted; returns how many erasures. Idempotent; raises StoreUnavailable."""
        begun = select(col(ErasureRow.id)).where(col(ErasureRow.receipt).is_(None))
        async with self._database.read() as session:
            ids = (await session.scalars(begun)).all()
        for id in ids:
            await self._clear(id)
        await self._strays.clear()
        return len(ids)

    async def _clear(self, id: str) -> str:
        """From the committed rows on: the other stores, the search and the receipt."""
        async with self._clearing:
            row = await self._row(id)
            if row.receipt is not None:
                return row.receipt
            vectors = await self._strays.noted(SAMPLED)
            needles: list[bytes] = []
            if row.person is not None:
                scope = Scope(TenantId(row.tenant), PersonId(row.person))
                names = [row.person] if row.what == PERSON else json.loads(row.turns or "[]")
                needles = await self._empty(id, scope, row.what, names)
            found = await self._search(id, needles, [vector.encode() for vector in vectors])
            return await self._sign(await self._row(id), found)

    async def _empty(self, id: str, scope: Scope, what: str, names: Sequence[str]) -> list[bytes]:
        """Index, caches and queue; twice, for a turn that was being answered meanwhile. Returns what to search for."""
        needles: list[bytes] = []
        for _ in range(2 if what == PERSON else 1):
            self._invalidate(scope)
            if what == PERSON and (wrapped := await unmake(self._database, self._keyring, scope, id)):
                needles.append(wrapped)
            await self._strays.clear()
        self._invalidate(scope)
        jobs = await self._queue.clear(names) if names else 0
        row = await self._row(id)
        counted = json.dumps(json.loads(row.counted) | ({"job": jobs} if jobs else {}))
        await self._change(id, {"person": None, "turns": None, "counted": counted})
        return [*needles, scope.person.encode()] if what == PERSON else needles

    async def _search(self, id: str, names: Sequence[bytes], vectors: Sequence[bytes]) -> Searched:
        """Names in every file; of vectors the ids in the index alone, since the ledger keeps them."""
        data = self._stores.data
        for _ in range(TRIES):
            await self._database.settle()
            found = await asyncio.to_thread(searched, data, names)
            found += await asyncio.to_thread(searched, data / "index", vectors)
            if not found.found:
                break
            await asyncio.sleep(PAUSE_S)
        else:
            log.warning("erasure %s: %d files still hold something of it", id, len(found.found))
        return found

    async def _sign(self, row: ErasureRow, found: Searched) -> str:
        counted: dict[str, int] = json.loads(row.counted)
        stores = (self._database, POSTGRESQL), (self._stores.index, CHROMA)
        receipt = Receipt(
            id=row.id,
            what=row.what,
            subject=row.subject,
            began_at=moment(row.began_at),
            ended_at=moment(datetime.now(UTC)),
            rows={table: rows for table, rows in counted.items() if table != "job"},
            vectors=row.vectors,
            jobs=counted.get("job", 0),
            key_destroyed=row.what == PERSON,
            searched={"files": found.files, "bytes": found.bytes, "found": len(found.found)},
            pending=[said for store, said in stores if not store.embedded],
        )
        text = signed(receipt, self._keyring.signing)
        await self._change(row.id, {"receipt": text})
        await self._database.settle()
        return text

    async def _row(self, id: str) -> ErasureRow:
        async with self._database.read() as session:
            return (await session.scalars(select(ErasureRow).where(col(ErasureRow.id) == id))).one()

    async def _change(self, id: str, values: Mapping[str, object]) -> None:
        async with self._database.write() as session:
            await session.execute(update(ErasureRow).where(col(ErasureRow.id) == id).values(values))


async def _turns(session: AsyncSession, scope: Scope, conversation: ConversationId) -> set[str]:
    here = owned_by(scope, ConversationRow) & (col(ConversationRow.id) == conversation)
    if not canonical(conversation) or await session.scalar(select(col(ConversationRow.id)).where(here)) is None:
        raise NotFound("There is no such conversation.")
    said = owned_by(scope, TurnRow) & (col(TurnRow.conversation) == conversation)
    return set(await session.scalars(select(col(TurnRow.id)).where(said)))
