# SPDX-License-Identifier: Apache-2.0
"""Stream and release: a model's pieces in, checked and restored text out."""

import time
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import aclosing
from typing import Protocol

from app.events import Replaced, Said
from app.notices import Notices
from connectors.chat import Chat, ChatMessage, Ended, Started, Switched, Text, Usage
from guards.conduct import Ground, Verdict
from guards.declarations import Tell
from guards.gate import Blocked, Gate, Passed
from guards.placeholders import Restorer
from guards.vault import Vault
from memory.values import Outcome

LAST_RESORT = "local/concierge"


class Checks(Protocol):
    """The validators, a sentence or a whole answer at a time."""

    async def sentence(self, text: str, ground: Ground, before: str = "") -> Verdict:
        """What may be shown of a released segment, after what was released before."""
        ...

    async def whole(self, text: str, ground: Ground) -> Verdict:
        """Whether the whole answer may stand."""
        ...


class Answer:
    """One answer as it comes: what was shown so far, from which model, with which verdicts."""

    def __init__(
        self,
        chat: Chat,
        checks: Checks,
        messages: Sequence[ChatMessage],
        vault: Vault,
        ground: Ground,
        notices: Notices,
        models: Collection[str] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.text = ""
        """What the person sees: checked and restored."""
        self.local = ground.local
        """What the use case adds to the search for personal data."""
        self.model = ""
        self.usage: Usage | None = None
        self.finish_reason = ""
        self.fallbacks: list[str] = []
        self.verdicts: list[str] = []
        self.blocked = ""
        """The rule that blocked the answer, or empty."""
        self.told: list[str] = []
        """What the person is to know of what the checks found, as in Verdict."""
        self.first_word: float | None = None
        """When the first character was released, by the clock."""
        self._chat, self._checks, self._messages = chat, checks, messages
        self._vault, self._ground, self._notices, self._clock = vault, ground, notices, clock
        self._models = models
        self._raw = ""
        self._masked = ""
        self._void = self._last = False
        self._gate: Gate
        self._restorer: Restorer
        self._start_over()

    async def events(self) -> AsyncGenerator[Said | Replaced, None]:
        """Yields text as it may be shown; closing this closes the upstream at once.

        Raises ModelUnavailable when no model answered, CheckFailed when a check could not run.
        """
        async with aclosing(self._chat.stream(self._messages, self._models)) as pieces:
            async for piece in pieces:
                match piece:
                    case Started(model):
                        self.model = model
                    case Text(text):
                        self._raw += text
                        if event := self._shown(await self._gate.feed(text)):
                            yield event
                    case Switched(failed, reason):
                        self.fallbacks.append(f"{failed}: {reason}")
                        self._start_over()
                    case Ended(usage, finish_reason):
                        self.usage, self.model, self.finish_reason = usage, usage.model, finish_reason
                if self.blocked:
                    return
                if self._last:
                    break
        async for event in self._end():
            yield event

    async def _end(self) -> AsyncGenerator[Said | Replaced, None]:
        if not self._last and (event := self._shown(await self._gate.flush())):
            yield event
        if not self.blocked:
            if rest := self._restorer.flush():
                yield self._say(rest)
            taken = tuple(self.verdicts)
            verdict = self._noted(await self._checks.whole(self._masked, self._ground))
            if not self.text.strip() and taken:
                yield self._block(taken[-1], Tell.TOPIC if Tell.TOPIC in self.told else "")  # all of it was taken out
            elif not verdict.passed:
                yield self._block(verdict.rules[-1] if verdict.rules else "whole answer", next(iter(verdict.told), ""))

    @property
    def sent(self) -> Sequence[ChatMessage]:
        """The prompt, masked."""
        return self._messages

    @property
    def came(self) -> str:
        """What the last model that was asked answered, with placeholders and before any check."""
        return self._raw

    def count(self) -> Usage:
        """What the answer took; counted here when it was stopped before the provider could say."""
        return self.usage or self._chat.count(self._messages, self._raw, self.model)

    @property
    def outcome(self) -> Outcome:
        """How it ended, once it has."""
        return Outcome.BLOCKED if self.blocked else Outcome.ANSWERED

    def shortcomings(self) -> tuple[str, ...]:
        """What the person should know of this answer: another model gave it, it was cut short, or checks say so."""
        parts = (["model"] if self.model == LAST_RESORT else ["fallback"]) if self.fallbacks else []
        told = [] if self.blocked else self.told
        return tuple(dict.fromkeys([*parts, *(["ending"] if self.finish_reason == "length" else []), *told]))

    async def _check(self, segment: str) -> Verdict:
        verdict = self._noted(await self._checks.sentence(segment, self._ground, self._masked))
        self._last = verdict.last
        return verdict

    def _noted(self, verdict: Verdict) -> Verdict:
        self.verdicts.extend(rule for rule in verdict.rules if rule not in self.verdicts)
        self.told.extend(verdict.told if verdict.passed else ())
        return verdict

    def _shown(self, released: Passed | Blocked) -> Said | Replaced | None:
        if isinstance(released, Blocked):
            return self._block(released.rule, released.told)
        self._masked += released.text
        text = self._restorer.feed(released.text)
        return self._say(text) if text else None

    def _say(self, text: str) -> Said | Replaced:
        if self.first_word is None:
            self.first_word = self._clock()
        self.text += text
        if self._void:
            self._void = False
            return Replaced(self.text)
        return Said(text)

    def _block(self, rule: str, told: str = "") -> Replaced:
        self.blocked = rule
        self.text = self._notices(f"blocked_{told}" if told else "blocked")
        return Replaced(self.text)

    def _start_over(self) -> None:
        """The next model begins anew: what was shown is void once it says its first word."""
        self._gate, self._last = Gate(self._check, whole=self._ground.demands.json), False
        self._restorer = self._vault.restorer(self._notices("unknown"))
        self._void = self._void or bool(self.text)
        self.text = self._raw = self._masked = ""
        self.told.clear()
