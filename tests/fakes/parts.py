# SPDX-License-Identifier: Apache-2.0
"""The parts of a turn, in memory: each keeps what it was told, and raises what it is told to."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from guards.conduct import Ground, Verdict
from memory.errors import NotFound
from memory.ids import ConversationId, FactId, Scope, TurnId
from memory.values import (
    ClosedTurn,
    ConsentChoice,
    Learned,
    LedgerEntry,
    Message,
    OpenedTurn,
    Passage,
    Recollection,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@dataclass
class FakeChecks:
    """Lets everything through but what holds its word."""

    forbidden: str = "\0"

    async def sentence(self, text: str, ground: Ground, before: str = "") -> Verdict:
        bad = self.forbidden in text
        return Verdict(not bad, text, ("secrets: KEY",) if bad else ())

    async def whole(self, text: str, ground: Ground) -> Verdict:
        return await self.sentence(text, ground)


@dataclass
class FakeMemory:
    """Notebook, knowledge, transcript and consent in one."""

    recollection: Recollection = field(default_factory=Recollection)
    passages: tuple[Passage, ...] = ()
    history: tuple[Message, ...] = ()
    choice: ConsentChoice = ConsentChoice.REMEMBER
    slow: bool = False
    error: Exception | None = None

    async def recall(
        self, scope: Scope, query: str, *, conversation: ConversationId, now: datetime, limit: int
    ) -> Recollection:
        await asyncio.sleep(3600 if self.slow else 0)
        if self.error:
            raise self.error
        return self.recollection

    async def search(self, query: str, *, limit: int, internal: bool = False) -> tuple[Passage, ...]:
        return self.passages

    async def recent(
        self, scope: Scope, conversation: ConversationId, *, last: int
    ) -> tuple[tuple[Message, ...], dict[str, str]]:
        return self.history, {}

    async def current(self, scope: Scope) -> ConsentChoice:
        return self.choice


@dataclass
class FakeJournal:
    """Keeps what was opened, closed and audited; raises its error at opening where it has one."""

    opened: list[OpenedTurn] = field(default_factory=list)
    closed: list[ClosedTurn] = field(default_factory=list)
    audited: list[LedgerEntry] = field(default_factory=list)
    owners: dict[str, Scope] = field(default_factory=dict)
    error: Exception | None = None

    async def open(self, scope: Scope, opened: OpenedTurn) -> None:
        owner = self.owners.setdefault(opened.conversation, scope)
        if self.error or owner != scope:
            raise self.error or NotFound("absent")
        self.opened.append(opened)

    async def close(self, scope: Scope, closed: ClosedTurn) -> Learned:
        self.closed.append(closed)
        return Learned()

    async def audit(self, scope: Scope, entry: LedgerEntry, at: datetime) -> None:
        self.audited.append(entry)


@dataclass
class FakeAfter:
    """The hot state and the jobs: what they were told of."""

    turns: list[TurnId] = field(default_factory=list)

    async def learned(self, scope: Scope, learned: Learned) -> None:
        """Nothing is hot here."""

    async def after(self, scope: Scope, turn: TurnId) -> None:
        self.turns.append(turn)


@dataclass
class FakeDoubts:
    """Lets the first that is doubtful be asked about, and keeps what was."""

    asked: list[FactId] = field(default_factory=list)

    async def askable(
        self, scope: Scope, ids: Sequence[FactId], barred: Collection[str], conversation: ConversationId, now: datetime
    ) -> FactId | None:
        return ids[0] if ids else None

    async def note(self, scope: Scope, fact: FactId, conversation: ConversationId, turn: TurnId, now: datetime) -> None:
        self.asked.append(fact)


@dataclass
class FakeRate:
    """Lets this many turns through."""

    left: int = 100

    async def hit(self, scope: Scope) -> bool:
        self.left -= 1
        return self.left >= 0
