# SPDX-License-Identifier: Apache-2.0
"""The list of erasures and what it does to rows and keys: at once, after a crash, and on what a backup brings back."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from memory.erasure.rows import census, erase_person
from memory.ids import PersonId, Scope, TenantId, new_id
from memory.store.database import Database
from memory.store.sealed import Keyring
from memory.store.tables import ConsentRow, ConversationRow, ErasureRow, FactRow, PersonRow, StrayVectorRow

ITEM, CONVERSATION, PERSON = "item", "conversation", "person"


async def note(
    session: AsyncSession, scope: Scope, what: str, now: datetime, *, subject: str = "", turns: Iterable[str] = ()
) -> str:
    """Notes that an erasure begins, within the caller's transaction; returns its id."""
    row: dict[str, Any] = {"id": new_id(), "tenant": scope.tenant, "what": what, "subject": subject}
    whose = {"person": scope.person, "turns": json.dumps(sorted(turns)), "began_at": now}
    nothing = {"counted": "{}", "vectors": 0, "receipt": None}
    await session.execute(insert(ErasureRow).values(row | whose | nothing))
    return str(row["id"])


async def count(session: AsyncSession, scope: Scope, id: str, before: Mapping[str, int], now: datetime) -> None:
    """Adds to a noted erasure how many rows and vectors went in this transaction, which is called `now`."""
    row = (await session.scalars(select(ErasureRow).where(col(ErasureRow.id) == id))).one()
    counted: dict[str, int] = json.loads(row.counted)
    left = await census(session, scope)
    for table, rows in before.items():
        if rows > left.get(table, 0):
            counted[table] = counted.get(table, 0) + rows - left.get(table, 0)
    noted = (col(StrayVectorRow.tenant) == scope.tenant) & (col(StrayVectorRow.made_at) == now)
    strays = await session.scalar(select(func.count()).select_from(StrayVectorRow).where(noted)) or 0
    change = {"counted": json.dumps(counted), "vectors": row.vectors + strays}
    await session.execute(update(ErasureRow).where(col(ErasureRow.id) == id).values(change))


async def unmake(database: Database, keyring: Keyring, scope: Scope, id: str) -> bytes | None:
    """Destroys a person's key and removes their rows; twice is as once. The wrapped key, where there still was one."""
    now = datetime.now(UTC)
    wrapped = await keyring.erase(scope, now)
    async with database.write() as session:
        if before := await census(session, scope):
            await erase_person(session, scope, now)
            await count(session, scope, id, before, now)
    return wrapped


async def replay(database: Database, keyring: Keyring) -> int:
    """Before anything is answered: ends what a crash began, and erases again whomever a backup brought back.

    Vectors and jobs are left to `Erasure.resume`. Returns how many people; some milliseconds without erasures.
    """
    erased = await keyring.erased()
    begun, receipted = await _persons(database)
    for id, scope in begun.items():
        await unmake(database, keyring, scope, id)
    for scope in await keyring.people():
        if keyring.subject(scope) in receipted - erased:
            await keyring.erase(scope, datetime.now(UTC))
    returned = [scope for scope in await _everybody(database) if keyring.subject(scope) in erased] if erased else []
    for scope in returned:
        async with database.write() as session:
            id = await note(session, scope, PERSON, datetime.now(UTC), subject=keyring.subject(scope))
        await unmake(database, keyring, scope, id)
    return len(begun) + len(returned)


async def _persons(database: Database) -> tuple[dict[str, Scope], set[str]]:
    """People whose erasure has begun and not ended, by its id, and the subjects of those that have ended."""
    wanted = select(ErasureRow).where(col(ErasureRow.what) == PERSON)
    async with database.read() as session:
        rows = (await session.scalars(wanted)).all()
    begun = {row.id: Scope(TenantId(row.tenant), PersonId(row.person)) for row in rows if row.person}
    return begun, {row.subject for row in rows if row.receipt}


async def _everybody(database: Database) -> set[Scope]:
    found: set[Scope] = set()
    columns = [(col(row.tenant), col(row.person)) for row in (ConversationRow, FactRow, ConsentRow)]
    async with database.read() as session:
        for tenant, person in ((col(PersonRow.tenant), col(PersonRow.id)), *columns):
            rows = await session.execute(select(tenant, person).distinct())
            found |= {Scope(TenantId(one[0]), PersonId(one[1])) for one in rows}
    return found
