# SPDX-License-Identifier: Apache-2.0
"""One person's memories laid out for ranking: texts, vectors, words and times side by side, in memory."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from memory.ids import ConversationId, TurnId
from memory.values import Fact, SaidBy
from memory.words import WordIndex

Vectors = NDArray[np.float32]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Memory:
    """A fact or an episode that may be recalled, unsealed."""

    id: str
    kind: str
    """Either fact or episode."""
    text: str
    terms: tuple[str, ...]
    """Its stems, from `words.Vocabulary`."""
    occurred_at: datetime
    source_turn: TurnId
    said_by: SaidBy
    conversation: ConversationId | None = None
    """Of an episode; None for a fact, which belongs to none."""
    position: int = 0
    """An episode's place in its conversation."""
    fact: Fact | None = None

    @property
    def key(self) -> str:
        """What is embedded: an episode with its date, since people ask by time (worth 4 points of R@10)."""
        if self.kind == "fact":
            return self.text
        return f"[{self.occurred_at:%d %B %Y}] {self.text}"


class Shelf:
    """Rows in one order: `memories[i]`, `vectors[i]`, `times[i]` and so on are the same memory."""

    def __init__(self, memories: Sequence[Memory], vectors: Vectors) -> None:
        self.memories = tuple(memories)
        self.vectors = vectors
        self.words = WordIndex(memory.terms for memory in memories)
        self._lay_out()

    def add(self, memories: Sequence[Memory], vectors: Vectors) -> None:
        """Puts new memories in place of those with the same ids; they count from the next recall on."""
        self.remove({memory.id for memory in memories})
        self.memories += tuple(memories)
        self.vectors = np.concatenate([self.vectors, vectors])
        for memory in memories:
            self.words.add(memory.terms)
        self._lay_out()

    def remove(self, ids: Collection[str]) -> None:
        """Takes memories away, with their words: what remains ranks as if they had never been there."""
        kept = [row for row, memory in enumerate(self.memories) if memory.id not in ids]
        if len(kept) == len(self.memories):
            return
        self.memories = tuple(self.memories[row] for row in kept)
        self.vectors = self.vectors[kept]
        self.words = WordIndex(memory.terms for memory in self.memories)
        self._lay_out()

    def facts(self) -> tuple[Fact, ...]:
        """The facts on it, newest first."""
        found = [memory.fact for memory in self.memories if memory.fact is not None]
        return tuple(sorted(found, key=lambda fact: fact.recorded_at, reverse=True))

    def _lay_out(self) -> None:
        memories = self.memories
        self.times: Numbers = np.array([memory.occurred_at.timestamp() for memory in memories], np.float64)
        self.own: Numbers = np.array([memory.said_by is SaidBy.USER for memory in memories], np.float64)
        self.questions: Numbers = np.array([_is_question(memory.text) for memory in memories], np.float64)
        places = {(memory.conversation, memory.position): row for row, memory in enumerate(memories)}
        beside = [
            [places.get((memory.conversation, memory.position + step), row) for step in (-1, 1)]
            if memory.conversation is not None
            else [row, row]
            for row, memory in enumerate(memories)
        ]
        self.beside: NDArray[np.int64] = np.array(beside, np.int64).reshape(-1, 2)
        """Rows of the episodes before and after in the conversation; a row itself where there is none."""


def _is_question(text: str) -> bool:
    """A short turn that only asks: it matches the same question again, and answers nothing."""
    return len(text) < 120 and text.rstrip().endswith("?")
