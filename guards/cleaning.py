# SPDX-License-Identifier: Apache-2.0
"""Text as it may enter: one Unicode form, and nothing in it that nobody sees."""

import re
import unicodedata

_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_JOINERS = frozenset("\u200c\u200d")
_VARIATION = range(0xE0100, 0xE01F0)
_JOINING_SCRIPTS = ((0x0600, 0x08FF), (0x0900, 0x0DFF), (0x0F00, 0x109F), (0x1780, 0x18AF), (0xFB50, 0xFDFF))


def clean(text: str) -> str:
    """Brings text to NFKC without zero-width, bidi, tag and control characters.

    Line ends become a newline; tabs stay. A joiner stays between emoji and within scripts that write with
    it (Arabic, Indic). A lone surrogate becomes U+FFFD. Cleaning twice changes nothing.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_ENDS.sub("\n", _SURROGATES.sub("\ufffd", text))
    for _ in range(4):
        cleaned = unicodedata.normalize("NFKC", _visible(text))
        if cleaned == text:
            break
        text = cleaned
    return text


def _visible(text: str) -> str:
    if text.isascii():
        return "".join(char for char in text if " " <= char <= "~" or char in "\n\t")
    return "".join(char for position, char in enumerate(text) if _stays(text, position, char))


def _stays(text: str, position: int, char: str) -> bool:
    if char in "\n\t":
        return True
    if char in _JOINERS:
        return 0 < position < len(text) - 1 and _joins(text[position - 1], text[position + 1])
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs"} and ord(char) not in _VARIATION


def _joins(before: str, after: str) -> bool:
    return (_pictures(before) and _pictures(after)) or (_joining(before) and _joining(after))


def _pictures(char: str) -> bool:
    """Whether it is part of an emoji: a symbol, a skin tone, a variation selector."""
    return char == "\ufe0f" or unicodedata.category(char) in {"So", "Sk"}


def _joining(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _JOINING_SCRIPTS)
