# SPDX-License-Identifier: Apache-2.0
"""One web door on a loopback port for all tests of this folder: Chainlit knows one app a process."""

import asyncio
import socket
import threading
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import uvicorn

from app.doors.server import create_app
from app.events import Said
from app.settings import Settings
from memory.ids import new_id
from tests.doors.guest import Guest
from tests.fakes.rapport import FakeRapport, FakeTalker, account


@dataclass
class Place:
    """A running server and the Rapport behind it."""

    url: str
    rapport: FakeRapport

    def guest(self) -> Guest:
        """Somebody new with an account, not yet signed in."""
        somebody = account(f"guest-{new_id()}")
        self.rapport.accounts.everybody.append(somebody)
        return Guest(self.url, somebody)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The server, in a thread with a loop of its own."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # so that nothing waits for ACKs
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    port = listener.getsockname()[1]
    settings = Settings(data=tmp_path_factory.mktemp("data"), port=port, limits_url="async+memory://")
    rapport = FakeRapport(settings)

    @asynccontextmanager
    async def opens() -> AsyncIterator[FakeRapport]:
        yield rapport

    with warnings.catch_warnings():  # what Chainlit imports is full of deprecated ways
        warnings.simplefilter("ignore")
        app = create_app(opens, settings)
    server = uvicorn.Server(uvicorn.Config(app, loop="asyncio", log_level="warning", server_header=False))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Place(f"http://127.0.0.1:{port}", rapport)
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def place(running: Place) -> Place:
    """The server with an assistant that says hello, whatever the test before had it say."""
    running.rapport.talker = FakeTalker(running.rapport.transcript)
    running.rapport.talker.script = (Said("Hello."),)
    running.rapport.ready = True
    return running
