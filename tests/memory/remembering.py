# SPDX-License-Identifier: Apache-2.0
"""A whole memory in a folder, for tests: real stores, the real encoder, and people who say things."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.embedding import open_minilm
from memory.ids import DEFAULT_TENANT, ConversationId, MessageId, PersonId, Scope, TurnId, new_id
from memory.journal import Journal
from memory.ledger import Ledger
from memory.notebook import Notebook
from memory.store.database import Database, open_database
from memory.store.sealed import Keyring, open_keyring
from memory.transcript import Transcript
from memory.understanding.rules import read_rules
from memory.values import ClosedTurn, Fact, LedgerEntry, OpenedTurn, Outcome, Recollection
from memory.vectors.embeddings import Encoder
from memory.vectors.index import VectorIndex
from tests.fakes.index import DictIndex

HOUSE = Path(__file__).parents[2]
START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def person() -> Scope:
    """Somebody new."""
    return Scope(DEFAULT_TENANT, PersonId(new_id()))


@dataclass(slots=True)
class Remembering:
    """The parts of memory, and a clock that goes on by a minute a turn."""

    database: Database
    keyring: Keyring
    journal: Journal
    transcript: Transcript
    notebook: Notebook
    index: VectorIndex
    now: datetime = START
    turns: list[TurnId] = field(default_factory=list)

    async def tell(
        self, scope: Scope, text: str, answer: str = "", conversation: ConversationId | None = None
    ) -> ConversationId:
        """One turn, recorded and indexed as the app does it; in a new conversation by default."""
        self.now += timedelta(minutes=1)
        place = conversation or ConversationId(new_id())
        turn, message, reply = TurnId(new_id()), MessageId(new_id()), MessageId(new_id())
        opened = OpenedTurn(turn, place, "personal_chat", "web", message, reply, text, True, self.now)
        await self.journal.open(scope, opened)
        entry = LedgerEntry(turn, place, "personal_chat", "web", Outcome.ANSWERED)
        learned = await self.journal.close(scope, ClosedTurn(opened, answer, (), entry, {}, self.now))
        await self.notebook.learned(scope, learned)
        await self.notebook.index_turn(scope, turn)
        self.turns.append(turn)
        return place

    async def ask(self, scope: Scope, query: str, limit: int = 5) -> Recollection:
        """Recall from a conversation of its own."""
        elsewhere = ConversationId(new_id())
        return await self.notebook.recall(scope, query, conversation=elsewhere, now=self.now, limit=limit)

    async def fact(self, scope: Scope, text: str) -> Fact:
        """The one current fact with this text."""
        (found,) = [fact for fact in await self.notebook.facts(scope) if fact.text == text]
        return found


@asynccontextmanager
async def remembering(
    folder: Path, index: VectorIndex | None = None, url: str = "", encoder: Encoder | None = None
) -> AsyncIterator[Remembering]:
    """Opens a memory in the folder, or at the database's URL; opened again there, it is the same after a restart."""
    async with AsyncExitStack() as stack:
        keyring = await stack.enter_async_context(open_keyring(f"sqlite+aiosqlite:///{folder}/keys.db", b"k" * 32))
        database = await stack.enter_async_context(open_database(url or f"sqlite+aiosqlite:///{folder}/memory.db"))
        reads = encoder
        if reads is None:
            reads = await stack.enter_async_context(open_minilm(HOUSE / "connectors" / "minilm"))
        rules = read_rules(HOUSE / "rules")
        held = index if index is not None else DictIndex()
        journal = Journal(database, keyring, Ledger(database, keyring), rules)
        notebook = Notebook(database, keyring, held, reads, rules)
        yield Remembering(database, keyring, journal, Transcript(database, keyring), notebook, held)
