# SPDX-License-Identifier: Apache-2.0
"""What a person agreed to: a history of choices, of which the newest counts."""

from datetime import datetime

from sqlalchemy import insert

from memory.database import Database
from memory.ids import Scope
from memory.queries import CHOICE
from memory.tables import ConsentRow
from memory.values import ConsentChoice


class Consent:
    """Whether a person is remembered beyond the conversation; undecided means no."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self, scope: Scope) -> ConsentChoice:
        """The newest choice; UNDECIDED before the first."""
        async with self._database.glance() as connection:
            newest = await connection.scalar(CHOICE, {"of_tenant": scope.tenant, "of_person": scope.person})
        return ConsentChoice.UNDECIDED if newest is None else ConsentChoice(newest)

    async def choose(self, scope: Scope, choice: ConsentChoice, channel: str, now: datetime) -> None:
        """Adds a choice; it holds from the next turn on."""
        row = {"tenant": scope.tenant, "person": scope.person, "choice": choice}
        async with self._database.write() as session:
            await session.execute(insert(ConsentRow).values(row | {"channel": channel, "chosen_at": now}))
