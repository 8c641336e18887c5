# SPDX-License-Identifier: Apache-2.0
"""A Chat that says what it was told to say."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Collection, Iterable, Sequence

from connectors.chat import ChatMessage, Piece, Usage


class FakeChat:
    """Answers with one script after the other; in a script an exception is raised, and None waits for ever."""

    def __init__(self, *scripts: Iterable[Piece | Exception | None]) -> None:
        self.scripts, self.prompts, self.closed = deque(scripts), list[Sequence[ChatMessage]](), 0

    async def stream(
        self, messages: Sequence[ChatMessage], models: Collection[str] | None = None
    ) -> AsyncGenerator[Piece, None]:
        self.prompts.append(tuple(messages))
        try:
            for piece in self.scripts.popleft():  # an IndexError where nobody wrote a script
                if isinstance(piece, Exception):
                    raise piece
                await asyncio.sleep(0 if piece else 3600)
                if piece:
                    yield piece
        finally:
            self.closed += 1

    def count(self, messages: Sequence[ChatMessage], text: str, model: str) -> Usage:
        return Usage(model, sum(len(m.content.split()) for m in messages), len(text.split()), 0.0)
