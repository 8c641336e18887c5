# SPDX-License-Identifier: Apache-2.0
"""The tally that the database keeps: it moves with whatever changes a recall, and with nothing else."""

from datetime import datetime

from sqlalchemy import text, update

from memory.ids import Scope
from memory.journal import Journal
from memory.ranking.reading import Mark, mark
from memory.store.database import Database
from memory.store.tables import EpisodeRow, FactRow
from memory.transcript import Transcript
from memory.values import Role
from tests.memory.postgres import BOTH
from tests.memory.turns import Talk


async def tally(database: Database, scope: Scope) -> Mark:
    """The person's."""
    async with database.glance() as connection:
        return await mark(connection, scope)


@BOTH
async def test_whatever_changes_a_recall_is_counted(
    journal: Journal, transcript: Transcript, database: Database, anna: Scope, ben: Scope, now: datetime
) -> None:
    """New facts and episodes, superseded ones, cascades and other hands count; indexing and other people do not."""
    talk = Talk(journal, anna, now)
    await talk.say("I live in Berlin.", "A fine place.")
    assert await tally(database, anna) == Mark(added=3, changed=0)
    await Talk(journal, ben, now).say("I live in Rome.")
    async with database.write() as session:
        for table in (FactRow, EpisodeRow):
            await session.execute(update(table).values(indexed=True))
    assert await tally(database, anna) == Mark(added=3, changed=0)
    await Talk(journal, anna, now).say("I moved to Lisbon.", "")
    assert await tally(database, anna) == Mark(added=5, changed=1)
    async with database.write() as session:
        await session.execute(text("UPDATE fact SET hidden = :hidden").bindparams(hidden=True))
    assert (await tally(database, anna)).changed == 3
    await transcript.delete(anna, talk.conversation)
    assert await tally(database, anna) == Mark(added=5, changed=5)


async def test_a_long_text_is_kept_whole_and_recalled_short(
    journal: Journal, transcript: Transcript, database: Database, anna: Scope, now: datetime
) -> None:
    """100 kB in one message are kept to the last character, and teach no fact of that size."""
    said = "Remember that " + "the attic holds a kite and a tent, " * 3_000 + "and a rope."
    talk = Talk(journal, anna, now)
    learned = await talk.say(said, "Noted.")
    shown = [
        message.text for message in await transcript.messages(anna, talk.conversation) if message.role is Role.USER
    ]
    assert shown == [said]
    assert all(len(fact.text) < 1_000 for fact in learned.added)
