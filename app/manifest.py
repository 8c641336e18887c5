# SPDX-License-Identifier: Apache-2.0
"""What was considered for an answer, used or dropped, and why: the ground of "why this answer"."""

from dataclasses import dataclass, replace

from app.use_case import Boundary
from memory.values import Fact, Passage, Recalled, Recollection, UsedItem

PROFILE_SHARE = 0.5
"""Of the character budget, what the profile may take at most."""


@dataclass(frozen=True, slots=True)
class Item:
    """One memory or passage that was considered."""

    id: str
    kind: str
    """One of fact, episode, passage."""
    section: str
    """One of profile, memory, passage: the place in the prompt."""
    label: str
    """What stands in the block's head: a date and who said it, or a document's place."""
    text: str
    used: bool
    why: str
    number: int = 0
    """The number that a citation names; 0 for what was dropped."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything considered, in prompt order, numbered as the prompt numbers it."""

    items: tuple[Item, ...] = ()
    unavailable: tuple[str, ...] = ()
    """Parts that did not answer in time or at all: history, memory, knowledge."""

    @property
    def used(self) -> tuple[Item, ...]:
        """What is in the prompt: exactly these, in this order."""
        return tuple(item for item in self.items if item.used)

    def lines(self) -> tuple[UsedItem, ...]:
        """The ledger's form: ids and reasons, no content."""
        return tuple(UsedItem(item.id, item.kind, item.used, item.why) for item in self.items)


def choose(
    recollection: Recollection,
    passages: tuple[Passage, ...],
    boundary: Boundary,
    unavailable: tuple[str, ...],
) -> Manifest:
    """Applies the boundary, the caps and the character budget to what was gathered; pure."""
    allowed = [fact for fact in recollection.profile if _allowed(fact, boundary)]
    denied = [fact for fact in recollection.profile if not _allowed(fact, boundary)]
    known = {fact.id for fact in recollection.profile}
    recalled = [item for item in recollection.recalled if item.id not in known]
    items = [
        *_capped([_profile(fact) for fact in allowed], len(allowed), int(boundary.characters * PROFILE_SHARE)),
        *_capped([_memory(item) for item in recalled], boundary.max_memories, boundary.characters),
        *_capped([_passage(item) for item in passages], boundary.max_passages, boundary.characters),
        *(replace(_profile(fact), used=False, why="outside the use case") for fact in denied),
    ]
    return Manifest(_numbered(items), unavailable)


def _allowed(fact: Fact, boundary: Boundary) -> bool:
    return boundary.allows(fact.category)


def _profile(fact: Fact) -> Item:
    return Item(fact.id, "fact", "profile", fact.valid_from.date().isoformat(), fact.text, True, "profile")


def _memory(item: Recalled) -> Item:
    who = "you said" if item.said_by == "user" else "the assistant said"
    label = f"{item.occurred_at.date().isoformat()} | {who}"
    return Item(item.id, item.kind, "memory", label, item.text, True, "recalled")


def _passage(passage: Passage) -> Item:
    return Item(passage.id, "passage", "passage", f"{passage.id} | {passage.title}", passage.text, True, "found")


def _capped(items: list[Item], count: int, characters: int) -> list[Item]:
    kept, left = 0, characters
    capped: list[Item] = []
    for item in items:
        if kept >= count:
            capped.append(replace(item, used=False, why="over the cap"))
        elif len(item.text) > left:
            capped.append(replace(item, used=False, why="over the budget"))
        else:
            kept, left = kept + 1, left - len(item.text)
            capped.append(item)
    return capped


def _numbered(items: list[Item]) -> tuple[Item, ...]:
    used = [item for item in items if item.used]
    numbers = {id(item): number for number, item in enumerate(used, start=1)}
    return tuple(replace(item, number=numbers.get(id(item), 0)) for item in items)
