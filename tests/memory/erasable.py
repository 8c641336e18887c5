# SPDX-License-Identifier: Apache-2.0
"""A whole memory with real stores in a folder, from which things are erased; and the same in a process that dies.

Run as a module it plants a person and erases them, and kills itself at the point that it is told.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from memory.erasure.erasing import Erasure, Everywhere
from memory.ids import DEFAULT_TENANT, ConversationId, PersonId, Scope, TurnId
from memory.journal import Journal
from memory.ledger import Ledger
from memory.notebook import Notebook
from memory.store.database import Database, open_database
from memory.store.sealed import Keyring, open_keyring
from memory.transcript import Transcript
from memory.understanding.rules import Rules, read_rules
from memory.vectors.index import ChromaIndex, VectorIndex, open_chroma
from memory.vectors.turning import Vectors
from tests.fakes.encoder import CountingEncoder
from tests.fakes.index import DictIndex
from tests.memory.turns import Talk

HOUSE = Path(__file__).parents[2]
MASTER = b"k" * 32
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TOLD = ("I live in Brackenmoor. My name is Quillonette.", "My dog is called Marzipanic.")


@dataclass
class ListedQueue:
    """Jobs by name."""

    jobs: set[str] = field(default_factory=set)

    async def clear(self, ids: Sequence[str]) -> int:
        """Removes those that name an id."""
        gone = {job for job in self.jobs if any(id in job for id in ids)}
        self.jobs -= gone
        return len(gone)


@dataclass
class House:
    """All of memory, and what erases it."""

    database: Database
    keyring: Keyring
    index: VectorIndex
    queue: ListedQueue
    journal: Journal
    transcript: Transcript
    ledger: Ledger
    notebook: Notebook
    erasure: Erasure

    async def tell(self, scope: Scope, *texts: str) -> ConversationId:
        """A conversation of its own, indexed as the app does it, with a job left in the queue for each turn."""
        talk = Talk(self.journal, scope, NOON)
        for text in texts:
            await self.notebook.learned(scope, await talk.say(text, f"So it is: {text}"))
            await self.notebook.index_turn(scope, TurnId(talk.turns[-1].turn))
            self.queue.jobs.add(f"index-{talk.turns[-1].turn} of {scope.person}")
        return talk.conversation

    async def known(self, scope: Scope) -> set[str]:
        """What is remembered."""
        return {fact.text for fact in await self.notebook.facts(scope)}

    async def recalled(self, scope: Scope, query: str) -> list[str]:
        """What a question recalls, best first."""
        at = NOON + timedelta(hours=1)
        found = await self.notebook.recall(scope, query, conversation=ConversationId(""), now=at, limit=9)
        return [*(fact.text for fact in found.profile), *(one.text for one in found.recalled)]

    async def vectors(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """As they lie in the index."""
        return await self.index.get(ids)


@asynccontextmanager
async def erasable(
    folder: Path, index: VectorIndex | None = None, queue: ListedQueue | None = None, url: str = ""
) -> AsyncIterator[House]:
    """Opens it; with Chroma in the folder unless another index is given."""
    async with AsyncExitStack() as stack:
        keyring = await stack.enter_async_context(open_keyring(f"sqlite+aiosqlite:///{folder}/keys.db", MASTER))
        place = url or f"sqlite+aiosqlite:///{folder}/memory.db"
        database = await stack.enter_async_context(open_database(place))
        if index is None:
            index = await stack.enter_async_context(open_chroma(folder / "index"))
        jobs = queue or ListedQueue()
        rules = _rules()
        ledger = Ledger(database, keyring)
        notebook = Notebook(database, keyring, index, CountingEncoder(), rules)
        erasure = Erasure(Everywhere(database, keyring, index, jobs, folder), notebook.invalidate)
        journal = Journal(database, keyring, ledger, rules)
        yield House(
            database, keyring, index, jobs, journal, Transcript(database, keyring), ledger, notebook, erasure
        )  # fmt: skip


@cache
def _rules() -> Rules:
    """Compiled once, which takes a second."""
    return read_rules(HOUSE / "rules")


def die() -> None:
    """As if the power went."""
    os.kill(os.getpid(), signal.SIGKILL)


class DyingQueue(ListedQueue):
    """Dies once the jobs are gone."""

    async def clear(self, ids: Sequence[str]) -> int:
        """Clears, and does not live to tell."""
        await super().clear(ids)
        die()
        return 0


class DyingIndex(ChromaIndex):
    """Dies when the vectors are out of the answers and not yet out of the files."""

    def _rinse(self) -> bool:
        die()
        return False

    def _swap(self) -> None:
        die()


async def main(folder: Path, person: str, point: str) -> None:
    """Points: noted, key, index, queue; Chroma is there at the last two alone, since it takes seconds to open."""
    scope = Scope(DEFAULT_TENANT, PersonId(person))
    early = point in ("noted", "key")
    async with erasable(folder, DictIndex() if early else None) as house:
        await house.tell(scope, *TOLD)
    index = DictIndex() if early else DyingIndex(folder / "index") if point == "index" else None
    async with erasable(folder, index, DyingQueue() if point == "queue" else None) as house:
        if early:
            erase = house.keyring.erase

            async def dying(scope: Scope, at: datetime) -> bytes | None:
                if point == "key":
                    await erase(scope, at)
                die()
                return None

            house.keyring.erase = dying  # type: ignore[method-assign]  # the process ends here
        await house.erasure.person(scope, datetime.now(UTC))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
