# SPDX-License-Identifier: Apache-2.0
"""What each validator declares: where it runs, what it may do there, how it fails, and what it costs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from guards.injection.classifier import Encodes
from guards.personal import LocalFinder

Repair = tuple[int, int, str]
"""Start, end and what stands there instead."""


class Place(StrEnum):
    """When a validator is asked."""

    ENTRY = "entry"
    """Before a model is, about the person's message."""
    SENTENCE = "sentence"
    """Before a released segment is shown."""
    ANSWER = "answer"
    """After all was shown, about the whole."""


class Remedy(StrEnum):
    """The most that a validator may do at a place."""

    MARK = "mark"
    """The ledger notes it, and the person is told where they should know."""
    REPAIR = "repair"
    """A stretch is replaced or taken out; a find that names no stretch blocks."""
    BLOCK = "block"
    """Any find stops the answer."""


class Tell(StrEnum):
    """What the person is told: a notice's key after "without_", or after "blocked_" where the answer was stopped."""

    NOTHING = ""
    FIGURES = "figures"
    """Figures that no source here stands for were left standing."""
    FIGURES_OUT = "figures_out"
    """They were taken out."""
    PROMISE = "promise"
    """A promise or advice that no source here stands for was left standing."""
    PROMISE_OUT = "promise_out"
    """It was taken out."""
    TOPIC = "topic"
    """Something was taken out that this use case does not speak of."""
    TONE = "tone"
    """Something was taken out, or the answer stopped, for how it spoke."""
    ENDING = "ending"
    """The answer was cut short."""
    JSON = "json"
    """What was asked for as JSON is none."""
    EMPTY = "empty"
    """The answer says nothing."""


class Looks(Protocol):
    """A guardrails-ai validator of ours."""

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> Any:
        """A PassResult, or a FailResult made by guards.validators.verdicts.

        `metadata` holds "ground", the Ground, and "before", what of this answer was released already.
        """
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What validators are made with."""

    finder: LocalFinder
    encoder: Encodes | None = None
    """Without it the classifiers do not run: wordings alone are found."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """One validator at one place; the table of them is guards/validators/table.py."""

    validator: str
    """Its file under guards/validators, and the first word of its rules in the ledger."""
    place: Place
    remedy: Remedy
    closed: bool
    """Whether an error of its own stops the answer; otherwise the ledger notes that it did not look."""
    ms: float
    """Processor time for 1,000 characters, as `python -m benchmarks gate` measures it."""
    make: Callable[[Tools], Looks]


@dataclass(frozen=True, slots=True)
class Find:
    """What a validator found, as far as its declaration lets it go."""

    rule: str
    """"validator: what", without values."""
    remedy: Remedy
    repairs: tuple[Repair, ...] = ()
    tell: str = Tell.NOTHING
    """What the person is told."""
    last: bool = False
    """Whether the answer ends here."""


@dataclass(slots=True)
class Finds:
    """What the validators of a place found in one text."""

    all: list[Find] = field(default_factory=list)
    complete: bool = False
    """Whether each of them was asked."""
