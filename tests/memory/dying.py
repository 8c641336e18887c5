# SPDX-License-Identifier: Apache-2.0
"""A process that opens and closes one turn and kills itself at the point that it is told; run as a module."""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from memory.ids import DEFAULT_TENANT, ConversationId, PersonId, Scope, new_id
from memory.journal import Journal
from memory.ledger import Ledger
from memory.store.database import open_database
from memory.store.sealed import load_master_key, open_keyring
from memory.understanding.rules import read_rules
from memory.values import LedgerEntry
from tests.memory.turns import closed_turn, opened_turn

RULES = Path(__file__).parents[2] / "rules"
TEXT = "I live in Lisbon."


def die() -> None:
    """As if the power went: no handler runs, nothing is flushed."""
    os.kill(os.getpid(), signal.SIGKILL)


class DyingLedger(Ledger):
    """Dies in the middle of the transaction that closes the turn."""

    async def append(self, session: AsyncSession, scope: Scope, entry: LedgerEntry, at: datetime) -> None:
        """Writes its link, and does not live to see it committed."""
        await super().append(session, scope, entry, at)
        die()


async def main(folder: Path, person: str, point: str) -> None:
    """Points: opened, closing, closed."""
    scope = Scope(DEFAULT_TENANT, PersonId(person))
    master = load_master_key(None, folder / "master.key")
    async with (
        open_database(f"sqlite+aiosqlite:///{folder}/memory.db") as database,
        open_keyring(f"sqlite+aiosqlite:///{folder}/keys.db", master) as keyring,
    ):
        ledger = (DyingLedger if point == "closing" else Ledger)(database, keyring)
        journal = Journal(database, keyring, ledger, read_rules(RULES))
        opened = opened_turn(TEXT, datetime.now(UTC), ConversationId(new_id()))
        await journal.open(scope, opened)
        if point == "opened":
            die()
        await journal.close(scope, closed_turn(opened))
        die()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
