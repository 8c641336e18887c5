# SPDX-License-Identifier: Apache-2.0
"""Rapport in memory, as the web door sees it: no database, no model."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from app.events import Said, TurnEvent
from app.explanation import Explanation
from app.request import Request
from app.settings import Settings
from memory.errors import NotFound
from memory.ids import ConversationId, FactId, MessageId, PersonId, Scope, TenantId, TurnId, new_id
from memory.values import ConsentChoice, Conversation, Fact, Message, Role


@dataclass(frozen=True)
class FakeAccount:
    """Somebody with a password in clear."""

    scope: Scope
    identifier: str
    name: str
    password: str
    role: str = "user"


class FakeAccounts:
    """Passwords compared as they are."""

    def __init__(self, *accounts: FakeAccount) -> None:
        self.all = list(accounts)

    async def verify(self, tenant: TenantId, identifier: str, password: str, now: datetime) -> FakeAccount | None:
        """The account whose name and password match."""
        found = [a for a in self.all if (a.identifier, a.password) == (identifier, password)]
        return found[0] if found else None

    async def get(self, scope: Scope) -> FakeAccount | None:
        """The account, if it still is there."""
        return next((a for a in self.all if a.scope == scope), None)


class FakeConsent:
    """The last choice of each person."""

    def __init__(self) -> None:
        self.choices: dict[Scope, ConsentChoice] = {}

    async def current(self, scope: Scope) -> ConsentChoice:
        """Undecided at first."""
        return self.choices.get(scope, ConsentChoice.UNDECIDED)

    async def choose(self, scope: Scope, choice: ConsentChoice, channel: str, now: datetime) -> None:
        """Takes the place of the choice before."""
        self.choices[scope] = choice


@dataclass
class Talk:
    """A conversation with its messages."""

    scope: Scope
    head: Conversation
    messages: list[Message] = field(default_factory=list)


class FakeTranscript:
    """Conversations by id."""

    def __init__(self) -> None:
        self.talks: dict[str, Talk] = {}

    async def conversation(self, scope: Scope, id: ConversationId) -> Conversation | None:
        """None for another's."""
        talk = self.talks.get(id)
        return talk.head if talk and talk.scope == scope else None

    async def conversations(self, scope: Scope, *, limit: int = 30, before: Any = None, search: Any = None) -> Any:
        """Newest first."""
        own = [t.head for t in self.talks.values() if t.scope == scope and (search or "") in t.head.title]
        own.sort(key=lambda head: head.updated_at, reverse=True)
        return tuple(h for h in own if before is None or h.updated_at < before)[:limit]

    async def messages(self, scope: Scope, conversation: ConversationId, *, last: Any = None) -> Any:
        """Oldest first."""
        talk = self.talks.get(conversation)
        return tuple(talk.messages) if talk and talk.scope == scope else ()

    async def rename(self, scope: Scope, id: ConversationId, title: str) -> None:
        """Raises NotFound for another's."""
        if await self.conversation(scope, id) is None:
            raise NotFound("no such conversation")
        self.talks[id].head = replace(self.talks[id].head, title=title)

    async def delete(self, scope: Scope, id: ConversationId) -> None:
        """Raises NotFound for another's."""
        if await self.conversation(scope, id) is None:
            raise NotFound("no such conversation")
        del self.talks[id]


class FakeNotebook:
    """Facts by person."""

    def __init__(self) -> None:
        self.known: dict[FactId, tuple[Scope, Fact]] = {}

    async def facts(self, scope: Scope) -> tuple[Fact, ...]:
        """As they were learned."""
        return tuple(fact for owner, fact in self.known.values() if owner == scope)

    async def correct(self, scope: Scope, fact: FactId, text: str, now: datetime) -> Fact:
        """A new fact in the old one's place."""
        await self.forget(scope, fact, now)
        corrected = replace(self.gone, id=FactId(new_id()), text=text)
        self.known[corrected.id] = (scope, corrected)
        return corrected

    async def forget(self, scope: Scope, fact: FactId, now: datetime) -> None:
        """Raises NotFound for another's."""
        if fact not in self.known or self.known[fact][0] != scope:
            raise NotFound("no such fact")
        self.gone = self.known.pop(fact)[1]


class FakeAssistant:
    """Plays a script of events and keeps what it was asked; an exception in the script is raised."""

    def __init__(self, transcript: FakeTranscript) -> None:
        self.script: Sequence[TurnEvent | Exception | float] = (Said("Hello."),)
        self.asked: list[Request] = []
        self.closed = 0
        self._transcript = transcript

    async def respond(self, request: Request) -> AsyncIterator[TurnEvent]:
        """A number in the script is a pause in seconds."""
        self.asked.append(request)
        keep(self._transcript, request)
        try:
            for step in self.script:
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, float):
                    await asyncio.sleep(step)
                    continue
                yield step
        finally:
            self.closed += 1


def keep(transcript: FakeTranscript, request: Request) -> None:
    """Keeps a message as the journal would."""
    now = datetime.now(UTC)
    head = Conversation(request.conversation, request.text[:40], now, now, request.use_case)
    talk = transcript.talks.setdefault(request.conversation, Talk(request.scope, head))
    turn = TurnId(new_id())
    talk.messages.append(Message(request.message, turn, Role.USER, request.text, now))
    talk.messages.append(Message(request.answer, turn, Role.ASSISTANT, "Hello.", now))


class FakeRapport:
    """All of it."""

    def __init__(self, settings: Settings, *accounts: FakeAccount) -> None:
        self.settings, self.accounts, self.consent = settings, FakeAccounts(*accounts), FakeConsent()
        self.transcript, self.memory, self.ready = FakeTranscript(), FakeNotebook(), True
        self.talker = FakeAssistant(self.transcript)
        self.reasons: dict[tuple[Scope, str], Explanation] = {}

    async def assistant(self) -> FakeAssistant:
        """At once."""
        return self.talker

    async def notebook(self) -> FakeNotebook:
        """At once."""
        return self.memory

    async def why(self, scope: Scope, answer: MessageId) -> Explanation | None:
        """What was laid down for this answer."""
        return self.reasons.get((scope, answer))


def account(name: str) -> FakeAccount:
    """An account whose password is its name with "-pass"."""
    return FakeAccount(Scope(TenantId("default"), PersonId(new_id())), name, name.title(), f"{name}-pass")
