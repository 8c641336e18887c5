# SPDX-License-Identifier: Apache-2.0
"""LiteLLM's Router made quiet and strict: one attempt at one model, and one kind of failure."""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, suppress
from typing import Any

from connectors.chat import ChatMessage, Ended, Text, Usage
from connectors.errors import ModelMisconfigured
from connectors.failures import AttemptFailed, failure_of
from connectors.local_chat import LocalChat
from connectors.models import CONCIERGE, Model, require_keys
from connectors.plain import spare_plain_messages

LAST = Model(CONCIERGE)

# LiteLLM fetches a price list at import, and more on other paths, unless told to use what it brings along;
# in its DEV mode it also reads the nearest .env into the process.
_OFFLINE = {
    "LITELLM_MODE": "PRODUCTION",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_LOCAL_BLOG_POSTS": "True",
    "LITELLM_LOCAL_POLICY_TEMPLATES": "True",
    "LITELLM_LOCAL_AUTOROUTER_PRESETS": "True",
}
# These put provider texts, addresses or headers into log lines.
_SILENT = ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy")
_HUSHED = ("httpx", "httpcore", "openai", "aiohttp")


def silence_litellm() -> None:
    """Keeps LiteLLM off the network and out of the log; call it before anything may import litellm."""
    for name, value in _OFFLINE.items():
        os.environ.setdefault(name, value)
    for name in _SILENT:
        logging.getLogger(name).disabled = True
    for name in _HUSHED:
        logging.getLogger(name).setLevel(logging.WARNING)


class ModelRouter:
    """One LiteLLM Router, each model a group of its own; made by `open_router`."""

    def __init__(self, litellm: Any, router: Any) -> None:
        self._litellm = litellm
        self._router = router

    async def stream(self, model: Model, messages: Sequence[ChatMessage]) -> AsyncGenerator[Text | Ended, None]:
        """One attempt: Text as it comes (empty for a sign of life, such as a thought), then one Ended.

        Raises AttemptFailed, also for what LiteLLM takes for success: an empty answer, a page of HTML, a
        filtered answer, an end without a finish reason. Closing it closes the upstream connection.
        """
        try:
            async with aclosing(self._chunks(model, messages)) as chunks:
                async for piece in chunks:
                    yield piece
        except AttemptFailed:
            raise
        except Exception as error:
            # The cause is left behind: it carries the provider's words, and often a key or an address.
            raise failure_of(error) from None

    async def _chunks(self, model: Model, messages: Sequence[ChatMessage]) -> AsyncGenerator[Text | Ended, None]:
        response = await self._router.acompletion(
            model=_group(model),
            messages=[{"role": message.role, "content": message.content} for message in messages],
            stream=True,
            stream_options={"include_usage": True},
            disable_fallbacks=True,
        )
        said, finish, usage = False, "", None
        try:
            async for chunk in response:
                usage = getattr(chunk, "usage", None) or usage
                for choice in chunk.choices[:1]:
                    finish = choice.finish_reason or finish
                    text = choice.delta.content or ""
                    said = said or bool(text.strip())
                    if text or getattr(choice.delta, "reasoning_content", None):
                        yield Text(text)
            _require_complete(response, said, finish)
        finally:
            await response.aclose()
        yield Ended(self._usage(model, messages, usage), "length" if finish == "length" else "stop")

    async def warm(self) -> None:
        """Makes LiteLLM load what a first remote call and a first failure need; 0.5 s, and no packet leaves.

        It calls a port of this machine that is taken and where nobody listens.
        """
        with socket.socket() as nobody, suppress(Exception):
            nobody.bind(("127.0.0.1", 0))
            await self._litellm.acompletion(
                model="openai/warm",
                messages=[{"role": "user", "content": "hello"}],
                api_base=f"http://127.0.0.1:{nobody.getsockname()[1]}/v1",
                api_key="none",
                max_retries=0,
                timeout=2,
                stream=True,
            )

    def _usage(self, model: Model, messages: Sequence[ChatMessage], usage: Any) -> Usage:
        if usage is None:
            return self.count(model, messages, "")
        prompt, completion = int(usage.prompt_tokens or 0), int(usage.completion_tokens or 0)
        return Usage(model.name, prompt, completion, self._cost(model, prompt, completion, usage))

    def count(self, model: Model, messages: Sequence[ChatMessage], text: str) -> Usage:
        """Counts with the model's tokenizer as LiteLLM brings it along; about 1 ms once it is warm."""
        plain = [{"role": message.role, "content": message.content} for message in messages]
        prompt = int(self._litellm.token_counter(model=model.name, messages=plain))
        completion = int(self._litellm.token_counter(model=model.name, text=text)) if text else 0
        return Usage(model.name, prompt, completion, self._cost(model, prompt, completion))

    def _cost(self, model: Model, prompt: int, completion: int, usage: Any = None) -> float:
        if model.address or model == LAST:
            return 0.0
        # LiteLLM raises a class of its own for a model without a price, and others for odd names.
        with suppress(Exception):
            costs = self._litellm.cost_per_token(
                model=model.name, prompt_tokens=prompt, completion_tokens=completion, usage_object=usage
            )
            return float(sum(costs))
        return 0.0


