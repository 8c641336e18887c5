# SPDX-License-Identifier: Apache-2.0
"""What every Chat keeps: the scripted fake, the concierge alone, and the chain over LiteLLM."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from connectors.chat import Chat, ChatMessage, Ended, Started, Text, Usage
from connectors.errors import ModelUnavailable
from connectors.local_chat import LocalChat
from tests.connectors.conftest import LITELLM_WARNS, Opens
from tests.connectors.telling import HELLO, tell
from tests.fakes.chat import FakeChat
from tests.provider import Provider

pytestmark = LITELLM_WARNS
SCRIPT = (Started("fake/one"), Text("Hello "), Text("there."), Ended(Usage("fake/one", 1, 2, 0.0), "stop"))


@pytest.fixture(params=["fake", "local", "litellm"])
async def chat(request: pytest.FixtureRequest, opens: Opens) -> AsyncIterator[Chat]:
    """Each Chat in turn."""
    if request.param == "fake":
        yield FakeChat(SCRIPT, SCRIPT)
    elif request.param == "local":
        yield LocalChat()
    else:
        async with opens("ok") as chat:
            yield chat


async def test_an_answer_is_text_and_one_end(chat: Chat) -> None:
    """Started may come before the text; Ended comes once, last, and names the model and what it took."""
    pieces = [piece async for piece in chat.stream(HELLO)]
    assert "".join(piece.text for piece in pieces if isinstance(piece, Text)).strip()
    assert [isinstance(piece, Ended) for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    ended = pieces[-1]
    assert isinstance(ended, Ended)
    assert ended.usage.model
    assert ended.usage.completion_tokens > 0
    assert {piece.model for piece in pieces if isinstance(piece, Started)} <= {ended.usage.model}


async def test_a_stream_can_be_closed_early(chat: Chat) -> None:
    """After the first text it is closed without complaint, and the next stream is whole."""
    async with aclosing(chat.stream(HELLO)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Text):
                break
    assert isinstance([piece async for piece in chat.stream(HELLO)][-1], Ended)


async def test_what_was_said_so_far_is_counted(chat: Chat) -> None:
    """Longer text counts for more, and the model's name is kept."""
    little, much = (chat.count(HELLO, "word " * times, "openai/ok") for times in (2, 20))
    assert little.model == "openai/ok"
    assert 0 < little.completion_tokens < much.completion_tokens
    assert little.prompt_tokens == much.prompt_tokens > 0


async def test_the_fake_raises_what_it_was_told_to() -> None:
    """A queued exception comes in its place, and the prompt is kept."""
    fake = FakeChat((Text("Hel"), ModelUnavailable("timeout")))
    prompt = (ChatMessage("user", "hi"),)
    with pytest.raises(ModelUnavailable):
        [piece async for piece in fake.stream(prompt)]
    assert (fake.prompts, fake.closed) == ([prompt], 1)


async def test_a_model_that_the_use_case_does_not_name_is_not_asked(opens: Opens, provider: Provider) -> None:
    """Only the models that are named may be asked; the concierge always may."""
    async with opens("first", "second") as chat:
        assert (await tell(chat.stream(HELLO, ("openai/second",))))[-1] == "openai/second ended: stop"
        assert (await tell(chat.stream(HELLO, ())))[-1] == "local/concierge ended: stop"
    assert provider.requests("first") == 0


async def test_an_address_is_never_sent_a_key(
    opens: Opens, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server named in RAPPORT_MODELS is not handed the key that is meant for OpenAI."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    async with opens("first") as chat:
        assert (await tell(chat.stream(HELLO)))[-1] == "openai/first ended: stop"
    assert b"sk-secret" not in provider.raw
