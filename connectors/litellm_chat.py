# SPDX-License-Identifier: Apache-2.0
"""A chain of models over LiteLLM, first preferred; the concierge is last, so that something true is said."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass

from connectors.breaker import Breaker
from connectors.chat import ChatMessage, Ended, Piece, Started, Switched, Text, Usage
from connectors.errors import ModelMisconfigured, ModelUnavailable, Reason
from connectors.failures import AttemptFailed
from connectors.local_chat import LocalChat
from connectors.models import CONCIERGE, Model, parse, require_keys
from connectors.router import LAST, ModelRouter, open_router

_log = logging.getLogger(__name__)

_TOO_SHORT_S = 0.1
"""What is left of the total limit when no further model is asked."""
_PROBE = (ChatMessage("user", "Say OK."),)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a person waits, in seconds, and when a model is left alone."""

    total_s: float = 60.0
    """For the whole answer, over all models; what was said by then is kept, as cut short."""
    first_token_s: float = 10.0
    """For each model's first word or thought."""
    stall_s: float = 15.0
    """Between two pieces."""
    failures: int = 2
    """Failures in a row within the window that open a model's breaker."""
    window_s: float = 120.0
    open_s: float = 30.0
    probe_s: float = 0.2
    """How long a turn waits for a probe of a model that was left alone; the probe itself goes on."""
    concierge_s: float = 2.0
    """For the concierge through LiteLLM, before it is asked directly."""


