# SPDX-License-Identifier: Apache-2.0
"""What a model proposes against what the person said: their own words win, whenever they were said."""

from collections.abc import Sequence
from datetime import datetime

from memory.ids import TurnId
from memory.understanding.candidates import Candidate, normalised
from memory.values import Fact, SaidBy


def undisputed(
    candidates: Sequence[Candidate], known: Sequence[Fact], former: Sequence[Fact], turn: TurnId, at: datetime
) -> tuple[Candidate, ...]:
    """Those that contradict nothing that the person said, before or since, and repeat nothing that the turn taught."""
    return tuple(one for one in candidates if not _disputed(one, known, former, turn, at))


def _disputed(new: Candidate, known: Sequence[Fact], former: Sequence[Fact], turn: TurnId, at: datetime) -> bool:
    value = normalised(new.value)
    if any(fact.valid_to and fact.valid_to >= at and _same(fact, new, value) for fact in former):
        return True
    for fact in known:
        alike = _overlap(value, normalised(fact.value))
        if fact.subject == new.subject and fact.source_turn == turn and alike:
            return True
        slot = fact.subject == new.subject and fact.attribute == new.attribute
        if slot and normalised(fact.value) != value and (alike or (new.single and not _older_guess(fact, new))):
            return True
        if fact.subject == new.subject and fact.attribute in new.rivals and normalised(fact.value) == value:
            return True
    return False


def _older_guess(fact: Fact, new: Candidate) -> bool:
    return fact.said_by is SaidBy.INFERRED and fact.valid_from < new.valid_from


def _same(fact: Fact, new: Candidate, value: str) -> bool:
    return (fact.subject, fact.attribute) == (new.subject, new.attribute) and normalised(fact.value) == value


def _overlap(one: str, other: str) -> bool:
    """Whether all words of one stand in the other."""
    left, right = set(one.split()), set(other.split())
    return left <= right or right <= left
