# SPDX-License-Identifier: Apache-2.0
"""Async engines for SQLite and PostgreSQL, set to keep what was written and to erase what was deleted."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from memory.errors import NotebookError, NotFound, StaleVersion, StoreUnavailable
from memory.store.swift import connect

GLANCING = {"rapport_glancing": True}
"""Execution options for single statements: on SQLite no transaction is begun around them."""

WRITING = {"rapport_writing": True}
"""Execution options under which SQLite takes its write lock at once, instead of failing half-way."""


def make_engine(url: str, *, durable: bool) -> AsyncEngine:
    """An engine that has not connected yet; on SQLite its file and folder are made, for the owner only.

    With `durable`, SQLite waits for the disk at each commit; without, a power cut (not a crash of the
    process) may take back the last commits.
    """
    try:
        address = make_url(url)
        sqlite = address.get_backend_name() == "sqlite"
        if sqlite and address.database:
            _make_file(Path(address.database))
            engine = create_async_engine(
                address, hide_parameters=True, async_creator=partial(connect, address.database)
            )
        else:
            engine = create_async_engine(address, hide_parameters=True, pool_pre_ping=True)
    except (ArgumentError, SQLAlchemyError, ImportError) as error:
        raise StoreUnavailable(
            "The database URL is not understood; use sqlite+aiosqlite:///PATH or postgresql+asyncpg://USER@HOST/NAME."
        ) from error
    if sqlite:
        _settle_sqlite(engine, durable)
    return engine


@contextmanager
def answering(engine: AsyncEngine) -> Iterator[None]:
    """Translates the library's errors: a lost race into StaleVersion, the rest into StoreUnavailable.

    An id that no text column can hold (NUL, half a surrogate) is NotFound, as any other unknown id.
    """
    try:
        yield
    except (SQLAlchemyError, UnicodeEncodeError, OSError) as error:
        raise _translated(engine, error) from error


async def checkpoint(engine: AsyncEngine) -> None:
    """Empties SQLite's write-ahead log into the database, so that deleted bytes are in neither; else nothing.

    A reader that is still at work keeps the log from being emptied; the next checkpoint does it.
    """
    if engine.dialect.name == "sqlite":
        with answering(engine):
            async with engine.connect() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _translated(engine: AsyncEngine, error: Exception) -> NotebookError:
    state = str(getattr(getattr(error, "orig", None), "sqlstate", ""))
    if isinstance(error, DataError | UnicodeEncodeError) or state.startswith("22"):  # SQL's data exceptions
        return NotFound("There is no such thing: nothing is stored under such a name.")
    if isinstance(error, IntegrityError):
        return StaleVersion("Something else was written at the same moment; try again.")
    return StoreUnavailable(_explain(engine, error))


def _explain(engine: AsyncEngine, error: Exception) -> str:
    place = engine.url.render_as_string(hide_password=True)
    said = str(getattr(error, "orig", None) or error).lower()
    if "not a database" in said or "malformed" in said:
        return f"The database {place} is damaged; restore it from a backup, or move it away to start empty."
    if "readonly" in said or "unable to open" in said:
        return f"The database {place} cannot be written; check that its folder exists and belongs to you."
    if "locked" in said:
        return f"The database {place} is locked by another process; stop that one or try again."
    if "full" in said:
        return f"There is no room left for the database {place}; free some space and try again."
    return f"The database {place} does not answer; check that it is running and reachable."


def _make_file(path: Path) -> None:
    if str(path).startswith((":memory:", "file:")):
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreUnavailable(
            f"{path} cannot be written ({error.strerror}); make its folder writable, "
            "or set RAPPORT_DATA to one that is."
        ) from error


def _settle_sqlite(engine: AsyncEngine, durable: bool) -> None:
    pragmas = (
        "PRAGMA busy_timeout=5000",
        "PRAGMA journal_mode=WAL",
        f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}",
        "PRAGMA foreign_keys=ON",
        "PRAGMA secure_delete=ON",
    )

    @event.listens_for(engine.sync_engine, "connect")
    def settle(connection: Any, record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        options = connection.get_execution_options()
        if not options.get("rapport_glancing"):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("rapport_writing") else "BEGIN")
