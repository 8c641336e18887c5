# SPDX-License-Identifier: Apache-2.0
"""What presses, flatters, binds or advertises is taken out."""

import asyncio
from typing import Any

from guardrails.validators import ValidationResult, Validator, register_validator

from guards.conduct import Ground
from guards.declarations import Repair, Tell
from guards.injection.classifier import Encodes
from guards.lure import read_lure
from guards.swaying import Swaying
from guards.validators.verdicts import LONG, marked, passed, repaired, weighed


@register_validator(name="rapport/manipulation", data_type="string")
class Manipulation(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """What guards/swaying.py finds. With `shown` it is marked only, unless it is much.

    What only leans that way by the classifier is marked and never taken out: it is too often wrong among friends.
    """

    def __init__(self, encoder: Encodes | None = None, shown: bool = False) -> None:
        super().__init__(on_fail="noop")
        self._swaying, self._shown = Swaying(read_lure(encoder) if encoder else None), shown

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Names the kinds alone; looks at long text in a thread."""
        given = value, metadata["ground"], metadata["before"]
        found = await asyncio.to_thread(self._look, *given) if len(value) > LONG else self._look(*given)
        if not found:
            leaning = await self._swaying.leanings(*given)
            return marked("manipulation: leaning") if leaning else passed()
        rule = f"manipulation: {', '.join(dict.fromkeys(kind for kind, _ in found))}"
        repairs = [repair for _, repair in found]
        return weighed(rule, repairs, value, Tell.TONE) if self._shown else repaired(rule, repairs, Tell.TONE)

    def _look(self, value: str, ground: Ground, before: str) -> list[tuple[str, Repair]]:
        return list(self._swaying.finds(value, ground, before))
