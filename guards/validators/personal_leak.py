# SPDX-License-Identifier: Apache-2.0
"""Personal data in an answer that this conversation did not give is somebody else's: it is hidden."""

from typing import Any

from guardrails.validators import ValidationResult, Validator, register_validator

from guards.conduct import Ground
from guards.kinds import HIDDEN, MILD, SECRET
from guards.personal import LocalFinder
from guards.validators.verdicts import repaired
from guards.vault import normal

_PUBLIC = MILD | {"STREET_ADDRESS", "POST_CODE", "DATE_OF_BIRTH", "PERSON", SECRET}
"""What a model may well know of places and public people; secrets have a check of their own."""


@register_validator(name="rapport/personal_leak", data_type="string")
class PersonalLeak(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """Finds contacts, numbers and ids with the finder that masks; those in `Ground.own` may stay.

    `sure` is the least score that counts.
    """

    def __init__(self, finder: LocalFinder, sure: float = 0.4) -> None:
        super().__init__(on_fail="noop")
        self._finder, self._sure = finder, sure

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Hides each find; the rule names the kinds."""
        ground: Ground = metadata["ground"]
        finder = await self._finder.at(ground.local)
        found = [item for item in await finder.find(value) if item.kind not in _PUBLIC and item.score >= self._sure]
        own = {_bare(item) for item in ground.own} if found else set()
        said = {item: value[item.start : item.end] for item in found}
        leaks = [item for item in found if said[item] not in ground.given and _bare(said[item]) not in own]
        rule = f"personal_leak: {', '.join(sorted({item.kind for item in leaks}))}"
        return repaired(rule, [(item.start, item.end, HIDDEN) for item in leaks])


def _bare(value: str) -> str:
    """The form in which two spellings are the same: letters and digits only."""
    return "".join(char for char in normal(value) if char.isalnum())
