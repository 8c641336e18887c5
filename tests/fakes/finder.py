# SPDX-License-Identifier: Apache-2.0
"""A finder that knows what it is told to find."""

import re
from collections.abc import Mapping, Sequence

from guards.errors import MaskingFailed
from guards.patterns.scans import Local
from guards.personal import Finding


class FakeFinder:
    """Finds given values, each with its kind; a value of None stands for a search that fails."""

    def __init__(self, kinds: Mapping[str, str] | None = None) -> None:
        self._kinds = kinds

    async def at(self, local: Local) -> "FakeFinder":
        return self

    async def find(self, text: str) -> tuple[Finding, ...]:
        if self._kinds is None:
            raise MaskingFailed("personal data could not be searched for: OSError")
        hits = [(kind, match) for value, kind in self._kinds.items() for match in re.finditer(re.escape(value), text)]
        return tuple(Finding(kind, match.start(), match.end(), 1.0) for kind, match in hits)

    async def find_all(self, texts: Sequence[str]) -> tuple[tuple[Finding, ...], ...]:
        return tuple([await self.find(text) for text in texts])
