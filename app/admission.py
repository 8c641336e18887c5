# SPDX-License-Identifier: Apache-2.0
"""Who may start a turn: size, unicode and rate are looked at before anything else."""

from dataclasses import dataclass
from typing import Protocol

from app.rate import MovingWindow
from app.request import Request
from guards.cleaning import clean
from memory.ids import Scope


@dataclass(frozen=True, slots=True)
class Admitted:
    """The turn may go on, with this cleaned text."""

    text: str


@dataclass(frozen=True, slots=True)
class Turned:
    """The turn may not go on; `rule` names the notice and stands in the audit."""

    rule: str


class Rate(Protocol):
    """Counts what each person starts."""

    async def hit(self, scope: Scope) -> bool:
        """Counts one turn; False when there were too many."""
        ...


class Admission:
    """Checks the size before and after cleaning, then the person's rate."""

    def __init__(self, rate: Rate, characters: int) -> None:
        self._rate = rate
        self._characters = characters

    async def admit(self, request: Request) -> Admitted | Turned:
        """Cleans the text; a refusal is a value, never an exception."""
        if len(request.text) > self._characters:
            return Turned("too_long")
        text = clean(request.text).strip()
        if not any(character.isalnum() for character in text) and not _speaks(text):
            return Turned("empty")
        if not await self._rate.hit(request.scope):
            return Turned("too_many")
        return Admitted(text)


def _speaks(text: str) -> bool:
    """An emoji or a lone question mark is a message; blank space and combining marks are not."""
    return any(
        (character.isprintable() and not character.isspace() and ord(character) < 0x300) or ord(character) > 0x2000
        for character in text
    )


class PersonRate:
    """The turns of each person in the last minute."""

    def __init__(self, url: str, per_minute: int) -> None:
        self._window = MovingWindow(url, per_minute)

    async def hit(self, scope: Scope) -> bool:
        """Counts one turn; False when there were too many in the last minute."""
        return await self._window.hit("turn", scope.tenant, scope.person)
