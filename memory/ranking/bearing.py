# SPDX-License-Identifier: Apache-2.0
"""Whether a message bears on what is remembered at all: most messages to an assistant need no memory."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from memory.ranking.asking import Asked
from memory.ranking.lines import Lines, Rows

_TASK = re.compile(
    r"(?:please |can you |could you )*(?:write|translate|explain|summari[sz]e|convert|calculate|compose|make|create"
    r"|draft|give|list|sort|rewrite|proofread|fix|invent|find|tell|turn|describe|define|draw|generate|simplify|show"
    r"|how do (?:i|you))\b"
)
SHARED = 4
"""Letters from which on the beginning of a word speaks for it."""
PART = 0.6
_YOU = re.compile(r"\b(?:you|your|you're)\b")
_US = re.compile(r"\b(?:us|myself)\b")


@dataclass(frozen=True, slots=True)
class Bearing:
    """What speaks for a message's bearing on a few memories; and the weights, which have the same names.

    The weights were found by scripts/fit_floor.py on half of our own messages, benchmarks/floor.yaml.
    """

    likeness: float = 0.0
    """The best cosine of the memories that would be recalled."""
    covered: float = 0.0
    """The share of the message's words, by rarity, that one of them or a turn beside it says, or says nearly."""
    mass: float = 0.0
    """How much in words that is: one common word is soon covered."""
    strangers: float = 0.0
    """Somebody is named, or a kind of relative, and of nobody who is was anything ever said."""
    friends: float = 0.0
    """Somebody is named, or a kind of relative, of whom something was said."""
    personal: float = 0.0
    """The person speaks of themselves, or names one of the speakers."""
    to_you: float = 0.0
    """It is about the assistant."""
    task: float = 0.0
    """It begins as a task does, or as a question of how one does a thing."""
    asks: float = 0.0
    bias: float = 1.0


NAMES = tuple(field.name for field in fields(Bearing))
BEARING = Bearing(
    likeness=3.14,
    covered=2.91,
    mass=0.60,
    strangers=-2.88,
    friends=1.37,
    personal=1.82,
    to_you=-2.35,
    task=-1.35,
    asks=1.12,
    bias=-5.33,
)


def weighed(measured: Bearing, weights: Bearing) -> float:
    """The log-odds that the message needs what is remembered."""
    return float(sum(getattr(measured, name) * getattr(weights, name) for name in NAMES))


def bearing(lines: Lines, asked: Asked, best: Rows, likeness: float) -> Bearing:
    """How a message bears on the lines of these rows, the likeliest to be recalled; under a millisecond."""
    low = asked.text.casefold()
    named = [any(len(lines.rows(stem)) for stem in stems) for stems in asked.companions]
    personal = asked.speaker is not None or asked.bare != " ".join(asked.text.split()) or bool(_US.search(low))
    covered, mass = coverage(lines, asked, best)
    return Bearing(
        likeness=likeness,
        covered=covered,
        mass=mass,
        strangers=float(bool(named) and not any(named) and not asked.likely),
        friends=float(any(named)),
        personal=float(personal),
        to_you=float(bool(_YOU.search(low)) and not personal),
        task=float(bool(_TASK.match(low))),
        asks=float(low.rstrip().endswith("?")),
    )


def coverage(lines: Lines, asked: Asked, best: Rows) -> tuple[float, float]:
    """The best line's share of the telling words, and half of their number where that is below two."""
    total, most = len(lines), float(np.log(1 + (len(lines) + 0.5) / 0.5))
    beside = [_beside(lines, row) for row in best.tolist()]
    said, whole = np.zeros(len(beside)), 0.0
    for word in (word for word in asked.kin if not word.common):
        having = len(union([lines.rows(stem) for stem in word.said]))
        rarity = float(np.log(1 + (total - having + 0.5) / (having + 0.5))) / most
        whole += rarity
        near = dict(sorted(word.near, key=lambda pair: pair[1])) | dict.fromkeys(word.said, 1.0)
        said += [rarity * max((_alike(term, near, word.said) for term in terms), default=0.0) for terms in beside]
    return (float(said.max(initial=0.0)) / whole if whole else 0.0), min(float(said.max(initial=0.0)), 2.0) / 2


def union(rows: Sequence[Rows]) -> Rows:
    """Every row that is in any of them, once."""
    return rows[0] if len(rows) == 1 else np.unique(np.concatenate([np.empty(0, np.int64), *rows]))


def _alike(term: str, near: Mapping[str, float], said: Sequence[str]) -> float:
    """How near a term is to a word: "physio" is part of "physiotherapist", whatever the thesaurus knows."""
    if len(term) >= SHARED and any(stem.startswith(term) or term.startswith(stem) for stem in said):
        return near.get(term, PART)
    return near.get(term, 0.0)


def _beside(lines: Lines, row: int) -> set[str]:
    """The words of a line and of the ones before and after it in its session."""
    near = (lines.places.next_to(row, -1), row, lines.places.next_to(row, 1))
    return {term for one in near if one is not None for term in lines.lines[one].terms}
