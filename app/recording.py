# SPDX-License-Identifier: Apache-2.0
"""Record and learn: what a turn leaves behind, in one transaction, however it ended."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from app.answering import Answer
from app.events import Degraded, Failed, Finished, Refused
from app.manifest import Manifest
from app.notices import Notices
from app.request import Request
from connectors.chat import Usage
from guards.vault import Vault
from memory.errors import NotebookError, NotFound, StoreUnavailable
from memory.ids import ConversationId, FactId, Scope, TurnId, new_id
from memory.values import ClosedTurn, Learned, LedgerEntry, OpenedTurn, Outcome

log = logging.getLogger("rapport.turn")
T = TypeVar("T")


class Keeps(Protocol):
    """The journal: what a turn leaves, each call one transaction."""

    async def open(self, scope: Scope, opened: OpenedTurn) -> None:
        """Keeps the person's words before anything can fail."""
        ...

    async def close(self, scope: Scope, closed: ClosedTurn) -> Learned:
        """Writes the answer, the ledger entry and what was learned, all or nothing."""
        ...

    async def audit(self, scope: Scope, entry: LedgerEntry, at: datetime) -> None:
        """Writes a ledger entry alone, for a turn that was not admitted."""
        ...


class Refreshes(Protocol):
    """The notebook's hot state."""

    async def learned(self, scope: Scope, learned: Learned) -> None:
        """Makes what was learned recallable at once."""
        ...


class Asked(Protocol):
    """Who was asked what."""

    async def note(self, scope: Scope, fact: FactId, conversation: ConversationId, turn: TurnId, now: datetime) -> None:
        """The person was asked in this turn whether the fact still holds."""
        ...


class Traces(Protocol):
    """What is kept of a turn for those who look after privacy."""

    async def keep(self, scope: Scope, turn: TurnId, vault: Vault, answer: Answer) -> None:
        """Keeps the masked texts; never raises for a store or a guard that fails."""
        ...


class Follows(Protocol):
    """Durable work that follows a turn."""

    async def after(self, scope: Scope, turn: TurnId) -> None:
        """Queues what is slow: indexing, later a model's distillation."""
        ...


@dataclass(slots=True)
class TurnRecord:
    """What is known of a turn so far; filled in as its stages run."""

    request: Request
    turn: TurnId = field(default_factory=lambda: TurnId(new_id()))
    opened: OpenedTurn | None = None
    opening: "asyncio.Task[bool] | None" = None
    kept: bool = False
    """Whether the journal holds the opened turn."""
    manifest: Manifest = field(default_factory=Manifest)
    redactions: dict[str, int] = field(default_factory=dict)
    vault: Vault = field(default_factory=Vault)
    answer: Answer | None = None
    outcome: Outcome = Outcome.FAILED
    degraded: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    verdicts: list[str] = field(default_factory=list)
    reference: str = ""
    started: float = field(default_factory=time.perf_counter)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times a stage in milliseconds, also when it fails."""
        before = time.perf_counter()
        try:
            yield
        finally:
            self.timings[name] = round((time.perf_counter() - before) * 1000, 2)

    def degrade(self, say: Notices, part: str) -> Degraded:
        """A part is missing from the answer; the person is told."""
        self.degraded.append(part)
        self.notices.append(say(f"without_{part}"))
        return Degraded(part, self.notices[-1])

    def refuse(self, notice: str, rule: str) -> Refused:
        """The turn ends here, by a rule."""
        self.outcome = Outcome.REFUSED
        self.verdicts.append(f"refused: {rule}")
        self.notices.append(notice)
        return Refused(notice, rule)

    def fail(self, say: Notices, error: Exception) -> Refused | Failed:
        """The turn ends here, by an error: the log has its kind, the person a reference."""
        if isinstance(error, NotFound):
            return self.refuse(say("absent"), "absent")
        self.outcome, self.reference = Outcome.FAILED, new_id()[:8]
        log.error("turn %s failed: %s (reference %s)", self.turn, type(error).__name__, self.reference)
        self.notices.append(say("failed").format(reference=self.reference))
        return Failed(self.notices[-1], self.reference)

    def finished(self, learned: Learned) -> Finished:
        """The turn is over, and this is what came of it."""
        used = tuple(item.id for item in self.manifest.used)
        return Finished(self.turn, self.outcome, self.answer.model if self.answer else "", learned, used)

    def entry(self) -> LedgerEntry:
        """The ledger's form of all this: no content, no person in clear."""
        answer, usage = self.answer, self.answer.count() if self.answer else Usage("", 0, 0, 0.0)
        if answer and answer.first_word:
            self.timings["first_word"] = round((answer.first_word - self.started) * 1000, 2)
        return LedgerEntry(
            turn=self.turn,
            conversation=self.request.conversation,
            use_case=self.request.use_case,
            channel=self.request.channel,
            outcome=self.outcome,
            items=self.manifest.lines(),
            redactions=dict(self.redactions),
            model=answer.model if answer else "",
            fallbacks=tuple(answer.fallbacks) if answer else (),
            verdicts=(*self.verdicts, *(answer.verdicts if answer else ())),
            degraded=tuple(self.degraded),
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            cost=usage.cost,
            timings=dict(self.timings),
            reference=self.reference,
        )


