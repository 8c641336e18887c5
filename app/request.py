# SPDX-License-Identifier: Apache-2.0
"""What a door hands over: who, where, what for, and the text."""

from dataclasses import dataclass

from memory.ids import ConversationId, MessageId, Scope


@dataclass(frozen=True, slots=True)
class Request:
    """One message of one person."""

    scope: Scope
    name: str
    """The account's display name; masked before any model sees it."""
    role: str
    """The account's role, one of user, agent, evaluator, privacy_officer, admin."""
    channel: str
    """The door: web, terminal, api."""
    conversation: ConversationId
    use_case: str
    text: str
    message: MessageId
    """The id of the person's message; the same id again means that it was edited."""
    answer: MessageId
    """The id that the answer's message will have."""
    typed: bool = True
    """False for prefilled or pasted-in text: it is answered, but never learned from."""
    language: str = "en"
    """The language of notices."""
