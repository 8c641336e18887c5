# SPDX-License-Identifier: Apache-2.0
"""Whatever finds names, beside the event loop: in threads of its own, a long text piece by piece."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from guards.names.certain import Certain, Search, Weighs
from guards.names.model import load
from guards.names.others import spacy_names, transformers_names
from guards.personal import Finding, failed

FOLDER = Path(__file__).parents[1] / "name_model"
BUILTIN = "builtin"
LANES = 2
"""So many texts are searched at once."""
LONGEST = 4_000
"""Characters that are searched at once, some 0.1 s; between two such pieces others have their turn."""
_END = re.compile(r".*(?:\n|[.!?]\s)", re.DOTALL)


class Names:
    """A finder of names; made by `open_names` or `open_recognizer`.

    The built-in model takes about 3 ms for a message of 60 characters and 28 ms for 1,000, on one core; 1 MB takes
    half a minute, in which other texts go between.
    """

    def __init__(self, search: Search, worker: ThreadPoolExecutor, lanes: int = 1, weigh: Weighs | None = None) -> None:
        self._search, self._worker, self._lanes, self._weigh = search, worker, lanes, weigh

    async def find(self, text: str) -> tuple[Finding, ...]:
        """The names in one text; raises MaskingFailed."""
        return (await self.find_all([text]))[0]

    async def find_all(self, texts: Sequence[str]) -> tuple[tuple[Finding, ...], ...]:
        """The names in each text, to its end; raises MaskingFailed."""
        found: list[list[Finding]] = [[] for _ in texts]
        todo = ((hits, text, *cut) for hits, text in zip(found, texts, strict=True) for cut in cuts(text))
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._lanes, len(texts))):
                    group.create_task(self._lane(todo))
            return tuple([await self._counting(*one) for one in zip(texts, found, strict=True)])
        except ExceptionGroup as errors:
            raise failed("searched for names", errors.exceptions[0]) from None
        except Exception as error:
            raise failed("searched for names", error) from None

    async def _counting(self, text: str, hits: Sequence[Finding]) -> tuple[Finding, ...]:
        """What counts of the finds in all pieces of a text, in order."""
        ordered = tuple(sorted(hits, key=lambda hit: hit.start))
        if self._weigh is None or not ordered:
            return ordered
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._weigh, text, ordered)

    async def _lane(self, todo: Iterator[tuple[list[Finding], str, int, int]]) -> None:
        loop = asyncio.get_running_loop()
        for hits, text, start, end in todo:
            some = await loop.run_in_executor(self._worker, self._search, text[start:end])
            hits.extend(Finding(hit.kind, hit.start + start, hit.end + start, hit.score) for hit in some)


def cuts(text: str) -> Iterator[tuple[int, int]]:
    """Cuts a long text where a line or a sentence ends, else at a blank, so that no name is cut where it can be."""
    start = 0
    while len(text) - start > LONGEST:
        middle, last = start + LONGEST // 2, start + LONGEST
        ending = _END.match(text, middle, last)
        blank = text.rfind(" ", middle, last)
        end = ending.end() if ending else blank + 1 or last
        yield start, end
        start = end
    yield start, len(text)


@asynccontextmanager
async def open_names(folder: Path = FOLDER) -> AsyncIterator[Names]:
    """Checks the built-in model's files against SHA256SUMS and loads them in its thread, in about half a second.

    Raises MaskingFailed, with one sentence, where a file is missing or altered.
    """
    async with _opened(lambda: load(folder).search, LANES, Certain) as names:
        yield names


@asynccontextmanager
async def open_recognizer(choice: str) -> AsyncIterator[Names]:
    """Opens what RAPPORT_NAMES names: "builtin", "spacy:MODEL" or "transformers:FOLDER".

    Raises MaskingFailed, with one sentence, where it cannot: without it no name would be found.
    """
    library, _, model = choice.partition(":")
    if library == BUILTIN:
        async with open_names() as names:
            yield names
    else:
        opening = partial({"spacy": spacy_names, "transformers": transformers_names}[library], model)
        async with _opened(opening, 1) as names:
            yield names


@asynccontextmanager
async def _opened(
    load_search: Callable[[], Search], lanes: int, load_weigh: Callable[[], Weighs | None] = lambda: None
) -> AsyncIterator[Names]:
    worker = ThreadPoolExecutor(max_workers=lanes, thread_name_prefix="names")
    loop = asyncio.get_running_loop()
    try:
        search = await loop.run_in_executor(worker, load_search)
        yield Names(search, worker, lanes, await loop.run_in_executor(worker, load_weigh))
    finally:
        worker.shutdown(wait=False, cancel_futures=True)
