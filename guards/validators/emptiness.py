# SPDX-License-Identifier: Apache-2.0
"""An answer of which nothing is left to read is none."""

import re
from typing import Any

from guardrails.validators import ValidationResult, Validator, register_validator

from guards.conduct import Ground
from guards.declarations import Tell
from guards.figures import UNCONFIRMED
from guards.kinds import HIDDEN
from guards.validators.links import REMOVED
from guards.validators.verdicts import blocked, passed

_NOTHING = re.compile(rf"{re.escape(HIDDEN)}|{re.escape(REMOVED)}|{re.escape(UNCONFIRMED)}|\[\d{{1,3}}\]|[\W_]")


@register_validator(name="rapport/emptiness", data_type="string")
class Emptiness(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """Marks, citations and what stands in place of something taken out are nothing; one letter or sign is not."""

    def __init__(self) -> None:
        super().__init__(on_fail="noop")

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Stops it, so that the person is told; an empty list is an answer where JSON is asked for."""
        ground: Ground = metadata["ground"]
        if ground.demands.json:
            return passed()
        return (
            passed()
            if any(_says(char) for char in _NOTHING.sub(_kept, value))
            else blocked("emptiness: nothing", Tell.EMPTY)
        )


def _kept(match: "re.Match[str]") -> str:
    return match[0] if len(match[0]) == 1 and _says(match[0]) else ""


def _says(char: str) -> bool:
    """Letters, digits and symbols such as an emoji speak; punctuation and blanks do not."""
    return char.isalnum() or ord(char) >= 0x2190
