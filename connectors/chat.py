# SPDX-License-Identifier: Apache-2.0
"""A chat with a model: what goes in, what streams out."""

from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from connectors.errors import Reason


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a prompt, already masked."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Started:
    """This model is asked now."""

    model: str


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the answer, as it arrives."""

    text: str


@dataclass(frozen=True, slots=True)
class Switched:
    """The model failed and the next one starts over: whatever text came before is void."""

    failed: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer took."""

    model: str
    """As configured, e.g. "openai/gpt-4o-mini" or "local/concierge"."""
    prompt_tokens: int
    completion_tokens: int
    cost: float
    """US dollars; 0 where the price is unknown."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The answer is complete."""

    usage: Usage
    finish_reason: str
    """Either stop, or length when the provider cut the answer short."""


Piece = Started | Text | Switched | Ended


class Chat(Protocol):
    """Any model, or a chain of them."""

    def stream(
        self, messages: Sequence[ChatMessage], models: Collection[str] | None = None
    ) -> AsyncGenerator[Piece, None]:
        """Yields Started, Text and Switched, then one Ended; raises ModelUnavailable when all models failed.

        `models` names those that may be asked, None for all; the last resort always may. Closing it closes
        the upstream connection at once.
        """
        ...

    def count(self, messages: Sequence[ChatMessage], text: str, model: str) -> Usage:
        """What a stopped answer took so far, counted here because no provider reports it."""
        ...
