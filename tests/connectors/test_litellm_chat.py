# SPDX-License-Identifier: Apache-2.0
"""The chain of models: limits, stopping, counting, the breaker, and what never leaves it."""

import asyncio
import logging
import sys
import time
from contextlib import aclosing
from typing import cast

import pytest

from connectors.chat import ChatMessage, Ended, Started, Switched, Text, Usage
from connectors.errors import ModelMisconfigured, ModelUnavailable
from connectors.litellm_chat import Limits, LitellmChat, open_litellm_chat
from connectors.models import Model
from tests.connectors.conftest import LITELLM_WARNS, Opens
from tests.connectors.telling import HELLO, tell
from tests.provider import Provider, Reply
from tests.provider.replies import TEXT

pytestmark = LITELLM_WARNS
CONCIERGE = "local/concierge"


async def _hung_up(provider: Provider) -> bool:
    return await provider.until(lambda: provider.disconnects == 1, seconds=0.3)


async def test_usage_is_what_the_provider_reported(opens: Opens, provider: Provider) -> None:
    """Tokens come from the provider's last event, and a server of one's own costs nothing."""
    provider.script("gpt-4o-mini", Reply(usage=(17, 23)))
    async with opens("gpt-4o-mini") as chat:
        pieces = [piece async for piece in chat.stream(HELLO)]
    assert pieces[0] == Started("openai/gpt-4o-mini")
    assert "".join(piece.text for piece in pieces if isinstance(piece, Text)) == TEXT
    assert pieces[-1] == Ended(Usage("openai/gpt-4o-mini", 17, 23, 0.0), "stop")


