# SPDX-License-Identifier: Apache-2.0
"""What a use case asks of answers, beside what every answer is checked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Claims(StrEnum):
    """What becomes of figures and promises that nothing given stands for."""

    FREE = "free"
    """The record notes them; the person is told of those that are cited, and of promises."""
    NOTED = "noted"
    """The person is told."""
    SOURCED = "sourced"
    """They are taken out, and the person is told."""


@dataclass(frozen=True, slots=True)
class Demands:
    """Set in use_cases/*.yaml; the defaults ask nothing."""

    claims: Claims = Claims.FREE
    competitors: frozenset[str] = frozenset()
    """Names that an answer does not bring up by itself."""
    barred_topics: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By topic: words and phrases that no answer uses."""
    characters: int = 0
    """The longest answer; 0 for any."""
    json: bool = False
    """Whether an answer is one JSON value and nothing else."""
