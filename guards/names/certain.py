# SPDX-License-Identifier: Apache-2.0
"""Which of the built-in model's finds count: it learned English chat, and takes nouns and identifiers for names."""

import re
from collections.abc import Callable, Sequence

from guards.personal import Finding
from guards.tongues import Tongues

SURE = 0.87
"""The least score of a person or street in a text of another language: there a capital or an unknown word is no sign.

Chosen on the German and Spanish utterances of tests/memory.
"""
_OTHERWISE = frozenset({"LOCATION", "ORGANIZATION"})
_FENCED = re.compile(r"^[ \t]{0,3}(`{3,8}|~{3,8}).*?^[ \t]{0,3}\1", re.DOTALL | re.MULTILINE)
_PROPER = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž][^\W\d_]*(?:[ '’.-]{1,2}[A-ZÀ-ÖØ-ÞĀ-Ž][^\W\d_]*)*\.?")

Search = Callable[[str], Sequence[Finding]]
"""The names in a text; a plain call."""
Weighs = Callable[[str, Sequence[Finding]], tuple[Finding, ...]]
"""Those of the names in a text that count; takes the whole text."""


class Certain:
    """Leaves out what is likely no name.

    Between code fences, where both are there, a person counts whose every word begins with a capital letter, and no
    place or firm does.
    """

    def __init__(self) -> None:
        self._tongues = Tongues()

    def __call__(self, text: str, hits: Sequence[Finding]) -> tuple[Finding, ...]:
        """Those that count."""
        if not hits:
            return ()
        spoken = self._tongues.of(text, least=1)
        least = SURE if spoken and "en" not in spoken else 0.0
        fences = [match.span() for match in _FENCED.finditer(text)] if "```" in text or "~~~" in text else []
        return tuple(
            hit
            for hit in hits
            if (hit.kind in _OTHERWISE or hit.score >= least)
            and not (any(start <= hit.start < end for start, end in fences) and not _written_out(hit, text))
        )


def certain(search: Search) -> Search:
    """The search without what is likely no name."""
    weigh = Certain()
    return lambda text: weigh(text, search(text))


def _written_out(hit: Finding, text: str) -> bool:
    return hit.kind == "PERSON" and bool(_PROPER.fullmatch(text[hit.start : hit.end]))
