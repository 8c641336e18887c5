# SPDX-License-Identifier: Apache-2.0
"""How long erasing takes and what it leaves in files, beside Chroma's own delete and vacuum on the same vectors."""

import asyncio
import importlib.util
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
from sqlalchemy import text

from app.jobs.clearing import JobFile
from app.settings import HOUSE
from benchmarks.people import THINGS
from benchmarks.table import Report, percentile
from memory.erasure.erasing import Erasure, Everywhere
from memory.ids import DEFAULT_TENANT, PersonId, Scope, TurnId, new_id
from memory.journal import Journal
from memory.ledger import Ledger
from memory.notebook import Notebook
from memory.store.database import Database, open_database
from memory.store.sealed import Keyring, open_keyring
from memory.understanding.rules import read_rules
from memory.vectors.index import ChromaIndex, open_chroma
from memory.vectors.shredding import HNSW
from memory.vectors.turning import LABEL, Turning, Vectors
from tests.fakes.encoder import CountingEncoder
from tests.memory.traces import traces
from tests.memory.turns import Talk

PEOPLE, PER_CONVERSATION = 12, 10
SHARE = 120
"""Vectors of a person: the fact, the message and the answer of 40 turns."""
OTHERS = 10_000
"""Vectors of nobody in particular beside theirs."""
ITEMS, CONVERSATIONS, PERSONS = 10, 4, 4
LOOKED_FOR = 6
"""Vectors of each erasure that are looked for, clear and turned."""
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
HELD = """SELECT id, payload FROM fact WHERE person = :person
UNION ALL SELECT id, text FROM episode WHERE person = :person
UNION ALL SELECT '', text FROM message WHERE person = :person"""

Erases = Callable[[datetime], Awaitable[str]]


@dataclass
class House:
    """A memory with everything that an erasure reaches."""

    folder: Path
    database: Database
    keyring: Keyring
    index: ChromaIndex
    journal: Journal
    notebook: Notebook
    erasure: Erasure

    async def held(self, scope: Scope) -> tuple[set[str], set[bytes]]:
        """What there is of a person: ids of vectors, and sealed values."""
        async with self.database.read() as session:
            rows = (await session.execute(text(HELD), {"person": scope.person})).all()
        return {row[0] for row in rows if row[0]}, {bytes(row[1]) for row in rows}

    async def tell(self, scope: Scope, texts: Sequence[str], at: datetime) -> Talk:
        """One conversation, learned from and indexed."""
        talk = Talk(self.journal, scope, at)
        for said in texts:
            await self.notebook.learned(scope, await talk.say(said, f"So it is: {said}"))
            await self.notebook.index_turn(scope, TurnId(talk.turns[-1].turn))
        return talk


@dataclass
class Outcome:
    """Of one verb."""

    erased: int = 0
    vectors: int = 0
    times_ms: list[float] = field(default_factory=list)
    hits: int = 0
    recreated: int = 0


async def measure(data: Path | None) -> Report:
    """Erases items, conversations and people, looks into every file, and tells it all again; `data` is not used.

    The vectors are made up: their number and size count here, not what they mean.
    """
    with tempfile.TemporaryDirectory() as name:
        async with _house(Path(name)) as house:
            outcomes = await _ours(house)
        chroma = await asyncio.to_thread(_chroma, Path(name) / "baseline")
    return _report(outcomes, chroma)


async def _ours(house: House) -> dict[str, Outcome]:
    people = [Scope(DEFAULT_TENANT, PersonId(new_id())) for _ in range(PEOPLE)]
    talks = {scope: [await house.tell(scope, said, START) for said in _conversations()] for scope in people}
    others = _random(OTHERS)
    await house.index.put([new_id() for _ in others], others)
    items, conversations, persons = Outcome(), Outcome(), Outcome()
    first = people[0]
    for fact in (await house.notebook.facts(first))[:ITEMS]:
        await _erase(house, first, items, partial(house.erasure.item, first, fact.id))
    items.recreated = await _again(house, first, _conversations())
    for scope in people[1 : 1 + CONVERSATIONS]:
        place = talks[scope][0].conversation
        await _erase(house, scope, conversations, partial(house.erasure.conversation, scope, place))
        conversations.recreated += await _again(house, scope, _conversations()[:1])
    for scope in people[-PERSONS:]:
        await _erase(house, scope, persons, partial(house.erasure.person, scope))
    persons.recreated = sum([len((await house.held(scope))[0]) for scope in people[-PERSONS:]])
    return {"item": items, "conversation": conversations, "person": persons}