class LitellmChat:
    """The Chat of the house; made by `open_litellm_chat`.

    `router` is None where no model is configured, or LiteLLM could not be loaded: then only the concierge
    answers, directly.
    """

    def __init__(
        self,
        router: ModelRouter | None,
        models: Sequence[Model],
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._router = router
        self._models = tuple(models)
        self._limits = limits
        self._clock = clock
        self._local = LocalChat(stands_in=bool(models))
        self._breakers = {
            model: Breaker(clock, failures=limits.failures, window_s=limits.window_s, open_s=limits.open_s)
            for model in self._models
        }
        self._reasons: dict[Model, Reason] = {}
        self._probes: set[asyncio.Task[None]] = set()

    async def stream(
        self, messages: Sequence[ChatMessage], models: Collection[str] | None = None
    ) -> AsyncGenerator[Piece, None]:
        """Tries each model that is not known to be dead, then the concierge; see Chat.stream.

        A model that is left alone is told as Switched too, with the reason of its last failure.
        """
        ends = self._clock() + self._limits.total_s
        for model in self._models:
            if models is not None and model.name not in models:
                continue
            if self._clock() + _TOO_SHORT_S > ends:
                yield Switched(model.name, "timeout")
                continue
            if not await self._worth_asking(model):
                yield Switched(model.name, self._reasons.get(model, "unknown"))
                continue
            yield Started(model.name)
            try:
                async with aclosing(self._attempt(model, messages, ends)) as pieces:
                    async for piece in pieces:
                        yield piece
                return
            except AttemptFailed as failure:
                self._note(model, failure)
                yield Switched(model.name, failure.reason)
        yield Started(CONCIERGE)
        for said in await self._last_resort(messages):
            yield said

    def count(self, messages: Sequence[ChatMessage], text: str, model: str) -> Usage:
        """What a stopped answer took so far; an estimate where LiteLLM cannot count for this model."""
        known = next((entry for entry in self._models if entry.name == model), None)
        if self._router is None or known is None:
            return self._local.count(messages, text, model)
        try:
            return self._router.count(known, messages, text)
        except Exception:  # a tokenizer that is not to be had must not lose the turn's record
            return self._local.count(messages, text, model)

    async def warm(self) -> None:
        """Makes the first Router call and the first count, about 1 s together, so that no turn pays for them."""
        if self._router is None:
            return
        hello = [ChatMessage("user", "[[message]]\nhello\n[[/message]]")]
        await self._last_resort(hello)
        await self._router.warm()
        for model in self._models:
            await asyncio.to_thread(self.count, hello, "hello", model.name)

    async def close(self) -> None:
        """Ends the probes that are still under way."""
        for probe in tuple(self._probes):
            probe.cancel()
        await asyncio.gather(*self._probes, return_exceptions=True)

    async def _attempt(
        self, model: Model, messages: Sequence[ChatMessage], ends: float
    ) -> AsyncGenerator[Text | Ended, None]:
        if self._router is None:
            raise AttemptFailed("unknown")
        # A first-token limit beyond the total would let a silent model pass as short of time for ever.
        said, due = "", self._clock() + min(self._limits.first_token_s, 0.9 * self._limits.total_s)
        async with aclosing(self._router.stream(model, messages)) as pieces:
            while True:
                try:
                    async with asyncio.timeout(max(0.0, min(due, ends) - self._clock())):
                        piece = await anext(pieces)
                except TimeoutError:
                    if ends > due:
                        raise AttemptFailed("timeout") from None
                    if not said.strip():
                        raise AttemptFailed("timeout", its_fault=False) from None
                    yield Ended(self.count(messages, said, model.name), "length")
                    return
                due = self._clock() + self._limits.stall_s
                if isinstance(piece, Ended):
                    self._breakers[model].succeeded()
                    yield piece
                    return
                if piece.text:
                    said += piece.text
                    yield piece

    async def _last_resort(self, messages: Sequence[ChatMessage]) -> Sequence[Text | Ended]:
        """The concierge's whole answer: through LiteLLM like any model, or else without it."""
        if self._router is not None:
            try:
                return await self._routed_concierge(self._router, messages)
            except (AttemptFailed, TimeoutError) as failure:
                _log.warning("model %s failed through LiteLLM: %s", CONCIERGE, type(failure).__name__)
        try:
            return [piece async for piece in self._local.stream(messages)]
        except Exception as error:
            raise ModelUnavailable("unknown", CONCIERGE) from error

    async def _routed_concierge(self, router: ModelRouter, messages: Sequence[ChatMessage]) -> list[Text | Ended]:
        async with (
            asyncio.timeout(self._limits.concierge_s),
            aclosing(router.stream(LAST, messages)) as pieces,
        ):
            return [piece async for piece in pieces]

    async def _worth_asking(self, model: Model) -> bool:
        breaker = self._breakers[model]
        if not breaker.closed and breaker.take_probe():
            probe = asyncio.create_task(self._probe(model))
            self._probes.add(probe)
            probe.add_done_callback(self._probes.discard)
            await asyncio.wait({probe}, timeout=self._limits.probe_s)
        return breaker.closed

    async def _probe(self, model: Model) -> None:
        ends = self._clock() + 2 * self._limits.first_token_s
        try:
            async with aclosing(self._attempt(model, _PROBE, ends)) as pieces:
                await anext(pieces)
            self._breakers[model].succeeded()
        except AttemptFailed as failure:
            self._note(model, failure)
            if not failure.its_fault:
                self._breakers[model].succeeded()

    def _note(self, model: Model, failure: AttemptFailed) -> None:
        self._reasons[model] = failure.reason
        if failure.its_fault:
            self._breakers[model].failed(wait_s=failure.wait_s)
        _log.warning("model %s failed: %s", model.name, failure.reason)


@asynccontextmanager
async def open_litellm_chat(
    models: Sequence[str], limits: Limits | None = None, environ: Mapping[str, str] | None = None
) -> AsyncIterator[LitellmChat]:
    """Opens the chain over RAPPORT_MODELS' entries; the concierge is added last.

    Costs the import of LiteLLM (3 s), but not where there is no model to ask: the concierge needs none of it.
    Raises ModelMisconfigured before that import where it can. Keys are read by LiteLLM from the process's
    environment; `environ` is only what the check for them looks at.
    """
    limits = limits or Limits()
    environ = os.environ if environ is None else environ
    chain = parse(models)
    require_keys(chain, environ)
    async with AsyncExitStack() as stack:
        router = await _router(stack, chain, limits, environ) if chain else None
        chat = LitellmChat(router, chain, limits)
        stack.push_async_callback(chat.close)
        yield chat


async def _router(
    stack: AsyncExitStack, chain: Sequence[Model], limits: Limits, environ: Mapping[str, str]
) -> ModelRouter | None:
    # Ours fire first and know why; LiteLLM's read timeout is what stands behind them.
    behind = max(limits.first_token_s, limits.stall_s) + 1
    opening = open_router(chain, environ, stream_timeout_s=behind, total_s=limits.total_s + 1)
    try:
        return await stack.enter_async_context(opening)
    except ModelMisconfigured:
        raise
    except Exception as error:  # a broken installation must not take the concierge with it
        _log.error("LiteLLM could not be loaded (%s): only the concierge answers", type(error).__name__)
        return None
