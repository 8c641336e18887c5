# SPDX-License-Identifier: Apache-2.0
"""The database: opened, migrated, refused with a sentence, written one at a time."""

import asyncio
import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select, text
from sqlmodel import SQLModel, col

from memory.errors import StaleVersion, StoreNewer, StoreUnavailable
from memory.migrations import HEAD
from memory.store import library_tables, upkeep_tables  # noqa: F401  # their tables are compared too
from memory.store.database import Database, open_database
from memory.store.tables import StrayVectorRow
from tests.memory.files import bytes_of
from tests.memory.postgres import BOTH

NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


def url(path: Path) -> str:
    """The address of a file."""
    return f"sqlite+aiosqlite:///{path}"


def stray(name: str) -> dict[str, object]:
    """Any row."""
    return {"id": name, "tenant": "default", "made_at": NOON}


@BOTH
async def test_the_migrations_make_what_the_tables_say(database: Database) -> None:
    """Alembic finds no difference between a migrated database and tables.py."""

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), SQLModel.metadata))

    async with database.read() as session:
        assert await (await session.connection()).run_sync(differences) == []


def test_head_is_the_newest_revision() -> None:
    """The revision that is checked without Alembic is the one that Alembic ends at."""
    folder = str(Path(__file__).parents[2] / "memory" / "migrations")
    config = Config()
    config.set_main_option("script_location", folder)
    config.set_main_option("version_locations", folder)
    config.set_main_option("path_separator", "newline")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


async def test_a_second_opening_does_without_alembic(tmp_path: Path) -> None:
    """An up-to-date database is opened without loading the migration machinery."""
    async with open_database(url(tmp_path / "m.db")):
        pass
    code = (
        "import asyncio, sys\n"
        "from memory.store.database import open_database\n"
        "async def main():\n"
        f"    async with open_database({url(tmp_path / 'm.db')!r}): pass\n"
        "asyncio.run(main())\n"
        "print('alembic' in sys.modules)\n"
    )
    house = Path(__file__).parents[2]
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], cwd=house, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


@BOTH
async def test_a_newer_database_is_refused(database_url: str) -> None:
    """A revision that this version does not know raises StoreNewer and changes nothing."""
    async with open_database(database_url) as database, database.write() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreNewer, match="newer version of Rapport"):
        async with open_database(database_url):
            pass
    with pytest.raises(StoreNewer):
        async with open_database(database_url):
            pass


async def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    """A file that is no database raises StoreUnavailable, which says what to do, and stays as it is."""
    (tmp_path / "m.db").write_bytes(b"no database at all, but long enough to be read as one" * 20)
    with pytest.raises(StoreUnavailable, match="damaged; restore it from a backup"):
        async with open_database(url(tmp_path / "m.db")):
            pass
    assert (tmp_path / "m.db").read_bytes().startswith(b"no database at all")


async def test_an_unwritable_folder_is_refused(tmp_path: Path) -> None:
    """A place where no file can be made raises StoreUnavailable, which says what to do."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="make its folder writable"):
        async with open_database(url(tmp_path / "file" / "m.db")):
            pass


async def test_a_wrong_url_is_refused() -> None:
    """An address that is none raises StoreUnavailable with the two forms that are."""
    for wrong in ("nonsense", "oracle://x", "postgresql+nodriver://x/y"):
        with pytest.raises(StoreUnavailable, match="database URL is not understood"):
            async with open_database(wrong):
                pass


async def test_a_server_that_is_away_is_unavailable() -> None:
    """A PostgreSQL that does not answer raises StoreUnavailable, without its password."""
    with pytest.raises(StoreUnavailable, match="does not answer") as caught:
        async with open_database("postgresql+asyncpg://me:secret-word@127.0.0.1:1/none"):
            pass
    assert "secret-word" not in str(caught.value)


async def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    """The database file and the folder that is made for it are closed to others."""
    async with open_database(url(tmp_path / "new" / "m.db")):
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
        for file in (tmp_path / "new").iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_sqlite_is_set_to_keep_and_to_erase(database: Database) -> None:
    """Write-ahead log, foreign keys, secure delete and patience with locks are on."""
    found = []
    async with database.read() as session:
        for pragma in ("journal_mode", "foreign_keys", "secure_delete", "busy_timeout"):
            found.append(await session.scalar(text(f"PRAGMA {pragma}")))
    assert found == ["wal", 1, 1, 5000]


@BOTH
async def test_a_failed_write_leaves_nothing(database: Database) -> None:
    """An error inside a write takes back all of it."""
    with pytest.raises(ZeroDivisionError):
        await _write_one(database, then=1 / 1 - 1)
    async with database.read() as session:
        assert (await session.scalars(select(col(StrayVectorRow.id)))).all() == []


@BOTH
async def test_a_taken_key_is_a_stale_version(database: Database) -> None:
    """A lost race for a unique key is StaleVersion, and its cause does not name the values."""
    async with database.write() as session:
        await session.execute(insert(StrayVectorRow).values(stray("a-secret")))
    with pytest.raises(StaleVersion) as caught:
        async with database.write() as session:
            await session.execute(insert(StrayVectorRow).values(stray("a-secret")))
    assert "a-secret" not in str(caught.value)


@BOTH
async def test_writers_take_turns(database: Database) -> None:
    """Fifty writers at once all get through, each reading what the last one wrote."""

    async def write(number: int) -> None:
        async with database.write() as session:
            rows = (await session.scalars(select(col(StrayVectorRow.id)))).all()
            await session.execute(insert(StrayVectorRow).values(stray(str(len(rows)))))

    await asyncio.gather(*(write(number) for number in range(50)))
    async with database.read() as session:
        assert set(await session.scalars(select(col(StrayVectorRow.id)))) == {str(n) for n in range(50)}


@BOTH
async def test_times_come_back_to_the_microsecond(database: Database) -> None:
    """A time is the same instant in UTC after it was stored, on every dialect."""
    async with database.write() as session:
        await session.execute(insert(StrayVectorRow).values(stray("a")))
    async with database.read() as session:
        assert await session.scalar(select(col(StrayVectorRow.made_at))) == NOON


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    """A naive time is a mistake that is not guessed at."""
    with pytest.raises(StoreUnavailable):
        await _write_one(database, made_at=NOON.replace(tzinfo=None))


async def test_settled_deletions_are_in_no_file(database: Database, tmp_path: Path) -> None:
    """After settle, deleted bytes are neither in the database nor in its log."""
    async with database.write() as session:
        await session.execute(insert(StrayVectorRow).values(stray("zanzibar")))
    await database.settle()
    assert b"zanzibar" in (tmp_path / "memory.db").read_bytes()
    async with database.write() as session:
        await session.execute(text("DELETE FROM stray_vector"))
    await database.settle()
    assert b"zanzibar" not in bytes_of(tmp_path)


async def test_another_process_that_holds_the_lock_is_waited_for(database: Database, tmp_path: Path) -> None:
    """A write waits while another connection writes, and then goes through."""
    other = sqlite3.connect(tmp_path / "memory.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(_write_one(database))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    other.execute("COMMIT")
    other.close()
    await waiting


async def _write_one(database: Database, *, made_at: datetime = NOON, then: float = 1.0) -> None:
    async with database.write() as session:
        await session.execute(insert(StrayVectorRow).values(stray("a") | {"made_at": made_at}))
        assert 1 / then
