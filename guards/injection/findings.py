# SPDX-License-Identifier: Apache-2.0
"""The rules over every reading of a text: as it stands, without what it only quotes, and decoded."""

import re

from guards.injection import rules
from guards.injection.decoding import readings, spelled

_TALKED_OF = re.compile(
    r"\bwhat\s+does\b|\bmean(?:s|ing)?\b|\bexplain\b|\btranslate\b|\bclassify\b|\bsort\b|\bdetect\b|"
    r"\bis\s+(?:this|that|it)\b|\bwords\b"
    r"|\b(?:wrote|writes|says|said|saying|asks|asked|typed)\b|\bphrases?\b|\bphishing\b|\bbedeutet\b|"
    r"\bheißt\b|\bsignifica\b|\bveut\s+dire\b",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"(?:(?<=\W)|^)[\"“„«'‘](?=\w)([^\"”“»\n]{4,160}?)[\"”“»'’](?!\w)")


def find(raw: str, text: str, untrusted: bool = False) -> str:
    """What the rules find in a text, as it came and cleaned: "override, rule", "override, base64" or ""."""
    look = rules.indirect if untrusted else rules.families
    plain = text if untrusted else unquoted(text)
    for family in look(plain):
        return f"{family}, rule"
    for how, reading in readings(raw, plain):
        for family in look(reading):
            return f"{family}, {how}"
    if any(rules.squeezed(letters) for letters in spelled(plain)):
        return "override, spelled out"
    return ""


def find_together(*said: str) -> str:
    """What the rules find in messages read as one that they find in none of them."""
    apart = {family for one in said for family in rules.families(unquoted(one))}
    joined = " ".join(unquoted(one).rstrip(" .!,;:") for one in said)
    return next((f"{family}, rule" for family in rules.families(joined) if family not in apart), "")


def unquoted(text: str) -> str:
    """Without what a text quotes, where it talks about the quote: to ask what a phrase means is no attack."""
    if not _QUOTE.search(text):
        return text
    bare = _QUOTE.sub(" ", text)
    return bare if _TALKED_OF.search(bare) else text
