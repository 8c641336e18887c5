# SPDX-License-Identifier: Apache-2.0
"""A process that works on one person's memory beside others of its kind; run as a module."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np

from memory.errors import NotFound, StaleVersion
from memory.ids import DEFAULT_TENANT, PersonId, Scope
from memory.vectors.index_server import open_server
from tests.fakes.encoder import CountingEncoder
from tests.memory.remembering import Remembering, remembering
from tests.memory.turns import Talk

TASKS = 5
TOLD = 4
"""Facts a turn."""


async def tell(memory: Remembering, me: Scope, name: str, count: int) -> None:
    """So many facts that nobody else tells, four a turn, in several turns at once."""

    async def some(task: int) -> None:
        talk = Talk(memory.journal, me, memory.now)
        for number in range(task, count, TASKS * TOLD):
            said = [f"Remember that locker {name}{number + TASKS * n} holds a kite." for n in range(TOLD)]
            await talk.say(" ".join(said), "")

    await asyncio.gather(*(some(task) for task in range(TASKS)))


async def count_up(memory: Remembering, me: Scope, name: str, count: int) -> None:
    """Reads the one fact that counts and corrects it to one more; whoever was overtaken reads again."""
    for _ in range(count):
        while True:
            (fact,) = [fact for fact in await memory.notebook.facts(me) if "count" in fact.text]
            number = int(fact.text.split()[-1])
            try:
                await memory.notebook.correct(me, fact.id, f"The count is {number + 1}", memory.now)
                break
            except (NotFound, StaleVersion):
                await asyncio.sleep(0)


async def fill(url: str, name: str, count: int) -> None:
    """Vectors under names of its own, in parts, on a Chroma server."""
    async with open_server(url) as index:
        for start in range(0, count, 50):
            part = range(start, min(start + 50, count))
            await index.put([f"{name}-{number}" for number in part], np.stack([vector(name, n) for n in part]))


def vector(name: str, number: int) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    """The same each time, of length 1."""
    drawn = np.random.default_rng((ord(name), number)).normal(size=384)
    return (drawn / np.linalg.norm(drawn)).astype(np.float32)


WORK: dict[str, Callable[[Remembering, Scope, str, int], Awaitable[None]]] = {"tell": tell, "count_up": count_up}


async def main(work: str, folder: Path, url: str, person: str, name: str, count: int) -> None:
    """Does its part on the memory in the folder, or fills the index at the URL."""
    if work == "fill":
        await fill(url, name, count)
        return
    async with remembering(folder, url=url, encoder=CountingEncoder()) as memory:
        await WORK[work](memory, Scope(DEFAULT_TENANT, PersonId(person)), name, count)


async def together(work: str, folder: Path, url: str, me: Scope, names: str, count: int) -> None:
    """One process a name, all at once; waits for them, and fails where one failed."""
    command = [sys.executable, "-W", "error", "-m", "tests.memory.together", work, str(folder), url, me.person]
    house = Path(__file__).parents[2]
    begun = [await asyncio.create_subprocess_exec(*command, name, str(count), cwd=house) for name in names]
    assert [await process.wait() for process in begun] == [0] * len(names)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5], int(sys.argv[6])))
