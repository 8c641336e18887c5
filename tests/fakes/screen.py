# SPDX-License-Identifier: Apache-2.0
"""A screen that suspects what holds one of its words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from guards.errors import ScreenFailed
from guards.injection import Suspicion


@dataclass
class FakeScreen:
    """Keeps what it was shown; raises where it is broken."""

    attack: str = "\0"
    wary: str = "\0"
    notes: tuple[str, ...] = ()
    broken: bool = False
    seen: list[str] = field(default_factory=list)

    async def message(self, raw: str, text: str) -> Suspicion:
        if self.broken:
            raise ScreenFailed("a text could not be screened: OSError")
        return Suspicion("override, rule" if self.attack in text else "", self.wary in text, self.notes)

    async def together(self, earlier: Sequence[str], text: str) -> Suspicion:
        return Suspicion("persona, over several messages" if self.attack in "".join([*earlier, text]) else "")

    async def untrusted(self, texts: Sequence[str]) -> tuple[str, ...]:
        return tuple("indirect, rule" if self.attack in text else "" for text in texts)
