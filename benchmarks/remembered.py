# SPDX-License-Identifier: Apache-2.0
"""One invented person with much to remember, among many others: built once in a folder, and kept for the next run."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from uuid import UUID

import numpy as np
from sqlalchemy import func, insert, select

from benchmarks.people import statements
from connectors.embedding import MiniLM, open_minilm
from memory.ids import DEFAULT_TENANT, ConversationId, MessageId, PersonId, Scope, TurnId, new_id
from memory.journal import Journal
from memory.ledger import Ledger
from memory.notebook import Notebook
from memory.store.database import Database, open_database
from memory.store.queries import table_of
from memory.store.sealed import Keyring, open_keyring
from memory.store.tables import FactRow
from memory.understanding.rules import read_rules
from memory.values import ClosedTurn, Learned, LedgerEntry, OpenedTurn, Outcome
from memory.vectors.index import VectorIndex, open_chroma
from memory.vectors.turning import Vectors

HOUSE = Path(__file__).parent.parent
CACHE = HOUSE / "build" / "remembered"
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PART = 5_000
DEEDS = (
    "went hiking", "had lunch", "repaired the roof", "watched the football", "played chess", "looked at flats",
    "picked apples", "sang in the choir", "saw an exhibition", "waited for the ferry", "tried the new bakery",
    "lost an umbrella", "ran ten kilometres", "bought a lamp", "met the neighbours", "fixed a puncture",
)  # fmt: skip
WITH = ("Ana", "Bruno", "Chiara", "Dmitri", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas")
TOWNS = ("Porto", "Bergen", "Ghent", "Lyon", "Turin", "Graz", "Split", "Leiden", "Malmo", "Bilbao")
ASIDES = ("it rained all day", "we laughed a lot", "it cost more than I thought", "we came home late")

log = logging.getLogger("rapport.benchmark")


@dataclass(frozen=True, slots=True)
class Memory:
    """The parts of memory over the stores of one folder."""

    database: Database
    keyring: Keyring
    journal: Journal
    notebook: Notebook
    index: VectorIndex
    encoder: MiniLM

    async def say(self, scope: Scope, text: str, answer: str, place: ConversationId, at: datetime) -> Learned:
        """One turn, closed and known to the hot state; its vectors are left for later."""
        opened = turn(text, place, at)
        await self.journal.open(scope, opened)
        return await self.close(scope, opened, answer)

    async def close(self, scope: Scope, opened: OpenedTurn, answer: str) -> Learned:
        """What has to be done before an answer ends."""
        entry = LedgerEntry(opened.turn, opened.conversation, opened.use_case, opened.channel, Outcome.ANSWERED)
        learned = await self.journal.close(scope, ClosedTurn(opened, answer, (), entry, {}, opened.at))
        await self.notebook.learned(scope, learned)
        return learned


def turn(text: str, place: ConversationId, at: datetime) -> OpenedTurn:
    """A turn that is to be learned from."""
    message, answer = MessageId(new_id()), MessageId(new_id())
    return OpenedTurn(TurnId(new_id()), place, "personal_chat", "bench", message, answer, text, True, at)


@asynccontextmanager
async def open_memory(folder: Path, index: str = "index") -> AsyncIterator[Memory]:
    """The stores in a folder, made if they are not there."""
    async with AsyncExitStack() as stack:
        keyring = await stack.enter_async_context(open_keyring(f"sqlite+aiosqlite:///{folder}/keys.db", b"k" * 32))
        database = await stack.enter_async_context(open_database(f"sqlite+aiosqlite:///{folder}/memory.db"))
        encoder = await stack.enter_async_context(open_minilm(HOUSE / "connectors" / "minilm"))
        vectors = await stack.enter_async_context(open_chroma(folder / index))
        rules = read_rules(HOUSE / "rules")
        journal = Journal(database, keyring, Ledger(database, keyring), rules)
        yield Memory(database, keyring, journal, Notebook(database, keyring, vectors, encoder, rules), vectors, encoder)


async def somebody(folder: Path, facts: int, episodes: int) -> Scope:
    """The person, who has said this many facts and left this many episodes; 5,000 turns take two minutes once."""
    noted = folder / f"person-{facts}-{episodes}.json"
    if noted.exists():
        return Scope(DEFAULT_TENANT, PersonId(json.loads(noted.read_text())["person"]))
    scope, told = Scope(DEFAULT_TENANT, PersonId(new_id())), statements(facts)
    chat = episodes // 2 - facts
    said = [(text, "Noted.") for text in told]
    parts = zip(product(DEEDS, WITH, TOWNS, ASIDES), range(chat), strict=False)
    for (deed, friend, town, aside), _ in parts:
        said.append(
            (f"Yesterday {friend} and I {deed} in {town}, and {aside}.", f"{town} with {friend}: good for you!")
        )
    async with open_memory(folder, "none") as memory:
        place = ConversationId(new_id())
        for number in np.random.default_rng(1).permutation(len(said)).tolist():
            place = ConversationId(new_id()) if number % 20 == 0 else place
            text, answer = said[number]
            await memory.say(scope, text, answer, place, START + timedelta(minutes=30 * number))
    noted.write_text(json.dumps({"person": scope.person}))
    return scope


async def others_in_sql(folder: Path, count: int) -> None:
    """Rows of other people in the memory database: noise of the right size, a thousand a person."""
    async with open_memory(folder, "none") as memory:
        async with memory.database.read() as session:
            rows = await session.scalar(
                select(func.count()).select_from(table_of(FactRow)).where(table_of(FactRow).c.source_turn == "")
            )
        for part in range((rows or 0) // PART, count // PART):
            async with memory.database.write() as session:
                await session.execute(insert(table_of(FactRow)), [_noise(part, n) for n in range(PART)])


async def others_in_index(folder: Path, index: str, count: int) -> None:
    """Random unit vectors under the ids of those rows, with progress kept: some 1,000 a second."""
    noted = folder / f"{index}.json"
    done = json.loads(noted.read_text())["parts"] if noted.exists() else 0
    if done >= count // PART:
        return
    async with open_chroma(folder / index) as opened:
        if done and not await opened.get([name_of(done - 1, 0)]):
            done = 0
        for part in range(done, count // PART):
            await opened.put([name_of(part, n) for n in range(PART)], noise_vectors(part))
            noted.write_text(json.dumps({"parts": part + 1}))
            if part % 20 == 19:
                log.warning("%s: %d of %d vectors", index, (part + 1) * PART, count)


def name_of(part: int, number: int) -> str:
    """The id of another person's memory."""
    return str(UUID(bytes=np.random.default_rng((2, part, number)).bytes(16), version=4))


def noise_vectors(part: int) -> Vectors:
    """The vectors of one part, of length 1; the same each time."""
    drawn = np.random.default_rng((3, part)).normal(size=(PART, 384)).astype(np.float32)
    made: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return made


def owner_of(part: int, number: int) -> str:
    """Which other person such a memory belongs to: a thousand each."""
    return str(UUID(int=(part * PART + number) // 1000 + 1))


def _noise(part: int, number: int) -> dict[str, object]:
    return {
        "id": name_of(part, number), "tenant": DEFAULT_TENANT, "person": owner_of(part, number),
        "payload": np.random.default_rng((4, part, number)).bytes(300), "slot_digest": f"{number:064x}",
        "value_digest": f"{part:064x}", "valid_from": START, "valid_to": None, "recorded_at": START,
        "superseded_at": None, "superseded_by": None, "source_turn": "", "hidden": False, "indexed": True, "version": 1,
    }  # fmt: skip
