# SPDX-License-Identifier: Apache-2.0
"""What is handed out with a memory so that it is understood: the lines beside it, its categories, facts at odds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from memory.portability.places import STEP
from memory.ranking.reading import clip
from memory.ranking.shelf import Shelf
from memory.recall import recalled
from memory.understanding.contradiction import Pairs, pairs
from memory.understanding.rules import Rules
from memory.understanding.sentences import SECONDS
from memory.values import Fact, Recalled, Recollection

SHOWN = 300
"""Characters of a line that is shown beside a memory."""
MOST = 3
"""So many of the best memories have the lines beside them shown."""
PAIRS = 3
"""So many pairs of facts at odds are handed out, the newest first."""


def surrounded(shelf: Shelf, found: Recollection, rules: Rules) -> Recollection:
    """What was recalled, with its categories, the lines beside the best of it, and facts at odds with any of it."""
    ids = {item.id for item in found.recalled}
    known: dict[str, Fact] = {fact.id: fact for fact in shelf.facts if fact.id in ids}
    shown = [*found.profile, *(known[item.id] for item in found.recalled if item.id in known)]
    single = {slot.name for language in rules.languages for slot in language.slots if slot.single}
    odds = sorted(pairs(shown, shelf.facts, single), key=lambda pair: pair[0].recorded_at, reverse=True)[:PAIRS]
    held: set[str] = {fact.id for fact in shown}
    beside = [*_opposed(shelf, odds, held), *lines(shelf, found.recalled)]
    known |= {fact.id: fact for pair in odds for fact in pair}
    taught: dict[str, set[str]] = {item.source_turn: set() for item in (*found.recalled, *beside)}
    for fact in shelf.facts:
        if fact.source_turn in taught:
            taught[fact.source_turn].add(fact.category)
    return replace(
        found,
        recalled=tuple(_sorted(item, known, taught, rules) for item in found.recalled),
        beside=tuple(_sorted(item, known, taught, rules) for item in beside),
        at_odds=tuple((newer.id, older.id) for newer, older in odds),
    )


def lines(shelf: Shelf, found: Sequence[Recalled]) -> Iterator[Recalled]:
    """For the best episodes the lines right before and after them in their conversations, what came before first."""
    taken = {item.id for item in found}
    best = [item for item in found if item.kind == "episode"][:MOST]
    for step in (-1, 1):
        for item in best:
            (row,) = shelf.rows([item.id]).tolist()
            near = shelf.lines.places.next_to(row, step)
            if near is None or shelf.memories[near].id in taken or not _adjacent(shelf, row, near):
                continue
            memory = shelf.memories[near]
            taken.add(memory.id)
            yield replace(recalled(memory, 0.0, {}), text=brief(memory.text), beside=item.id)


def brief(text: str) -> str:
    """As much of a line as is shown beside a memory."""
    return clip(text, SHOWN)


def _adjacent(shelf: Shelf, row: int, near: int) -> bool:
    """Whether they are of one turn or of turns that follow each other: what lay between may be gone."""
    return abs(shelf.memories[row].position // STEP - shelf.memories[near].position // STEP) <= 1


def _opposed(shelf: Shelf, odds: Pairs, held: set[str]) -> Iterator[Recalled]:
    """The facts of these pairs that are not shown yet, each beside the one that is."""
    for pair in odds:
        for fact, other in (pair, pair[::-1]):
            if fact.id not in held:
                held.add(fact.id)
                (row,) = shelf.rows([fact.id]).tolist()
                yield replace(recalled(shelf.memories[row], 0.0, {}), beside=other.id)


def _sorted(item: Recalled, known: Mapping[str, Fact], taught: Mapping[str, set[str]], rules: Rules) -> Recalled:
    if item.id in known:
        return replace(item, categories=frozenset({known[item.id].category}))
    return replace(item, categories=frozenset(taught.get(item.source_turn, ())) | given_away(item.text, rules))


def given_away(text: str, rules: Rules) -> frozenset[str]:
    """The special categories whose words a text has; all of them where it cannot be searched in time."""
    special = rules.language_of(text).special
    try:
        return frozenset(name for name, words in special.items() if words.search(text, timeout=SECONDS))
    except TimeoutError:
        return frozenset(special)
