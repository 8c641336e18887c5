# SPDX-License-Identifier: Apache-2.0
"""Where somebody can be written to or is reached from: e-mail, telling links, machines."""

import ipaddress
import re
from collections.abc import Iterator

from guards.patterns.cues import Hit, ahead, words

_FOLD = r"(?:[ \t]{0,4}\r?\n[ \t]{0,4})?"
_AT = rf"(?:{_FOLD}@{_FOLD}|%40|&#64;|\s?[\[({{<]\s?(?:at|@|a|ät|arroba|arobase)\s?[\])}}>]\s?)"
_DOT = r"(?:\.|\s?[\[({<]\s?(?:dot|punkt|punto|point|ponto|\.)\s?[\])}>]\s?)"
_LOCAL = rf"(?<![\w.+-])[\w+-](?:[\w.+'-]|%(?!40)){{0,63}}(?:{_DOT}[\w+-]{{1,63}}){{0,4}}"
_EMAIL = re.compile(rf"{_LOCAL}{_AT}(?:[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,8}}|localhost)\b", re.IGNORECASE)
_BARE = re.compile(
    r"(?<![\w.+-])[\w+-][\w.+'-]{0,63}@[\w-]{1,63}(?:\s(?:com|net|org|co\s?uk|de|fr|es|it|pt|nl|at|ch|br)\b"
    r"|(?<=@gmail)|(?<=@hotmail)|(?<=@yahoo)"
    r"|(?<=@outlook)|(?<=@icloud)|(?<=@gmx)|(?<=@web))(?![\w@])",
    re.IGNORECASE,
)
_SPELLED = tuple(
    re.compile(
        rf"(?<![\w.+-])[\w+-]{{1,40}}(?:(?:\s+{dot}\s+|\.|\s+(?:underscore|dash|minus|hyphen)\s+)[\w+-]{{1,40}}){{0,3}}"
        rf"\s+{at}\s+[\w-]{{1,63}}(?:\s+(?:dash|minus|hyphen)\s+[\w-]{{1,40}})?(?:\s+{dot}\s+[a-z]{{2,10}}){{1,3}}\b",
        re.IGNORECASE,
    )
    for at, dot in (
        ("at", "dot"),
        ("(?:at|ät|klammeraffe)", "punkt"),
        ("arroba", "(?:punto|ponto)"),
        ("arobase", "point"),
        ("chiocciola", "punto"),
    )
)
"""An address said aloud, in six languages; a language's words go together, since "at this point" is English."""
_DOTTED = re.compile(
    r"\s(?:dot|punkt|punto|point|ponto)\s|[\[({<]\s?(?:at|a|ät|arroba|arobase)\s?[\])}>]", re.IGNORECASE
)
_CREDENTIALS = re.compile(
    r"(?<![\w/:.+-])[a-z][a-z0-9+.-]{1,20}://[^\s/@:<>]{0,128}:[^\s/@<>]{1,256}@[^\s<>\"')]{1,512}", re.IGNORECASE
)
_QUERY = re.compile(
    r"(?<![\w/:.+-])[a-z][a-z0-9+.-]{1,20}://[^\s?<>\"']{1,512}\?(?:[^\s<>\"'#]{0,512}&)?(?:e-?mail|user(?:name"
    r"|_?id)?|login"
    r"|(?:first|last|full|sur)?_?name|phone|mobile|tel|token|auth|key|api_?key|password|pwd|session(?:id)?"
    r"|sig(?:nature)?"
    r"|code|dob|birth(?:day|date)?|ssn|address|iban)=[^\s<>\"'&)][^\s<>\"')]{0,512}",
    re.IGNORECASE,
)
_PROFILE = re.compile(
    r"(?<![\w/:.+-])(?:https?://)?(?:[a-z]{2,3}\.)?(?:linkedin\.com/(?:in|pub)|xing\.com/profile|facebook\.com"
    r"|fb\.com|instagram\.com"
    r"|twitter\.com|tiktok\.com/@|t\.me|wa\.me|threads\.net/@|(?:old\.)?reddit\.com/u(?:ser)?|venmo\.com|paypal\.me)"
    r"/?(?!(?:share|sharer|groups|help|login|hashtag|search|home|explore|policies|about|legal|intent|p|reel|events)\b)"
    r"[\w.%+-]{2,80}/?",
    re.IGNORECASE,
)
_OWN_CUE = words(
    r"(?:my|our|his|her|their|meine?|unsere?|mi|mon|ma|mio|mia|meu|minha)\s+(?:\w+\s+)?"
    r"(?:(?:web)?(?:site|seite)|blog|home\s?page|portfolio|profile?|p[áa]gina|site\s+web|sito)"
)
_OWN = re.compile(
    rf"{_OWN_CUE.pattern}[^.\n]{{0,20}}?[\s:(<]+"
    r"(?P<site>(?:https?://)?[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}(?:/[^\s<>\"')]{0,200})?)",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"(?<![\w.])(?<!\d:)\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)"
    r"|(?<![\w:.])(?=[\da-f:]*\d)[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?![\w:]|\.\d)",
    re.IGNORECASE,
)
_VERSION = words(r"version|release|build|firmware|software|driver|update[ds]?|upgrade[ds]?|v|ver|revision")
_NETWORK = words(
    r"ip|ips|ip-?adress\w*|address|server|host|login|logged|ping|traceroute|from|connect\w*|dns|router|visitor|client"
)
_HOME = tuple(
    ipaddress.ip_network(net)
    for net in ("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
                "224.0.0.0/3", "::/127", "fc00::/7", "fe80::/10", "ff00::/8")
)  # fmt: skip


def emails(text: str) -> Iterator[Hit]:
    """E-mail addresses, at hosts without a public suffix too, and written with [at] and [dot] or " at " and " dot "."""
    if "@" in text or "%40" in text or "&#64;" in text:
        yield from ((*match.span(), 1.0) for match in _EMAIL.finditer(text))
        yield from ((*match.span(), 0.6) for match in _BARE.finditer(text))
    if _DOTTED.search(text):
        yield from ((*match.span(), 1.0) for match in _EMAIL.finditer(text))
        yield from ((*match.span(), 0.7) for spelled in _SPELLED for match in spelled.finditer(text))


def telling_links(text: str) -> Iterator[Hit]:
    """Links that hold a password, somebody's profile or, in their query, who somebody is; other links are left."""
    lowered = text.lower()
    if "://" in text:
        yield from ((*match.span(), 0.9) for match in _CREDENTIALS.finditer(text)) if "@" in text else ()
        yield from ((*match.span(), 0.9) for match in _QUERY.finditer(text)) if "?" in text else ()
    if "." in text and _OWN_CUE.search(text):
        yield from ((*match.span("site"), 0.6) for match in _OWN.finditer(text))
    if any(host in lowered for host in (".com/", ".me/", ".net/@")):
        yield from ((*match.span(), 0.6) for match in _PROFILE.finditer(text))


def machines(text: str) -> Iterator[Hit]:
    """IP addresses that can be reached from outside; loopback and home networks tell nothing of a person."""
    if text.count(".") < 3 and text.count(":") < 2:
        return
    for match in _MACHINE.finditer(text):
        try:
            address = ipaddress.ip_address(match[0])
        except ValueError:
            continue
        versioned = ahead(text, match.start(), _VERSION) and not ahead(text, match.start(), _NETWORK)
        if not versioned and not any(address in net for net in _HOME if net.version == address.version):
            yield *match.span(), 0.8
