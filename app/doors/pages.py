# SPDX-License-Identifier: Apache-2.0
"""What the panels ask: consent, what is known about oneself, and why an answer is as it is.

Every route is for the signed-in person's own things; another's id answers as one that never was. Changing
requests carry a header that a form or a link of another site cannot send.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, StringConstraints

from app.doors.face import Notebook, Rapport
from app.doors.porter import token_of
from app.doors.visitor import Visitor
from app.explanation import Explanation
from memory.errors import NotebookError, NotFound
from memory.ids import FactId, MessageId
from memory.values import ConsentChoice, Fact

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


class Correction(BaseModel):
    """What is true instead."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Choice(BaseModel):
    """The choice of consent; undecided cannot be chosen."""

    choice: ConsentChoice


@router.get("/me")
async def me(request: Request, who: Who) -> dict[str, Any]:
    """Who is signed in, and what they chose."""
    choice = await _rapport(request).consent.current(who.scope)
    return {"name": who.name, "role": who.role, "consent": choice}


@router.put("/consent")
async def consent(request: Request, who: Who, choice: Choice) -> dict[str, Any]:
    """Remember me, or this conversation only; it holds from the next turn."""
    if choice.choice is ConsentChoice.UNDECIDED:
        raise HTTPException(422, "Choose remember or session.")
    await _rapport(request).consent.choose(who.scope, choice.choice, CHANNEL, datetime.now(UTC))
    return {"consent": choice.choice}


@router.get("/memory")
async def memory(request: Request, who: Who) -> dict[str, Any]:
    """Everything that is remembered about the person, newest first."""
    choice = await _rapport(request).consent.current(who.scope)
    async with _notebook(request) as notebook:
        facts = await notebook.facts(who.scope)
    return {"consent": choice, "facts": [_fact(fact) for fact in facts]}


@router.patch("/memory/{fact}")
async def correct(request: Request, who: Who, fact: str, correction: Correction) -> dict[str, Any]:
    """Puts what is true in a fact's place."""
    async with _notebook(request) as notebook:
        return _fact(await notebook.correct(who.scope, FactId(fact), correction.text, datetime.now(UTC)))


@router.delete("/memory/{fact}", status_code=204)
async def forget(request: Request, who: Who, fact: str) -> None:
    """Forgets a fact for good."""
    async with _notebook(request) as notebook:
        await notebook.forget(who.scope, FactId(fact), datetime.now(UTC))


@router.get("/why/{answer}")
async def why(request: Request, who: Who, answer: str) -> dict[str, Any]:
    """Exactly what was in the prompt of an answer."""
    rapport = _rapport(request)
    if not rapport.ready:
        raise HTTPException(503, "Rapport is still starting.")
    explanation = await rapport.why(who.scope, MessageId(answer))
    if explanation is None:
        raise HTTPException(404, "Not found")
    return _explained(explanation)


def _rapport(request: Request) -> Rapport:
    return request.state.door.rapport  # type: ignore[no-any-return]


@asynccontextmanager
async def _notebook(request: Request) -> AsyncIterator[Notebook]:
    """The notebook; what it cannot find is 404, and what it cannot do just now is 503."""
    rapport = _rapport(request)
    if not rapport.ready:
        raise HTTPException(503, "Rapport is still starting.")
    try:
        yield await rapport.notebook()
    except NotFound:
        raise HTTPException(404, "Not found") from None
    except NotebookError:
        raise HTTPException(503, "Memory does not answer just now.") from None


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "id": fact.id,
        "text": fact.text,
        "kind": fact.kind,
        "category": fact.category,
        "said_by": fact.said_by,
        "channel": fact.channel,
        "learned_at": fact.recorded_at.isoformat(),
        "holds_since": fact.valid_from.isoformat(),
    }


def _explained(explanation: Explanation) -> dict[str, Any]:
    items = [
        {"number": item.number, "id": item.id, "kind": item.kind, "text": item.text, "why": item.why}
        for item in explanation.items
    ]
    return {
        "model": explanation.model,
        "items": items,
        "hidden": list(explanation.hidden),
        "fallbacks": list(explanation.fallbacks),
        "degraded": list(explanation.degraded),
    }
