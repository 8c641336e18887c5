# SPDX-License-Identifier: Apache-2.0
"""Who may start a turn: size, unicode, rate and attacks are looked at before anything else."""

from dataclasses import dataclass
from typing import Protocol

from app.rate import MovingWindow
from app.request import Request
from guards.cleaning import clean
from guards.injection import Suspicion
from memory.ids import Scope


@dataclass(frozen=True, slots=True)
class Admitted:
    """The turn may go on, with this cleaned text."""

    text: str
    wary: bool = False
    """Whether it is to be answered without memory and documents: it may be an attack."""
    notes: tuple[str, ...] = ()
    """What the audit should hold besides, such as that a part of the screen did not answer."""


@dataclass(frozen=True, slots=True)
class Turned:
    """The turn may not go on; `rule` names the notice and stands in the audit."""

    rule: str
    found: str = ""
    """What kind of attack and how it was found; of the text nothing."""

    @property
    def why(self) -> str:
        """The rule as it stands in the audit."""
        return f"{self.rule}: {self.found}" if self.found else self.rule


class Rate(Protocol):
    """Counts what each person starts."""

    async def hit(self, scope: Scope) -> bool:
        """Counts one turn; False when there were too many."""
        ...


class Screens(Protocol):
    """Looks for attacks."""

    async def message(self, raw: str, text: str) -> Suspicion:
        """What a person's message is suspected of, as it came and cleaned; raises ScreenFailed."""
        ...


class Admission:
    """Checks the size before and after cleaning, then the person's rate, then whether it is an attack."""

    def __init__(self, rate: Rate, characters: int, screen: Screens) -> None:
        self._rate = rate
        self._characters = characters
        self._screen = screen

    async def admit(self, request: Request) -> Admitted | Turned:
        """Cleans the text; a refusal is a value. Raises ScreenFailed where attacks could not be looked for."""
        if len(request.text) > self._characters:
            return Turned("too_long")
        text = clean(request.text).strip()
        if not any(character.isalnum() for character in text) and not _speaks(text):
            return Turned("empty")
        if not await self._rate.hit(request.scope):
            return Turned("too_many")
        suspicion = await self._screen.message(request.text, text)
        if suspicion.attack:
            return Turned("attack", suspicion.attack)
        return Admitted(text, suspicion.wary, suspicion.notes)


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
