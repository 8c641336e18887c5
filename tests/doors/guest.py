# SPDX-License-Identifier: Apache-2.0
"""Somebody at the web door: signs in, opens a socket as the page would, says things, sees what comes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import randbytes
from typing import Any

import httpx
import socketio

from memory.ids import new_id
from tests.fakes.rapport import FakeAccount

MEANT = {"X-Rapport": "1"}


class Guest:
    """A person with a browser of their own, at an address of their own: tries to sign in are counted by it."""

    def __init__(self, url: str, account: FakeAccount) -> None:
        self.url, self.account, self.cookie = url, account, ""
        self._address = "127.0.{}.{}".format(*randbytes(2))

    async def sign_in(self, password: str | None = None) -> httpx.Response:
        """Signs in and keeps the cookie."""
        form = {"username": self.account.identifier, "password": password or self.account.password}
        transport = httpx.AsyncHTTPTransport(local_address=self._address)
        async with httpx.AsyncClient(base_url=self.url, transport=transport) as client:
            answer = await client.post("/login", data=form)
        if token := answer.cookies.get("access_token"):
            self.cookie = f"access_token={token}"
        return answer

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """A request of the page, with the cookie."""
        given = MEANT | ({"Cookie": self.cookie} if self.cookie else {}) | headers
        async with httpx.AsyncClient(base_url=self.url, headers=given) as client:
            return await client.request(method, path, json=body)

    @asynccontextmanager
    async def talk(self, thread: str = "", session: str = "", **changes: Any) -> AsyncIterator["Talk"]:
        """An open socket, as the page opens it; changes replace parts of what the page would say."""
        said = {"sessionId": session or new_id(), "clientType": "webapp", "userEnv": "{}", "threadId": thread}
        headers = {"Cookie": self.cookie} | changes.pop("headers", {})
        client = socketio.AsyncClient(reconnection=False)
        talk = Talk(client, said["sessionId"])
        client.on("*", talk.hear)
        await client.connect(
            self.url,
            socketio_path="/ws/socket.io",
            transports=["websocket"],
            headers=headers,
            auth=said | changes,
        )
        try:
            await client.emit("connection_successful")
            yield talk
        finally:
            await client.disconnect()


class Talk:
    """What a page shows of one conversation."""

    def __init__(self, client: socketio.AsyncClient, session: str) -> None:
        self.client, self.session = client, session
        self.steps: dict[str, dict[str, Any]] = {}
        self.events: list[tuple[str, Any]] = []
        self.thread = ""
        self._changed = asyncio.Event()

    async def hear(self, name: str, data: Any = None) -> None:
        """Does what the page does with an event."""
        self.events.append((name, data))
        if name in ("new_message", "stream_start", "update_message"):
            self.steps[data["id"]] = dict(data)
        elif name == "stream_token":
            before = "" if data["isSequence"] else self.steps[data["id"]]["output"]
            self.steps[data["id"]]["output"] = before + data["token"]
        elif name == "delete_message":
            self.steps.pop(data["id"], None)
        elif name == "first_interaction":
            self.thread = data["thread_id"]
        self._changed.set()

    async def send(self, event: str, text: str, id: str = "", **fields: Any) -> str:
        """Emits a message; fields are what a page would not say."""
        message = {"id": id or new_id(), "name": "user", "type": "user_message", "output": text} | fields
        await self.client.emit(event, {"message": message, "fileReferences": []})
        return str(message["id"])

    async def say(self, text: str, id: str = "", **fields: Any) -> str:
        """Says something and waits until it is answered."""
        message = await self.send("client_message", text, id, **fields)
        await self.until(lambda: self.done(message))
        return message

    def done(self, message: str) -> bool:
        """Whether the run for this message has ended."""
        return any(
            step["type"] == "run" and step["parentId"] == message and step.get("end") for step in self.steps.values()
        )

    async def until(self, holds: Any) -> None:
        """Waits for something to be so, at most 15 seconds."""
        async with asyncio.timeout(15):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    async def closed(self) -> None:
        """Waits until the server has closed the socket."""
        async with asyncio.timeout(15):
            await self.client.wait()

    @property
    def shown(self) -> list[str]:
        """The assistant's messages and notices, in order."""
        return [step["output"] for step in self.steps.values() if step["type"] == "assistant_message"]

    def heard(self, name: str) -> list[Any]:
        """What came with an event."""
        return [data for event, data in self.events if event == name]
