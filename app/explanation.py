# SPDX-License-Identifier: Apache-2.0
"""Why an answer is as it is: its ledger entry, with the texts that are still known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from memory.ids import MessageId, Scope, TurnId
from memory.ranking.surroundings import brief
from memory.values import LedgerEntry, Passage


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


class Turns(Protocol):
    """Finds the turn behind an answer."""

    async def turn_of(self, scope: Scope, answer: MessageId) -> TurnId | None:
        """The turn, or None for another's answer or none."""
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
        return Explanation(
            entry.turn, entry.model, items, tuple(sorted(entry.redactions)), entry.fallbacks, entry.degraded
        )

    async def _text(self, id: str, kind: str, texts: Mapping[str, str]) -> str | None:
        if kind != "passage":
            return texts.get(id)
        passage = await self._passages.passage(id)
        return passage.text if passage else None
