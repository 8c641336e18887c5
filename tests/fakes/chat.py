# SPDX-License-Identifier: Apache-2.0
"""A Chat that says what it was told to say."""

from collections import deque
from collections.abc import AsyncGenerator, Collection, Iterable, Sequence

from connectors.chat import ChatMessage, Piece, Usage


class ScriptedChat:
    """Answers with one script after the other; an exception in a script is raised in its place."""

    def __init__(self, *scripts: Iterable[Piece | Exception]) -> None:
        self.scripts, self.prompts, self.closed = deque(scripts), list[Sequence[ChatMessage]](), 0

    async def stream(
        self, messages: Sequence[ChatMessage], models: Collection[str] | None = None
    ) -> AsyncGenerator[Piece, None]:
        """Keeps the prompt and yields the next script; raises IndexError when none is left."""
        self.prompts.append(tuple(messages))
        try:
            for piece in self.scripts.popleft():
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self.closed += 1

    def count(self, messages: Sequence[ChatMessage], text: str, model: str) -> Usage:
        """Counts words."""
        return Usage(model, sum(len(m.content.split()) for m in messages), len(text.split()), 0.0)
