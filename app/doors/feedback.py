# SPDX-License-Identifier: Apache-2.0
"""Whether a memory helped in an answer, as its person says: on the page and in the terminal."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, StrictBool

from app.doors.face import Rapport
from app.doors.pages import Who, meant, opened_notebook, rapport_of
from memory.errors import NotFound
from memory.ids import MessageId, Scope

router = APIRouter(prefix="/rapport/why", dependencies=[Depends(meant)])

MEMORIES = ("fact", "episode")
"""What is the person's own of all that is used for an answer: documents are not."""


class Feedback(BaseModel):
    """Whether it helped; null takes back what was said."""

    helped: StrictBool | None


@router.put("/{answer}/memories/{memory}")
async def helped(request: Request, who: Who, answer: str, memory: str, said: Feedback) -> dict[str, Any]:
    """Takes the choice; 404 for another's answer, for what was not used for it and for what is gone."""
    async with opened_notebook(request):
        await judge(rapport_of(request), who.scope, MessageId(answer), memory, said.helped)
    return {"helped": said.helped}


async def judge(rapport: Rapport, scope: Scope, answer: MessageId, memory: str, helped: bool | None) -> None:
    """Notes whether a memory that was used for an answer helped; raises NotFound."""
    why = await rapport.why(scope, answer)
    if why is None or memory not in {item.id for item in why.items if item.kind in MEMORIES}:
        raise NotFound("There is no such memory.")
    await (await rapport.notebook()).judge(scope, why.turn, memory, helped, datetime.now(UTC))
