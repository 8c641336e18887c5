# SPDX-License-Identifier: Apache-2.0
"""Links lead to allowed hosts only, and never carry a placeholder: its value would leave with the click."""

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from guardrails.validators import ValidationResult, Validator, register_validator

from guards.conduct import Ground
from guards.placeholders import PLACEHOLDER
from guards.validators.verdicts import Repair, repaired

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


@register_validator(name="rapport/links", data_type="string")
class Links(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """A refused link leaves its text, a refused image leaves nothing, a bare address a note."""

    def __init__(self) -> None:
        super().__init__(on_fail="noop")

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Repairs each refused link; the rule names no address."""
        ground: Ground = metadata["ground"]
        return repaired("links: host", list(refused(value, ground.allowed_hosts)))


def refused(text: str, hosts: Iterable[str]) -> Iterator[Repair]:
    """What must go, and what stands there instead; the stretches do not overlap."""
    allowed = frozenset(hosts)
    seen: list[tuple[int, int]] = []
    for match in _MARKDOWN.finditer(text):
        spans = [(match.start(), match.end())]
        if match["definition"] is None and not match["image"]:
            spans = [(match.start(), match.start("text")), (match.end("text"), match.end())]
        seen += spans
        if not _fine(match, allowed):
            yield from ((*span, "" if match["definition"] is None else REMOVED) for span in spans)
    for match in (*_TAG.finditer(text), *_BARE.finditer(text)):
        address = match[0].rstrip(_TAIL)
        start, end = match.start(), match.start() + len(address)
        if any(start < last and first < end for first, last in seen):
            continue
        seen.append((start, end))
        if match.re is _TAG or not may_lead(address, allowed):
            yield start, end, "" if match.re is _TAG else REMOVED


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
