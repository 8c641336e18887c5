# SPDX-License-Identifier: Apache-2.0
"""What of a text is prose: not code, not an address, not a placeholder."""

import re

_CODE = re.compile(r"^ {0,3}(```|~~~).*?(?:^ {0,3}\1[^\n]*$|\Z)|(`+)[^`\n]+\2", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}://|\bwww\.)[^\s<>)\]]+|(?<=\])\([^()\s]*\)|<[A-Z_]{1,20}_\d{1,6}>", re.I
)


def prose(text: str, before: str = "") -> str:
    """The text with blanks in place of code, addresses and placeholders, so that places stay the same.

    `before` is what stands before it, where a fence may have been opened.
    """
    start = 0
    if ("```" in before or "~~~" in before) and len(_FENCE.findall(before)) % 2:
        closing = _FENCE.search(text)
        start = closing.end() if closing else len(text)
    blanked = " " * start + text[start:]
    if "`" in blanked or "~~~" in blanked:
        blanked = _CODE.sub(_blank, blanked)
    return _ADDRESS.sub(_blank, blanked)


def _blank(match: "re.Match[str]") -> str:
    return " " * len(match[0])
