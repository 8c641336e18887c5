# SPDX-License-Identifier: Apache-2.0
"""Links lead to allowed hosts only and carry nothing: what stands in an address would leave with the click."""

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from guardrails.validators import ValidationResult, Validator, register_validator

from guards.conduct import Ground
from guards.declarations import Repair
from guards.placeholders import PLACEHOLDER
from guards.validators.verdicts import repaired

REMOVED = "[link removed]"

_MARKDOWN = re.compile(
    r"""(?P<image>!)?\[(?P<text>[^\[\]]{0,1000})\]
    (?:\(\s*<?(?P<address>[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?(?P<rest>[^()\n]{0,300})\)?|:\s*<?(?P<definition>\S+))""",
    re.VERBOSE,
)
_BARE = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,20}:(?://|\\\\)|\bwww\.|(?<![\w:/])//(?=[\w-]+\.)|\b(?:javascript|data|vbscript):(?=\S))"
    r"(?:<[A-Za-z_]{1,20}_\d{1,6}>|[^\s<>\"'`)\]|])*",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"<\s*/?\s*(?:img|a|iframe|script|link|object|embed|form|svg|video|audio|source|meta|base)\b[^>]*>?", re.I
)
_TAIL = ".,;:!?"
_ABROAD = re.compile(r"[a-z][a-z0-9+.-]*:|//|www\.", re.I)
_CARRIED = re.compile(
    r"\?(?=.)|#(?![\w.-]{0,80}\Z)|(?<=/)(?=[A-Za-z0-9+_=]{32})(?=[A-Za-z+_=]*\d)|(?<=/)(?=[A-Za-z0-9+_]*={1,2}(?:/|\Z))"
)


@register_validator(name="rapport/links", data_type="string")
class Links(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """A refused link leaves its text, a refused image leaves nothing, a bare address a note."""

    def __init__(self) -> None:
        super().__init__(on_fail="noop")

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Repairs each refused link, and cuts queries off that were not given; the rule names no address."""
        ground: Ground = metadata["ground"]
        found = list(refused(value, ground.allowed_hosts, ground.given))
        rule = "links: " + ", ".join(sorted({what for _, what in found}))
        return repaired(rule, [repair for repair, _ in found])


def refused(text: str, hosts: Iterable[str], given: str = "") -> Iterator[tuple[Repair, str]]:
    """What must go, what stands there instead, and whether for its host or the data it carries; no two overlap.

    An address that stands in `given` as it is carries nothing new.
    """
    allowed = frozenset(hosts)
    seen: list[tuple[int, int]] = []
    for match in _MARKDOWN.finditer(text):
        seen.append(match.span())
        yield from _markdown(match, allowed, given)
    for match in (*_TAG.finditer(text), *_BARE.finditer(text)):
        address = match[0].rstrip(_TAIL)
        start, end = match.start(), match.start() + len(address)
        if any(start < last and first < end for first, last in seen):
            continue
        seen.append((start, end))
        if match.re is _TAG or not may_lead(address, allowed):
            yield (start, end, "" if match.re is _TAG else REMOVED), "host"
        elif cut := _carried(address, given):
            yield (start + cut, end, ""), "data"


def _markdown(match: "re.Match[str]", allowed: frozenset[str], given: str) -> Iterator[tuple[Repair, str]]:
    part = "address" if match["definition"] is None else "definition"
    cut = _carried(match[part] or "", given)
    if not _fine(match, allowed) or (cut and match["image"]):
        what = "data" if _fine(match, allowed) else "host"
        if part == "definition":
            yield (*match.span(), REMOVED), what
        elif match["image"]:
            yield (*match.span(), ""), what
        else:
            yield (match.start(), match.start("text"), ""), what
            yield (match.end("text"), match.end(), ""), what
    elif cut:
        yield (match.start(part) + cut, match.end(part), ""), "data"


def _carried(address: str, given: str) -> int:
    """Where what an address carries begins, 0 for nothing: a query, more than an anchor, or a long code in its path.

    Paths of our own stay on this server.
    """
    if not _ABROAD.match(address) or address in given:
        return 0
    found = _CARRIED.search(address)
    return found.start() if found else 0


def _fine(match: "re.Match[str]", allowed: frozenset[str]) -> bool:
    if match["definition"] is not None:
        return not _BARE.match(match["definition"]) or may_lead(match["definition"], allowed)
    target = match.string[match.end("text") : match.end()]
    return PLACEHOLDER.search(target) is None and may_lead(match["address"], allowed)


def may_lead(address: str, allowed: frozenset[str]) -> bool:
    """Whether an address is one of ours (a path or an anchor) or of an allowed host, and carries no placeholder."""
    plain = unquote(html.unescape(unquote(address)))
    if PLACEHOLDER.search(plain) or PLACEHOLDER.search(address) or "\\" in plain:
        return False
    try:
        parts = urlsplit("https:" + plain if plain.startswith("//") else plain)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    if plain.lower().startswith("www."):
        host = re.split(r"[/:?#]", plain.lower())[0]
    elif not parts.scheme and not parts.netloc:
        return True
    elif parts.scheme not in {"https", "http"} or "@" in parts.netloc:
        return parts.scheme in {"mailto", "tel"}
    return host in allowed or any(name.startswith("*.") and host.endswith(name[1:]) for name in allowed)
