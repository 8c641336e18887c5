# SPDX-License-Identifier: Apache-2.0
"""An answer ends where the use case says that it is long enough."""

from typing import Any

from guardrails.validators import ValidationResult, Validator, register_validator

from guards.conduct import Ground
from guards.declarations import Tell
from guards.sentences import sentences
from guards.validators.verdicts import passed, repaired


@register_validator(name="rapport/length", data_type="string")
class Length(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """Counts characters; a single sentence that is longer than all that may be said is cut within."""

    def __init__(self) -> None:
        super().__init__(on_fail="noop")

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Takes out what goes beyond, from the end of a sentence on; nothing follows it."""
        ground: Ground = metadata["ground"]
        most, before = ground.demands.characters, len(metadata["before"])
        if not most or before + len(value) <= most:
            return passed()
        left = max(most - before, 0)
        cut = max((match.end() for match in sentences(value[:left]) if match.end() < left), default=0)
        return repaired("length: cut", [(cut if cut or before else left, len(value), "")], Tell.ENDING, last=True)
