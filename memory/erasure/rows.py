# SPDX-License-Identifier: Apache-2.0
"""Rows that go as a whole: a turn that was edited away, a conversation, a person."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, MetaData, Table, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from memory.ids import ConversationId, Scope
from memory.store.tables import (
    ConversationRow,
    EpisodeRow,
    EvidenceRow,
    FactRow,
    PersonRow,
    StrayVectorRow,
    TurnRow,
    owned_by,
)
from memory.store.upkeep_tables import TraceRow

NOT_OWNED = ("erasure",)
"""Tables with a person's id that are not the person's to be erased."""


async def note_strays(session: AsyncSession, scope: Scope, ids: Iterable[str], now: datetime) -> None:
    """Remembers which vectors the index must let go of."""
    rows = [{"id": id, "tenant": scope.tenant, "made_at": now} for id in ids]
    if rows:
        await session.execute(insert(StrayVectorRow), rows)


async def drop_traces(session: AsyncSession, scope: Scope) -> None:
    """Removes what is kept of the person's prompts: what is to be erased may stand in any of them."""
    await session.execute(delete(TraceRow).where(owned_by(scope, TraceRow)))


async def erase_conversation(session: AsyncSession, scope: Scope, id: ConversationId, now: datetime) -> None:
    """Removes it with its turns, messages, episodes and evidence; facts stay."""
    await drop_traces(session, scope)
    here = owned_by(scope, TurnRow) & (col(TurnRow.conversation) == id)
    await erase_turns(session, scope, here, now)
    mine = owned_by(scope, ConversationRow) & (col(ConversationRow.id) == id)
    await session.execute(delete(ConversationRow).where(mine))


async def erase_turns(session: AsyncSession, scope: Scope, which: ColumnElement[bool], now: datetime) -> None:
    """Removes turns of the person's with their messages, episodes and evidence."""
    turns = select(col(TurnRow.id)).where(which)
    episodes = select(col(EpisodeRow.id)).where(col(EpisodeRow.turn).in_(turns))
    await note_strays(session, scope, (await session.scalars(episodes)).all(), now)
    await session.execute(delete(EvidenceRow).where(col(EvidenceRow.turn).in_(turns)))
    await session.execute(delete(TurnRow).where(which))


async def withdraw(session: AsyncSession, scope: Scope, turn: str, now: datetime) -> None:
    """Takes back what a turn taught, where nothing else says it: what it had superseded holds again.

    A correction made in the panel names the turn too, but has no evidence in its words: it stays.
    """
    proven = select(col(EvidenceRow.fact)).where(col(EvidenceRow.turn) == turn)
    taught = owned_by(scope, FactRow) & (col(FactRow.source_turn) == turn) & col(FactRow.id).in_(proven)
    for fact in (await session.scalars(select(FactRow).where(taught))).all():
        elsewhere = (col(EvidenceRow.fact) == fact.id) & (col(EvidenceRow.turn) != turn)
        other = await session.scalar(select(col(EvidenceRow.turn)).where(elsewhere).limit(1))
        row = col(FactRow.id) == fact.id
        if other is not None:
            await session.execute(update(FactRow).where(row).values(source_turn=other))
            continue
        heir = {"superseded_by": fact.superseded_by, "superseded_at": fact.superseded_at}
        before = update(FactRow).where(owned_by(scope, FactRow), col(FactRow.superseded_by) == fact.id)
        await session.execute(before.values(heir | {"valid_to": fact.valid_to}))
        await session.execute(delete(FactRow).where(row))
        await note_strays(session, scope, [fact.id], now)


async def erase_person(session: AsyncSession, scope: Scope, now: datetime) -> None:
    """Removes every row of a person; their ledger entries stay, unlinkable once the key is destroyed."""
    for table in (FactRow, EpisodeRow):
        ids = await session.scalars(select(col(table.id)).where(owned_by(scope, table)))
        await note_strays(session, scope, ids.all(), now)
    for owned in await _owned(session):
        await session.execute(delete(owned).where(_mine(owned, scope)))
    me = (col(PersonRow.tenant) == scope.tenant) & (col(PersonRow.id) == scope.person)
    await session.execute(delete(PersonRow).where(me))


async def census(session: AsyncSession, scope: Scope) -> dict[str, int]:
    """How many rows of a person's each table holds; tables without any are left out."""
    me = (col(PersonRow.tenant) == scope.tenant) & (col(PersonRow.id) == scope.person)
    wanted = {"person": select(func.count()).select_from(PersonRow).where(me)}
    for owned in await _owned(session):
        wanted[owned.name] = select(func.count()).select_from(owned).where(_mine(owned, scope))
    found = {name: await session.scalar(count) or 0 for name, count in wanted.items()}
    return {name: rows for name, rows in found.items() if rows}


def _mine(table: Table, scope: Scope) -> ColumnElement[bool]:
    return (table.c.tenant == scope.tenant) & (table.c.person == scope.person)


async def _owned(session: AsyncSession) -> list[Table]:
    """Every table with a column for the person, as the database itself has them, those that refer to others first."""

    def reflected(connection: Connection) -> list[Table]:
        known = MetaData()
        known.reflect(connection)
        return list(reversed(known.sorted_tables))

    tables = await (await session.connection()).run_sync(reflected)
    return [t for t in tables if {"tenant", "person"} <= set(t.c.keys()) and t.name not in NOT_OWNED]
