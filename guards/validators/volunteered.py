# SPDX-License-Identifier: Apache-2.0
"""What the use case never volunteers is not brought up: a sentence that does it unasked is taken out."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from guardrails.validators import ValidationResult, Validator, register_validator

from guards.conduct import Ground
from guards.topics import Private, matters
from guards.validators.verdicts import Repair, blocked, passed, repaired

_SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…]+(?!\s)[^.!?…\n]+)*[.!?…]*[\"'”’»)\]*_]*[ \t]*")
_TO_YOU = re.compile(r"\b(?:you|your|yours|you're|du|dir|dich|dein\w*|Sie|Ihnen|Ihr\w*)\b", re.I)
_RULE = "volunteered: unasked"


@register_validator(name="rapport/volunteered", data_type="string")
class Volunteered(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """Compares words, not meaning: a paraphrase without any of the memory's own words gets through.

    With `blocks` a find stops the answer, as after it was shown.
    """

    def __init__(self, blocks: bool = False) -> None:
        super().__init__(on_fail="noop")
        self._blocks = blocks

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Takes each such sentence out; the rule names neither the matter nor its category."""
        ground: Ground = metadata["ground"]
        repairs = list(_unasked(value, ground.private)) if ground.private else []
        if self._blocks:
            return blocked(_RULE) if repairs else passed()
        return repaired(_RULE, repairs)


def _unasked(text: str, private: Sequence[Private]) -> Iterator[Repair]:
    for sentence in _SENTENCE.finditer(text):
        said, to_you = matters(sentence[0]), _TO_YOU.search(sentence[0]) is not None
        if any(f"[{item.number}]" in sentence[0] or _brings_up(said, item.about, to_you) for item in private):
            yield *sentence.span(), ""


def _brings_up(said: frozenset[str], about: frozenset[str], to_you: bool) -> bool:
    """By one of its words where the person is spoken to; by two or more, all of them, elsewhere."""
    return bool(said & about) if to_you else len(about) > 1 and about <= said
