# SPDX-License-Identifier: Apache-2.0
"""The comma list of models: read, checked, suggested."""

import json
import time
from collections.abc import Sequence

import pytest

from connectors.errors import ModelMisconfigured
from connectors.models import Model, Suggestion, find_ollama, parse, require_keys, suggest
from connectors.providers import PROVIDERS
from connectors.router import open_router
from tests.provider import open_provider


def test_names_are_read_in_order_once() -> None:
    """Blank entries and repetitions go, and the concierge is not listed: it is always last."""
    entries = [" openai/gpt-4o-mini", "", "local/concierge", "anthropic/claude-haiku-4-5", "openai/gpt-4o-mini"]
    assert parse(entries) == (Model("openai/gpt-4o-mini"), Model("anthropic/claude-haiku-4-5"))


def test_a_server_of_ones_own_is_named_with_its_address() -> None:
    """A name without a provider speaks OpenAI's dialect; an @ within a name is no address."""
    assert parse(
        [
            "llama3.2:3b@http://127.0.0.1:11434/v1/",
            "hosted_vllm/qwen@https://models.example/v1",
            "vertex_ai/claude-sonnet-4@20250514",
        ]
    ) == (
        Model("openai/llama3.2:3b", "http://127.0.0.1:11434/v1"),
        Model("hosted_vllm/qwen", "https://models.example/v1"),
        Model("vertex_ai/claude-sonnet-4@20250514"),
    )


@pytest.mark.parametrize(
    "entry",
    [
        *("two words", "@http://127.0.0.1/v1", "http://127.0.0.1/v1", "x@http://", "local/other", "a<b>"),
        *("opnai/gpt-4o-mini", "Qwen/Qwen3-8B@http://127.0.0.1/v1"),
    ],
)
def test_what_is_no_model_is_refused(entry: str) -> None:
    """The sentence names the setting, and repeats no address, which may carry a password."""
    with pytest.raises(ModelMisconfigured, match="RAPPORT_MODELS") as caught:
        parse([entry])
    assert "127.0.0.1/v1'" not in str(caught.value)


async def test_the_providers_are_those_of_litellm() -> None:
    """The list that is read without LiteLLM holds what LiteLLM knows, no more and no less, beside our own."""
    async with open_router((), {}, stream_timeout_s=1, total_s=1):
        import litellm
        from litellm.llms.openai_like.json_loader import JSONProviderRegistry

        listed = {str(getattr(name, "value", name)) for name in litellm.provider_list} - {"local"}
    assert listed | set(JSONProviderRegistry.list_providers()) == PROVIDERS


def test_a_key_is_needed_where_the_provider_needs_one() -> None:
    """The sentence names the variable; an empty one counts as missing, and either name of two will do."""
    with pytest.raises(ModelMisconfigured, match="ANTHROPIC_API_KEY is not set"):
        require_keys(parse(["anthropic/claude-haiku-4-5"]), {"ANTHROPIC_API_KEY": " "})
    with pytest.raises(ModelMisconfigured, match="AZURE_API_BASE is not set"):
        require_keys(parse(["azure/mine"]), {"AZURE_API_KEY": "k"})
    require_keys(parse(["gemini/gemini-2.5-flash"]), {"GOOGLE_API_KEY": "k"})
    require_keys(parse(["llama3.2@http://127.0.0.1:11434/v1", "ollama_chat/llama3.2"]), {})


async def _none() -> Sequence[str]:
    return ()


async def _some() -> Sequence[str]:
    return ("llama3.2:latest", "qwen3:8b")


async def test_what_is_found_is_suggested_with_the_line_to_set() -> None:
    """Keys and a local Ollama are told, never used; without them there is nothing to suggest."""
    assert await suggest({"OPENAI_API_KEY": "", "PATH": "/bin"}, _none) == ()
    assert await suggest({"OPENAI_API_KEY": "sk"}, _some) == (
        Suggestion("OPENAI_API_KEY is set", "RAPPORT_MODELS=openai/gpt-4o-mini"),
        Suggestion("Ollama is running", "RAPPORT_MODELS=llama3.2:latest@http://127.0.0.1:11434/v1"),
    )


async def test_every_suggestion_can_be_set() -> None:
    """Each line is a list that parses, and whose key is there."""
    providers = ("OPENAI", "ANTHROPIC", "GEMINI", "MISTRAL", "GROQ", "DEEPSEEK")
    environ = {f"{provider}_API_KEY": "k" for provider in providers}
    suggested = await suggest(environ, _some)
    assert len(suggested) == 7
    for suggestion in suggested:
        name, _, value = suggestion.line.partition("=")
        assert name == "RAPPORT_MODELS"
        require_keys(parse([value]), environ)


async def test_ollama_is_looked_for_on_this_machine_only() -> None:
    """Another host is not asked; a server that is none, or silent, is no Ollama and costs little."""
    assert await find_ollama("http://192.0.2.1:11434") == ()
    async with open_provider() as provider:
        started = time.monotonic()
        assert await find_ollama(f"http://127.0.0.1:{provider.port}") == ()
        provider.hang_up()
        assert await find_ollama(f"http://127.0.0.1:{provider.port}") == ()
    assert time.monotonic() - started < 5


def test_the_suggested_models_have_a_price() -> None:
    """Each suggested name stands in the price list that LiteLLM brings along, so it exists."""
    from importlib.resources import files

    listed = json.loads(files("litellm").joinpath("model_prices_and_context_window_backup.json").read_text())
    for name in (
        "gpt-4o-mini",
        "claude-haiku-4-5",
        "gemini/gemini-2.5-flash",
        "mistral/mistral-small-latest",
        "groq/openai/gpt-oss-120b",
        "deepseek/deepseek-chat",
    ):
        assert name in listed
