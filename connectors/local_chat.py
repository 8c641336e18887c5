# SPDX-License-Identifier: Apache-2.0
"""The embedded last resort: a Chat in process, with no library, no network and no key."""

import re
from collections.abc import AsyncGenerator, Collection, Sequence

from connectors.chat import ChatMessage, Ended, Text, Usage
from connectors.concierge import concierge_answer
from connectors.models import CONCIERGE


class LocalChat:
    """The concierge as a Chat: the same text for the same messages, in pieces of a few words.

    `stands_in` says whether a configured model failed before it was asked; it changes what the answer says
    about why there is no language model.
    """

    def __init__(self, *, stands_in: bool = False) -> None:
        self._stands_in = stands_in

    async def stream(
        self, messages: Sequence[ChatMessage], models: Collection[str] | None = None
    ) -> AsyncGenerator[Text | Ended, None]:
        """Yields the answer and one Ended; costs nothing and raises nothing that it knows of."""
        answer = concierge_answer(messages, stands_in=self._stands_in)
        for piece in re.findall(r"(?:\S+\s*){1,4}", answer):
            yield Text(piece)
        yield Ended(self.count(messages, answer, CONCIERGE), "stop")

    def count(self, messages: Sequence[ChatMessage], text: str, model: str) -> Usage:
        """Counts words and marks: an estimate, and the same one every time."""
        return Usage(model, sum(_tokens(message.content) for message in messages), _tokens(text), 0.0)


def _tokens(text: str) -> int:
    return len(re.findall(r"\w+|[^\w\s]", text))