class Recorder:
    """Closes turns; a failure here is logged with the turn's id and never reaches the person."""

    def __init__(
        self,
        journal: Keeps,
        notebook: Refreshes,
        jobs: Follows,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        infers: bool | None = None,
        doubts: Asked | None = None,
        traces: Traces | None = None,
    ) -> None:
        """`infers` says whether a model reads turns too, unless their use case says; None where there is none."""
        self._journal, self._notebook, self._jobs, self._now = journal, notebook, jobs, now
        self._infers, self._doubts, self._traces = infers, doubts, traces
        self._closing: set[asyncio.Task[Any]] = set()

    def open(self, record: TurnRecord, text: str, learnable: bool, infer: bool | None = None) -> "asyncio.Task[bool]":
        """Begins to keep the person's words: False when the store does not answer, NotFound for another's ids.

        `infer` is what the use case says of a model reading them too, None where it says nothing.
        """
        inferred = self._infers is not None and (self._infers if infer is None else infer)
        record.opening = asyncio.create_task(self._open(record, text, learnable, inferred))
        return record.opening

    async def _open(self, record: TurnRecord, text: str, learnable: bool, infer: bool) -> bool:
        request = record.request
        record.opened = OpenedTurn(
            record.turn,
            request.conversation,
            request.use_case,
            request.channel,
            request.message,
            request.answer,
            text,
            learnable,
            self._now(),
            infer and learnable,
        )
        try:
            with record.stage("open"):
                await self._journal.open(request.scope, record.opened)
        except StoreUnavailable:
            return False
        record.kept = True
        return True

    async def close(self, record: TurnRecord) -> Learned:
        """Writes everything even if the caller is cancelled meanwhile."""
        return await asyncio.shield(self._later(self._close(record)))

    async def settle(self) -> None:
        """Waits for the turns that are still being written, at shutdown."""
        while self._closing:
            await asyncio.gather(*self._closing, return_exceptions=True)

    def _later(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        task = asyncio.create_task(work)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        return task

    async def _close(self, record: TurnRecord) -> Learned:
        scope = record.request.scope
        if record.opening:
            await asyncio.gather(record.opening, return_exceptions=True)
        try:
            if record.opened is None or not record.kept:
                await self._journal.audit(scope, record.entry(), self._now())
                return Learned()
            answer = record.answer.text if record.answer and record.outcome is not Outcome.FAILED else ""
            learned = await self._journal.close(
                scope,
                ClosedTurn(
                    record.opened,
                    answer,
                    tuple(record.notices),
                    record.entry(),
                    record.vault.entries,
                    self._now(),
                ),
            )
            await self._notebook.learned(scope, learned)
            if self._doubts and record.manifest.doubt and record.outcome is Outcome.ANSWERED:
                place = record.request.conversation
                await self._doubts.note(scope, record.manifest.doubt, place, record.turn, self._now())
            await self._jobs.after(scope, record.turn)
            if self._traces and record.answer:
                self._later(self._traces.keep(scope, record.turn, record.vault, record.answer))
        except NotebookError as error:
            log.error("turn %s was not recorded: %s", record.turn, type(error).__name__)
            return Learned()
        return learned
