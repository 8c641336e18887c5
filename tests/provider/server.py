# SPDX-License-Identifier: Apache-2.0
"""The loopback provider's HTTP side: reads requests whole, keeps their bytes, notices who hangs up."""

import asyncio
import base64
import json
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, cast

from tests.provider.replies import KINDS, Abort, Kind, Pause, Reply, Step, document, steps


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came over the wire."""

    raw: bytes
    """Request line, headers and body."""
    model: str
    body: Mapping[str, Any]


@dataclass(slots=True)
class Provider:
    """What the server was told to answer, and what happened so far."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    disconnects: int = 0
    """How often a client went away before its answer was complete."""
    scripts: defaultdict[str, deque[Reply]] = field(default_factory=lambda: defaultdict(deque))
    hang_up: Callable[[], None] = lambda: None
    """Stops listening: the next connection is refused."""

    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, reached: Callable[[], bool], seconds: float = 5.0) -> bool:
        """Waits until something that the provider saw is so; False when it is not so in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not reached():
                    self.changed.clear()
                    await self.changed.wait()
        return reached()

    @property
    def base_url(self) -> str:
        """The API base, ending in /v1."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def raw(self) -> bytes:
        """Every byte of every request, in order."""
        return b"".join(request.raw for request in self.received)

    def requests(self, model: str) -> int:
        """How many requests named this model."""
        return Counter(request.model for request in self.received)[model]

    def script(self, model: str, *replies: Reply) -> None:
        """Answers this model's next requests so, in order; the last reply stays."""
        self.scripts[model] = deque(replies)

    def next_reply(self, model: str) -> Reply:
        """The scripted reply; without a script the model's name is the kind, or else the answer is ok."""
        script = self.scripts[model]
        if not script:
            return Reply(cast(Kind, model) if model in KINDS else "ok")
        return script.popleft() if len(script) > 1 else script[0]


@asynccontextmanager
async def open_provider(port: int = 0) -> AsyncIterator[Provider]:
    """Listens on 127.0.0.1; port 0 takes a free one. Open connections are dropped at the end."""
    provider = Provider()
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = cast("asyncio.Task[None]", asyncio.current_task())
        serving.add(task)
        with suppress(ConnectionError, asyncio.CancelledError):
            await _converse(provider, reader, writer)
        writer.close()
        serving.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    provider.hang_up = server.close
    provider.port = server.sockets[0].getsockname()[1]
    try:
        yield provider
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


async def _converse(provider: Provider, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    buffer = b""
    while True:
        while (request := _complete(buffer)) is None:
            data = await reader.read(65536)
            if not data:
                return
            buffer += data
        buffer = buffer[len(request) :]
        ahead = asyncio.create_task(reader.read(65536))
        reply = asyncio.create_task(_send(_respond(provider, request), writer))
        await asyncio.wait({ahead, reply}, return_when=asyncio.FIRST_COMPLETED)
        if not reply.done():
            provider.disconnects += 1
            provider.changed.set()
            reply.cancel()
            return
        if not reply.result():
            ahead.cancel()
            return
        buffer += await ahead


def _complete(buffer: bytes) -> bytes | None:
    head, found, body = buffer.partition(b"\r\n\r\n")
    if not found:
        return None
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0]) if lengths else 0
    return head + found + body[:length] if len(body) >= length else None


async def _send(response: list[Step], writer: asyncio.StreamWriter) -> bool:
    """False when the connection was dropped on purpose."""
    for step in response:
        if isinstance(step, Abort):
            writer.transport.abort()
            return False
        if isinstance(step, Pause):
            await asyncio.sleep(min(step.seconds, 3600))
        else:
            writer.write(step)
            await writer.drain()
    return True


def _respond(provider: Provider, raw: bytes) -> list[Step]:
    path = raw.split(b" ", 2)[1].decode()
    body = raw.partition(b"\r\n\r\n")[2]
    if path.endswith("/chat/completions"):
        request = json.loads(body)
        provider.received.append(Received(raw, str(request.get("model", "")), request))
        provider.changed.set()
        return list(steps(provider.next_reply(str(request.get("model", ""))), request))
    if path == "/received":
        return [_json([base64.b64encode(request.raw).decode() for request in provider.received])]
    if path == "/counts":
        counts = Counter(request.model for request in provider.received)
        return [_json({"requests": counts, "disconnects": provider.disconnects})]
    if path == "/script":
        asked = json.loads(body)
        provider.script(asked["model"], *(Reply(**reply) for reply in asked["replies"]))
        return [_json({"scripted": len(asked["replies"])})]
    return [document(404, b"{}")]


def _json(value: object) -> bytes:
    return document(200, json.dumps(value).encode())
