# SPDX-License-Identifier: Apache-2.0
"""What the use case never volunteers is not brought up: a sentence that does it unasked is taken out."""

from collections.abc import Iterator, Sequence
from typing import Any

from guardrails.validators import ValidationResult, Validator, register_validator

from guards.conduct import Ground
from guards.declarations import Repair
from guards.sentences import sentences, to_you
from guards.topics import Private, matters
from guards.validators.verdicts import repaired


@register_validator(name="rapport/volunteered", data_type="string")
class Volunteered(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """Compares words, not meaning: a paraphrase without any of the memory's own words gets through."""

    def __init__(self) -> None:
        super().__init__(on_fail="noop")

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Takes each such sentence out; the rule names neither the matter nor its category."""
        ground: Ground = metadata["ground"]
        return repaired("volunteered: unasked", list(_unasked(value, ground.private)) if ground.private else [])


def _unasked(text: str, private: Sequence[Private]) -> Iterator[Repair]:
    for sentence in sentences(text):
        said, spoken_to = matters(sentence[0]), to_you(sentence[0])
        if any(f"[{item.number}]" in sentence[0] or _brings_up(said, item.about, spoken_to) for item in private):
            yield *sentence.span(), ""


def _brings_up(said: frozenset[str], about: frozenset[str], spoken_to: bool) -> bool:
    """By one of its words where the person is spoken to; by two or more, all of them, elsewhere."""
    return bool(said & about) if spoken_to else len(about) > 1 and about <= said
