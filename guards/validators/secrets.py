# SPDX-License-Identifier: Apache-2.0
"""A key, a token or a private key in an answer blocks it."""

from typing import Any

from guardrails.validators import ValidationResult, Validator, register_validator

from guards.credentials import keys
from guards.shadow import shadow
from guards.validators.verdicts import blocked, passed


@register_validator(name="rapport/secrets", data_type="string")
class Secrets(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """Looks for what providers issue; passwords in examples are no secrets, so words alone are not enough."""

    def __init__(self) -> None:
        super().__init__(on_fail="noop")

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Blocks at the first key."""
        return blocked("secrets: SECRET") if any(True for _ in keys(shadow(value).text)) else passed()
