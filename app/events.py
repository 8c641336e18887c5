# SPDX-License-Identifier: Apache-2.0
"""What a turn can tell whoever listens; every door shows these and nothing else."""

from dataclasses import dataclass

from memory.ids import TurnId
from memory.values import Learned, Outcome


@dataclass(frozen=True, slots=True)
class Accepted:
    """The turn was admitted; its id is in every record of it."""

    turn: TurnId
    hidden: tuple[str, ...]
    """The kinds of personal data that the model will not see, e.g. ("EMAIL_ADDRESS",)."""


@dataclass(frozen=True, slots=True)
class Degraded:
    """Something is missing from this answer, and the person is told."""

    what: str
    """Either history, knowledge, memory, context, record, model, fallback or ending."""
    notice: str


@dataclass(frozen=True, slots=True)
class Said:
    """Checked and restored text, to be shown after what was said before."""

    text: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """Everything said so far is void; this stands in its place."""

    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The turn was not admitted, or the answer was blocked before anything could be shown."""

    notice: str
    rule: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The turn could not be answered; the reference is found in the log."""

    notice: str
    reference: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The turn is over and recorded."""

    turn: TurnId
    outcome: Outcome
    model: str
    learned: Learned
    used: tuple[str, ...]
    """Ids of the memories and passages that were in the prompt."""


TurnEvent = Accepted | Degraded | Said | Replaced | Refused | Failed | Finished
