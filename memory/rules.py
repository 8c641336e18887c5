# SPDX-License-Identifier: Apache-2.0
"""The rules of learning, read from rules/<language>.yaml and compiled once."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Rules:
    """Compiled rules of every language in the folder."""


def read_rules(folder: Path) -> Rules:
    """Reads and compiles every rules file."""
    return Rules()
