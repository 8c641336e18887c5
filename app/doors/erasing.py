# SPDX-License-Identifier: Apache-2.0
"""Erasure as the doors ask for it: an item, a conversation, oneself; the answer is the signed receipt."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, StringConstraints

from app.doors.face import Erasure
from app.doors.pages import Who, meant, rapport_of
from app.doors.porter import token_of
from memory.errors import NotebookError, NotFound
from memory.ids import ConversationId, FactId, PersonId, Scope, TenantId

if TYPE_CHECKING:
    from app.doors.server import Door

router = APIRouter(prefix="/rapport/erase", dependencies=[Depends(meant)])


class Myself(BaseModel):
    """The person's password, since whoever finds an open page must not be able to erase them."""

    password: Annotated[str, StringConstraints(min_length=1, max_length=1024)]


class Order(BaseModel):
    """What an operator has erased: a person, or one conversation of theirs."""

    tenant: str
    person: str
    conversation: str = ""


@router.post("/me")
async def erase_me(request: Request, who: Who, myself: Myself) -> Response:
    """Everything about the person, the account too; afterwards nobody is signed in. 403 for a wrong password."""
    from chainlit.auth import clear_auth_cookie

    door: Door = request.state.door
    address = request.client.host if request.client else "unknown"
    if not await door.tries.hit(address, who.scope.person):
        raise HTTPException(429, "Too many tries.", {"Retry-After": "60"})
    async with _opened(request) as erasure:
        account = await door.rapport.accounts.get(who.scope)
        name, now = account.identifier if account else "", datetime.now(UTC)
        known = await door.rapport.accounts.verify(who.scope.tenant, name, myself.password, now)
        if known is None or known.scope != who.scope:
            raise HTTPException(403, "The password is not right.")
        receipt = await _erase_person(door, erasure, who.scope)
    if token := token_of(request):
        door.sign_in.sign_out(token)
    response = JSONResponse(json.loads(receipt))
    clear_auth_cookie(request, response)
    return response


@router.post("/conversation/{conversation}")
async def erase_conversation(request: Request, who: Who, conversation: str) -> Any:
    """One of the person's conversations with what was learned in it; what is being answered there is stopped."""
    async with _opened(request) as erasure:
        if await rapport_of(request).transcript.conversation(who.scope, ConversationId(conversation)) is not None:
            await request.state.door.guard.stop(conversation)
        return json.loads(await erasure.conversation(who.scope, ConversationId(conversation), datetime.now(UTC)))


@router.post("/item/{fact}")
async def erase_item(request: Request, who: Who, fact: str) -> Any:
    """One fact, as the panel's "forget", with a receipt."""
    async with _opened(request) as erasure:
        return json.loads(await erasure.item(who.scope, FactId(fact), datetime.now(UTC)))


async def carry_out(door: "Door", order: Order) -> dict[str, Any]:
    """For an operator on this machine: the receipt, or under "refused" why nothing was erased."""
    scope = Scope(TenantId(order.tenant), PersonId(order.person))
    try:
        erasure = await door.rapport.erasure()
        if order.conversation:
            await door.guard.stop(order.conversation)
            return {"receipt": await erasure.conversation(scope, ConversationId(order.conversation), datetime.now(UTC))}
        return {"receipt": await _erase_person(door, erasure, scope)}
    except NotebookError as error:
        return {"refused": str(error)}


async def _erase_person(door: "Door", erasure: Erasure, scope: Scope) -> str:
    """Their sessions are closed before, so that nothing is being answered, and after, should one have come back."""
    await door.guard.expel(scope.person)
    receipt = await erasure.person(scope, datetime.now(UTC))
    await door.guard.expel(scope.person)
    return receipt


@asynccontextmanager
async def _opened(request: Request) -> AsyncIterator[Erasure]:
    """404 for what is not the person's; 503 where a store does not answer, and the rest is done at the start."""
    rapport = rapport_of(request)
    if not rapport.ready:
        raise HTTPException(503, "Rapport is still starting.")
    try:
        yield await rapport.erasure()
    except NotFound:
        raise HTTPException(404, "Not found") from None
    except NotebookError:
        raise HTTPException(503, "Memory does not answer just now.") from None
