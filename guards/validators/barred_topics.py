# SPDX-License-Identifier: Apache-2.0
"""What a use case does not speak of is left out, asked for or not."""

import re
from typing import Any

from guardrails.validators import ValidationResult, Validator, register_validator

from guards.conduct import Ground
from guards.declarations import Tell
from guards.prose import prose
from guards.sentences import sentences
from guards.validators.verdicts import passed, repaired
from guards.wording import listed

_DECLINES = re.compile(
    r"\b(?:can(?:'t|’t|not| not)|won'?t|will not|unable|not able|don'?t|do not|sorry|apologi[sz]e|rather not"
    r"|nicht|leider|kein\w*)\b",
    re.I,
)


@register_validator(name="rapport/barred_topics", data_type="string")
class BarredTopics(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """Compares words and phrases; a sentence that declines to speak of the topic stays."""

    def __init__(self) -> None:
        super().__init__(on_fail="noop")

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Takes out each sentence that does; the rule names the topic as the use case does."""
        ground: Ground = metadata["ground"]
        if not ground.demands.barred_topics:
            return passed()
        text = prose(value, metadata["before"])
        patterns = {topic: listed(words) for topic, words in ground.demands.barred_topics.items()}
        spoken = [
            (topic, sentence.span())
            for sentence in sentences(text)
            for topic, pattern in patterns.items()
            if pattern and pattern.search(sentence[0]) and not _DECLINES.search(sentence[0])
        ]
        rule = f"barred_topics: {', '.join(sorted({topic for topic, _ in spoken}))}"
        return repaired(rule, [(*span, "") for _, span in spoken], Tell.TOPIC)
