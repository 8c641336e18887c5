# SPDX-License-Identifier: Apache-2.0
"""Consent: a history of choices, of which the newest counts."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlmodel import col

from memory.consent import Consent
from memory.errors import NotKept
from memory.ids import Scope
from memory.store.database import Database
from memory.store.tables import ConsentRow
from memory.values import ConsentChoice
from tests.memory.postgres import BOTH


@BOTH
async def test_nobody_has_agreed_before_they_chose(database: Database, anna: Scope) -> None:
    """Before the first choice the answer is UNDECIDED."""
    assert await Consent(database).current(anna) is ConsentChoice.UNDECIDED


@BOTH
async def test_the_newest_choice_counts(database: Database, anna: Scope, ben: Scope, now: datetime) -> None:
    """A withdrawal holds at once, even within the same instant, and for that person alone."""
    consent = Consent(database)
    for person, choice in ((anna, "remember"), (ben, "remember"), (anna, "session")):
        await consent.choose(person, ConsentChoice(choice), "web", now)
    assert await consent.current(anna) is ConsentChoice.SESSION
    assert await consent.current(ben) is ConsentChoice.REMEMBER


@BOTH
async def test_every_choice_is_kept(database: Database, anna: Scope, now: datetime) -> None:
    """A new choice adds a row and changes none."""
    consent = Consent(database)
    await consent.choose(anna, ConsentChoice.REMEMBER, "web", now)
    await consent.choose(anna, ConsentChoice.SESSION, "terminal", now)
    async with database.read() as session:
        rows = await session.execute(select(col(ConsentRow.choice), col(ConsentRow.channel), col(ConsentRow.chosen_at)))
    assert [tuple(row) for row in rows] == [("remember", "web", now), ("session", "terminal", now)]


async def test_only_what_is_remembered_can_be_paused(database: Database, anna: Scope, now: datetime) -> None:
    """A pause is no first choice; twice it is one row, and choosing to be remembered ends it."""
    consent = Consent(database)
    with pytest.raises(NotKept):
        await consent.choose(anna, ConsentChoice.PAUSED, "web", now)
    assert await consent.current(anna) is ConsentChoice.UNDECIDED
    for choice in ("remember", "paused", "paused", "remember"):
        await consent.choose(anna, ConsentChoice(choice), "web", now)
    async with database.read() as session:
        chosen = list(await session.scalars(select(col(ConsentRow.choice)).order_by(col(ConsentRow.number))))
    assert chosen == ["remember", "paused", "remember"]
