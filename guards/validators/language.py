# SPDX-License-Identifier: Apache-2.0
"""An answer is in the language of the message, unless another was asked for."""

import re
from typing import Any

from guardrails.validators import ValidationResult, Validator, register_validator

from guards.conduct import Ground
from guards.prose import prose
from guards.tongues import Tongues
from guards.validators.verdicts import marked, passed

_OTHER = re.compile(
    r"\btranslat|\bübersetz|\btradu[cziir]|\bvertaal|\bhow do you say\b"
    r"|\b(?:in|into|to|auf|ins|en|em|speaks?|spricht)\s(?:english|german|french|spanish|italian|portuguese|dutch|russian"
    r"|chinese|japanese|arabic|turkish|polish|englisch\w*|deutsch\w*|französisch\w*|spanisch\w*|italienisch\w*|inglés"
    r"|alemán|francés|español|anglais|allemand|français|espagnol|inglese|tedesco|inglês|alemão)\b",
    re.I,
)
_TELLING = 4


@register_validator(name="rapport/language", data_type="string")
class Language(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """Compares small words of seven languages, and scripts; short and mixed texts pass."""

    def __init__(self) -> None:
        super().__init__(on_fail="noop")
        self._tongues = Tongues()

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Notes an answer in another language."""
        ground: Ground = metadata["ground"]
        if not ground.asked or _OTHER.search(ground.given) or any(_OTHER.search(words) for words in ground.asked):
            return passed()
        answered = self._tongues.of(prose(value), _TELLING)
        asked = self._tongues.of(prose(ground.asked[-1])) or self._tongues.of(prose("\n".join(ground.asked)))
        return marked("language: another") if asked and answered and not asked & answered else passed()
