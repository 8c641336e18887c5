# SPDX-License-Identifier: Apache-2.0
"""One person's memories laid out for ranking: texts, vectors, words and times side by side, in memory."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from memory.ids import ConversationId, TurnId
from memory.ranking.lines import Line, Lines, Rows, cues_of
from memory.ranking.words import WordIndex
from memory.values import Fact, SaidBy

Vectors = NDArray[np.float32]
Numbers = NDArray[np.float64]


_SENTENCE = re.compile(r"(?<=[.!?])\s+")
MOST_SENTENCES = 8


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
    speaker: str | None = None
    """A name, where more than a person and an assistant speak."""
    cues: tuple[float, ...] | None = None
    """From `lines.cues_of` its text, where it was read in advance."""

    @property
    def key(self) -> str:
        """What is embedded: an episode with its date, since people ask by time."""
        said = f"{self.speaker}: {self.text}" if self.speaker else self.text
        return self.text if self.kind == "fact" else f"[{day(self.occurred_at)}] {said}"

    @property
    def aspects(self) -> tuple[str, ...]:
        """What is embedded besides the key: an episode without its date, and its first sentences one by one."""
        if self.kind == "fact":
            return ()
        said = f"{self.speaker}: " if self.speaker else ""
        parts = [part for part in _SENTENCE.split(self.text) if len(part.split()) > 2][:MOST_SENTENCES]
        return (said + self.text, *(said + part for part in parts if part != self.text))

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
        self.memories: tuple[Memory, ...] = ()
        self.words = WordIndex()
        self.times: Numbers = np.empty(0)
        self.own: Numbers = np.empty(0)
        self.useful: Numbers = np.empty(0)
        """How useful a memory was, as the person says: from -1 to 1, 0 where they said nothing."""
        self.judged: Mapping[str, float] = {}
        """The same by ids, only where the person said something."""
        self.facts: tuple[Fact, ...] = ()
        """The newest first."""
        self._rows: dict[str, int] = {}
        self._places: dict[str, int] = {}
        self.lines = Lines((), vectors[:0])
        self.add(memories, vectors)

    @property
    def vectors(self) -> Vectors:
        """A row of length 1 a memory."""
        return self.lines.vectors

    def add(self, memories: Sequence[Memory], vectors: Vectors) -> None:
        """Puts new memories at the end; they count from the next recall on. Some 5 ms beside 10,000."""
        self._rows.update((memory.id, row) for row, memory in enumerate(memories, len(self.memories)))
        self.memories += tuple(memories)
        self.words.add(memory.terms + memory.dated for memory in memories)
        self.lines.add(self._lines(memories), vectors)
        self._lay_out(memories)

    def remove(self, ids: Collection[str]) -> None:
        """Takes memories away, with their words: what remains ranks as if they had never been there."""
        kept = np.ones(len(self.memories), np.bool_)
        kept[self.rows(ids)] = False
        if kept.all():
            return
        self.memories = tuple(self.memories[row] for row in np.flatnonzero(kept).tolist())
        self._rows = {memory.id: row for row, memory in enumerate(self.memories)}
        self.words.keep(kept)
        self.lines.keep(kept)
        self.times, self.own = self.times[kept], self.own[kept]
        self._lay_out(())

    def prefer(self, judged: Mapping[str, float]) -> None:
        """Takes over how useful each memory was, as the person says now."""
        self.judged = judged
        self.useful = np.zeros(len(self.memories))
        for id, value in judged.items():
            if id in self._rows:
                self.useful[self._rows[id]] = value

    def ids(self) -> Set[str]:
        """Of all that are here."""
        return self._rows.keys()

    def rows(self, ids: Iterable[str]) -> Rows:
        """The rows of those that are here."""
        return np.array([self._rows[id] for id in ids if id in self._rows], np.int64)

    def _lay_out(self, new: Sequence[Memory]) -> None:
        times = [memory.occurred_at.timestamp() for memory in new]
        self.times = np.concatenate([self.times, np.array(times, np.float64)])
        self.own = np.concatenate([self.own, np.array([memory.said_by is SaidBy.USER for memory in new], np.float64)])
        self.prefer(self.judged)
        held = [memory.fact for memory in self.memories if memory.fact is not None]
        self.facts = tuple(sorted(held, key=lambda fact: fact.recorded_at, reverse=True))

    def within(self, conversation: ConversationId) -> Rows:
        """The rows of a conversation's episodes."""
        return np.flatnonzero(self.lines.sessions == self._places.get(f"in {conversation}", -1))

    def _lines(self, memories: Sequence[Memory]) -> list[Line]:
        """Conversations and facts are numbered as they come; a fact stands alone."""
        found = []
        for memory in memories:
            alone = memory.conversation is None
            place = self._places.setdefault(memory.id if alone else f"in {memory.conversation}", len(self._places))
            cues = cues_of(memory.text) if memory.cues is None else memory.cues
            speaker = memory.said_by.value if memory.speaker is None else memory.speaker
            found.append(Line(memory.terms, speaker, memory.occurred_at, place, memory.position, cues))
        return found
