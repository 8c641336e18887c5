# SPDX-License-Identifier: Apache-2.0
"""A memory house in a temporary folder, on SQLite or, where a test asks for both, on PostgreSQL too."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from memory.ids import DEFAULT_TENANT, PersonId, Scope, new_id
from memory.journal import Journal
from memory.ledger import Ledger
from memory.store.database import Database, open_database
from memory.store.sealed import Keyring, load_master_key, open_keyring
from memory.transcript import Transcript
from memory.understanding.rules import Rules, read_rules
from tests.memory.chroma import running_chroma
from tests.memory.postgres import Cluster, running_cluster

RULES = Path(__file__).parents[2] / "rules"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of the tests' own; skips where it is not installed."""
    with running_cluster() as running:
        if running is None:
            pytest.skip("PostgreSQL (initdb, pg_ctl) is not installed")
        yield running


@pytest.fixture(scope="session")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Chroma server of the tests' own, shared by them: clear it first."""
    with running_chroma(tmp_path_factory.mktemp("chroma")) as url:
        yield url


@pytest_asyncio.fixture
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLite unless the test is parametrized by dialects.BOTH."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/memory.db"
    running: Cluster = request.getfixturevalue("cluster")
    return running.new_store()


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Migrated and empty."""
    async with open_database(database_url) as opened:
        yield opened


@pytest_asyncio.fixture
async def keyring(tmp_path: Path) -> AsyncIterator[Keyring]:
    """In keys.db beside master.key."""
    master = load_master_key(None, tmp_path / "master.key")
    async with open_keyring(f"sqlite+aiosqlite:///{tmp_path}/keys.db", master) as opened:
        yield opened


@pytest.fixture
def ledger(database: Database, keyring: Keyring) -> Ledger:
    """An empty chain."""
    return Ledger(database, keyring)


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The rules that ship."""
    return read_rules(RULES)


@pytest.fixture
def journal(database: Database, keyring: Keyring, ledger: Ledger, rules: Rules) -> Journal:
    """The real one."""
    return Journal(database, keyring, ledger, rules)


@pytest.fixture
def transcript(database: Database, keyring: Keyring) -> Transcript:
    """The real one."""
    return Transcript(database, keyring)


@pytest.fixture
def anna() -> Scope:
    """A person."""
    return Scope(DEFAULT_TENANT, PersonId(new_id()))


@pytest.fixture
def ben() -> Scope:
    """Another person of the same tenant."""
    return Scope(DEFAULT_TENANT, PersonId(new_id()))


@pytest.fixture
def now() -> datetime:
    """A fixed time."""
    return datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
