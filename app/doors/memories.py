# SPDX-License-Identifier: Apache-2.0
"""What is remembered about oneself, for the panel: view, search, history, correct, hide, forget."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, StringConstraints

from app.doors.pages import Who, meant, opened_notebook, rapport_of
from memory.ids import FactId
from memory.provenance import Known
from memory.values import Fact

router = APIRouter(prefix="/rapport/memory", dependencies=[Depends(meant)])


class Correction(BaseModel):
    """What is true instead of the version that the person saw."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    version: int | None = None


class Hiding(BaseModel):
    """Whether a fact is kept from view."""

    hidden: bool
    version: int


Sought = Annotated[str, Query(max_length=200)]
Categories = Annotated[tuple[Annotated[str, StringConstraints(max_length=40)], ...], Query(max_length=40)]


@router.get("")
async def memory(request: Request, who: Who, search: Sought = "", category: Categories = ()) -> dict[str, Any]:
    """Everything that is remembered about the person, or what fits a search; newest first, hidden ones too."""
    choice = await rapport_of(request).consent.current(who.scope)
    async with opened_notebook(request) as notebook:
        sought = search.strip()
        found = await (notebook.search(who.scope, sought, category) if sought else notebook.look(who.scope))
    return {"consent": choice, "facts": [shown(known) for known in found]}


@router.get("/{fact}/history")
async def history(request: Request, who: Who, fact: str) -> dict[str, Any]:
    """What a fact was before, the latest first."""
    async with opened_notebook(request) as notebook:
        return {"versions": [shown(Known(one)) for one in await notebook.history(who.scope, FactId(fact))]}


@router.patch("/{fact}")
async def correct(request: Request, who: Who, fact: str, correction: Correction) -> dict[str, Any]:
    """Puts what is true in a fact's place; 409 where it was changed meanwhile."""
    now, version = datetime.now(UTC), correction.version
    async with opened_notebook(request) as notebook:
        new = await notebook.correct(who.scope, FactId(fact), correction.text, now, version=version)
    return shown(Known(new, changed=True))


@router.put("/{fact}/hidden")
async def hide(request: Request, who: Who, fact: str, hiding: Hiding) -> dict[str, Any]:
    """Keeps a fact from being recalled, or lets it be again; 409 where it was changed meanwhile."""
    async with opened_notebook(request) as notebook:
        return shown(Known(await notebook.hide(who.scope, FactId(fact), hiding.hidden, hiding.version)))


@router.delete("/{fact}", status_code=204)
async def forget(request: Request, who: Who, fact: str) -> None:
    """Forgets a fact for good."""
    async with opened_notebook(request) as notebook:
        await notebook.forget(who.scope, FactId(fact), datetime.now(UTC))


def shown(known: Known) -> dict[str, Any]:
    """A fact as a door shows it to its person."""
    fact = known.fact
    return {
        "id": fact.id,
        "version": fact.version,
        "text": fact.text,
        "kind": fact.kind,
        "category": fact.category,
        "said_by": fact.said_by,
        "channel": fact.channel,
        "learned_at": fact.recorded_at.isoformat(),
        "holds_since": fact.valid_from.isoformat(),
        "held_until": fact.valid_to.isoformat() if fact.valid_to else None,
        "hidden": fact.hidden,
        "changed": known.changed,
        "conversation": {"id": known.conversation, "title": known.title} if known.conversation else None,
        "first_said_at": _first(fact),
    }


def _first(fact: Fact) -> str | None:
    """Of an imported fact, when it was learned where it comes from."""
    return fact.origin.recorded_at.isoformat() if fact.origin else None
