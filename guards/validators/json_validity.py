# SPDX-License-Identifier: Apache-2.0
"""JSON is JSON where it was asked for: by the use case for the whole answer, by the person for a block of code."""

import json
import re
from typing import Any

from guardrails.validators import ValidationResult, Validator, register_validator

from guards.conduct import Ground
from guards.declarations import Tell
from guards.placeholders import PLACEHOLDER
from guards.validators.verdicts import blocked, marked, passed, repaired

_BLOCK = re.compile(r"^ {0,3}(```|~~~)[ \t]*json[ \t]*\n(.*?)^ {0,3}\1", re.MULTILINE | re.DOTALL | re.I)
_TRIES = 16
_ASKED = re.compile(r"\bjson\b", re.I)


@register_validator(name="rapport/json_validity", data_type="string")
class JsonValidity(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """A placeholder counts as the value that it stands for."""

    def __init__(self) -> None:
        super().__init__(on_fail="noop")

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Takes out what stands around the value, blocks where there is none, and notes a broken block of code."""
        ground: Ground = metadata["ground"]
        if ground.demands.json:
            return _only(value)
        if not any(_ASKED.search(words) for words in ground.asked[-1:]):
            return passed()
        broken = any(not _valid(_plain(match[2])) for match in _BLOCK.finditer(value))
        return marked("json_validity: block", Tell.JSON) if broken else passed()


def _only(value: str) -> ValidationResult:
    plain = _plain(value)
    if _valid(plain):
        return passed()
    starts = [match.start() for match in re.finditer(r"[{\[]", plain)][:_TRIES]
    found = [(start, end) for start in starts if (end := _end(plain, start))]
    if not found:
        return blocked("json_validity: none", Tell.JSON)
    start, end = max(found, key=lambda span: span[1] - span[0])
    return repaired("json_validity: around", [(0, start, ""), (end, len(value), "")])


def _plain(text: str) -> str:
    """With a number of the same length in place of each placeholder."""
    return str(PLACEHOLDER.sub(lambda match: "1" * len(match[0]), text))


def _end(text: str, start: int) -> int:
    try:
        return int(json.JSONDecoder().raw_decode(text, start)[1])
    except (ValueError, RecursionError):
        return 0


def _valid(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
