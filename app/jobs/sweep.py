# SPDX-License-Identifier: Apache-2.0
"""What a crash left behind is finished at the start: nothing lost, nothing repeated."""

import logging
from datetime import UTC, datetime
from typing import Protocol

from app.recording import Refreshes
from memory.ids import Scope, TurnId
from memory.values import Learned

log = logging.getLogger("rapport.jobs")


class Unfinished(Protocol):
    """The journal's account of what was begun and not ended."""

    async def unfinished(self) -> tuple[tuple[Scope, TurnId], ...]:
        """Turns that were opened and never closed."""
        ...

    async def interrupt(self, scope: Scope, turn: TurnId, at: datetime) -> Learned:
        """Closes such a turn: its words are learned from, its outcome is "interrupted"."""
        ...

    async def unindexed(self) -> tuple[tuple[Scope, TurnId], ...]:
        """Turns whose episodes and facts are not in the index yet."""
        ...


class Indexes(Refreshes, Protocol):
    """The notebook's part in it."""

    async def index_turn(self, scope: Scope, turn: TurnId) -> None:
        """Puts what a turn left into the index; idempotent."""
        ...

    async def index_imports(self) -> None:
        """Puts what imports left into the index, person by person."""
        ...

    async def reindex(self) -> int:
        """Rebuilds the whole index from SQL."""
        ...


async def close_interrupted(journal: Unfinished, notebook: Refreshes) -> int:
    """Learns from the turns that a crash left open; returns how many there were. Before the first turn."""
    interrupted = await journal.unfinished()
    for scope, turn in interrupted:
        await notebook.learned(scope, await journal.interrupt(scope, turn, datetime.now(UTC)))
    if interrupted:
        log.warning("%d turns were interrupted by a crash and are now closed", len(interrupted))
    return len(interrupted)


async def index_waiting(journal: Unfinished, notebook: Indexes, *, rebuild: bool) -> int:
    """Indexes what is not indexed, all of it with `rebuild`; returns how many turns or memories it touched.

    It is done here and not queued, because a queue never runs a job again that failed for good.
    """
    if rebuild:
        return await notebook.reindex()
    waiting = await journal.unindexed()
    for scope, turn in waiting:
        await notebook.index_turn(scope, turn)
    await notebook.index_imports()
    return len(waiting)
