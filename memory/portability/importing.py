# SPDX-License-Identifier: Apache-2.0
"""A file of memories comes in: checked as a whole, then written in batches that can be repeated without doubles."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, BinaryIO

from pydantic import ValidationError

from memory.consent import Consent
from memory.errors import NotKept
from memory.ids import Scope
from memory.portability.incoming import Facts, Tally
from memory.portability.longjson import entries
from memory.portability.portable import (
    FORMAT,
    HEAD,
    MODELS,
    PARTS,
    ConversationEntry,
    FactEntry,
    MessageEntry,
    faults_of,
)
from memory.portability.talks import Heads, Order, Talks, ToldTurn, told
from memory.store.database import Database
from memory.store.pen import Pen
from memory.store.sealed import Keyring
from memory.understanding.rules import Rules
from memory.values import ConsentChoice

BATCH = 200
"""Facts or turns in one transaction: some 100 ms, after which others have their turn."""
PAUSE = 0.005
MOST_FAULTS = 20

Progress = Callable[[int], None]
"""Told how many of the file's bytes are done, reading and writing each being half; also from another thread."""


class Importing:
    """Takes in what docs/export-format.md describes, or a plain list; one file a person at a time."""

    def __init__(self, database: Database, keyring: Keyring, rules: Rules) -> None:
        self._database = database
        self._keyring = keyring
        self._rules = rules
        self._consent = Consent(database)
        self._busy: set[Scope] = set()

    async def bring_in(
        self, scope: Scope, file: BinaryIO, now: datetime, *, forgotten: bool = False, progress: Progress | None = None
    ) -> Tally:
        """Checks the whole file and writes nothing where there is a fault; then what is new of it.

        What the person said here stands, what they had forgotten stays so unless `forgotten`. The same file again
        adds nothing, and ends what a crash broke off. Some 0.3 ms of CPU a message. Raises NotKept with each fault.
        """
        async with self._alone(scope):
            await self._agreed(scope)
            size = await asyncio.to_thread(_check, file, progress)
            tally = Tally()
            facts, talks = Facts(self._rules, forgotten), Talks(self._rules, forgotten)
            batches = _batches(file)
            while (batch := await asyncio.to_thread(next, batches, None)) is not None:
                read = await asyncio.to_thread(facts.read, batch.facts, now, tally)
                async with self._database.write() as session:
                    pen = Pen(session, scope, await self._keyring.of(scope), now)
                    await facts.place(pen, read, tally)
                    await talks.place(pen, batch.turns, batch.heads, tally)
                if progress:
                    progress((size + file.tell()) // 2)
                await asyncio.sleep(PAUSE)
                await self._agreed(scope)
            return tally

    @asynccontextmanager
    async def _alone(self, scope: Scope) -> AsyncIterator[None]:
        if scope in self._busy:
            raise NotKept("A file is being imported already; wait until it is done.")
        self._busy.add(scope)
        try:
            yield
        finally:
            self._busy.discard(scope)

    async def _agreed(self, scope: Scope) -> None:
        choice = await self._consent.current(scope)
        if choice is ConsentChoice.PAUSED:
            raise NotKept("Memory is paused: resume it, then import.")
        if choice is not ConsentChoice.REMEMBER:
            raise NotKept("Nothing is remembered of this person: choose “Remember me” first, then import.")


class Batch:
    """What goes into one transaction."""

    def __init__(self, heads: Heads) -> None:
        self.facts: list[tuple[int, FactEntry]] = []
        self.turns: list[ToldTurn] = []
        self.heads = heads


def _check(file: BinaryIO, progress: Progress | None) -> int:
    """The file's size, once every entry has its form; raises NotKept with the first faults, each with its place."""
    faults: list[str] = []
    order, count = Order(), 0
    for part, number, value in entries(file, "facts"):
        faults += _faults(order, part, number, value)
        count += part not in HEAD
        if len(faults) >= MOST_FAULTS:
            raise NotKept(*faults[:MOST_FAULTS], "And perhaps more: nothing was imported.")
        if progress and count % 1000 == 0:
            progress(file.tell() // 2)
    if faults:
        raise NotKept(*faults, "Nothing was imported.")
    if not count:
        raise NotKept("The file holds nothing to import.")
    size = file.tell()
    file.seek(0)
    return size


def _faults(order: Order, part: str, number: int, value: Any) -> tuple[str, ...]:
    if part == "format" and value != FORMAT:
        return (f"format: this version of Rapport reads {FORMAT}.",)
    if part in HEAD:
        return ()
    if part not in PARTS or number < 0:
        known = f"{', '.join(PARTS)} are lists of {FORMAT}"
        return (f"{part[:40]}: {known}; this is none of them.",)
    try:
        return tuple(f"{part}.{number}.{fault}" for fault in order.faults(_entry(part, value)))
    except ValidationError as error:
        return faults_of(part, number, error)


def _entry(part: str, value: Any) -> Any:
    return MODELS[part].model_validate({"text": value} if part == "facts" and isinstance(value, str) else value)


def _batches(file: BinaryIO) -> Iterator[Batch]:
    heads: Heads = {}
    batch = Batch(heads)
    for part, number, entry in _talking(_entries(file, heads)):
        if part == "facts":
            batch.facts.append((number, entry))
        else:
            batch.turns.append(entry)
        if len(batch.facts) + len(batch.turns) >= BATCH:
            yield batch
            batch = Batch(heads)
    if batch.facts or batch.turns:
        yield batch


def _entries(file: BinaryIO, heads: Heads) -> Iterator[tuple[str, int, FactEntry | MessageEntry]]:
    for part, number, value in entries(file, "facts"):
        if part == "conversations":
            entry: ConversationEntry = _entry(part, value)
            heads[entry.id] = (entry.title, entry.use_case, entry.created_at, entry.updated_at or entry.created_at)
        elif part in ("facts", "messages"):
            yield part, number, _entry(part, value)


def _talking(found: Iterator[tuple[str, int, Any]]) -> Iterator[tuple[str, int, Any]]:
    """Messages become the turns that they are of; facts pass."""
    held: list[MessageEntry] = []
    for part, number, entry in found:
        if part == "facts":
            yield part, number, entry
        elif held and told(held, entry):
            held.append(entry)
        else:
            if held:
                yield "turns", number, ToldTurn.of(held)
            held = [entry]
    if held:
        yield "turns", -1, ToldTurn.of(held)
