# SPDX-License-Identifier: Apache-2.0
"""Candidates held against what is known: add, confirm, supersede, close, forget."""

from collections.abc import Callable, Sequence

from memory.candidates import Candidate, Changes
from memory.values import Fact


def reconcile(
    candidates: Sequence[Candidate], known: Sequence[Fact], tombstoned: Callable[[Candidate], bool]
) -> Changes:
    """What the candidates change."""
    return Changes()
