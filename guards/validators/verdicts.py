# SPDX-License-Identifier: Apache-2.0
"""How a validator says what it found: repaired by spans, or blocked without."""

from collections.abc import Sequence

from guardrails.validators import ErrorSpan, FailResult, PassResult, ValidationResult

Repair = tuple[int, int, str]
"""Start, end and what stands there instead."""


def passed() -> ValidationResult:
    """Nothing was found."""
    return PassResult()


def repaired(rule: str, repairs: Sequence[Repair]) -> ValidationResult:
    """What was found is replaced, stretch by stretch; passes when there is nothing to replace."""
    if not repairs:
        return PassResult()
    spans = [ErrorSpan(start=start, end=end, reason=replacement) for start, end, replacement in repairs]
    return FailResult(error_message=rule, error_spans=spans)


def blocked(rule: str) -> ValidationResult:
    """The answer must not go on."""
    return FailResult(error_message=rule)
