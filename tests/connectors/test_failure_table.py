# SPDX-License-Identifier: Apache-2.0
"""What a person gets for each way in which a provider fails; docs/adr/0032 holds the same table, measured."""

import pytest

from connectors.chat import Switched
from tests.connectors.conftest import LITELLM_WARNS, Opens
from tests.connectors.telling import HELLO, tell
from tests.provider import KINDS, Provider, Reply
from tests.provider.replies import TEXT, Kind

pytestmark = LITELLM_WARNS
WORDS = "Glad to hear from "
SECOND = ["asks openai/second", repr(TEXT), "openai/second ended: stop"]
BEFORE_TEXT = [
    ("429", "busy"),
    ("429-retry-after", "busy"),
    ("500", "server"),
    ("502", "server"),
    ("503", "server"),
    ("504", "server"),
    ("401", "auth"),
    ("404", "auth"),
    ("filter-400", "policy"),
    ("context-400", "length"),
    ("hang-before-headers", "timeout"),
    ("hang-after-headers", "timeout"),
    ("empty", "empty"),
    ("html", "malformed"),
]
MID_STREAM = [
    ("stall", "timeout"),
    ("abort", "connection"),
    ("malformed", "malformed"),
    ("eof", "connection"),
    ("error-event", "server"),
]
SILENT = {"hang-before-headers", "hang-after-headers", "stall"}
ANSWERED = [("ok", "stop"), ("drip", "stop"), ("length", "length")]


@pytest.mark.parametrize(("kind", "reason"), BEFORE_TEXT)
async def test_a_failure_before_the_text_hands_over_to_the_next_model(
    opens: Opens, provider: Provider, kind: Kind, reason: str
) -> None:
    """Nothing of the failed model is said, it is asked once, and the second model answers."""
    provider.script("first", Reply(kind))
    async with opens("first", "second", first_token_s=1 if kind in SILENT else 20) as chat:
        await chat.warm()
        told = await tell(chat.stream(HELLO))
    assert told == ["asks openai/first", f"openai/first failed: {reason}", *SECOND]
    assert provider.requests("first") == 1


@pytest.mark.parametrize(("kind", "reason"), MID_STREAM)
async def test_a_death_in_mid_stream_voids_the_text_and_starts_over(
    opens: Opens, provider: Provider, kind: Kind, reason: str
) -> None:
    """What was said is followed by Switched, then by the whole answer of the second model."""
    provider.script("first", Reply(kind, after=4))
    async with opens("first", "second", stall_s=1 if kind in SILENT else 20) as chat:
        told = await tell(chat.stream(HELLO))
    assert told == ["asks openai/first", repr(WORDS), f"openai/first failed: {reason}", *SECOND]


@pytest.mark.parametrize(("kind", "reason"), MID_STREAM)
async def test_a_stream_that_dies_before_its_first_word_says_nothing(
    opens: Opens, provider: Provider, kind: Kind, reason: str
) -> None:
    """Headers and a role are no text: the second model answers alone."""
    provider.script("first", Reply(kind, after=0))
    async with opens("first", "second", first_token_s=1 if kind in SILENT else 20) as chat:
        told = await tell(chat.stream(HELLO))
    assert told == ["asks openai/first", f"openai/first failed: {reason}", *SECOND]


async def test_a_filtered_answer_is_void(opens: Opens, provider: Provider) -> None:
    """LiteLLM returns finish_reason content_filter as success; here it is a failure, and the text is void."""
    provider.script("first", Reply("filter"))
    async with opens("first", "second") as chat:
        told = await tell(chat.stream(HELLO))
    assert told == ["asks openai/first", repr(TEXT), "openai/first failed: policy", *SECOND]


@pytest.mark.parametrize(("kind", "finish_reason"), ANSWERED)
async def test_an_answer_that_completes_is_kept(
    opens: Opens, provider: Provider, kind: Kind, finish_reason: str
) -> None:
    """A slow drip within the limits is an answer, and so is one that the provider cut short."""
    provider.script("first", Reply(kind, text=WORDS))
    async with opens("first", "second", stall_s=20) as chat:
        told = await tell(chat.stream(HELLO))
    assert told == ["asks openai/first", repr(WORDS), f"openai/first ended: {finish_reason}"]


async def test_a_provider_that_is_not_there_hands_over(opens: Opens, provider: Provider) -> None:
    """A refused connection is a failure like any other."""
    async with opens("first") as chat:
        provider.hang_up()
        pieces = [piece async for piece in chat.stream(HELLO)]
    assert Switched("openai/first", "connection") in pieces


def test_the_table_is_complete() -> None:
    """Every way of failing that the loopback provider knows stands in one of the tests."""
    tested = {kind for kind, _ in (*BEFORE_TEXT, *MID_STREAM, *ANSWERED)}
    assert tested | {"filter", "echo"} == set(KINDS)
