# SPDX-License-Identifier: Apache-2.0
"""What was considered for an answer, used or dropped, and why: the ground of "why this answer"."""

from collections.abc import Collection, Set
from dataclasses import dataclass, replace

from app.use_case import Boundary
from memory.ids import FactId
from memory.values import Fact, Passage, Recalled, Recollection, SaidBy, UsedItem

PROFILE_SHARE = 0.5
"""Of the character budget, what the profile may take at most."""

TOUCHED = 0.5
"""How much of the message, beside the memory that has most of it, a fact says in its words or kindred ones that the
message asks for."""

WHO = {SaidBy.USER: "you said", SaidBy.INFERRED: "from what you said"}
"""Who a memory is from, as the prompt has it."""


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
    category: str = ""
    """Of a fact that may be barred from being volunteered: one of the profile, or recalled though not asked for."""
    beside: str = ""
    """The id of the item that it is shown with, where it did not match itself."""
    said: bool = True
    """Whether it comes from a conversation; what a system of record alone knows does not."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything considered, in prompt order, numbered as the prompt numbers it."""

    items: tuple[Item, ...] = ()
    unavailable: tuple[str, ...] = ()
    """Parts that did not answer in time or at all: history, memory, knowledge."""
    doubt: FactId | None = None
    """A fact among the used that the person may be asked about."""
    at_odds: tuple[tuple[FactId, FactId], ...] = ()
    """Facts among the used, a newer and an older, that contradict each other or may."""

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
    planted: Collection[str] = (),
) -> Manifest:
    """Applies the boundary, the caps and the character budget to what was gathered; pure.

    What has its id in `planted` gives orders, and is left out before anything else is counted.
    """
    denied = [_profile(fact) for fact in recollection.profile if not boundary.allows(fact.category)]
    profile = [_profile(fact) for fact in recollection.profile if boundary.allows(fact.category)]
    known = {fact.id for fact in recollection.profile}
    recalled = [item for item in (*recollection.recalled, *recollection.beside) if item.id not in known]
    memories = _trusted([_memory(item) for item in recalled if _allowed(item, boundary)], planted)
    found = _trusted([_passage(item) for item in passages], planted)
    first = _capped(_trusted(profile, planted), len(profile), int(boundary.characters * PROFILE_SHARE))
    items = [
        *first,
        *_together(
            _capped(memories, boundary.max_memories, boundary.characters), {one.id for one in first if one.used}
        ),
        *_capped(found, boundary.max_passages, boundary.characters),
        *(replace(item, used=False, why="outside the use case") for item in denied),
        *(
            replace(_memory(item), used=False, why="outside the use case")
            for item in recalled
            if not _allowed(item, boundary)
        ),
    ]
    used = {item.id for item in items if item.used}
    odds = tuple(pair for pair in recollection.at_odds if used.issuperset(pair))
    return Manifest(_numbered(items), unavailable, recollection.doubt if recollection.doubt in used else None, odds)


def _trusted(items: list[Item], planted: Collection[str]) -> list[Item]:
    """What gives orders stays in the manifest, unused."""
    return [replace(item, used=False, why="gives orders") if item.id in planted else item for item in items]


def _allowed(item: Recalled, boundary: Boundary) -> bool:
    """Of no category that the use case does not allow; what is of none that is known is of "other"."""
    return all(boundary.allows(category) for category in item.categories or {"other"})


def _together(memories: list[Item], profile: Set[str]) -> list[Item]:
    """What is shown beside another right after it, and nothing beside what is not used itself."""
    used = profile | {item.id for item in memories if item.used and not item.beside}
    beside: dict[str, list[Item]] = {}
    for item in memories:
        if item.beside:
            kept = item if item.beside in used else replace(item, used=False, why="beside what is not used")
            beside.setdefault(item.beside, []).append(kept)
    hits = [item for item in memories if not item.beside]
    own = {item.id for item in hits}
    first = [item for place, items in beside.items() if place not in own for item in items]
    return [*first, *(one for item in hits for one in (item, *beside.get(item.id, ())))]


def _profile(fact: Fact) -> Item:
    date = fact.valid_from.date().isoformat()
    return Item(fact.id, "fact", "profile", date, fact.text, True, "profile", category=fact.category, said=_said(fact))


def _memory(item: Recalled) -> Item:
    who = WHO.get(item.said_by, "the assistant said")
    label = f"{item.occurred_at.date().isoformat()} | {who}"
    why = "recalled" if not item.beside else "at odds" if item.kind == "fact" else "beside"
    category = _unasked(item)
    return Item(
        item.id,
        item.kind,
        "memory",
        label,
        item.text,
        True,
        why,
        category=category,
        beside=item.beside,
        said=_said(item),
    )


def _said(memory: Fact | Recalled) -> bool:
    return memory.said_by is not SaidBy.RECORD


def _unasked(item: Recalled) -> str:
    """The category of a fact that was recalled for its likeness alone, or beside another: nobody asked for it."""
    touched = item.scores.get("kindred", 0.0) >= TOUCHED
    return "" if item.kind != "fact" or touched else next(iter(sorted(item.categories)), "")


def _passage(passage: Passage) -> Item:
    return Item(passage.id, "passage", "passage", f"{passage.id} | {passage.title}", passage.text, True, "found")


def _capped(items: list[Item], count: int, characters: int) -> list[Item]:
    kept, left = 0, characters
    capped: list[Item] = []
    for item in items:
        if not item.used:
            capped.append(item)
        elif kept >= count:
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
