# SPDX-License-Identifier: Apache-2.0
"""What a person agreed to: a history of choices, of which the newest counts."""

from datetime import datetime

from sqlalchemy import insert

from memory.errors import NotKept
from memory.ids import Scope
from memory.store.database import Database
from memory.store.queries import CHOICE
from memory.store.tables import ConsentRow
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
        """Adds a choice; it holds from the next turn on, on every door.

        Only what is remembered can be paused: raises NotKept otherwise. Pausing twice is as once.
        """
        if choice is ConsentChoice.PAUSED:
            now_chosen = await self.current(scope)
            if now_chosen is ConsentChoice.PAUSED:
                return
            if now_chosen is not ConsentChoice.REMEMBER:
                raise NotKept("There is nothing to pause: nothing is carried from one conversation to another.")
        row = {"tenant": scope.tenant, "person": scope.person, "choice": choice}
        async with self._database.write() as session:
            await session.execute(insert(ConsentRow).values(row | {"channel": channel, "chosen_at": now}))
