# SPDX-License-Identifier: Apache-2.0
"""Finds personal data in texts: by patterns, and names by a model where there is one."""

import asyncio
import os
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import Protocol

from guards.errors import MaskingFailed
from guards.patterns.reach import grown
from guards.patterns.scans import Local
from guards.shadow import shadow

Analysis = Callable[[str], list[tuple[str, int, int, float]]]
"""Kind, start, end and score of what stands in a text; runs in a worker thread."""

_CHUNK, _OVERLAP = 16_000, 4_000
_CACHED = 4_096
_SECONDS = "2"
_SHORT = 400
"""So many characters are searched at once, in less than a hop to a thread and back costs."""


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


class LocalFinder(Finder, Protocol):
    """A finder that knows what a use case adds."""

    async def at(self, local: Local) -> Finder:
        """The same for a use case with regions and numbers of its own; raises MaskingFailed."""
        ...


class PersonalData:
    """The patterns in a worker thread, a model's names beside them, and a cache keyed by digests, without texts.

    Each Local has a cache of its own: what one use case hides, another may not look for.
    """

    def __init__(
        self, analysis: Analysis, names: Finder | None = None, build: Callable[[Local], Analysis] | None = None
    ) -> None:
        self._analysis = analysis
        self._names = names
        self._build = build
        self._analyses: dict[Local, Analysis] = {Local(): analysis}
        self._places: dict[Local, PersonalData] = {Local(): self}
        self._cache: OrderedDict[bytes, tuple[Finding, ...]] = OrderedDict()
        self._running: dict[bytes, asyncio.Task[dict[bytes, tuple[Finding, ...]]]] = {}

    def beside(self, names: Finder) -> "PersonalData":
        """The same patterns, with the names that this finder finds beside them."""
        other = PersonalData(self._analysis, names, self._build)
        other._analyses = self._analyses
        return other

    async def at(self, local: Local) -> "PersonalData":
        """The same finder for a use case with regions and numbers of its own; raises MaskingFailed.

        Its patterns are built at first use, some 10 ms in a thread, and shared with all that are `beside` these.
        """
        place = self._places.get(local)
        if place is None:
            if local not in self._analyses:
                self._analyses[local] = await self._built(local)
            place = PersonalData(self._analyses[local], self._names, self._build)
            place._analyses, place._places = self._analyses, self._places
            place = self._places.setdefault(local, place)
        return place

    async def _built(self, local: Local) -> Analysis:
        try:
            if self._build is None:
                raise ValueError("no patterns but those given")
            return await asyncio.to_thread(self._build, local)
        except Exception as error:
            raise failed("searched for as the use case asks", error) from None

    async def find(self, text: str) -> tuple[Finding, ...]:
        """What stands in one text; raises MaskingFailed."""
        return (await self.find_all([text]))[0]

    async def find_all(self, texts: Sequence[str]) -> tuple[tuple[Finding, ...], ...]:
        """What stands in each text; one that somebody is searching already is waited for. Raises MaskingFailed.

        A search that was begun goes on when its caller is gone: the next one for the text has it.
        """
        try:
            keys = [_digest(text) for text in texts]
            found = {key: self._cache[key] for key in keys if key in self._cache}
            new = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
            for search in self._searches(new):
                found |= await asyncio.shield(search)
        except MaskingFailed:
            raise
        except Exception as error:
            raise failed("searched for", error) from None
        for key in keys:
            self._keep(key, found[key])
        return tuple(found[key] for key in keys)

    def _searches(self, texts: dict[bytes, str]) -> "set[asyncio.Task[dict[bytes, tuple[Finding, ...]]]]":
        """What is searched already, and one search for all else."""
        new = {key: text for key, text in texts.items() if key not in self._running}
        if new:
            search = asyncio.create_task(self._search(new))
            search.add_done_callback(partial(self._ended, tuple(new)))
            self._running.update(dict.fromkeys(new, search))
        return {self._running[key] for key in texts}

    def _ended(self, keys: Sequence[bytes], search: "asyncio.Task[dict[bytes, tuple[Finding, ...]]]") -> None:
        for key in keys:
            self._running.pop(key, None)
        for key, found in () if search.cancelled() or search.exception() else search.result().items():
            self._keep(key, found)

    async def _search(self, texts: dict[bytes, str]) -> dict[bytes, tuple[Finding, ...]]:
        said = list(texts.values())
        short = sum(map(len, said)) <= _SHORT
        looked = self._look(said) if short else await asyncio.to_thread(self._look, said)
        if self._names is not None:
            named = await self._names.find_all(said)
            looked = (
                _together(said, looked, named) if short else await asyncio.to_thread(_together, said, looked, named)
            )
        return dict(zip(texts, looked, strict=True))

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


def joined(text: str, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """What patterns and a model found together, in order; an address reaches over the places beside it."""
    plain = ((item.kind, item.start, item.end, item.score) for item in findings)
    return tuple(sorted((Finding(*item) for item in grown(text, plain)), key=_place))


def _together(
    texts: Sequence[str], looked: Sequence[Sequence[Finding]], named: Sequence[Sequence[Finding]]
) -> list[tuple[Finding, ...]]:
    return [joined(text, (*one, *other)) for text, one, other in zip(texts, looked, named, strict=True)]


def _place(finding: Finding) -> tuple[int, int]:
    return finding.start, finding.end


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


async def open_personal_data(names: Finder | None = None, also: Iterable[Local] = ()) -> PersonalData:
    """Imports Presidio and builds the engine in a thread, about 2 s; raises MaskingFailed when it can't.

    What is `also` asked for is built now, so that no turn waits for it.
    """
    try:
        finder = PersonalData(await asyncio.to_thread(_build, Local()), names, _build)
    except Exception as error:
        raise MaskingFailed("the search for personal data did not start") from error
    for local in also:
        await finder.at(local)
    return finder


def failed(what: str, error: Exception) -> MaskingFailed:
    """Names the error's type only: libraries quote the text they were given, so the chain is cut."""
    return MaskingFailed(f"personal data could not be {what}: {type(error).__name__}")


def _build(local: Local) -> Analysis:
    os.environ.setdefault("REGEX_TIMEOUT_SECONDS", _SECONDS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from guards.engine import build_analysis

        return build_analysis(local=local)
