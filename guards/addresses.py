# SPDX-License-Identifier: Apache-2.0
"""Where a person lives or can be written to: e-mail, street, and links that carry who follows them."""

import re
from collections.abc import Iterator

_AT = r"(?:@|%40|&#64;|\s?[\[({]\s?at\s?[\])}]\s?)"
_DOT = r"(?:\.|\s?[\[({]\s?dot\s?[\])}]\s?)"
_EMAIL = re.compile(
    rf"(?<![\w.+-])[\w+-](?:[\w.+'-]|%(?!40)){{0,63}}{_AT}(?:[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,8}}|localhost)\b",
    re.IGNORECASE,
)
_CREDENTIALS = re.compile(
    r"(?<![\w/:.+-])[a-z][a-z0-9+.-]{1,20}://[^\s/@:<>]{0,128}:[^\s/@<>]{1,256}@[^\s<>\"')]{1,512}", re.IGNORECASE
)
_QUERY = re.compile(
    r"(?<![\w/:.+-])[a-z][a-z0-9+.-]{1,20}://[^\s?<>\"']{1,512}\?(?:[^\s<>\"'#]{0,512}&)?(?:e-?mail|user(?:name|_?id)?|login|name"
    r"|phone|tel|token|auth|key|api_?key|password|pwd|session(?:id)?|sig(?:nature)?|code)=[^\s<>\"'&)][^\s<>\"')]{0,512}",
    re.IGNORECASE,
)
_NOT_STREET = (
    r"(?!(?:in|on|the|of|a|an|at|to|and|or|up|down|my|this|that|is|are|was|for|more|from|by|per|days?"
    r"|minutes?|hours?|miles?|km|steps|people|years?|times?)\b)"
)
_ENGLISH = (
    rf"\d{{1,5}}[a-z]?(?:-\d{{1,5}})?\s+(?:[nsew]\.?\s+)?(?:{_NOT_STREET}[^\W\d_][\w'.-]*\s+){{1,3}}"
    r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|square|terrace|crescent|close|parkway|pkwy"
    r"|highway|hwy|mews|row|gardens|way|place|plaza|alley|path)\b\.?"
    r"(?:,?\s+(?:apt|apartment|suite|ste|unit|flat|floor|\#)\.?\s*[\w-]{1,6})?"
    r"(?-i:(?:,\s*|\s+)(?:[A-Z][\w'.-]*\s?){1,3},?\s+[A-Z]{2}\s+\d{5}(?:-\d{4})?\b)?"
)
_GERMAN = (
    r"(?-i:[A-ZÄÖÜ])[\wäöüß.-]*(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm)\s+\d{1,4}\s?[a-z]?\b"
    r"(?:,?\s+\d{5}\s+(?-i:[A-ZÄÖÜ])[\wäöüß-]+)?"
)
_ROMANCE = (
    r"\d{1,4},?\s+(?:bis\s+|ter\s+)?(?:rue|avenue|boulevard|place|chemin|impasse|quai)\s+"
    r"(?:de\s+(?:la\s+)?|du\s+|des\s+)?(?-i:[A-ZÀ-Þ])[\w'-]+"
    r"(?:\s+(?-i:[A-ZÀ-Þ])[\w'-]+){0,3}"
    r"|(?:calle|avenida|plaza|paseo|rua|via|viale|piazza|corso)\s+"
    r"(?:(?:de|del|da|do|dos|della|la)\s+){0,2}(?-i:[A-ZÀ-Þ])[\w'-]+"
    r"(?:\s+(?-i:[A-ZÀ-Þ])[\w'-]+){0,3},?\s+(?:n[.ºo°]{1,2}\s?)?\d{1,4}\b"
)
_BOX = r"p\.?\s?o\.?\s*box\s+\d{1,6}|postfach\s+\d{1,6}"
_STREET = re.compile(rf"(?<![\w.])(?:{_ENGLISH}|{_GERMAN}|{_ROMANCE}|{_BOX})", re.IGNORECASE)


def emails(text: str) -> Iterator[tuple[int, int, float]]:
    """E-mail addresses, at hosts without a public suffix too, and written with [at] and [dot]."""
    return ((*match.span(), 1.0) for match in _EMAIL.finditer(text))


def telling_links(text: str) -> Iterator[tuple[int, int, float]]:
    """Links that hold a password or, in their query, who somebody is; other links and file names are left."""
    for pattern in (_CREDENTIALS, _QUERY):
        for match in pattern.finditer(text):
            yield *match.span(), 0.9


def streets(text: str) -> Iterator[tuple[int, int, float]]:
    """Street addresses with a house number, in the plain forms of six languages, and post boxes."""
    return ((*match.span(), 0.6) for match in _STREET.finditer(text))
