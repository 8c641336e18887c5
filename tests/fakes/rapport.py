# SPDX-License-Identifier: Apache-2.0
"""Rapport in memory, as the web door sees it: no database, no model."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import BinaryIO

from app.events import Said, TurnEvent
from app.explanation import Explanation
from app.request import Request
from app.settings import Settings
from memory.errors import NotFound, NotKept, StaleVersion
from memory.ids import ConversationId, FactId, MessageId, PersonId, Scope, TenantId, TurnId, new_id
from memory.portability.incoming import Tally
from memory.provenance import Known
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

    @property
    def generation(self) -> str:
        return f"of {self.password}"


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
        if choice is ConsentChoice.PAUSED and await self.current(scope) is not ConsentChoice.REMEMBER:
            raise NotKept("There is nothing to pause.")
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


class FakeFeedback:
    """What was said of memories, by owner and turn."""

    def __init__(self) -> None:
        self.said: dict[tuple[Scope, TurnId], dict[str, bool]] = {}

    async def judge(self, scope: Scope, turn: TurnId, memory: str, helped: bool | None, now: datetime) -> None:
        said = self.said.setdefault((scope, turn), {})
        said.pop(memory, None)
        if helped is not None:
            said[memory] = helped

    async def judged(self, scope: Scope, turn: TurnId) -> dict[str, bool]:
        return dict(self.said.get((scope, turn), {}))


class FakeFile(FakeFeedback):
    """Exports a fixed text, and takes in what does not say "broken"."""

    def __init__(self) -> None:
        super().__init__()
        self.brought: list[tuple[Scope, bytes, bool]] = []
        self.indexed: list[Scope] = []

    async def export(self, scope: Scope, now: datetime, *, name: str = "") -> AsyncIterator[str]:
        for piece in ('{"name": ', f'"{name}"', "}"):
            yield piece

    async def bring_in(self, scope: Scope, file: BinaryIO, now: datetime, *, forgotten: bool = False) -> Tally:
        content = file.read()
        if b"broken" in content:
            raise NotKept("facts.0.text: Field required.", "Nothing was imported.")
        self.brought.append((scope, content, forgotten))
        return Tally(added=1)

    async def index_import(self, scope: Scope) -> None:
        self.indexed.append(scope)

    async def history(self, scope: Scope, fact: FactId) -> tuple[Fact, ...]:
        raise NotFound("no such fact")


class FakeNotebook(FakeFile):
    """Facts by id, each with its owner."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, tuple[Scope, Fact]] = {}

    async def look(self, scope: Scope) -> tuple[Known, ...]:
        return tuple(Known(fact) for owner, fact in self.known.values() if owner == scope)

    async def search(self, scope: Scope, sought: str, categories: Collection[str] = ()) -> tuple[Known, ...]:
        return tuple(k for k in await self.look(scope) if sought in k.fact.text or k.fact.category in categories)

    async def correct(
        self, scope: Scope, fact: FactId, text: str, now: datetime, *, version: int | None = None
    ) -> Fact:
        new = replace(self._own(scope, fact, version), id=FactId(new_id()), text=text)
        del self.known[fact]
        self.known[new.id] = (scope, new)
        return new

    async def hide(self, scope: Scope, fact: FactId, hidden: bool, version: int) -> Fact:
        new = replace(self._own(scope, fact, version), hidden=hidden, version=version + 1)
        self.known[fact] = (scope, new)
        return new

    async def forget(self, scope: Scope, fact: FactId, now: datetime) -> None:
        self._own(scope, fact, None)
        del self.known[fact]

    def _own(self, scope: Scope, fact: FactId, version: int | None) -> Fact:
        owner, known = self.known.get(fact, (None, None))
        if owner != scope or known is None:
            raise NotFound("no such fact")
        if version not in (None, known.version):
            raise StaleVersion("changed meanwhile")
        return known


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


class FakeErasure:
    """Erases from the other fakes."""

    def __init__(self, rapport: "FakeRapport") -> None:
        self._rapport = rapport

    async def item(self, scope: Scope, fact: FactId, now: datetime) -> str:
        await self._rapport.memory.forget(scope, fact, now)
        return '{"what": "item"}'

    async def conversation(self, scope: Scope, conversation: ConversationId, now: datetime) -> str:
        await self._rapport.transcript.delete(scope, conversation)
        return '{"what": "conversation"}'

    async def person(self, scope: Scope, now: datetime) -> str:
        everybody = self._rapport.accounts.everybody
        everybody[:] = [account for account in everybody if account.scope != scope]
        return '{"what": "person"}'


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

    async def erasure(self) -> FakeErasure:
        return FakeErasure(self)

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
