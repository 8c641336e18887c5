# SPDX-License-Identifier: Apache-2.0
"""The job database without those who were erased: their jobs go, done or not, and the bytes of them."""

import asyncio
import base64
import binascii
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from memory.errors import StoreUnavailable

BUSY_SECONDS = 60
NAME = "workflow_uuid"
"""The column by which DBOS's tables name a job."""


class JobFile:
    """The file of the job database, whether or not DBOS has it open; nothing where there is none yet."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def clear(self, ids: Sequence[str]) -> int:
        """Removes the jobs that name one of the ids, and writes the file anew; some 0.3 s a 10,000 jobs.

        Raises StoreUnavailable.
        """
        try:
            return await asyncio.to_thread(_clear, self._path, ids)
        except sqlite3.Error as error:
            raise StoreUnavailable("The job database does not answer; what is left is removed at the start.") from error


def _clear(path: Path, ids: Sequence[str]) -> int:
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {table: _columns(database, table) for table in tables}
        sought = [id.encode() for id in ids]
        jobs = {job for table in tables if NAME in columns[table] for job in _naming(database, table, sought)}
        database.execute("BEGIN IMMEDIATE")
        for table in (table for table in tables if NAME in columns[table]):
            database.executemany(f'DELETE FROM "{table}" WHERE {NAME} = ?', [(job,) for job in jobs])
        database.execute("COMMIT")
        database.execute("VACUUM")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return len(jobs)


def _columns(database: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in database.execute(f'PRAGMA table_info("{table}")')}


def _naming(database: sqlite3.Connection, table: str, sought: Sequence[bytes]) -> Iterator[str]:
    """Jobs of the table one of whose values holds an id; DBOS writes what a job was given as base64."""
    cursor = database.execute(f'SELECT * FROM "{table}"')
    at = [column[0] for column in cursor.description].index(NAME)
    for row in cursor:
        content = b"\0".join(form for value in row if isinstance(value, str) for form in _forms(value))
        if any(id in content for id in sought):
            yield row[at]


def _forms(value: str) -> Iterator[bytes]:
    yield value.encode()
    try:
        yield base64.b64decode(value, validate=True)
    except binascii.Error:
        return
