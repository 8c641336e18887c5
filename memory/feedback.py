# SPDX-License-Identifier: Apache-2.0
"""Whether a memory helped in a turn, as the person says: kept without a word of what it says."""

from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from memory.errors import NotFound
from memory.ids import Scope, TurnId, canonical
from memory.store.tables import EpisodeRow, FactRow, TurnRow, owned_by
from memory.store.upkeep_tables import FeedbackRow

SLOW = 2
"""So many choices about a memory, all alike, bring it half of the way."""


async def judge(
    session: AsyncSession, scope: Scope, turn: TurnId, memory: str, helped: bool | None, at: datetime
) -> None:
    """Notes one choice in place of the one before; None takes it back. Raises NotFound for another's and what is gone.

    That the memory was used in the turn is the caller's to know.
    """
    kind = await _kind(session, scope, memory) if canonical(turn) and canonical(memory) else None
    said = owned_by(scope, TurnRow) & (col(TurnRow.id) == turn)
    if kind is None or await session.scalar(select(col(TurnRow.id)).where(said)) is None:
        raise NotFound("There is no such memory.")
    former = owned_by(scope, FeedbackRow) & (col(FeedbackRow.turn) == turn) & (col(FeedbackRow.memory) == memory)
    await session.execute(delete(FeedbackRow).where(former))
    if helped is not None:
        owner = {"turn": turn, "memory": memory, "tenant": scope.tenant, "person": scope.person}
        row = owner | {"fact": None, "episode": None} | {kind: memory}
        await session.execute(insert(FeedbackRow).values(row | {"value": 1 if helped else -1, "chosen_at": at}))


async def judged(session: AsyncSession, scope: Scope, turn: TurnId) -> dict[str, bool]:
    """The choices about the memories of one turn, by their ids."""
    mine = owned_by(scope, FeedbackRow) & (col(FeedbackRow.turn) == turn)
    rows = await session.execute(select(col(FeedbackRow.memory), col(FeedbackRow.value)).where(mine))
    return {memory: value > 0 for memory, value in rows}


async def usefulness(session: AsyncSession, scope: Scope) -> dict[str, float]:
    """How useful each memory was that the person ever chose about: near 1 for often helped, near -1 for often not."""
    total = func.sum(col(FeedbackRow.value))
    sums = select(col(FeedbackRow.memory), total).where(owned_by(scope, FeedbackRow)).group_by(col(FeedbackRow.memory))
    return {memory: smoothed(int(value)) for memory, value in await session.execute(sums)}


def smoothed(total: int) -> float:
    """From -1 to 1: one choice counts a third, two count half."""
    return total / (abs(total) + SLOW)


async def _kind(session: AsyncSession, scope: Scope, memory: str) -> str | None:
    for name, table in (("fact", FactRow), ("episode", EpisodeRow)):
        mine = owned_by(scope, table) & (col(table.id) == memory)
        if await session.scalar(select(col(table.id)).where(mine)) is not None:
            return name
    return None
