# SPDX-License-Identifier: Apache-2.0
"""One server for all tests of this folder that neither kill it nor need it otherwise than it ships."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from memory.accounts import Account
from tests.running import Running, make_account, running


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder that the server has, and that commands are pointed at."""
    return tmp_path_factory.mktemp("shared") / "data"


@pytest.fixture(scope="session")
def ana(folder: Path) -> Account:
    """Somebody who is remembered; the only account."""
    return make_account(folder, "ana", "Ana Sousa")


@pytest.fixture(scope="session")
def server(folder: Path, ana: Account) -> Iterator[Running]:
    """The server past its start, which was told where she lives; whatever was done to it, nothing broke in it."""
    with running(folder) as server:
        server.say(ana, "I live in Trondheim.")
        yield server
    assert "Traceback" not in server.log.read_text(encoding="utf-8")


@pytest.fixture
def copied(server: Running, folder: Path, tmp_path: Path) -> Path:
    """The server's data folder as a backup would have it, for a test that damages it."""
    copy = tmp_path / "data"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("lock", "*.db", "*.db-*", "*.sqlite3*"))
    for file in (*folder.rglob("*.db"), *folder.rglob("*.sqlite3")):
        with sqlite3.connect(file) as source, sqlite3.connect(copy / file.relative_to(folder)) as target:
            source.backup(target)
        source.close()
        target.close()
    return copy
