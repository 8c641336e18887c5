# SPDX-License-Identifier: Apache-2.0
"""Names that a text gives away: "my name is ...", "call me ...", salutations and signatures.

No model stands behind this: a name without such a cue, and not from the account, is not found.
"""

import re
from collections.abc import Iterator

from guards.everyday import EVERYDAY, NOT_NAMES, PARTICLES

_WORD = r"(?:[^\W\d_]\.(?=\s)|[^\W\d_]+(?:['-][^\W\d_]+)*)"
_TITLE = r"(?:(?:mr|mrs|ms|mx|dr|prof|herr|frau|señora?|monsieur|madame|miss)\.?\s+)?"
_CAPITAL = r"(?-i:[A-Z]\.(?=\s)|[A-ZÀ-ÖØ-ÞŁŚŠŽČĐİ][^\W\d_]*(?:['-][^\W\d_]+)*)"
_PARTICLE = r"(?:(?:de|del|della|der|den|da|dos|di|du|la|le|van|von|zu|bin|ibn|al|el)\s+){0,2}"
_PROPER = rf"{_CAPITAL}(?:[ \t]+{_PARTICLE}{_CAPITAL}){{0,3}}"
_ANY = rf"{_WORD}(?:[ \t]+{_WORD}){{0,4}}"
_GREETING = r"(?:hi|hello|hey|hallo|hola|bonjour|ciao|olá|good\s+(?:morning|afternoon|evening|day))"
_END = r"(?=\s*(?:$|[,.;:!?()\n-]|\band\b|\bfrom\b|\bspeaking\b|\bcalling\b|\bhere\b))"

_LINKS = frozenset(["and", "und", "y", "et", "from", "i", "i'm", "but", "please", "instead", "for", "not", "or"])

_SAID = re.compile(
    rf"""\b(?:my\s+(?:full\s+|first\s+|last\s+|real\s+|nick)?name(?:'s|\s+is|:)|(?:i\s+am|i'm)\s+called|i\s+go\s+by
    |(?P<call>call\s+me)|mein\s+name\s+ist|ich\s+hei(?:ß|ss)e|nenn\s+mich
    |me\s+llamo|mi\s+nombre\s+es|je\s+m'appelle|mon\s+nom\s+est|mi\s+chiamo|il\s+mio\s+nome\s+è|meu\s+nome\s+é
    |chamo-me|me\s+chamo)\s+{_TITLE}(?P<any>{_ANY})""",
    re.IGNORECASE | re.VERBOSE,
)
_SAFE = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        rf"^[\s>*-]*(?:(?:full|first|last|my)\s+)?name:\s*{_TITLE}(?P<name>{_PROPER})\s*$",
        rf"(?:^|[.!?]\s+){_GREETING}\b[,.!]*\s+(?:i'm|i\s+am|it's|this\s+is)\s+{_TITLE}(?P<name>{_PROPER}){_END}",
        rf"\b(?:i'm|i\s+am)\s+{_TITLE}(?P<name>{_CAPITAL}[ \t]+{_PARTICLE}{_CAPITAL}){_END}",
        rf"\bthis\s+is\s+{_TITLE}(?P<name>{_PROPER})\s+(?:speaking|calling|here|writing|again)\b",
        rf"(?:^|[.!?]\s+)(?:{_GREETING}\b[,.!]*\s+)?(?P<name>{_PROPER})\s+(?:here|speaking)\b(?=\s*(?:$|[,.;:!\n-]))",
        rf"^\s*(?:dear|{_GREETING})\s+{_TITLE}(?P<name>{_PROPER})\s*(?=[,!.:]|$)",
        rf"(?:^|[.!?]\s+)(?:(?:best|kind|warm|many)\s+)?(?:regards|wishes|sincerely|cheers|yours(?:\s+\w+)?|best|thanks"
        rf"|thank\s+you|love)[ \t]*[,!.]?\s*\n\s*(?:-+\s*)?(?P<name>{_PROPER})\s*$",
        rf"\b(?:regards|sincerely|cheers|yours\s+(?:truly|sincerely|faithfully))\s*,\s*(?P<name>{_PROPER})\s*$",
    )
)


def names_said(text: str) -> tuple[tuple[int, int], ...]:
    """Where names stand that a cue gives away, as spans in order; takes the searched form of a text."""
    spans = {*_said(text), *_proper(text)}
    return tuple(sorted(spans))


def _said(text: str) -> Iterator[tuple[int, int]]:
    for match in _SAID.finditer(text):
        words = list(re.finditer(_WORD, match["any"]))
        proper, rest = re.match(_PROPER, match["any"]), text[match.end("any") :]
        count = len(re.findall(_WORD, proper[0])) if proper else _plain_words(words, rest, bool(match["call"]))
        kept = _leading_names([word[0] for word in words[:count]])
        if kept:
            yield match.start("any"), match.start("any") + words[kept - 1].end()


def _proper(text: str) -> Iterator[tuple[int, int]]:
    for pattern in _SAFE:
        for match in pattern.finditer(text):
            words = match["name"].split()
            kept = _leading_names(words)
            if kept == len(words):
                yield match.span("name")


def _leading_names(words: list[str]) -> int:
    """How many words from the first on may be a name."""
    count = 0
    while count < len(words) and words[count].rstrip(".").lower() not in NOT_NAMES:
        count += 1
    while count and words[count - 1].lower() in PARTICLES:
        count -= 1
    return count


def _plain_words(words: list["re.Match[str]"], rest: str, call: bool) -> int:
    """How many words in small letters are a name: one, or two that an end or a link follows.

    After "call me" even one needs such an end, since "call me tomorrow" is said as well.
    """
    said = [word[0].lower() for word in words]
    if call and not _ends(said[1:], rest):
        return 2 if len(said) > 1 and _ends(said[2:], rest) and said[1] not in EVERYDAY | NOT_NAMES else 0
    two = len(said) > 1 and _ends(said[2:], rest) and said[1] not in EVERYDAY | NOT_NAMES
    return 2 if two else 1


def _ends(following: list[str], rest: str) -> bool:
    if following:
        return following[0] in _LINKS
    return rest.lstrip(" \t")[:1] in {"", ",", ".", "!", "?", ";", ":", ")", "\n"}