async def _erase(house: House, scope: Scope, outcome: Outcome, erase: Erases) -> None:
    """Times one erasure and counts what of it is still in a file."""
    ids, sealed = await house.held(scope)
    rows = await house.index.get(sorted(ids))
    turning = Turning((await house.keyring.of(scope)).derive(LABEL))
    started = time.perf_counter()
    await erase(datetime.now(UTC))
    outcome.times_ms.append((time.perf_counter() - started) * 1000)
    left, still = await house.held(scope)
    gone = sorted(ids - left)
    vectors = [rows[id] for id in gone[:LOOKED_FOR] if id in rows]
    sought = [*vectors, *(turning.back(row) for row in vectors)]
    outcome.erased, outcome.vectors = outcome.erased + len(sealed - still), outcome.vectors + len(gone)
    said = [] if left else [scope.person]
    outcome.hits += await asyncio.to_thread(_hits, house.folder, [*(sealed - still), *said], sought, gone)


def _hits(folder: Path, secrets: Iterable[str | bytes], vectors: Sequence[Vectors], ids: Sequence[str]) -> int:
    return len(traces(folder, secrets, vectors)) + len(traces(folder / "index", ids))


async def _again(house: House, scope: Scope, conversations: Sequence[Sequence[str]]) -> int:
    """How many facts come back when the same is said again."""
    before = len(await house.notebook.facts(scope))
    for said in conversations:
        await house.tell(scope, said, START + timedelta(days=30))
    return len(await house.notebook.facts(scope)) - before


def _chroma(folder: Path) -> Outcome:
    """The same vectors in a bare collection, a person's share of them deleted, and the database vacuumed."""
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    collection = client.create_collection("bare", embedding_function=None, configuration={"hnsw": HNSW})
    vectors = _random(OTHERS + PEOPLE * SHARE)
    ids = [new_id() for _ in vectors]
    for start in range(0, len(ids), 1000):
        collection.add(ids=ids[start : start + 1000], embeddings=vectors[start : start + 1000])
    outcome = Outcome()
    for number in range(PERSONS):
        gone = ids[number * SHARE : (number + 1) * SHARE]
        held = np.asarray(collection.get(ids=gone[:LOOKED_FOR], include=["embeddings"])["embeddings"], np.float32)
        started = time.perf_counter()
        collection.delete(ids=gone)
        with closing(sqlite3.connect(folder / "chroma.sqlite3", timeout=60)) as database:
            database.execute("VACUUM")
        outcome.times_ms.append((time.perf_counter() - started) * 1000)
        outcome.vectors += len(gone)
        outcome.hits += len(traces(folder, gone, list(held)))
    return outcome


def _conversations() -> list[list[str]]:
    """What each person says: a fact a sentence."""
    told = [f"I like {kind} {thing}s." for kind in ("blue", "old") for thing in THINGS]
    return [told[start : start + PER_CONVERSATION] for start in range(0, len(told), PER_CONVERSATION)]


def _random(count: int) -> Vectors:
    drawn = np.random.default_rng(count).normal(size=(count, 384)).astype(np.float32)
    made: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return made


@asynccontextmanager
async def _house(folder: Path) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        keyring = await stack.enter_async_context(open_keyring(f"sqlite+aiosqlite:///{folder}/keys.db", b"k" * 32))
        database = await stack.enter_async_context(open_database(f"sqlite+aiosqlite:///{folder}/memory.db"))
        index = await stack.enter_async_context(open_chroma(folder / "index"))
        rules = read_rules(HOUSE / "rules")
        journal = Journal(database, keyring, Ledger(database, keyring), rules)
        notebook = Notebook(database, keyring, index, CountingEncoder(), rules)
        places = Everywhere(database, keyring, index, JobFile(folder / "jobs.db"), folder)
        yield House(folder, database, keyring, index, journal, notebook, Erasure(places, notebook.invalidate))


def _report(outcomes: dict[str, Outcome], chroma: Outcome) -> Report:
    ours = [_row(f"Rapport, {verb}", one) for verb, one in outcomes.items()]
    times = [ms for one in outcomes.values() for ms in one.times_ms]
    figures = {
        "bytes_left": float(sum(one.hits for one in outcomes.values())),
        "recreated": float(sum(one.recreated for one in outcomes.values())),
        "p50_ms": percentile(times, 0.5),
        "p95_ms": percentile(times, 0.95),
        "chroma_bytes_left": float(chroma.hits),
        "chroma_p50_ms": percentile(chroma.times_ms, 0.5),
    } | {f"{verb}_p50_ms": percentile(one.times_ms, 0.5) for verb, one in outcomes.items()}
    notes = [f"{OTHERS} other vectors in the index; `left` counts sealed values, ids and vectors found in any file."]
    if importlib.util.find_spec("mem0") is None:
        notes.append("mem0 not installed: it is not compared here.")
    columns = ("erased", "times", "sealed values", "vectors", "p50 ms", "p95 ms", "left in files", "came back")
    rows = [*ours, _row("Chroma, delete and vacuum", chroma)]
    return Report("Erasure with embedded stores", columns, rows, figures, notes)


def _row(name: str, one: Outcome) -> tuple[str, ...]:
    ms = [f"{percentile(one.times_ms, share):.0f}" for share in (0.5, 0.95)]
    counts = [str(count) for count in (len(one.times_ms), one.erased, one.vectors)]
    return name, *counts, *ms, str(one.hits), str(one.recreated)
