# SPDX-License-Identifier: Apache-2.0
"""Rapport in memory, as the web door sees it: no database, no model."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.events import Said, TurnEvent
from app.explanation import Explanation
from app.request import Request
from app.settings import Settings
from memory.errors import NotFound
from memory.ids import ConversationId, FactId, MessageId, PersonId, Scope, TenantId, TurnId, new_id
from memory.values import ConsentChoice, Conversation, Fact, FactKind, Message, Role, SaidBy

Step = TurnEvent | Exception | float
"""An event, something that goes wrong, or a pause in seconds."""


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

    def __init__(self) -> None:
        self.everybody: list[FakeAccount] = []

    async def verify(self, tenant: TenantId, identifier: str, password: str, now: datetime) -> FakeAccount | None:
        known = [a for a in self.everybody if (a.identifier, a.password) == (identifier, password)]
        return known[0] if known else None

    async def get(self, scope: Scope) -> FakeAccount | None:
        return next((a for a in self.everybody if a.scope == scope), None)


class FakeConsent:
    """The last choice of each person."""

    def __init__(self) -> None:
        self.choices: dict[Scope, ConsentChoice] = {}

    async def current(self, scope: Scope) -> ConsentChoice:
        return self.choices.get(scope, ConsentChoice.UNDECIDED)

    async def choose(self, scope: Scope, choice: ConsentChoice, channel: str, now: datetime) -> None:
        self.choices[scope] = choice


class FakeTranscript:
    """Head lines and messages by conversation."""

    def __init__(self) -> None:
        self.heads: dict[str, tuple[Scope, Conversation]] = {}
        self.said: dict[str, list[Message]] = {}

    async def conversation(self, scope: Scope, id: ConversationId) -> Conversation | None:
        owner, head = self.heads.get(id, (None, None))
        return head if owner == scope else None

    async def conversations(
        self, scope: Scope, *, limit: int = 30, before: datetime | None = None, search: str | None = None
    ) -> tuple[Conversation, ...]:
        own = [head for owner, head in self.heads.values() if owner == scope and (search or "") in head.title]
        own.sort(key=lambda head: head.updated_at, reverse=True)
        return tuple(head for head in own if before is None or head.updated_at < before)[:limit]

    async def messages(
        self, scope: Scope, conversation: ConversationId, *, last: int | None = None
    ) -> tuple[Message, ...]:
        return tuple(self.said[conversation]) if await self.conversation(scope, conversation) else ()


class FakeArchive(FakeTranscript):
    """A transcript that can be changed, by its owner."""

    async def rename(self, scope: Scope, id: ConversationId, title: str) -> None:
        self.heads[id] = (scope, replace(await self._own(scope, id), title=title))

    async def delete(self, scope: Scope, id: ConversationId) -> None:
        await self._own(scope, id)
        del self.heads[id]

    async def _own(self, scope: Scope, id: ConversationId) -> Conversation:
        head = await self.conversation(scope, id)
        if head is None:
            raise NotFound("no such conversation")
        return head


class FakeNotebook:
    """Facts by id, each with its owner."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[Scope, Fact]] = {}

    async def facts(self, scope: Scope) -> tuple[Fact, ...]:
        return tuple(fact for owner, fact in self.known.values() if owner == scope)

    async def correct(self, scope: Scope, fact: FactId, text: str, now: datetime) -> Fact:
        if self.known.get(fact, (None,))[0] != scope:
            raise NotFound("no such fact")
        new = replace(self.known.pop(fact)[1], id=FactId(new_id()), text=text)
        self.known[new.id] = (scope, new)
        return new

    async def forget(self, scope: Scope, fact: FactId, now: datetime) -> None:
        if self.known.get(fact, (None,))[0] != scope:
            raise NotFound("no such fact")
        del self.known[fact]


class FakeTalker:
    """Plays a script and keeps what it was asked, how many ran at once, and how often it was closed."""

    def __init__(self, transcript: FakeTranscript) -> None:
        self.script: Sequence[Step] = (Said("Hello."),)
        self.asked: list[Request] = []
        self.closed = self.running = self.most = 0
        self._transcript = transcript

    async def respond(self, request: Request) -> AsyncIterator[TurnEvent]:
        self.asked.append(request)
        keep(self._transcript, request)
        self.running, self.most = self.running + 1, max(self.most, self.running + 1)
        try:
            for step in self.script:
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, float):
                    await asyncio.sleep(step)
                else:
                    yield step
        finally:
            self.running, self.closed = self.running - 1, self.closed + 1


class FakeRapport:
    """All of it, opened at once."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.accounts, self.consent = settings, FakeAccounts(), FakeConsent()
        self.transcript, self.memory, self.ready = FakeArchive(), FakeNotebook(), True
        self.talker = FakeTalker(self.transcript)
        self.reasons: dict[tuple[Scope, str], Explanation] = {}

    async def assistant(self) -> FakeTalker:
        return self.talker

    async def notebook(self) -> FakeNotebook:
        return self.memory

    async def why(self, scope: Scope, answer: MessageId) -> Explanation | None:
        return self.reasons.get((scope, answer))


def keep(transcript: FakeTranscript, request: Request) -> None:
    """Keeps a message and its answer, as the journal would."""
    now, turn = datetime.now(UTC), TurnId(new_id())
    head = Conversation(request.conversation, request.text[:40], now, now, request.use_case)
    transcript.heads.setdefault(request.conversation, (request.scope, head))
    messages = transcript.said.setdefault(request.conversation, [])
    messages.append(Message(request.message, turn, Role.USER, request.text, now))
    messages.append(Message(request.answer, turn, Role.ASSISTANT, "Hello.", now))


def account(name: str) -> FakeAccount:
    """An account whose password is its name with "-pass"."""
    return FakeAccount(Scope(TenantId("default"), PersonId(new_id())), name, name[:3].title(), f"{name}-pass")


def fact(text: str) -> Fact:
    """Something that somebody said in the web chat just now."""
    now = datetime.now(UTC)
    return Fact(
        FactId(new_id()),
        text,
        FactKind.IDENTITY,
        "location",
        "self",
        "home_city",
        text,
        now,
        None,
        now,
        SaidBy.USER,
        TurnId(new_id()),
        "web",
        1.0,
    )
