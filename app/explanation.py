# SPDX-License-Identifier: Apache-2.0
"""Why an answer is as it is: its ledger entry, with the texts that are still known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from guards.mentions import Mentions
from guards.shadow import shadow
from guards.vault import KnownValue, Vault
from memory.ids import ConversationId, MessageId, Scope, TurnId
from memory.ranking.surroundings import brief
from memory.values import LedgerEntry, Message, Passage


@dataclass(frozen=True, slots=True)
class ExplainedItem:
    """One memory or passage that was in the prompt."""

    number: int
    """The number that citations in the answer name."""
    id: str
    kind: str
    """One of fact, episode, passage."""
    text: str | None
    """None when it was forgotten since."""
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the "Why this answer" panel shows."""

    turn: TurnId
    model: str
    items: tuple[ExplainedItem, ...]
    hidden: tuple[str, ...]
    """Kinds of personal data that the model did not see."""
    fallbacks: tuple[str, ...]
    degraded: tuple[str, ...]
    own: tuple[KnownValue, ...] = ()
    """The values that stand in the answer, as they stand there, and that the model saw placeholders of."""


class Turns(Protocol):
    """Finds the turn behind an answer, and the conversation that it stands in."""

    async def turn_of(self, scope: Scope, answer: MessageId) -> TurnId | None:
        """The turn, or None for another's answer or none."""
        ...

    async def messages(self, scope: Scope, conversation: ConversationId) -> tuple[Message, ...]:
        """The person's own conversation; none of another's."""
        ...

    async def vault(self, scope: Scope, conversation: ConversationId) -> dict[str, str]:
        """What its placeholders stand for; empty for another's."""
        ...


class Entries(Protocol):
    """The ledger, for one's own turns."""

    async def of_turn(self, scope: Scope, turn: TurnId) -> LedgerEntry | None:
        """The entry, or None for another's turn."""
        ...


class Texts(Protocol):
    """The notebook, for one's own memories."""

    async def texts(self, scope: Scope, ids: Sequence[str]) -> dict[str, str]:
        """The texts of those that still exist."""
        ...


class Passages(Protocol):
    """The documents that may be cited."""

    async def passage(self, id: str) -> Passage | None:
        """The passage, or None when its document changed."""
        ...


class Explains:
    """Puts an explanation together from the record; nothing is guessed."""

    def __init__(self, turns: Turns, entries: Entries, texts: Texts, passages: Passages) -> None:
        self._turns, self._entries, self._texts, self._passages = turns, entries, texts, passages

    async def why(self, scope: Scope, answer: MessageId) -> Explanation | None:
        """None for an answer that is not this person's."""
        turn = await self._turns.turn_of(scope, answer)
        entry = await self._entries.of_turn(scope, turn) if turn else None
        if entry is None:
            return None
        used = [item for item in entry.items if item.used]
        texts = await self._texts.texts(scope, [item.id for item in used if item.kind != "passage"])
        texts |= {item.id: brief(texts[item.id]) for item in used if item.why == "beside" and item.id in texts}
        shown = [await self._text(item.id, item.kind, texts) for item in used]
        items = tuple(
            ExplainedItem(number, item.id, item.kind, text, item.why)
            for number, (item, text) in enumerate(zip(used, shown, strict=True), start=1)
        )
        own = await self._own(scope, entry.conversation, answer)
        return Explanation(
            entry.turn, entry.model, items, tuple(sorted(entry.redactions)), entry.fallbacks, entry.degraded, own
        )

    async def _own(self, scope: Scope, conversation: ConversationId, answer: MessageId) -> tuple[KnownValue, ...]:
        """Found in the answer by what the conversation's placeholders stand for, in the order of the answer."""
        vault = Vault(await self._turns.vault(scope, conversation))
        if not vault.known:
            return ()
        said = await self._turns.messages(scope, conversation)
        text = next((message.text for message in said if message.id == answer), "")
        searched = shadow(text)
        spans = (
            (item.kind, searched.origin(item.start, item.end)) for item in Mentions(vault.known).find(searched.text)
        )
        return tuple(dict.fromkeys(KnownValue(kind, text[start:end]) for kind, (start, end) in spans))

    async def _text(self, id: str, kind: str, texts: Mapping[str, str]) -> str | None:
        if kind != "passage":
            return texts.get(id)
        passage = await self._passages.passage(id)
        return passage.text if passage else None
