# SPDX-License-Identifier: Apache-2.0
"""What the memory database holds, opened, for claims about it."""

from sqlalchemy import select
from sqlmodel import col

from memory.ids import Scope
from memory.store.database import Database
from memory.store.facts import current_facts, former_facts
from memory.store.sealed import Keyring
from memory.store.tables import EpisodeRow, TurnRow
from memory.values import Fact


async def known(database: Database, keyring: Keyring, scope: Scope) -> list[str]:
    """What holds now, as texts in their alphabet's order."""
    key = await keyring.of(scope)
    async with database.read() as session:
        return sorted(fact.text for fact in await current_facts(session, scope, key))


async def former(database: Database, keyring: Keyring, scope: Scope) -> list[Fact]:
    """What held once."""
    key = await keyring.of(scope)
    async with database.read() as session:
        return list(await former_facts(session, scope, key))


async def episodes(database: Database, keyring: Keyring, scope: Scope) -> list[tuple[str, str]]:
    """Role and text of what may be recalled, in its order."""
    key = await keyring.of(scope)
    async with database.read() as session:
        rows = await session.scalars(select(EpisodeRow).order_by(col(EpisodeRow.position)))
        return [(row.role, key.unseal(row.text, f"episode:{row.id}")) for row in rows]


async def statuses(database: Database) -> list[str]:
    """Of all turns."""
    async with database.read() as session:
        return list(await session.scalars(select(col(TurnRow.status)).order_by(col(TurnRow.opened_at))))
