# SPDX-License-Identifier: Apache-2.0
"""A competitor that the use case names is not brought up by an answer itself."""

from typing import Any

from guardrails.validators import ValidationResult, Validator, register_validator

from guards.conduct import Ground
from guards.declarations import Tell
from guards.prose import prose
from guards.sentences import sentences
from guards.validators.verdicts import marked, passed, repaired
from guards.wording import listed


@register_validator(name="rapport/competitors", data_type="string")
class Competitors(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """Compares names; where the person named one, answering is noted only."""

    def __init__(self) -> None:
        super().__init__(on_fail="noop")

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Takes out each sentence that names one; the rule does not say which."""
        ground: Ground = metadata["ground"]
        pattern = listed(ground.demands.competitors)
        if pattern is None:
            return passed()
        text = prose(value, metadata["before"])
        found = [sentence.span() for sentence in sentences(text) if pattern.search(sentence[0])]
        asked = {match[0].casefold() for words in ground.asked for match in pattern.finditer(words)}
        if found and asked:
            return marked("competitors: asked for")
        return repaired("competitors: named", [(*span, "") for span in found], Tell.TOPIC)
