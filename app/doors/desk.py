# SPDX-License-Identifier: Apache-2.0
"""The verbs of the memory panel for a door without a page: one question, one answer in plain values."""

from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel

from app.doors.face import Rapport
from app.doors.feedback import judge
from app.doors.memories import shown
from app.doors.pages import explained
from memory.errors import NotFound, NotKept, StaleVersion
from memory.ids import FactId, MessageId, PersonId, Scope, TenantId
from memory.provenance import Known
from memory.values import ConsentChoice

Verb = Literal["look", "history", "correct", "hide", "show", "forget", "pause", "resume", "index", "why", "judge"]


class Ask(BaseModel):
    """What a signed-in person wants done with their memory."""

    tenant: str
    person: str
    verb: Verb
    text: str = ""
    """What is sought, or what is true instead."""
    fact: str = ""
    version: int = 0
    answer: str = ""
    """Which answer the person asks about."""
    helped: bool | None = None

    @property
    def scope(self) -> Scope:
        """Whose memory it is."""
        return Scope(TenantId(self.tenant), PersonId(self.person))


async def attend(rapport: Rapport, ask: Ask) -> dict[str, Any]:
    """Does it; "facts" and "used" have what is to be listed, "refused" why it was not done."""
    try:
        match ask.verb:
            case "pause" | "resume":
                done = await _choose(rapport, ask)
            case "look" | "history":
                done = await _list(rapport, ask)
            case "why" | "judge":
                done = await _explain(rapport, ask)
            case _:
                done = await _change(rapport, ask)
    except NotFound:
        return {"refused": "There is no such memory any more."}
    except StaleVersion:
        return {"refused": "It was changed meanwhile: /memory shows how it is now."}
    except NotKept as refused:
        return {"refused": str(refused)}
    return done


async def _choose(rapport: Rapport, ask: Ask) -> dict[str, Any]:
    choice = ConsentChoice.PAUSED if ask.verb == "pause" else ConsentChoice.REMEMBER
    now_chosen = await rapport.consent.current(ask.scope)
    if ask.verb == "resume" and now_chosen is not ConsentChoice.PAUSED:
        return {"refused": "Nothing is paused."}
    await rapport.consent.choose(ask.scope, choice, "terminal", datetime.now(UTC))
    return {"consent": choice}


async def _list(rapport: Rapport, ask: Ask) -> dict[str, Any]:
    notebook = await rapport.notebook()
    if ask.verb == "history":
        return {"facts": [shown(Known(one)) for one in await notebook.history(ask.scope, FactId(ask.fact))]}
    found = await (notebook.search(ask.scope, ask.text) if ask.text else notebook.look(ask.scope))
    return {"facts": [shown(known) for known in found], "consent": await rapport.consent.current(ask.scope)}


async def _explain(rapport: Rapport, ask: Ask) -> dict[str, Any]:
    """What was used for an answer, once it was noted whether one of it helped."""
    answer = MessageId(ask.answer)
    if ask.verb == "judge":
        await judge(rapport, ask.scope, answer, ask.fact, ask.helped)
    why = await rapport.why(ask.scope, answer)
    if why is None:
        return {"used": []}
    judged = await (await rapport.notebook()).judged(ask.scope, why.turn)
    return {"used": explained(why, judged)["items"]}


async def _change(rapport: Rapport, ask: Ask) -> dict[str, Any]:
    notebook, fact, now = await rapport.notebook(), FactId(ask.fact), datetime.now(UTC)
    match ask.verb:
        case "correct":
            new = await notebook.correct(ask.scope, fact, ask.text, now, version=ask.version)
            return {"facts": [shown(Known(new, changed=True))]}
        case "hide" | "show":
            changed = await notebook.hide(ask.scope, fact, ask.verb == "hide", ask.version)
            return {"facts": [shown(Known(changed))]}
        case "forget":
            await notebook.forget(ask.scope, fact, now)
        case "index":
            await notebook.index_import(ask.scope)
    return {"facts": []}
