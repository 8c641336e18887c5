# SPDX-License-Identifier: Apache-2.0
"""A pattern that is compiled when it is first used: hundreds of them would cost every start seconds."""

from collections.abc import Iterator
from typing import Any

import regex

from memory.errors import NotebookError

FLAGS = regex.IGNORECASE | regex.MULTILINE | regex.V0


class Pattern:
    """A pattern of `regex` with the place it stands at; a wrong one raises NotebookError when it is first used."""

    __slots__ = ("_compiled", "_cues", "_place", "_source")

    def __init__(self, source: str, place: str, cues: tuple[str, ...] = ()) -> None:
        """Cues are lower-case strings one of which stands in every text that matches; none means try every text."""
        self._source = source
        self._place = place
        self._cues = cues
        self._compiled: Any = None

    def compiled(self) -> Any:
        """The compiled pattern; 1 to 90 ms the first time, raises NotebookError with file and entry."""
        if self._compiled is None:
            try:
                self._compiled = regex.compile(self._source, FLAGS)
            except (regex.error, ValueError) as error:
                raise NotebookError(f"Learning rules {self._place} are not usable: {error}.") from error
        return self._compiled

    def search(self, text: str, start: int = 0, end: int | None = None, *, timeout: float) -> Any:
        """The first match or None; raises TimeoutError."""
        if not self._cued(text):
            return None
        return self.compiled().search(text, start, len(text) if end is None else end, timeout=timeout)

    def finditer(self, text: str, start: int = 0, end: int | None = None, *, timeout: float) -> Iterator[Any]:
        """All matches in order; the clock of `timeout` runs on while they are looked at."""
        return self.compiled().finditer(text, start, len(text) if end is None else end, timeout=timeout)  # type: ignore[no-any-return]

    def sub(self, put: Any, text: str, *, timeout: float) -> str:
        """The text with every match replaced."""
        return text if not self._cued(text) else str(self.compiled().sub(put, text, timeout=timeout))

    def split(self, text: str, *, timeout: float) -> list[str]:
        """The pieces between the matches."""
        return list(self.compiled().split(text, timeout=timeout))

    def _cued(self, text: str) -> bool:
        if not self._cues:
            return True
        lowered = text.lower()
        return any(cue in lowered for cue in self._cues)
