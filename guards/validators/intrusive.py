# SPDX-License-Identifier: Apache-2.0
"""What an answer should not bring up, and words of somebody who watches, are taken out."""

import asyncio
from typing import Any

from guardrails.validators import ValidationResult, Validator, register_validator

from guards.conduct import Ground
from guards.declarations import Repair
from guards.prying import Prying
from guards.validators.verdicts import LONG, repaired, weighed


@register_validator(name="rapport/intrusive", data_type="string")
class Intrusive(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """What guards/prying.py finds. With `shown` it is marked only, unless it is much."""

    def __init__(self, shown: bool = False) -> None:
        super().__init__(on_fail="noop")
        self._prying, self._shown = Prying(), shown

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Names the kinds alone; looks at long text in a thread."""
        given = value, metadata["ground"], metadata["before"]
        found = await asyncio.to_thread(self._look, *given) if len(value) > LONG else self._look(*given)
        rule = f"intrusive: {', '.join(dict.fromkeys(kind for kind, _ in found))}"
        repairs = [repair for _, repair in found]
        return weighed(rule, repairs, value) if self._shown else repaired(rule, repairs)

    def _look(self, value: str, ground: Ground, before: str) -> list[tuple[str, Repair]]:
        return list(self._prying.finds(value, ground, before))
