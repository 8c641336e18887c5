# SPDX-License-Identifier: Apache-2.0
"""Durable work: each turn's indexing and reading is one workflow whose id is the turn's own; upkeep comes daily.

DBOS keeps one registry a process, so workflows are registered when the one `Jobs` opens
(docs/adr/0004). Its database holds ids only and is never the memory database.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.jobs import clock
from memory.ids import PersonId, Scope, TenantId, TurnId
from memory.understanding.proposals import VERSION

log = logging.getLogger("rapport.jobs")

DAILY = "17 3 * * *"
"""When upkeep runs, in UTC."""

OnTurn = Callable[[Scope, TurnId], Awaitable[None]]
"""Works on a turn; must be idempotent, since a crash repeats the step."""


async def nothing(scope: Scope, turn: TurnId) -> None:
    """For a turn that asks for no such work."""


async def idle() -> None:
    """For upkeep that asks for no work."""


@dataclass(frozen=True, slots=True)
class Works:
    """What is done durably."""

    index: OnTurn
    learn: OnTurn = nothing
    """Reads a turn with a model."""
    upkeep: Callable[[], Awaitable[object]] = idle
    """What is due each day."""


class Jobs:
    """Queues work that survives a crash; made by open_jobs."""

    def __init__(self, dbos: Any, workflows: "_Workflows", works: Works) -> None:
        self._dbos = dbos
        self._workflows = workflows
        self._works = works

    async def after(self, scope: Scope, turn: TurnId) -> None:
        """Queues what follows a turn; the same turn twice is one job of each kind."""
        await self._start(f"index-{turn}", self._workflows.index, scope.tenant, scope.person, turn)
        if self._works.learn is not nothing:
            name = f"learn-{VERSION}-{turn}"
            await self._start(name, self._workflows.learn, scope.tenant, scope.person, turn)

    async def keep_up(self) -> None:
        """Does today's upkeep now, unless it was begun today already."""
        now = datetime.now(UTC)
        await self._start(f"upkeep-{now:%Y-%m-%d}", self._workflows.upkeep, now, None)

    async def _start(self, name: str, workflow: Callable[..., Any], *given: object) -> None:
        from dbos import SetWorkflowID

        with SetWorkflowID(name):
            await self._dbos.start_workflow_async(workflow, *given)


@asynccontextmanager
async def open_jobs(database: Path, works: Works) -> AsyncIterator[Jobs]:
    """Launches DBOS on its own SQLite file; what a crash left unfinished is resumed at once."""
    dbos, workflows = await asyncio.to_thread(_register, database, works, asyncio.get_running_loop())
    await asyncio.to_thread(dbos.launch)
    try:
        if works.upkeep is not idle:
            daily = {"schedule_name": "upkeep", "workflow_fn": workflows.upkeep, "schedule": DAILY}
            await asyncio.to_thread(dbos.apply_schedules, [daily])
        yield Jobs(dbos, workflows, works)
    finally:
        await asyncio.to_thread(dbos.destroy, destroy_registry=True, workflow_completion_timeout_sec=2)


@dataclass(frozen=True, slots=True)
class _Workflows:
    index: Callable[..., Any]
    learn: Callable[..., Any]
    upkeep: Callable[..., Any]


def _register(database: Path, works: Works, loop: asyncio.AbstractEventLoop) -> tuple[Any, _Workflows]:
    from dbos import DBOS

    DBOS(
        config={
            "name": "rapport",
            "system_database_url": f"sqlite:///{database}",
            "db_engine_kwargs": {"connect_args": {"factory": clock.connect}},
            "executor_id": "rapport",
            "application_version": "1",
            "run_admin_server": False,
            "enable_otlp": False,
            "log_level": "ERROR",
        }
    )

    def on_turn(name: str, step: str, work: OnTurn) -> Callable[..., Any]:
        @DBOS.step(name=step, retries_allowed=True, max_attempts=5)  # type: ignore[untyped-decorator]
        async def do(tenant: str, person: str, turn: str) -> None:
            await _here(loop, work(Scope(TenantId(tenant), PersonId(person)), TurnId(turn)))

        @DBOS.workflow(name=name)  # type: ignore[untyped-decorator]
        async def workflow(tenant: str, person: str, turn: str) -> None:
            await do(tenant, person, turn)

        return workflow  # type: ignore[no-any-return]

    @DBOS.step(name="upkeep", retries_allowed=True, max_attempts=3)  # type: ignore[untyped-decorator]
    async def keep_up() -> None:
        await _here(loop, works.upkeep())

    @DBOS.workflow(name="upkeep")  # type: ignore[untyped-decorator]
    async def upkeep(at: datetime, context: None) -> None:
        await keep_up()

    index = on_turn("after_turn", "index_turn", works.index)
    return DBOS, _Workflows(index, on_turn("learn", "learn_turn", works.learn), upkeep)


async def _here(loop: asyncio.AbstractEventLoop, work: Awaitable[object]) -> None:
    """Recovered workflows run in a loop of DBOS's own; the stores belong to ours."""
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_awaited(work), loop))


async def _awaited(work: Awaitable[object]) -> None:
    await work
