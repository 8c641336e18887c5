# SPDX-License-Identifier: Apache-2.0
"""How things are worded: the lists under guards/wordings, and the names and phrases of a use case, as patterns."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

WORDINGS = Path(__file__).parent / "wordings"
"""The folder of the lists, and of what classifiers weigh with."""


def read_wording(name: str) -> Any:
    """What a list holds."""
    return yaml.safe_load((WORDINGS / f"{name}.yaml").read_text(encoding="utf-8"))


def themes(wording: Any) -> "Mapping[str, re.Pattern[str]]":
    """The patterns of a list, one a theme, with its parts put in."""
    return {theme: either(wording, patterns) for theme, patterns in wording["patterns"].items()}


def either(wording: Any, patterns: Collection[str]) -> "re.Pattern[str]":
    """Any of several patterns of a list."""
    return re.compile("|".join(pattern.format(**wording["parts"]) for pattern in patterns), re.IGNORECASE)


def listed(phrases: Collection[str]) -> "re.Pattern[str] | None":
    """Finds any of them as whole words, blanks and hyphens alike; None where nothing is listed.

    A single word that is listed with a capital is a name and needs one in the text as well.
    """
    parts = []
    for phrase in sorted(phrases, key=len, reverse=True):
        words = [re.escape(word) for word in re.split(r"[\s-]+", phrase.strip()) if word]
        if len(words) == 1 and phrase.strip()[0].isupper():
            parts.append(rf"{re.escape(phrase.strip()[0])}(?i:{re.escape(phrase.strip()[1:])})")
        elif words:
            parts.append(rf"(?i:{'[- ]?'.join(words)})")
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?:['’]?s)?(?!\w)") if parts else None
