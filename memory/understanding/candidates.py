# SPDX-License-Identifier: Apache-2.0
"""What learning proposes before it becomes fact: candidates, and the changes they make to what is known."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from memory.ids import FactId
from memory.values import FactKind

Act = Literal["assert", "retract", "forget"]
"""Assert says that something holds, retract that it no longer does, forget wants every trace gone."""

EVERYTHING = "*"
"""The attribute of a forget candidate that means all that is known about the person."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing that the person's own words say, not yet held against what is known."""

    act: Act
    text: str
    """For showing, e.g. "Lives in Lisbon"; the value in it is spelled as the person spelled it."""
    kind: FactKind
    category: str
    subject: str
    """Whom it is about: "self" or a relation such as "sister" or "dog"."""
    attribute: str
    """The slot; empty where only the words say what is meant (a correction, a forget command)."""
    value: str
    """The person's spelling; empty means any value (retract, forget)."""
    start: int
    """Where the evidence sentence starts in the turn's text; a slice of it with `end` gives the sentence."""
    end: int
    explicit: bool
    """The person said "remember" or "forget" in so many words; overrides a tombstone."""
    confidence: float
    valid_from: datetime
    """Since when it holds: the message's time, or an earlier date that the person named."""
    single: bool = False
    """Whether the slot holds one value at a time, so that a new one supersedes the old."""
    rivals: tuple[str, ...] = ()
    """Attributes that cannot hold the same value together with this one, e.g. likes and dislikes."""
    replaces: str = ""
    """The old value in a correction without a slot ("not Lisbon, Porto")."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What candidates do to the known facts; a fact's id stands in at most one place besides confirm."""

    add: tuple[Candidate, ...] = ()
    confirm: tuple[tuple[FactId, Candidate], ...] = ()
    supersede: tuple[tuple[FactId, Candidate], ...] = ()
    """The candidate becomes a new fact; the old one ends where it starts."""
    close: tuple[FactId, ...] = ()
    """No longer true, nothing takes its place; history keeps it."""
    forget: tuple[FactId, ...] = ()
    """To be erased with every trace."""


def normalised(value: str) -> str:
    """The form in which values are compared and tombstoned: NFKC, case-folded, words with single spaces."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    words = "".join(char if char.isalnum() or char in "@.+" else " " for char in folded).split()
    return " ".join(words).strip(".")
