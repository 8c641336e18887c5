# SPDX-License-Identifier: Apache-2.0
"""One server for all tests of this folder that neither kill it nor need it otherwise than it ships."""

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
