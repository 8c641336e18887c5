# SPDX-License-Identifier: Apache-2.0
"""A long text in pieces that the encoder can read, the most suspect first."""

from guards.injection.cues import measured, suspect

SEEN = 1_100
"""Characters that the encoder reads of a text, about; it has 256 tokens."""
LENGTH = 450
"""Characters of a piece: as much as most attacks take to say what they want."""
MOST = 3
"""Pieces besides the text itself."""


def windows(text: str) -> list[str]:
    """The text as it is, whose beginning the encoder sees, and up to three suspect pieces where it is long."""
    if len(text) <= LENGTH + 150:
        return [text]
    counted = [(suspect(measured(piece)), piece) for piece in _pieces(text) if piece.strip()]
    ranked = sorted(counted, key=lambda pair: -pair[0])
    return [text, *(piece for count, piece in ranked[:MOST] if count >= 2)]


def beginning(text: str) -> str:
    """What of a text the encoder sees, so that its cues are counted over the same."""
    return text[:SEEN]


def _pieces(text: str) -> list[str]:
    """Cut at a line or sentence end where there is one in the last third."""
    pieces = []
    while len(text) > LENGTH:
        cut = max(text.rfind("\n", LENGTH * 2 // 3, LENGTH), text.rfind(". ", LENGTH * 2 // 3, LENGTH) + 1)
        cut = cut if cut > 0 else LENGTH
        pieces.append(text[:cut])
        text = text[cut:]
    return [*pieces, text]
