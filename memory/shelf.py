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
Rows = NDArray[np.int64]


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
    whole: bool = True
    """False where words that hold no longer were cut out: the index has the vector of the whole."""
    dated: tuple[str, ...] = ()
    """The stems of an episode's date, which count as words of it but make no text."""
    fact: Fact | None = None

    @property
    def key(self) -> str:
        """What is embedded: an episode with its date, since people ask by time."""
        return self.text if self.kind == "fact" else f"[{day(self.occurred_at)}] {self.text}"

    @property
    def only_asks(self) -> bool:
        """A short turn that asks: it matches the same question again, and answers nothing."""
        return len(self.text) < 120 and self.text.rstrip().endswith("?")


def day(when: datetime) -> str:
    """A date as people write it."""
    return f"{when:%d %B %Y}"


class Shelf:
    """Rows in one order: `memories[i]`, `vectors[i]`, `times[i]` and so on are the same memory."""

    def __init__(self, memories: Sequence[Memory], vectors: Vectors) -> None:
        self.memories = tuple(memories)
        self.vectors = vectors
        self.words = WordIndex(memory.terms + memory.dated for memory in memories)
        self._lay_out()

    def add(self, memories: Sequence[Memory], vectors: Vectors) -> None:
        """Puts new memories at the end; they count from the next recall on."""
        self.memories += tuple(memories)
        self.vectors = np.concatenate([self.vectors, vectors])
        for memory in memories:
            self.words.add(memory.terms + memory.dated)
        self._lay_out()

    def remove(self, ids: Collection[str]) -> None:
        """Takes memories away, with their words: what remains ranks as if they had never been there."""
        kept = [row for row, memory in enumerate(self.memories) if memory.id not in ids]
        if len(kept) == len(self.memories):
            return
        self.memories = tuple(self.memories[row] for row in kept)
        self.vectors = self.vectors[kept]
        self.words = WordIndex(memory.terms + memory.dated for memory in self.memories)
        self._lay_out()

    def _lay_out(self) -> None:
        memories = self.memories
        self.times: Numbers = np.array([memory.occurred_at.timestamp() for memory in memories], np.float64)
        self.own: Numbers = np.array([memory.said_by is SaidBy.USER for memory in memories], np.float64)
        self.questions: Numbers = np.array([memory.only_asks for memory in memories], np.float64)
        numbers = {name: number for number, name in enumerate({memory.conversation for memory in memories})}
        places = np.array([numbers[memory.conversation] for memory in memories], np.int64)
        positions = np.array([memory.position for memory in memories], np.int64)
        self.beside = neighbours(places, positions, numbers.get(None, -1))
        held = [memory.fact for memory in memories if memory.fact is not None]
        self.facts: tuple[Fact, ...] = tuple(sorted(held, key=lambda fact: fact.recorded_at, reverse=True))
        """The newest first."""


def neighbours(places: Rows, positions: Rows, alone: int) -> Rows:
    """For each row the rows before and after it in its place (n, 2); the row itself where there is none."""
    count = len(places)
    rows = np.arange(count)
    beside = np.stack([rows, rows], axis=1)
    order = np.lexsort((positions, places))
    joined = (places[order][:-1] == places[order][1:]) & (places[order][1:] != alone)
    beside[order[1:][joined], 0] = order[:-1][joined]
    beside[order[:-1][joined], 1] = order[1:][joined]
    return beside
