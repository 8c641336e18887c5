# SPDX-License-Identifier: Apache-2.0
"""What the OpenAI client is spared."""

from typing import Any

import pytest
from openai._utils import async_maybe_transform
from openai.resources.chat.completions import completions
from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming

from connectors.plain import plain, spare_plain_messages

TEXT = {"role": "user", "content": "hello"}
PARTS = {"role": "user", "content": [{"type": "text", "text": "hello"}]}
CALL = {"role": "assistant", "content": "", "tool_calls": [{"id": "1", "function": {"name": "f"}, "type": "function"}]}


@pytest.mark.parametrize("messages", [[TEXT] * 3, [TEXT, PARTS], [CALL, TEXT], [], None])
async def test_a_request_is_what_the_client_makes_of_it(messages: list[dict[str, Any]] | None) -> None:
    """With and without plain messages, to the key."""
    spare_plain_messages()
    spare_plain_messages()
    request = {"model": "m", "stream": True, "stream_options": {"include_usage": True}, "messages": messages}
    spared: Any = vars(completions)["async_maybe_transform"]
    made = await spared(request, CompletionCreateParamsStreaming)
    assert spared is not async_maybe_transform
    assert made == await async_maybe_transform(request, CompletionCreateParamsStreaming)
    assert list(made) == list(request)


def test_only_text_is_plain() -> None:
    """Parts, calls and whatever else a message may have are the client's to look through."""
    assert plain([TEXT, TEXT])
    assert not any(map(plain, ([PARTS], [TEXT, CALL], [TEXT | {"name": "x"}], None, "hello", [TEXT, "hello"])))
