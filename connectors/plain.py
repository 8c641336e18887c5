# SPDX-License-Identifier: Apache-2.0
"""Messages of plain text go through the OpenAI client as they are.

For each message it looks through every form that one may have for keys to rename and files to encode, a third of a
millisecond each: with a conversation's history that is a third of all that Rapport may take before the first word.
"""

from typing import Any

_PLAIN = frozenset({"role", "content"})


def spare_plain_messages() -> None:
    """To be called before the first request; twice is as once, and a client that is built otherwise stays as it is."""
    from openai.resources.chat.completions import completions

    whole = getattr(completions, "async_maybe_transform", None)
    if whole is None or getattr(whole, "spares", False):
        return

    async def transform(data: Any, expected_type: Any) -> Any:
        messages = data.get("messages") if isinstance(data, dict) else None
        if not plain(messages):
            return await whole(data, expected_type)
        return await whole({**data, "messages": []}, expected_type) | {"messages": messages}

    transform.spares = True  # type: ignore[attr-defined]
    vars(completions)["async_maybe_transform"] = transform


def plain(messages: object) -> bool:
    """Whether these are messages of a role and a text each, in which there is nothing to find."""
    return isinstance(messages, list) and all(
        type(one) is dict and one.keys() == _PLAIN and isinstance(one["content"], str) for one in messages
    )