def _require_complete(response: Any, said: bool, finish: str) -> None:
    """1.106.2 makes up "stop" where a stream ends without a reason, but keeps that out of `chunks`."""
    if finish == "content_filter":
        raise AttemptFailed("policy")
    headers = (getattr(response, "_hidden_params", None) or {}).get("additional_headers") or {}
    if str(headers.get("llm_provider-content-type", "")).startswith("text/html"):
        raise AttemptFailed("malformed")
    kept = getattr(response, "chunks", None)
    if kept and not any(choice.finish_reason for chunk in kept for choice in chunk.choices):
        raise AttemptFailed("connection")
    if not said:
        raise AttemptFailed("empty")


def _group(model: Model) -> str:
    return f"{model.name}@{model.address}" if model.address else model.name


def open_router(
    models: Sequence[Model], environ: Mapping[str, str], *, stream_timeout_s: float, total_s: float
) -> AbstractAsyncContextManager[ModelRouter]:
    """Imports LiteLLM (2 to 4 s of CPU, in a thread) and opens its Router over the models and the concierge.

    Raises ModelMisconfigured for a name that LiteLLM does not know, or a key that is missing.
    """
    return _opened(models, environ, stream_timeout_s, total_s)


@asynccontextmanager
async def _opened(
    models: Sequence[Model], environ: Mapping[str, str], stream_timeout_s: float, total_s: float
) -> AsyncIterator[ModelRouter]:
    silence_litellm()
    litellm = await asyncio.to_thread(_imported, bool(models))
    for model in models:
        require_keys((model,), environ, _provider(litellm, model))
    # In a thread, since a Router over ollama_chat/ asks that server about the model when it is made.
    router = await asyncio.to_thread(_made, litellm, models, stream_timeout_s, total_s)
    try:
        yield ModelRouter(litellm, router)
    finally:
        router.discard()
        await _close_clients(litellm)


def _imported(stands_in: bool) -> Any:
    import litellm

    litellm.suppress_debug_info = True
    litellm.drop_params = True
    litellm.turn_off_message_logging = True
    litellm.disable_hf_tokenizer_download = True
    litellm.cache = None
    spare_plain_messages()
    litellm.custom_provider_map = [{"provider": "local", "custom_handler": _handler(litellm, stands_in)}]
    return litellm


def _made(litellm: Any, models: Sequence[Model], stream_timeout_s: float, total_s: float) -> Any:
    return litellm.Router(
        model_list=[{"model_name": _group(model), "litellm_params": _parameters(model)} for model in (*models, LAST)],
        num_retries=0,
        max_fallbacks=0,
        fallbacks=[],
        disable_cooldowns=True,
        cache_responses=False,
        timeout=total_s,
        stream_timeout=stream_timeout_s,
        set_verbose=False,
    )


def _parameters(model: Model) -> dict[str, object]:
    if model.address is None:
        return {"model": model.name}
    return {"model": model.name, "api_base": model.address, "api_key": "none"}


def _provider(litellm: Any, model: Model) -> str:
    try:
        return str(litellm.get_llm_provider(model.name)[1])
    except Exception:
        raise ModelMisconfigured(
            f"RAPPORT_MODELS names {model.name}, which LiteLLM does not know: write provider/model, "
            "such as openai/gpt-4o-mini, or model@http://host:port/v1 for a server of your own."
        ) from None


def _handler(litellm: Any, stands_in: bool) -> Any:
    """The concierge as LiteLLM wants a provider: a subclass of its CustomLLM, defined after the import."""
    local = LocalChat(stands_in=stands_in)

    class Concierge(litellm.CustomLLM):  # type: ignore[misc]  # LiteLLM ships no types
        async def astreaming(
            self, model: str, messages: list[dict[str, str]], *_: object, **__: object
        ) -> AsyncIterator[dict[str, object]]:
            async for piece in local.stream([ChatMessage(**_plain(message)) for message in messages]):
                yield _generic(piece)

    return Concierge()


def _plain(message: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": message["role"], "content": message["content"]}


def _generic(piece: Text | Ended) -> dict[str, object]:
    ended = isinstance(piece, Ended)
    return {
        "text": "" if isinstance(piece, Ended) else piece.text,
        "is_finished": ended,
        "finish_reason": "stop" if ended else "",
        "index": 0,
        "tool_use": None,
        "usage": _counts(piece.usage) if isinstance(piece, Ended) else None,
    }


def _counts(usage: Usage) -> dict[str, int]:
    prompt, completion = usage.prompt_tokens, usage.completion_tokens
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


async def _close_clients(litellm: Any) -> None:
    """Clients are cached for the whole process, by event loop; a closed one must not be found again."""
    with suppress(Exception):
        from litellm.llms.custom_httpx.async_client_cleanup import close_litellm_async_clients

        await close_litellm_async_clients()
        litellm.in_memory_llm_clients_cache.flush_cache()
