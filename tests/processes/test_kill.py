# SPDX-License-Identifier: Apache-2.0
"""kill -9 at any point loses nothing that was said, and repeats nothing."""

import asyncio
import signal
from pathlib import Path

import pytest

from app.bootstrap import open_stores
from app.settings import read_settings
from memory.accounts import Account
from memory.ids import DEFAULT_TENANT, ConversationId, new_id
from memory.ledger import Ledger
from memory.transcript import Transcript
from memory.values import Message, Role
from tests.running import Running, make_account, running

pytestmark = pytest.mark.process
TOLD = "My sister's name is Ottilie and I live in Trondheim."


@pytest.mark.parametrize("moment", ["Accepted", "Said", "Finished"])
def test_a_killed_turn_is_learned_once(tmp_path: Path, moment: str) -> None:
    """Killed at this event of a turn and started again, the server knows what was said, once."""
    account = make_account(tmp_path / "data", "ana", "Ana Sousa")
    conversation = new_id()
    with running(tmp_path / "data") as server:
        _kill_at(server, account, conversation, moment)
    with running(tmp_path / "data") as server:
        assert "Trondheim" in server.say(account, "Where do I live?")
        assert "Ottilie" in server.say(account, "What is my sister's name?")
    with running(tmp_path / "data") as server:
        listed = server.say(account, "What do you know about me?")
    assert listed.count("Trondheim") == 1
    messages, entries = asyncio.run(_left(tmp_path / "data", account, conversation))
    assert [message.text for message in messages if message.role is Role.USER] == [TOLD]
    assert entries == 4


def _kill_at(server: Running, account: Account, conversation: str, moment: str) -> None:
    for event in server.events(account, TOLD, conversation):
        if event["event"] == moment:
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
            return
    raise AssertionError(f"the turn never told {moment}")


async def _left(data: Path, account: Account, conversation: str) -> tuple[tuple[Message, ...], int]:
    async with open_stores(read_settings(_env_file=None, data=data)) as stores:
        verified = await Ledger(stores.database, stores.keyring).verify(DEFAULT_TENANT)
        assert verified.ok
        transcript = Transcript(stores.database, stores.keyring)
        return await transcript.messages(account.scope, ConversationId(conversation)), verified.entries
