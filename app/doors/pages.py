# SPDX-License-Identifier: Apache-2.0
"""What the panels ask: consent, and why an answer is as it is; memory itself is in `memories`.

Every route is for the signed-in person's own things; another's id answers as one that never was. Changing
requests carry a header that a form or a link of another site cannot send.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel

from app.doors.face import Notebook, Rapport
from app.doors.porter import token_of
from app.doors.visitor import Visitor
from app.explanation import Explanation
from memory.errors import NotebookError, NotFound, NotKept, StaleVersion
from memory.ids import MessageId
from memory.values import ConsentChoice

CHANNEL = "web"


async def signed_in(request: Request) -> Visitor:
    """Whoever asks; 401 for nobody."""
    who = await request.state.door.sign_in.by_token(token_of(request), "page")
    if who is None:
        raise HTTPException(401, "Please sign in.")
    return who  # type: ignore[no-any-return]


async def meant(request: Request) -> None:
    """Changing requests name themselves; 403 for one that another site's form made."""
    if request.method not in ("GET", "HEAD") and request.headers.get("x-rapport") != "1":
        raise HTTPException(403, "Refused: the request did not come from Rapport's page.")


router = APIRouter(prefix="/rapport", dependencies=[Depends(meant)])
Who = Annotated[Visitor, Depends(signed_in)]


class Choice(BaseModel):
    """The choice of consent; undecided cannot be chosen."""

    choice: ConsentChoice


@router.get("/me")
async def me(request: Request, who: Who) -> dict[str, Any]:
    """Who is signed in, and what they chose."""
    choice = await rapport_of(request).consent.current(who.scope)
    return {"name": who.name, "role": who.role, "consent": choice}


@router.put("/consent")
async def consent(request: Request, who: Who, choice: Choice) -> dict[str, Any]:
    """Remember me, this conversation only, or paused for a while; it holds from the next turn on every door."""
    if choice.choice is ConsentChoice.UNDECIDED:
        raise HTTPException(422, "Choose remember, session or paused.")
    try:
        await rapport_of(request).consent.choose(who.scope, choice.choice, CHANNEL, datetime.now(UTC))
    except NotKept as refused:
        raise HTTPException(409, str(refused)) from None
    return {"consent": choice.choice}


@router.get("/why/{answer}")
async def why(request: Request, who: Who, answer: str) -> dict[str, Any]:
    """Exactly what was in the prompt of an answer, and what the person said of it."""
    rapport = rapport_of(request)
    if not rapport.ready:
        raise HTTPException(503, "Rapport is still starting.")
    explanation = await rapport.why(who.scope, MessageId(answer))
    if explanation is None:
        raise HTTPException(404, "Not found")
    async with opened_notebook(request) as notebook:
        judged = await notebook.judged(who.scope, explanation.turn)
    return explained(explanation, judged)


def rapport_of(request: Request) -> Rapport:
    """The Rapport behind the door."""
    return request.state.door.rapport  # type: ignore[no-any-return]


@asynccontextmanager
async def opened_notebook(request: Request) -> AsyncIterator[Notebook]:
    """The notebook; its refusals as answers: 404 absent, 409 changed meanwhile, 422 not kept, 503 not just now."""
    rapport = rapport_of(request)
    if not rapport.ready:
        raise HTTPException(503, "Rapport is still starting.")
    try:
        yield await rapport.notebook()
    except NotFound:
        raise HTTPException(404, "Not found") from None
    except StaleVersion:
        raise HTTPException(409, "Changed meanwhile: read it again.") from None
    except NotKept as refused:
        raise HTTPException(422, list(refused.faults)) from None
    except NotebookError:
        raise HTTPException(503, "Memory does not answer just now.") from None


def explained(explanation: Explanation, judged: Mapping[str, bool]) -> dict[str, Any]:
    """As a door shows it to its person."""
    items = [
        {"number": item.number, "id": item.id, "kind": item.kind, "text": item.text, "why": item.why}
        | {"helped": judged.get(item.id)}
        for item in explanation.items
    ]
    return {
        "model": explanation.model,
        "items": items,
        "hidden": list(explanation.hidden),
        "fallbacks": list(explanation.fallbacks),
        "degraded": list(explanation.degraded),
        "own": [{"kind": value.kind, "value": value.value} for value in explanation.own],
    }
