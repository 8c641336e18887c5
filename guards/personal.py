# SPDX-License-Identifier: Apache-2.0
"""Finds personal data in texts, by patterns; names come from cues, and later from a model."""

import asyncio
import os
import re
import warnings
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

from guards.errors import MaskingFailed
from guards.shadow import shadow

Analysis = Callable[[str], list[tuple[str, int, int, float]]]
"""Kind, start, end and score of what stands in a text; runs in a worker thread."""

_CHUNK, _OVERLAP = 20_000, 1_000
_CACHED = 4_096
_SECONDS = "2"

_CUES = (
    "@", "%40", "&#64;", "[at", "(at", "{at", "[ at", "( at", "://", "pass", "pwd", " pin", "secret", "key", "token",
    "kennwort", "contrase", "clave", "senha", "parola", "-----begin", "xox", "sk-", "gsk_", "gh", "glpat",
    "akia", "asia", "eyj", "aiza", "ya29", "hf_", "npm_", "pypi-", "whsec_", "_live_", "_test_", "xai-", "sg.",
)  # fmt: skip
_NUMBERS = re.compile(
    r"""\d(?:[ \t\r\n().\-/]{0,3}\d){4}|\d{1,3}(?:\.\d{1,3}){3}|[\da-f]:[\da-f]*:|[a-z]{6}\d\d[a-z]|[\w/+-]{16}
    |\d[\w-]{0,5},?\s+(?:[\w'.-]+\s+){1,4}(?:st|av|r[do]|b|l[an]|d|c|sq|te|pa?r?k|h|me|g|w|p|al)
    |\b(?:born|birth|dob|d\.o\.b|geb|naci|nasc|né|nat[oa]|box|postfach|rue|calle|avenida|plaza|paseo|rua|via|viale
    |piazza|corso)|(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm)\s+\d""",
    re.IGNORECASE | re.VERBOSE,
)
_DIGIT = re.compile(r"\d")


def worth_a_look(text: str) -> bool:
    """Whether a text in its searched form can hold anything that the patterns find: a cue, or a number of some size.

    Most sentences cannot, and cost microseconds instead of a millisecond.
    """
    lowered = text.lower()
    return any(cue in lowered for cue in _CUES) or bool(_DIGIT.search(text) and _NUMBERS.search(text))


@dataclass(frozen=True, slots=True)
class Finding:
    """A stretch of a text that is personal data."""

    kind: str
    start: int
    end: int
    score: float


class Finder(Protocol):
    """Anything that finds personal data; raises MaskingFailed rather than miss what it could not search."""

    async def find(self, text: str) -> tuple[Finding, ...]:
        """What stands in one text, in order; findings of different kinds may overlap."""
        ...

    async def find_all(self, texts: Sequence[str]) -> tuple[tuple[Finding, ...], ...]:
        """The same for several texts at once."""
        ...


class PersonalData:
    """Presidio's patterns behind a check that most texts do not pass, in a worker thread, with a cache.

    The cache is keyed by a digest: no text stays in it. 4 ms for 1,000 characters of support chat.
    """

    def __init__(self, analysis: Analysis, names: Finder | None = None) -> None:
        self._analysis = analysis
        self._names = names
        self._cache: OrderedDict[bytes, tuple[Finding, ...]] = OrderedDict()

    async def find(self, text: str) -> tuple[Finding, ...]:
        """What stands in one text; raises MaskingFailed."""
        return (await self.find_all([text]))[0]

    async def find_all(self, texts: Sequence[str]) -> tuple[tuple[Finding, ...], ...]:
        """What stands in each text, with one hop to a thread for all that are new; raises MaskingFailed."""
        try:
            keys = [_digest(text) for text in texts]
            new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._cache}
            found = {key: self._cache[key] for key in keys if key in self._cache}
            if new:
                found |= await self._search(new)
        except MaskingFailed:
            raise
        except Exception as error:
            raise failed("searched for", error) from None
        for key in keys:
            self._keep(key, found[key])
        return tuple(found[key] for key in keys)

    async def _search(self, texts: dict[bytes, str]) -> dict[bytes, tuple[Finding, ...]]:
        worth = {key: text for key, text in texts.items() if worth_a_look(shadow(text).text)}
        looked = await asyncio.to_thread(self._look, list(worth.values())) if worth else []
        found = dict.fromkeys(texts, ()) | dict(zip(worth, looked, strict=True))
        if self._names is None:
            return found
        named = await self._names.find_all(list(texts.values()))
        return {key: tuple(sorted((*found[key], *more), key=_place)) for key, more in zip(texts, named, strict=True)}

    def _look(self, texts: Sequence[str]) -> list[tuple[Finding, ...]]:
        return [search(text, self._analysis) for text in texts]

    def _keep(self, key: bytes, found: tuple[Finding, ...]) -> None:
        self._cache[key] = found
        self._cache.move_to_end(key)
        if len(self._cache) > _CACHED:
            self._cache.popitem(last=False)


def search(text: str, analysis: Analysis) -> tuple[Finding, ...]:
    """Runs an analysis over the searched form of a text, in overlapping chunks; spans are the original's."""
    searched = shadow(text)
    found: dict[tuple[str, int, int], float] = {}
    for offset in range(0, max(len(searched.text) - _OVERLAP, 1), _CHUNK - _OVERLAP):
        for kind, start, end, score in analysis(searched.text[offset : offset + _CHUNK]):
            place = kind, *searched.origin(offset + start, offset + end)
            found[place] = max(score, found.get(place, 0.0))
    return tuple(sorted((Finding(*place, score) for place, score in found.items()), key=_place))


def _place(finding: Finding) -> tuple[int, int]:
    return finding.start, finding.end


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


async def open_personal_data(names: Finder | None = None) -> PersonalData:
    """Imports Presidio and builds the engine in a thread, about 2 s; raises MaskingFailed when it can't."""
    try:
        return PersonalData(await asyncio.to_thread(_build), names)
    except Exception as error:
        raise MaskingFailed("the search for personal data did not start") from error


def failed(what: str, error: Exception) -> MaskingFailed:
    """Names the error's type only: libraries quote the text they were given, so the chain is cut."""
    return MaskingFailed(f"personal data could not be {what}: {type(error).__name__}")


def _build() -> Analysis:
    os.environ.setdefault("REGEX_TIMEOUT_SECONDS", _SECONDS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from guards.engine import build_analysis

        return build_analysis()
