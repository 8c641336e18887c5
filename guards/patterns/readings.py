# SPDX-License-Identifier: Apache-2.0
"""Other readings of a text, each with the way back: escapes decoded, numbers that were spelled out, base64."""

import base64
import binascii
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_ESCAPE = re.compile(
    (
        r"(?:%[0-9a-f]{2})+|&(?:\#\d{1,7}|\#x[0-9a-f]{1,6}|[a-z]{2,8});|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[nrt]"
        r"|=\r?\n|\*\*|__|</?[biu]>|`"
    ),
    re.IGNORECASE,
)
_BASE64 = re.compile(r"(?<![\w+/=-])(?=[A-Za-z0-9+/_-]{0,200}?[A-Z0-9])[A-Za-z0-9+/_-]{16,4096}={0,2}(?![\w+/=-])")
_NAMES = (
    "zero oh null nul cero zéro nought naught|one eins ein uno un um una|two zwei zwo dos deux due dois duas"
    "|three drei tres trois tre três"
    "|four vier cuatro quatre quattro quatro|five fünf fuenf cinco cinq cinque"
    "|six sechs seis sei|seven sieben siete sept sette sete"
    "|eight acht ocho huit otto oito|nine neun nueve neuf nove niner"
)
_DIGIT = {word: str(digit) for digit, names in enumerate(_NAMES.split("|")) for word in names.split()}
_SAID = "|".join(sorted(_DIGIT, key=len, reverse=True))
_SPOKEN = re.compile(
    (
        rf"(?<![^\W_])(?:(?:double|triple)\s+)?(?:{_SAID}|\d{{1,4}})(?:[\s,.\-]{{1,3}}(?:(?:double|triple|hundred"
        rf"|plus|and)\s+)?(?:{_SAID}|\d{{1,4}})(?![^\W_])){{4,40}}"
    ),
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\W_]+")
_LOOKS = re.compile(r"(?<![^\W_])(?=[OoIlSBZ|]?[\d ().+-])(?:[\dOoIlSBZ|]|[ ().+/-](?=[\dOoIlSBZ|+(])){9,40}(?![^\W_])")
_ALIKE = str.maketrans("OoIlSBZ|", "00115821")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it may be meant, with the stretch that each of its characters stands for."""

    text: str
    origins: tuple[tuple[int, int], ...]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the text it was read from."""
        return self.origins[start][0], self.origins[end - 1][1]


def readings(text: str) -> Iterator[Reading]:
    """Every other reading that a text has; none for most."""
    if decoded := _decoded(text):
        yield decoded
    for match in _LOOKS.finditer(text):
        said = match[0]
        digits = sum(map(str.isdigit, said))
        if any(char in "OoIlSBZ|" for char in said) and digits >= 7 and digits * 3 >= 2 * sum(map(str.isalnum, said)):
            yield _kept(text, match.start(), said.translate(_ALIKE), [(at, at + 1) for at in range(*match.span())])
    yield from (_spoken(text, match) for match in _SPOKEN.finditer(text) if _words(match[0]) >= 4)
    for match in _BASE64.finditer(text):
        if plain := _unpacked(match[0]):
            yield Reading(plain, (match.span(),) * len(plain))


def _decoded(text: str) -> Reading | None:
    pieces: list[str] = []
    origins: list[tuple[int, int]] = []
    last = 0
    for match in _ESCAPE.finditer(text):
        plain = _plain(match[0])
        if plain is None:
            continue
        pieces += text[last : match.start()], plain
        origins += ((at, at + 1) for at in range(last, match.start()))
        origins += [match.span()] * len(plain)
        last = match.end()
    if not last:
        return None
    origins += ((at, at + 1) for at in range(last, len(text)))
    return Reading("".join((*pieces, text[last:])), tuple(origins))


def _plain(escape: str) -> str | None:
    if escape[0] == "%":
        return bytes.fromhex(escape.replace("%", "")).decode("utf-8", "replace")
    if escape[0] == "&":
        plain = html.unescape(escape)
        return plain if plain != escape else None
    if escape[:2] in {"\\u", "\\x"}:
        return chr(int(escape[2:], 16))
    return " " if escape[0] == "\\" else ""


def _kept(text: str, start: int, said: str, inside: list[tuple[int, int]]) -> Reading:
    """A stretch read otherwise, with what stands before it, so that its cues are seen."""
    before = max(0, start - 60)
    lead = text[before:start]
    return Reading(lead + said, (*((at, at + 1) for at in range(before, start)), *inside))


def _words(said: str) -> int:
    return sum(token.lower() in _DIGIT for token in _TOKEN.findall(said))


def _spoken(text: str, match: "re.Match[str]") -> Reading:
    digits: list[str] = []
    places: list[tuple[int, int]] = []
    times = 1
    for token in _TOKEN.finditer(match[0]):
        word = token[0].lower()
        if word in {"double", "triple"}:
            times = 2 if word == "double" else 3
            continue
        plain = _DIGIT.get(word, token[0] if token[0].isdigit() else "") * times
        times = 1
        digits.append(plain)
        places += [(match.start() + token.start(), match.start() + token.end())] * len(plain)
    return _kept(text, match.start(), "".join(digits), places)


def _unpacked(token: str) -> str:
    """What base64 holds, where that is text of some length."""
    try:
        raw = base64.b64decode(
            token.rstrip("=") + "=" * (-len(token.rstrip("=")) % 4),
            altchars=b"-_" if set("-_") & set(token) else None,
            validate=True,
        )
        plain = raw.decode("ascii")
    except (binascii.Error, ValueError):
        return ""
    return plain if plain.isprintable() and len(plain) > 7 else ""
