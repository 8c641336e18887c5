# SPDX-License-Identifier: Apache-2.0
"""An answer that repeats the system prompt is blocked: by its canary, or by eight words in a row."""

import re
from typing import Any

from guardrails.validators import ValidationResult, Validator, register_validator

from guards.conduct import Ground
from guards.shadow import shadow
from guards.validators.verdicts import blocked, passed

_WORD = re.compile(r"\w+")
_ROW = 8
_REMEMBERED = 16


@register_validator(name="rapport/prompt_leak", data_type="string")
class PromptLeak(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """Compares letters and digits only, so that blanks, marks and case hide nothing."""

    def __init__(self) -> None:
        super().__init__(on_fail="noop")
        self._rows: dict[str, frozenset[tuple[str, ...]]] = {}

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Blocks at the canary, then at any eight words of the system prompt."""
        ground: Ground = metadata["ground"]
        text = shadow(value).text.casefold()
        canary = _letters(ground.canary.casefold())
        if canary and canary in _letters(text):
            return blocked("prompt_leak: canary")
        return blocked("prompt_leak: words") if _rows(text) & self._of(ground.system) else passed()

    def _of(self, system: str) -> frozenset[tuple[str, ...]]:
        if system not in self._rows:
            if len(self._rows) >= _REMEMBERED:
                self._rows.clear()
            self._rows[system] = _rows(system.casefold())
        return self._rows[system]


def _rows(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(text)
    return frozenset(tuple(words[start : start + _ROW]) for start in range(len(words) - _ROW + 1))


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
