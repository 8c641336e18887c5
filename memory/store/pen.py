# SPDX-License-Identifier: Apache-2.0
"""A pen: whose memory is written in, under which key, in which transaction, and when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from memory.ids import Scope
from memory.store.sealed import PersonKey


@dataclass(frozen=True, slots=True)
class Pen:
    """One person's writing in progress; good for as long as its transaction is open."""

    session: AsyncSession
    scope: Scope
    key: PersonKey
    now: datetime

    @property
    def owner(self) -> dict[str, str]:
        """The columns that make a row this person's."""
        return {"tenant": self.scope.tenant, "person": self.scope.person}
