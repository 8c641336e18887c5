# SPDX-License-Identifier: Apache-2.0
"""The door for `rapport` commands on this machine while a server owns the stores.

Loopback only, opened by the token in the data folder's lock file; events go out as JSON lines.
"""

import dataclasses
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from app import request as turn
from app.bootstrap import Rapport
from app.doors.desk import Ask, attend
from app.doors.erasing import Order, carry_out
from app.turn import Assistant
from memory.ids import ConversationId, MessageId, PersonId, Scope, TenantId


class LocalTurn(BaseModel):
    """One message from a terminal, by somebody who signed in there."""

    tenant: str
    person: str
    name: str
    role: str
    conversation: str
    message: str
    answer: str
    use_case: str
    text: str

    def request(self) -> turn.Request:
        """The turn's own form."""
        return turn.Request(
            Scope(TenantId(self.tenant), PersonId(self.person)),
            self.name,
            self.role,
            "terminal",
            ConversationId(self.conversation),
            self.use_case,
            self.text,
            MessageId(self.message),
            MessageId(self.answer),
        )


def local_routes(token: str) -> APIRouter:
    """The routes under /local; every other caller gets 404, as if there were none."""

    async def known(request: Request) -> None:
        given = request.headers.get("authorization", "")
        host = request.client.host if request.client else ""
        if host not in {"127.0.0.1", "::1"} or not hmac.compare_digest(given, f"Bearer {token}"):
            raise HTTPException(404)

    router = APIRouter(prefix="/local", dependencies=[Depends(known)])

    @router.post("/turn")
    async def respond(body: LocalTurn, request: Request) -> StreamingResponse:
        assistant = await _rapport(request).assistant()
        return StreamingResponse(_lines(assistant, body.request()), media_type="application/x-ndjson")

    @router.post("/memory")
    async def memory(body: Ask, request: Request) -> dict[str, Any]:
        return await attend(_rapport(request), body)

    @router.post("/erase")
    async def erase(body: Order, request: Request) -> dict[str, Any]:
        return await carry_out(request.state.door, body)

    @router.post("/reindex")
    async def reindex(request: Request) -> dict[str, int]:
        return {"items": await (await _rapport(request).notebook()).reindex()}

    @router.post("/consolidate")
    async def consolidate(request: Request) -> dict[str, int]:
        return dataclasses.asdict(await (await _rapport(request).parts()).upkeep.run(all=True))

    @router.post("/knowledge")
    async def knowledge(request: Request) -> dict[str, int]:
        return {"documents": await (await _rapport(request).parts()).knowledge.refresh()}

    return router


def _rapport(request: Request) -> Rapport:
    rapport: Rapport = request.state.door.rapport
    return rapport


async def _lines(assistant: Assistant, request: turn.Request) -> AsyncIterator[str]:
    async with aclosing(assistant.respond(request)) as events:
        async for event in events:
            shown = {"event": type(event).__name__, **dataclasses.asdict(event)}
            yield json.dumps(shown, default=str) + "\n"
