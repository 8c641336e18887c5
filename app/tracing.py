# SPDX-License-Identifier: Apache-2.0
"""What is kept of a turn for those who look after privacy: the prompt, the answer and what was shown, all masked."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from app.answering import Answer
from app.masking import Masks
from connectors.chat import ChatMessage
from guards.errors import GuardError
from guards.patterns.scans import Local
from guards.vault import Vault
from memory.errors import NotebookError
from memory.ids import Scope, TurnId
from memory.traces import Trace

log = logging.getLogger("rapport.turn")


class Keeps(Protocol):
    """Where traces are kept."""

    async def keep(self, scope: Scope, turn: TurnId, trace: Trace, at: datetime) -> bool:
        """Seals one; False where it may not be kept any more."""
        ...

    async def expire(self, before: datetime) -> int:
        """Lets go of what was kept earlier."""
        ...


class Tracing:
    """Keeps a trace of each answered turn for some days; of none where the days are 0."""

    def __init__(
        self, masker: Masks, traces: Keeps, days: int, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._masker, self._traces, self._days, self._now = masker, traces, days, now

    async def keep(self, scope: Scope, turn: TurnId, vault: Vault, answer: Answer) -> None:
        """Masks what came and what was shown with the turn's own placeholders; a failure keeps nothing and is logged.

        The prompt is kept as it was sent, with what the use case lets through.
        """
        if not self._days:
            return
        try:
            came, shown = await self._masked(vault, (vault.restore(answer.came), answer.text), answer.local)
            await self._traces.keep(scope, turn, Trace(_plain(answer.sent), came, shown), self._now())
        except (GuardError, NotebookError) as error:
            log.error("turn %s was not traced: %s", turn, type(error).__name__)

    async def expire(self) -> None:
        """Lets go of what is older than the days."""
        await self._traces.expire(self._now() - timedelta(days=self._days))

    def daily(self, work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """The day's other work, after this."""

        async def both() -> None:
            await self.expire()
            await work()

        return both

    async def _masked(self, vault: Vault, texts: Sequence[str], local: Local) -> tuple[str, ...]:
        known = Vault(vault.entries, vault.known)  # a copy: what only the answer names is not the conversation's
        return (await self._masker.mask(known, texts, local=local)).texts


def _plain(messages: Sequence[ChatMessage]) -> tuple[tuple[str, str], ...]:
    return tuple((message.role, message.content) for message in messages)
