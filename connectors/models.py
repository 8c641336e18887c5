# SPDX-License-Identifier: Apache-2.0
"""Which models are configured: the comma list of RAPPORT_MODELS read, checked, and suggested."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import httpx

from connectors.errors import ModelMisconfigured
from connectors.providers import PROVIDERS

CONCIERGE = "local/concierge"
OLLAMA = "http://127.0.0.1:11434"

# Any one name of an inner tuple will do; all of the outer ones are needed.
_KEYS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "openai": (("OPENAI_API_KEY",),),
    "anthropic": (("ANTHROPIC_API_KEY",),),
    "gemini": (("GEMINI_API_KEY", "GOOGLE_API_KEY"),),
    "mistral": (("MISTRAL_API_KEY",),),
    "groq": (("GROQ_API_KEY",),),
    "deepseek": (("DEEPSEEK_API_KEY",),),
    "openrouter": (("OPENROUTER_API_KEY",),),
    "together_ai": (("TOGETHERAI_API_KEY", "TOGETHER_API_KEY"),),
    "xai": (("XAI_API_KEY",),),
    "cohere": (("COHERE_API_KEY",),),
    "cohere_chat": (("COHERE_API_KEY",),),
    "perplexity": (("PERPLEXITYAI_API_KEY", "PERPLEXITY_API_KEY"),),
    "azure": (("AZURE_API_KEY", "AZURE_AD_TOKEN"), ("AZURE_API_BASE",)),
}
_OFFERS: Mapping[str, str] = {
    "openai": "openai/gpt-4o-mini",
    "anthropic": "anthropic/claude-haiku-4-5",
    "gemini": "gemini/gemini-2.5-flash",
    "mistral": "mistral/mistral-small-latest",
    "groq": "groq/openai/gpt-oss-120b",
    "deepseek": "deepseek/deepseek-chat",
}


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of the list."""

    name: str
    """As LiteLLM knows it, e.g. "openai/gpt-4o-mini"."""
    address: str | None = None
    """API base of a self-hosted, OpenAI-compatible server; it is never sent a key of the environment."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something found that could answer, and what to set to use it."""

    found: str
    line: str
    """The exact line for `.env` or the environment."""


def parse(entries: Sequence[str]) -> tuple[Model, ...]:
    """Reads "provider/model" and "model@http://host:port/v1" in order; the concierge is left out.

    An addressed name without a provider means openai/, the dialect that such servers speak. A name without
    both is left to LiteLLM, which knows some. Raises ModelMisconfigured, which repeats no address, since
    one may carry a password.
    """
    models = [_parsed(entry.strip()) for entry in entries if entry.strip()]
    return tuple(dict.fromkeys(model for model in models if model.name != CONCIERGE))


def _parsed(entry: str) -> Model:
    name, _, address = re.sub(r"@(?=https?://)", "\n", entry, count=1).partition("\n")
    if not name or not re.fullmatch(r"[^\s,\"'<>]+", name) or "://" in name:
        raise ModelMisconfigured(
            "RAPPORT_MODELS takes names such as openai/gpt-4o-mini or llama3.2@http://127.0.0.1:11434/v1, "
            "separated by commas: one of its entries is neither."
        )
    if name.startswith("local/") and name != CONCIERGE:
        raise ModelMisconfigured(f"RAPPORT_MODELS names {name}, but {CONCIERGE} is the only local model.")
    if address and not _reachable(address):
        raise ModelMisconfigured(f"RAPPORT_MODELS gives {name} an address that is not one: write http://host:port/v1.")
    provider, slash, _ = name.partition("/")
    if slash and name != CONCIERGE and provider not in PROVIDERS:
        instead = f"openai/{name} with its address" if address else "provider/model, such as openai/gpt-4o-mini"
        raise ModelMisconfigured(f"RAPPORT_MODELS names {name}, but {provider} is no provider: write {instead}.")
    if not address:
        return Model(name)
    return Model(name if "/" in name else f"openai/{name}", address.rstrip("/"))


def _reachable(address: str) -> bool:
    try:
        return bool(httpx.URL(address).host)
    except httpx.InvalidURL:
        return False


def require_keys(models: Sequence[Model], environ: Mapping[str, str], provider: str = "") -> None:
    """Raises ModelMisconfigured naming the variable that is missing; cheap, and silent where it cannot tell.

    The provider is read off the name unless it is given.
    """
    for model in models:
        wanted = () if model.address else _KEYS.get(provider or model.name.partition("/")[0], ())
        for names in wanted:
            if not any(environ.get(name, "").strip() for name in names):
                raise ModelMisconfigured(
                    f"RAPPORT_MODELS names {model.name}, but {' or '.join(names)} is not set: "
                    "set it in the environment, or take the model off the list."
                )


async def suggest(environ: Mapping[str, str], probe: Callable[[], Awaitable[Sequence[str]]]) -> tuple[Suggestion, ...]:
    """What was found on this machine that could answer; nothing of it is used unless the line is set."""
    found = [
        Suggestion(f"{name} is set", f"RAPPORT_MODELS={offer}")
        for provider, offer in _OFFERS.items()
        for name in _KEYS[provider][0]
        if environ.get(name, "").strip()
    ]
    for name in (await probe())[:1]:
        found.append(Suggestion("Ollama is running", f"RAPPORT_MODELS={name}@{OLLAMA}/v1"))
    return tuple(found)


async def find_ollama(address: str = OLLAMA, limit_s: float = 0.5) -> tuple[str, ...]:
    """The models of an Ollama on this machine; empty where none answers in time. Loopback only."""
    if httpx.URL(address).host not in {"127.0.0.1", "::1", "localhost"}:
        return ()
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=limit_s) as client:
            answer = (await client.get(f"{address}/api/tags")).raise_for_status().json()
        return tuple(str(model["name"]) for model in answer["models"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return ()