async def test_a_known_model_has_its_price(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bundled price list is used, without the network; the key and base are LiteLLM's own variables."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("OPENAI_API_BASE", provider.base_url)
    provider.script("gpt-4o-mini", Reply(usage=(1000, 100)))
    async with open_litellm_chat(["openai/gpt-4o-mini"]) as chat:
        pieces = [piece async for piece in chat.stream(HELLO)]
        stopped = chat.count(HELLO, "some words", "openai/gpt-4o-mini")
    ended = pieces[-1]
    assert isinstance(ended, Ended)
    assert ended.usage.cost == pytest.approx(1000 * 0.15e-6 + 100 * 0.6e-6)
    assert stopped.completion_tokens == 2
    assert stopped.cost > 0
    assert b"Bearer sk-test" in provider.raw


async def test_without_models_the_concierge_answers(caplog: pytest.LogCaptureFixture) -> None:
    """An empty list is no failure: the concierge answers without LiteLLM, and nothing is said to have failed."""
    async with open_litellm_chat([]) as chat:
        told = await tell(chat.stream(HELLO))
    assert told[0] == f"asks {CONCIERGE}"
    assert "No language model is configured" in told[1]
    assert told[2:] == [f"{CONCIERGE} ended: stop"]
    assert caplog.records == []


async def test_when_all_fail_the_concierge_answers_and_says_why(opens: Opens, provider: Provider) -> None:
    """After the last model the concierge stands in, and says that the model does not answer."""
    provider.script("first", Reply("500"))
    provider.script("second", Reply("401"))
    async with opens("first", "second") as chat:
        told = await tell(chat.stream(HELLO))
    assert told[:4] == [
        "asks openai/first",
        "openai/first failed: server",
        "asks openai/second",
        "openai/second failed: auth",
    ]
    assert "The language model does not answer just now" in told[5]
    assert told[6] == f"{CONCIERGE} ended: stop"


async def test_without_litellm_the_concierge_still_answers() -> None:
    """Where LiteLLM could not be loaded, each model is passed over and the concierge answers directly."""
    chat = LitellmChat(None, [Model("openai/first")], Limits())
    told = await tell(chat.stream(HELLO))
    assert told[:3] == ["asks openai/first", "openai/first failed: unknown", f"asks {CONCIERGE}"]
    assert told[4:] == [f"{CONCIERGE} ended: stop"]
    assert chat.count(HELLO, "two words", "openai/first").completion_tokens == 2


async def test_a_litellm_that_cannot_be_imported_is_done_without(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A broken installation costs the models, not the answer, and the log says so."""
    monkeypatch.setitem(sys.modules, "litellm", None)
    async with open_litellm_chat(["llama3.2@http://127.0.0.1:9/v1"]) as chat:
        await chat.warm()
        told = await tell(chat.stream(HELLO))
    assert told[-1] == f"{CONCIERGE} ended: stop"
    assert "LiteLLM could not be loaded (ModuleNotFoundError)" in caplog.text


async def test_a_router_that_loses_the_concierge_is_done_without(
    opens: Opens, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the last model fails through LiteLLM too, it is asked directly, and its text stands once."""
    provider.script("first", Reply("401"))
    async with opens("first") as chat:
        import litellm

        monkeypatch.setattr(litellm, "custom_provider_map", [])
        told = await tell(chat.stream(HELLO))
    assert [told[2], told[4]] == [f"asks {CONCIERGE}", f"{CONCIERGE} ended: stop"]
    assert told[3].count("The language model does not answer just now") == 1


async def test_only_when_the_concierge_fails_is_no_model_there() -> None:
    """A prompt that even the concierge cannot read raises ModelUnavailable, with its name and no text."""
    unreadable = (ChatMessage("user", cast(str, None)),)
    with pytest.raises(ModelUnavailable, match=f"no answer from {CONCIERGE}: unknown"):
        await tell(LitellmChat(None, [], Limits()).stream(unreadable))


async def test_closing_the_stream_hangs_up_at_once(opens: Opens, provider: Provider) -> None:
    """A stopped answer's connection is gone within 0.3 s, and its tokens are counted here."""
    provider.script("first", Reply(interval_s=0.05))
    async with opens("first", "second") as chat:
        async with aclosing(chat.stream(HELLO)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Text):
                    break
        assert await _hung_up(provider)
        usage = chat.count(HELLO, "Glad to", "openai/first")
    assert usage.model == "openai/first"
    assert usage.completion_tokens == 3
    assert usage.prompt_tokens > 0
    assert provider.requests("second") == 0


@pytest.mark.parametrize("kind", ["hang-before-headers", "hang-after-headers", "stall"])
async def test_cancelling_the_reader_hangs_up_at_once(opens: Opens, provider: Provider, kind: str) -> None:
    """A task that is cancelled while it waits for a silent provider leaves no connection behind."""
    async with opens(kind, first_token_s=30, stall_s=30) as chat:
        reader = asyncio.create_task(tell(chat.stream(HELLO)))
        assert await provider.until(lambda: bool(provider.received))
        await asyncio.sleep(0.1)
        reader.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reader
        assert await _hung_up(provider)


async def test_an_answer_over_the_total_limit_is_kept_as_cut_short(opens: Opens, provider: Provider) -> None:
    """What was said by then stands, with finish_reason length, and the upstream is closed."""
    provider.script("first", Reply(interval_s=0.2))
    async with opens("first", "second", total_s=1) as chat:
        told = await tell(chat.stream(HELLO))
        assert await _hung_up(provider)
    assert told[0] == "asks openai/first"
    assert told[1].startswith("'Glad to")
    assert told[2:] == ["openai/first ended: length"]


async def test_a_silent_chain_ends_within_the_total_limit(opens: Opens) -> None:
    """Models that say nothing share the one total limit; the concierge answers after it."""
    async with opens("hang-after-headers", "hang-before-headers", total_s=1, first_token_s=30) as chat:
        started = time.monotonic()
        told = await tell(chat.stream(HELLO))
    assert time.monotonic() - started < 3
    assert told[:3] == [
        "asks openai/hang-after-headers",
        "openai/hang-after-headers failed: timeout",
        "openai/hang-before-headers failed: timeout",
    ]
    assert told[-1] == f"{CONCIERGE} ended: stop"


async def test_a_known_dead_model_is_not_asked(opens: Opens, provider: Provider) -> None:
    """After two failures the model is left alone, so that a dead provider costs no wait; it is still told."""
    async with opens("hang-before-headers", "second", first_token_s=1) as chat:
        await tell(chat.stream(HELLO))
        await tell(chat.stream(HELLO))
        started = time.monotonic()
        told = await tell(chat.stream(HELLO))
        waited = time.monotonic() - started
    assert told[:2] == ["openai/hang-before-headers failed: timeout", "asks openai/second"]
    assert provider.requests("hang-before-headers") == 2
    assert waited < 1


async def test_a_message_that_is_refused_leaves_the_model_in_use(opens: Opens, provider: Provider) -> None:
    """A content filter speaks of the message, not of the model: the breaker stays closed."""
    async with opens("filter-400", "second") as chat:
        for _ in range(4):
            await tell(chat.stream(HELLO))
    assert provider.requests("filter-400") == 4


async def test_a_model_that_recovers_is_found_by_a_probe(opens: Opens, provider: Provider) -> None:
    """After its rest a probe without the person's words is sent, and a good answer closes the breaker."""
    provider.script("first", Reply("500"), Reply("500"), Reply())
    secret = (ChatMessage("user", "[[message]]\nwords of the person\n[[/message]]"),)
    async with opens("first", "second", open_s=0.05, probe_s=5) as chat:
        await tell(chat.stream(secret))
        await tell(chat.stream(secret))
        await asyncio.sleep(0.1)
        told = await tell(chat.stream(secret))
    assert told[0] == "asks openai/first"
    assert told[-1] == "openai/first ended: stop"
    probe = [request for request in provider.received if request.model == "first"][2]
    assert b"words of the person" not in probe.raw


async def test_a_probe_of_a_dead_model_delays_nobody(opens: Opens, provider: Provider) -> None:
    """The turn waits for a probe 0.2 s and goes on; the probe ends by itself, or with the chat."""
    provider.script("first", Reply("500"), Reply("500"), Reply("hang-before-headers"))
    async with opens("first", "second", open_s=0.05, first_token_s=30) as chat:
        await tell(chat.stream(HELLO))
        await tell(chat.stream(HELLO))
        await asyncio.sleep(0.1)
        started = time.monotonic()
        told = await tell(chat.stream(HELLO))
        waited = time.monotonic() - started
    assert told[:2] == ["openai/first failed: server", "asks openai/second"]
    assert waited < 2
    assert await _hung_up(provider)


async def test_retry_after_is_respected(opens: Opens, provider: Provider) -> None:
    """A provider that asks to be left alone for 3 s is not asked by the next turn."""
    async with opens("429-retry-after", "second") as chat:
        await tell(chat.stream(HELLO))
        told = await tell(chat.stream(HELLO))
    assert told[:2] == ["openai/429-retry-after failed: busy", "asks openai/second"]
    assert provider.requests("429-retry-after") == 1


@pytest.mark.parametrize("kind", ["401", "500", "error-event", "html", "filter-400", "malformed"])
async def test_no_word_of_the_provider_is_logged(
    opens: Opens, provider: Provider, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], kind: str
) -> None:
    """Log lines and what is printed hold a reason and a model's name: no text, key, address or prompt."""
    caplog.set_level(logging.DEBUG)
    message = (ChatMessage("user", "[[message]]\nprivate words\n[[/message]]"),)
    async with opens(kind, "second") as chat:
        pieces = [piece async for piece in chat.stream(message)]
    printed = capfd.readouterr()
    logged = caplog.text + printed.out + printed.err + repr([p for p in pieces if isinstance(p, Switched)])
    assert f"model openai/{kind} failed" in logged
    for secret in ("SECRET", "private words", provider.base_url, "Bearer"):
        assert secret not in logged


async def test_a_missing_key_is_one_sentence() -> None:
    """The setting to mend is named before LiteLLM is even loaded."""
    with pytest.raises(ModelMisconfigured, match=r"names openai/gpt-4o-mini, but OPENAI_API_KEY is not set"):
        async with open_litellm_chat(["openai/gpt-4o-mini"], environ={}):
            pass


async def test_an_unknown_name_is_one_sentence() -> None:
    """A name without a provider that LiteLLM does not know is refused at the start, with what to write instead."""
    with pytest.raises(ModelMisconfigured, match=r"names nope, which LiteLLM does not know"):
        async with open_litellm_chat(["nope"], environ={}):
            pass


async def test_two_streams_at_once_do_not_mix(opens: Opens, provider: Provider) -> None:
    """Answers that stream at the same time keep their own text and model."""
    provider.script("first", Reply(text="one two three", interval_s=0.02))
    provider.script("other", Reply("abort", after=2, interval_s=0.02))
    async with opens("first") as one, opens("other", "first") as two:
        told = await asyncio.gather(tell(one.stream(HELLO)), tell(two.stream(HELLO)))
    assert told[0] == ["asks openai/first", "'one two three'", "openai/first ended: stop"]
    assert told[1][-2:] == ["'one two three'", "openai/first ended: stop"]


async def test_a_probe_that_is_refused_shows_a_living_model(opens: Opens, provider: Provider) -> None:
    """A content filter that stops the probe itself has answered: the model is in use again."""
    provider.script("first", Reply("500"), Reply("500"), Reply("filter-400"), Reply())
    async with opens("first", open_s=0.05, probe_s=5) as chat:
        await tell(chat.stream(HELLO))
        await tell(chat.stream(HELLO))
        await asyncio.sleep(0.1)
        told = await tell(chat.stream(HELLO))
    assert told[-1] == "openai/first ended: stop"


async def test_a_model_is_not_blamed_for_the_time_that_others_took(opens: Opens, provider: Provider) -> None:
    """One that had only the rest of the total limit is asked again by the next turn."""
    async with opens("hang-before-headers", "hang-after-headers", total_s=1, first_token_s=0.5) as chat:
        for _ in range(3):
            await tell(chat.stream(HELLO))
    assert provider.requests("hang-before-headers") == 2
    assert provider.requests("hang-after-headers") == 3
