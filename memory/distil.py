# SPDX-License-Identifier: Apache-2.0
"""A person's message becomes candidate facts, by rules alone."""

from datetime import datetime

from memory.candidates import Candidate
from memory.rules import Rules


def distil(text: str, at: datetime, rules: Rules) -> tuple[Candidate, ...]:
    """Candidates in the order of the text."""
    return ()
