# SPDX-License-Identifier: Apache-2.0
"""A model reads turns in a server that is killed: what waits is read after the restart, and learned once."""

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from app.bootstrap import open_stores
from app.settings import read_settings
from memory.accounts import Account
from memory.ids import DEFAULT_TENANT
from memory.ledger import Ledger
from memory.store.facts import current_facts
from tests.running import Running, make_account, providing, rapport, running

pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]

SAID = "I've been baking bread for ten years."
QUOTE = "I've been baking bread"
PROPOSED = json.dumps(
    [
        {"text": "Has been baking bread", "kind": "episode", "category": "hobbies", "subject": "self"}
        | {"attribute": "hobby", "value": "baking bread", "quote": QUOTE}
    ]
)


def test_a_killed_reading_is_done_once_after_the_restart(tmp_path: Path) -> None:
    """Killed while the model thinks: the turn waits, the next start reads it, and a third finds nothing to do."""
    data = tmp_path / "data"
    ana = make_account(data, "ana", "Ana Sousa")
    with providing() as provider:
        settings = {**provider.settings, "RAPPORT_LEARN_WITH_MODEL": "true"}
        provider.script({"kind": "ok", "text": "Lovely."}, {"kind": "hang-before-headers"})
        with running(data, settings) as server:
            _opened(server)
            server.say(ana, SAID)
            _until(lambda: len(provider.received()) == 2)
            server.process.kill()
            server.process.wait()
        provider.script({"kind": "ok", "text": PROPOSED, "cut": "one"})
        for _ in range(2):
            with running(data, settings) as server:
                _opened(server)
                _until(lambda: _status(data) == ["done"])
        assert len(provider.received()) == 3
        assert b"Sousa" not in b"".join(provider.received())
    assert asyncio.run(_facts(data, ana)) == ["Has been baking bread"]
    done = rapport(data, "consolidate")
    assert (done.returncode, "Consolidated 1 people" in done.stdout) == (0, True)


def _opened(server: Running) -> None:
    """Waits for the heavy parts, however long a busy machine takes to load them."""
    headers = {"Authorization": f"Bearer {server.token}"}
    httpx.post(f"{server.url}/local/reindex", headers=headers, timeout=300, trust_env=False).raise_for_status()


def _until(reached: Callable[[], bool], seconds: float = 200) -> None:
    ends = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < ends
        time.sleep(0.1)


def _status(data: Path) -> list[str]:
    with sqlite3.connect(f"file:{data / 'memory.db'}?mode=ro", uri=True) as store:
        found = [row[0] for row in store.execute("SELECT status FROM inference")]
    store.close()
    return found


async def _facts(data: Path, account: Account) -> list[str]:
    async with open_stores(read_settings(_env_file=None, data=data)) as stores:
        assert (await Ledger(stores.database, stores.keyring).verify(DEFAULT_TENANT)).ok
        async with stores.database.read() as session:
            facts = await current_facts(session, account.scope, await stores.keyring.of(account.scope))
    return [fact.text for fact in facts]
