# SPDX-License-Identifier: Apache-2.0
"""What is known and may be used now: memory, passages and history, under one deadline."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from app.request import Request
from app.use_case import Boundary
from guards.injection import Suspicion
from memory.errors import NotebookError
from memory.ids import ConversationId, FactId, Scope
from memory.understanding.doubts import doubtful
from memory.values import Message, Passage, Recollection, Role

log = logging.getLogger("rapport.context")
T = TypeVar("T")


class Remembers(Protocol):
    """The part of the notebook that a turn reads."""

    async def recall(
        self, scope: Scope, query: str, *, conversation: ConversationId, now: datetime, limit: int
    ) -> Recollection:
        """What is known of this person and fits the query."""
        ...


class Cites(Protocol):
    """Documents that may be cited."""

    async def search(self, query: str, *, limit: int, internal: bool = False) -> tuple[Passage, ...]:
        """The passages that fit the query best; of internal documents only where `internal` says so."""
        ...


class Converses(Protocol):
    """The messages of a conversation."""

    async def recent(
        self, scope: Scope, conversation: ConversationId, *, last: int
    ) -> tuple[tuple[Message, ...], dict[str, str]]:
        """The person's own conversation, oldest first, and what its placeholders stand for."""
        ...


class Doubts(Protocol):
    """Who was asked what lately."""

    async def askable(
        self, scope: Scope, ids: Sequence[FactId], barred: Collection[str], conversation: ConversationId, now: datetime
    ) -> FactId | None:
        """The first of the doubtful facts that the person may be asked about."""
        ...


class Distrusts(Protocol):
    """Looks for attacks in what nobody typed just now."""

    async def untrusted(self, texts: Sequence[str]) -> tuple[str, ...]:
        """For each text what it is suspected of, or empty; raises ScreenFailed."""
        ...

    async def together(self, earlier: Sequence[str], text: str) -> Suspicion:
        """What a person's messages are suspected of together, though none alone; raises ScreenFailed."""
        ...


@dataclass(frozen=True, slots=True)
class Gathered:
    """What came back in time; `unavailable` names what did not."""

    recollection: Recollection
    passages: tuple[Passage, ...]
    history: tuple[Message, ...]
    vault: dict[str, str]
    unavailable: tuple[str, ...]
    planted: Mapping[str, str] = field(default_factory=dict)
    """The ids of memories and passages that give orders, with what kind; they are left out of the prompt."""
    attack: str = ""
    """What the conversation is suspected of as a whole, or empty."""


class Context:
    """Asks every part at once and waits for none of them past the deadline."""

    def __init__(
        self,
        notebook: Remembers,
        knowledge: Cites,
        transcript: Converses,
        screen: Distrusts,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        doubts: Doubts | None = None,
    ) -> None:
        self._notebook = notebook
        self._knowledge = knowledge
        self._transcript = transcript
        self._screen = screen
        self._now = now
        self._doubts = doubts

    async def gather(
        self, request: Request, boundary: Boundary, query: str, opening: "asyncio.Future[bool]"
    ) -> Gathered:
        """Never raises for a part that is late or down: that part is empty and named unavailable. What came back is
        screened; raises ScreenFailed.

        The conversation is read when `opening` is done, since an edited message takes later ones away.
        """
        missing = ["context"] if boundary.wary else []
        recollection, passages, (history, vault) = await asyncio.gather(
            self._in_time("memory", self._recall(request, boundary, query), Recollection(), boundary, missing),
            self._in_time("knowledge", self._search(boundary, query), (), boundary, missing),
            self._in_time("history", self._history(request, boundary, opening), ((), {}), boundary, missing),
        )
        earlier = [message.text for message in history if message.role is Role.USER]
        built_up = await self._screen.together(earlier, query)
        planted = await self._planted(recollection, passages)
        return Gathered(recollection, passages, history, vault, tuple(missing), planted, built_up.attack)

    async def _planted(self, known: Recollection, passages: Sequence[Passage]) -> dict[str, str]:
        """Whatever was written elsewhere or long ago and reads as an order to the assistant."""
        texts: dict[str, str] = {fact.id: fact.text for fact in known.profile}
        texts |= {one.id: one.text for one in (*known.recalled, *known.beside)}
        texts |= {passage.id: f"{passage.title}\n{passage.text}" for passage in passages}
        found = await self._screen.untrusted(list(texts.values()))
        return {id: what for id, what in zip(texts, found, strict=True) if what}

    async def _recall(self, request: Request, boundary: Boundary, query: str) -> Recollection:
        if not boundary.recall:
            return Recollection()
        scope, place, now = request.scope, request.conversation, self._now()
        known = await self._notebook.recall(scope, query, conversation=place, now=now, limit=boundary.max_memories)
        doubts = tuple(doubtful(known, query, now)) if self._doubts else ()
        if self._doubts is None or not doubts:
            return known
        return replace(known, doubt=await self._doubts.askable(scope, doubts, boundary.never_volunteered, place, now))

    async def _search(self, boundary: Boundary, query: str) -> tuple[Passage, ...]:
        if not boundary.knowledge:
            return ()
        return await self._knowledge.search(query, limit=boundary.max_passages, internal=boundary.internal)

    async def _history(
        self, request: Request, boundary: Boundary, opening: "asyncio.Future[bool]"
    ) -> tuple[tuple[Message, ...], dict[str, str]]:
        await asyncio.wait([opening])
        last = 2 * boundary.history_turns + 2
        messages, vault = await self._transcript.recent(request.scope, request.conversation, last=last)
        spoken = tuple(message for message in messages if message.role is not Role.NOTICE and message.text)
        return (spoken[:-1] if spoken and spoken[-1].role is Role.USER else spoken), vault

    async def _in_time(self, part: str, work: Awaitable[T], otherwise: T, boundary: Boundary, missing: list[str]) -> T:
        try:
            async with asyncio.timeout(boundary.deadline_s):
                return await work
        except (TimeoutError, NotebookError) as error:
            log.warning("%s is unavailable: %s", part, type(error).__name__)
            missing.append(part)
            return otherwise
