# SPDX-License-Identifier: Apache-2.0
"""Holds an answer back until a whole sentence is there and was checked."""

import re
import time
from bisect import bisect_left
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from guards.conduct import Verdict

_HOLD = 280
_WAIT = 0.6
_BACK = 48
_CAP = 2_048
_LOOK = 600

_BOUNDARY = re.compile(r"[.!?…]+[\"'”’»)\]*_]*\s|\n|[。！？][」』”’）]*")
_MAY_END = re.compile(r"[\s。！？]")
_SPACE = re.compile(r"(?<![\d\s+(\-./])\s+(?=[^\d\s+(\-./])")
_SHORT = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|(?<=\w )No|Nr|vs|ca|approx|resp|bzw|Hr|Fr)|\b(?:[zdu]|[A-Za-z]\.\s?[A-Za-z])"
    r"|(?:^|\n)[ \t]*\d{1,3})\.[ \t]\Z"
)
"""What ends with a full stop and no sentence: a title, "e.g.", a list's number."""
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_ROW = re.compile(r"[ \t]*\||[^|\n]*[^|\s][ \t]+\|[ \t]|[ \t]*:?-{2,}:?[ \t]*\|")
_OPEN = re.compile(
    r"""(?:!?\[[^\[\]\n]{0,400}(?:\](?:\([^()\n]*)?)?      # a link's text, or its address
    |<\s{0,2}[A-Za-z/!][^<>\n]{0,80}                       # a placeholder or a tag
    |(?:[a-z][a-z0-9+.-]{1,20}://|\bwww\.)[^\s]*           # an address on its own
    )\Z""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Passed:
    """Text that was checked and may be shown; empty while something is held."""

    text: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """The answer may not go on; nothing comes out any more."""

    rule: str
    told: str = ""
    """What the person is told of it, as in Verdict."""


class Gate:
    """Releases checked text at the ends of sentences and lines, blanks byte for byte.

    Never inside a code fence, a table, an address, a link or a placeholder of at most 2 KB. Text without an end is
    released after 280 characters or 0.6 s, between two words and without its last 48 characters, so that
    a number or a key is not cut. Both are looked at when a piece arrives; no timer runs. With `whole` all of it is
    held to the end.
    """

    def __init__(
        self,
        check: Callable[[str], Awaitable[Verdict]],
        clock: Callable[[], float] = time.monotonic,
        whole: bool = False,
    ) -> None:
        self._check = check
        self._clock = clock
        self._whole = whole
        self._pieces: list[str] = []
        self._held = ""
        self._since = 0.0
        self._fenced = self._midline = self._inside = False
        self._blocked: Blocked | None = None

    async def feed(self, piece: str) -> Passed | Blocked:
        """What may be shown now that this piece came; raises what the check raises, and is then shut."""
        if self._whole:
            self._pieces.append(piece)
            return self._blocked or Passed("")
        if not self._held:
            self._since = self._clock()
        self._held += piece
        looks = len(self._held) >= _CAP or (("\n" in piece) if self._inside else _MAY_END.search(piece))
        return await self._release(self._cut() if looks else 0)

    async def flush(self) -> Passed | Blocked:
        """The rest, now that nothing more comes."""
        self._held += "".join(self._pieces)
        self._pieces.clear()
        return await self._release(len(self._held))

    async def _release(self, cut: int) -> Passed | Blocked:
        if self._blocked is not None:
            return self._blocked
        segment, self._held = self._held[:cut], self._held[cut:]
        if not segment:
            return Passed("")
        self._fenced ^= len(self._fences(segment)) % 2 == 1
        self._midline = not segment.endswith("\n")
        self._since = self._clock()
        self._blocked = Blocked("unchecked")
        verdict = await self._check(segment)
        refused = Blocked(verdict.rules[-1] if verdict.rules else "conduct", next(iter(verdict.told), ""))
        self._blocked = None if verdict.passed else refused
        return self._blocked or Passed(verdict.text)

    def _cut(self) -> int:
        """How much of the held text can go to the check."""
        fences = self._fences(self._held)
        self._inside = self._fenced ^ (len(fences) % 2 == 1)
        ends = [match.end() for match in _BOUNDARY.finditer(self._held)]
        cut = self._last_closed(ends, fences)
        if cut or (len(self._held) < _HOLD and self._clock() - self._since < _WAIT):
            return cut
        last = max(len(self._held) - _BACK, 0)
        spaces = [match.end() for match in _SPACE.finditer(self._held, 0, last)]
        cut = self._last_closed(spaces, fences)
        if cut or len(self._held) < _CAP:
            return cut
        return max((end for end in (*ends, *spaces) if end <= last), default=last)

    def _last_closed(self, ends: list[int], fences: list[int]) -> int:
        """The last of these ends that is outside everything that must stay in one piece, or 0."""
        for end in reversed(ends):
            fenced = self._fenced ^ (bisect_left(fences, end) % 2 == 1)
            if fenced or self._in_table(end) or _OPEN.search(self._held, max(0, end - _LOOK), end):
                continue
            if not _SHORT.search(self._held, max(0, end - 16), end):
                return end
        return 0

    def _in_table(self, end: int) -> bool:
        """Whether a table's row stands before this end and may go on after it."""
        if "|" not in self._held:
            return False
        start = self._held.rfind("\n", 0, end - 1) + 1
        if _ROW.match(self._held, start, end) is None:
            return False
        return self._held[end - 1] != "\n" or end == len(self._held) or _ROW.match(self._held, end) is not None

    def _fences(self, text: str) -> list[int]:
        """Where fences stand in this text; one that starts in the middle of a line is none."""
        return [match.start() for match in _FENCE.finditer(text) if match.start() or not self._midline]
