# SPDX-License-Identifier: Apache-2.0
"""Durable work after a turn: each turn's indexing is one workflow whose id is the turn's own.

DBOS keeps one registry a process, so workflows are registered when the one `Jobs` opens
(docs/adr/0004). Its database holds ids only and is never the memory database.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from memory.ids import PersonId, Scope, TenantId, TurnId

log = logging.getLogger("rapport.jobs")

Indexes = Callable[[Scope, TurnId], Awaitable[None]]
"""Indexes what a turn left; must be idempotent, since a crash repeats the step."""


class Jobs:
    """Queues work that survives a crash; made by open_jobs."""

    def __init__(self, dbos: Any, workflow: Callable[..., Any]) -> None:
        self._dbos = dbos
        self._workflow = workflow

    async def after(self, scope: Scope, turn: TurnId) -> None:
        """Queues the indexing of a turn; the same turn twice is one job."""
        from dbos import SetWorkflowID

        with SetWorkflowID(f"index-{turn}"):
            await self._dbos.start_workflow_async(self._workflow, scope.tenant, scope.person, turn)


@asynccontextmanager
async def open_jobs(database: Path, index_turn: Indexes) -> AsyncIterator[Jobs]:
    """Launches DBOS on its own SQLite file; what a crash left unfinished is resumed at once."""
    dbos, workflow = await asyncio.to_thread(_register, database, index_turn, asyncio.get_running_loop())
    await asyncio.to_thread(dbos.launch)
    try:
        yield Jobs(dbos, workflow)
    finally:
        await asyncio.to_thread(dbos.destroy, destroy_registry=True, workflow_completion_timeout_sec=2)


def _register(database: Path, index_turn: Indexes, loop: asyncio.AbstractEventLoop) -> tuple[Any, Callable[..., Any]]:
    from dbos import DBOS

    DBOS(
        config={
            "name": "rapport",
            "system_database_url": f"sqlite:///{database}",
            "executor_id": "rapport",
            "application_version": "1",
            "run_admin_server": False,
            "enable_otlp": False,
            "log_level": "ERROR",
        }
    )

    @DBOS.step(name="index_turn", retries_allowed=True, max_attempts=5)  # type: ignore[untyped-decorator]
    async def step(tenant: str, person: str, turn: str) -> None:
        # Recovered workflows run in a loop of DBOS's own; the stores belong to ours.
        work = index_turn(Scope(TenantId(tenant), PersonId(person)), TurnId(turn))
        future = asyncio.run_coroutine_threadsafe(_awaited(work), loop)
        await asyncio.wrap_future(future)

    @DBOS.workflow(name="after_turn")  # type: ignore[untyped-decorator]
    async def after_turn(tenant: str, person: str, turn: str) -> None:
        await step(tenant, person, turn)

    return DBOS, after_turn


async def _awaited(work: Awaitable[None]) -> None:
    await work
