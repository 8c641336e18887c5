# SPDX-License-Identifier: Apache-2.0
"""What the first turns would pay for, paid at the start."""

from datetime import UTC, datetime

from memory.distil import distil
from memory.understanding.rules import Rules


def rehearse(rules: Rules) -> None:
    """Reads the first date in a message (0.6 s) and compiles the rules of learning (3 s); for a thread.

    Raises NotebookError for rules that are not usable.
    """
    distil("I moved to Oslo in May 2020.", datetime.now(UTC), rules)
    rules.check()
