# SPDX-License-Identifier: Apache-2.0
"""Other readings of a text: what stands in it encoded, hidden, split or spelled out."""

import base64
import binascii
import codecs
import html
import re
from collections.abc import Iterator
from urllib.parse import unquote

from guards.cleaning import clean

MOST = 8_000
"""Characters of a reading that are looked at."""
DEPTH = 2
"""An encoding within an encoding is followed this deep."""

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_WRAPPED = re.compile(r"(?<=[A-Za-z0-9+/]{20})\r?\n(?=[A-Za-z0-9+/]{4})")
_HEX = re.compile(r"(?:(?:\\x|0x|%)?[0-9a-fA-F]{2}[\s:,-]?){8,}")
_BITS = re.compile(r"(?:[01]{8}[\s,]?){6,}")
_ESCAPED = re.compile(r"(?:%[0-9a-fA-F]{2}){3,}|(?:\\u00[0-9a-fA-F]{2}){4,}|(?:&#x?[0-9a-fA-F]{2,4};\s?){4,}")
_ROT13 = re.compile(
    r"\b(?:vtaber|vafgehpgvba\w*|flfgrz|cebzcg|ehyrf|cerivbhf|qvfertneq|erirny|wnvyoernx|svygref?|sbetrg)\b", re.I
)
_BACKWARDS = re.compile(r"\b(?:erongi|snoitcurtsni|tpmorp|metsys|selur|suoiverp|drager?sid|laever)\b", re.I)
_SPELLED = re.compile(r"\b(?:\w[ .*_|·-]{1,2}){7,}\w\b")
_QUOTED = re.compile(r"[\"'“]([^\"'“”\n]{1,40})[\"'”]")
_GLUED = re.compile(r"[\"']\s*\+\s*[\"']")
_MIXED = re.compile(r"\b(?=\w*[a-zA-Z])(?=\w*[0-9@$])[\w@$]{3,}\b")
_LEET = str.maketrans("013457@$8", "oieastasb")
_ALIKE = str.maketrans(
    "аеорсухіѕјԁһԛԝкмнтвАЕОРСУХІЅЈНКМТВαεορτυνικΑΕΟΡΤΥΝΙΚɡɩ",
    "aeopcyxisjdhqwkmhtbAEOPCYXISJHKMTBaeoptuvikAEOPTYNIKgi",
)
_ALIEN = re.compile(r"[а-яѕіјԁһԛԝα-ωɡɩ]", re.I)


def readings(raw: str, text: str) -> Iterator[tuple[str, str]]:
    """Each reading with what it was: ("base64", "..."); `raw` as it came, `text` cleaned. Lazy, and cheap for prose."""
    if not raw.isascii():
        for smuggled in _invisible(raw):
            yield "invisible", clean(smuggled)
    for how, reading in _decoded(text, DEPTH):
        yield how, clean(reading)
    if _ROT13.search(text):
        yield "rot13", codecs.encode(text, "rot13")
    if _BACKWARDS.search(text):
        yield "backwards", text[::-1]
    if _ALIEN.search(text) and re.search(r"[a-z]", text, re.I):
        yield "look-alike letters", text.translate(_ALIKE)
    if len(_MIXED.findall(text)) >= 2:
        yield "digits for letters", text.translate(_LEET)
    if _GLUED.search(text):
        yield "pieces", _GLUED.sub("", text)
    pieces = _QUOTED.findall(text)
    if 1 < len(pieces) <= 40:
        yield "pieces", "".join(pieces)


def spelled(text: str) -> Iterator[str]:
    """Words written letter by letter, "i g n o r e", as bare letters in lower case."""
    for found in _SPELLED.finditer(text):
        yield re.sub(r"[\W_]+", "", found[0]).casefold()


def _invisible(raw: str) -> Iterator[str]:
    """Tag characters spell ASCII; a row of variation selectors spells bytes."""
    tags = "".join(chr(ord(char) - 0xE0000) for char in raw if 0xE0020 <= ord(char) <= 0xE007E)
    if len(tags) >= 8:
        yield tags
    hidden = bytes(_selected(char) for char in raw if _selected(char) >= 0)
    if len(hidden) >= 8:
        yield hidden.decode("utf-8", "replace")


def _selected(char: str) -> int:
    code = ord(char)
    if 0xFE00 <= code <= 0xFE0F:
        return code - 0xFE00
    return code - 0xE0100 + 16 if 0xE0100 <= code <= 0xE01EF else -1


def _decoded(text: str, depth: int) -> Iterator[tuple[str, str]]:
    for how, reading in _once(text):
        if _readable(reading):
            yield how, reading[:MOST]
            if depth > 1:
                yield from ((f"{how}, {inner}", found) for inner, found in _decoded(reading[:MOST], depth - 1))


def _once(text: str) -> Iterator[tuple[str, str]]:
    unwrapped = _WRAPPED.sub("", text) if "\n" in text else text
    for found in _BASE64.finditer(unwrapped):
        yield "base64", _base64(found[0])
    if _ESCAPED.search(text):
        yield "escapes", html.unescape(unquote(re.sub(r"\\u00([0-9a-fA-F]{2})", lambda m: chr(int(m[1], 16)), text)))
    for found in _HEX.finditer(text):
        digits = re.sub(r"\\x|0x|[^0-9a-fA-F]", "", found[0])
        yield "hex", bytes.fromhex(digits[: len(digits) // 2 * 2]).decode("utf-8", "replace")
    for found in _BITS.finditer(text):
        bits = re.sub(r"[^01]", "", found[0])
        yield "bits", bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits) - 7, 8)).decode("utf-8", "replace")


def _base64(run: str) -> str:
    body = run.rstrip("=").translate(str.maketrans("-_", "+/"))
    body = body[: len(body) - 1] if len(body) % 4 == 1 else body
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _readable(text: str) -> bool:
    """Words rather than bytes that happen to decode."""
    if len(text) < 8 or "\ufffd" in text[: len(text) - 2]:
        return False
    letters = sum(char.isalpha() or char in " ,.'\n" for char in text)
    return letters >= 0.8 * len(text)
