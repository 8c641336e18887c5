# SPDX-License-Identifier: Apache-2.0
"""What a person agreed to: a history of choices, of which the newest counts."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import col

from memory.database import Database
from memory.ids import Scope
from memory.tables import ConsentRow, owned_by
from memory.values import ConsentChoice


class Consent:
    """Whether a person is remembered beyond the conversation; undecided means no."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self, scope: Scope) -> ConsentChoice:
        """The newest choice; UNDECIDED before the first."""
        history = select(col(ConsentRow.choice)).where(owned_by(scope, ConsentRow))
        async with self._database.read() as session:
            newest = await session.scalar(history.order_by(col(ConsentRow.number).desc()).limit(1))
        return ConsentChoice.UNDECIDED if newest is None else ConsentChoice(newest)

    async def choose(self, scope: Scope, choice: ConsentChoice, channel: str, now: datetime) -> None:
        """Adds a choice; it holds from the next turn on."""
        row = {"tenant": scope.tenant, "person": scope.person, "choice": choice}
        async with self._database.write() as session:
            await session.execute(insert(ConsentRow).values(row | {"channel": channel, "chosen_at": now}))
