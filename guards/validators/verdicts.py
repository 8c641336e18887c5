# SPDX-License-Identifier: Apache-2.0
"""How a validator says what it found: marked, repaired by spans, or blocked."""

from collections.abc import Sequence

from guardrails.validators import ErrorSpan, FailResult, PassResult, ValidationResult

from guards.declarations import Declaration, Find, Remedy, Repair, Tell

LONG = 600
"""Characters that take some milliseconds to look through: longer text is looked at beside the event loop."""


def passed() -> ValidationResult:
    """Nothing was found."""
    return PassResult()


def repaired(rule: str, repairs: Sequence[Repair], tell: str = Tell.NOTHING, last: bool = False) -> ValidationResult:
    """What was found is replaced, stretch by stretch; passes when there is nothing to replace.

    `tell` names what the person is told, as in Find; with `last` the answer ends here.
    """
    if not repairs:
        return PassResult()
    spans = [ErrorSpan(start=start, end=end, reason=replacement) for start, end, replacement in repairs]
    return FailResult(error_message=rule, error_spans=spans, metadata={"tell": tell, "last": last})


def blocked(rule: str, tell: str = Tell.NOTHING) -> ValidationResult:
    """The answer must not go on."""
    return FailResult(error_message=rule, metadata={"tell": tell})


def marked(rule: str, tell: str = Tell.NOTHING) -> ValidationResult:
    """It may be shown, and is noted; `tell` names what the person is told, if anything."""
    return FailResult(error_message=rule, metadata={"tell": tell, "mark": True})


def weighed(rule: str, repairs: Sequence[Repair], text: str, tell: str = Tell.NOTHING) -> ValidationResult:
    """What was shown already: marked, or blocked where it is three sentences or more and over half of the text."""
    if not repairs:
        return PassResult()
    much = len(repairs) > 2 and 2 * sum(end - start for start, end, _ in repairs) > len(text)
    return blocked(rule, tell) if much else marked(rule)


def found(declaration: Declaration, result: ValidationResult) -> tuple[Find, ...]:
    """A validator's result, as far as its declaration lets it go; a repair that names no stretch blocks."""
    if not isinstance(result, FailResult):
        return ()
    said = result.metadata or {}
    repairs = tuple((span.start, span.end, span.reason) for span in result.error_spans or ())
    remedy = declaration.remedy
    if said.get("mark"):
        remedy = Remedy.MARK
    elif remedy is Remedy.REPAIR and not repairs:
        remedy = Remedy.BLOCK
    kept = repairs if remedy is Remedy.REPAIR else ()
    return (Find(result.error_message, remedy, kept, str(said.get("tell", "")), bool(said.get("last")) and bool(kept)),)
