# SPDX-License-Identifier: Apache-2.0
"""The vector index: opaque ids and vectors in Chroma, derived from SQL and rebuilt from it at any time."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from memory.errors import StoreUnavailable
from memory.vectors.collection import batches, closest, fetch, upsert
from memory.vectors.shredding import NEXT, blank_room, blot, graphs, held, made, open_collection, rinse, swap
from memory.vectors.soundness import attest, attested, survives
from memory.vectors.turning import Vectors

log = logging.getLogger("rapport.memory")

Result = TypeVar("Result")

BLOTTED = 50
"""Vectors that are overwritten in one go, some 250 ms, before another call gets its turn."""
SAMPLED = 100
MANY = 16
"""Where more than one in so many goes, copying what stays is quicker than overwriting what goes."""


class VectorIndex(Protocol):
    """Vectors of length 1 under opaque ids; every method may raise StoreUnavailable."""

    @property
    def embedded(self) -> bool:
        """Whether it is files of this process's own, in which no byte stays of what is dropped."""
        ...

    async def put(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Adds or replaces, row by row."""
        ...

    async def get(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors of those ids that are there; the others are left out."""
        ...

    async def drop(self, ids: Sequence[str]) -> None:
        """Removes what is there of them, and no byte of their ids and vectors stays in a file."""
        ...

    async def clear(self) -> None:
        """Removes everything, also what was moved aside."""
        ...

    async def nearest(self, vector: Vectors, limit: int) -> Sequence[tuple[str, float]]:
        """Ids with their cosine similarity, best first."""
        ...


class ChromaIndex:
    """Embedded Chroma in one worker thread, which opens it: calls wait for that, start-up does not."""

    embedded = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chroma")
        self._client: Any = None
        self._collection: Any = None
        self._writing = asyncio.Lock()
        self._opened: Future[bool] = self._worker.submit(self._open)

    async def opened(self) -> bool:
        """Waits until it is open; True where it began empty (new, or damaged and moved aside): reindex then."""
        try:
            return await asyncio.wrap_future(self._opened)
        except Exception as error:
            raise StoreUnavailable("The vector index cannot be opened; see that its folder is writable.") from error

    async def put(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Adds or replaces in batches; 1,000 take about 0.2 s."""
        async with self._writing:
            await upsert(self._call, ids, vectors)

    async def get(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors that are there; about 5 ms for a hundred, 50 ms for a thousand."""
        return await fetch(self._call, ids)

    async def drop(self, ids: Sequence[str]) -> None:
        """Removes them and their bytes: some 0.3 s and 5 ms each, or a copy of all that stays, at 1,500 a second.

        Reading goes on meanwhile, writing waits. After a crash half-way, dropping them again does the rest.
        """
        if not ids:
            return
        async with self._writing:
            there: list[str] = []
            for part in batches(ids):
                there += await self._run(partial(self._held, part))
            if len(there) * MANY > await self._call("count"):
                await self._rewrite(set(there))
                return
            for part in batches(there, BLOTTED):
                await self._run(partial(self._blot, part))
            if not await self._run(self._rinse):
                await self._rewrite(set())

    async def clear(self) -> None:
        """A new, empty collection; the old one's files and what was moved aside are removed."""
        async with self._writing:
            await self._run(self._renew)

    async def nearest(self, vector: Vectors, limit: int) -> Sequence[tuple[str, float]]:
        """By Chroma's approximate search over everything in the collection."""
        return await closest(self._call, vector, limit)

    async def close(self) -> None:
        """Waits for the call in flight and lets go of the files."""
        await asyncio.wrap_future(self._worker.submit(self._end))
        self._worker.shutdown(wait=False)

    async def _rewrite(self, without: set[str]) -> None:
        kept = [id for id in (await self._call("get", include=[]))["ids"] if id not in without]
        fresh = await self._run(self._begin)
        for part in batches(kept):
            await self._run(partial(self._copy, part, fresh))
        await self._run(self._swap)

    async def _call(self, verb: str, **arguments: object) -> Any:
        return await self._run(lambda: getattr(self._collection, verb)(**arguments))

    async def _run(self, call: Callable[[], Result]) -> Result:
        await self.opened()
        try:
            return await asyncio.wrap_future(self._worker.submit(_without_panic, call))
        except Exception as error:
            raise StoreUnavailable("The vector index does not answer; `rapport reindex` rebuilds it.") from error

    def _open(self) -> bool:
        import chromadb  # noqa: F401  # three seconds of imports, before the marker says that opening began

        fresh = not (self._path / "chroma.sqlite3").exists()
        marker = self._beside("opening")
        if marker.exists() or not (fresh or attested(self._path, self._record) or survives(self._path)):
            fresh = self._move_aside()  # files that brought a process down are not opened in this one
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        marker.touch()
        try:
            _without_panic(self._connect)
        except Exception:
            fresh = self._move_aside()
            self._connect()
        marker.unlink()
        return fresh

    def _connect(self) -> None:
        self._client, self._collection = connect(self._path)

    def _held(self, ids: list[str]) -> list[str]:
        return held(self._collection, ids)

    def _blot(self, ids: list[str]) -> None:
        blot(self._collection, ids)

    def _rinse(self) -> bool:
        shutil.rmtree(self._aside, ignore_errors=True)
        return rinse(self._collection, self._path)

    def _begin(self) -> Any:
        if NEXT in {collection.name for collection in self._client.list_collections()}:
            self._client.delete_collection(NEXT)
        return made(self._client, NEXT, self._path)

    def _copy(self, ids: list[str], fresh: Any) -> None:
        rows = self._collection.get(ids=ids, include=["embeddings"])
        fresh.upsert(ids=rows["ids"], embeddings=rows["embeddings"])

    def _swap(self) -> None:
        shutil.rmtree(self._aside, ignore_errors=True)
        self._collection = swap(self._client, self._path)

    def _renew(self) -> None:
        self._begin()
        self._swap()

    @property
    def _aside(self) -> Path:
        return self._beside("damaged")

    @property
    def _record(self) -> Path:
        return self._beside("sound")

    def _beside(self, what: str) -> Path:
        return self._path.with_name(f"{self._path.name}.{what}")

    def _move_aside(self) -> bool:
        log.warning("the vector index was damaged; it is moved to %s and built again", self._aside.name)
        self._close()
        shutil.rmtree(self._aside, ignore_errors=True)
        if self._path.exists():
            self._path.rename(self._aside)
        self._path.mkdir(mode=0o700, parents=True)
        return True

    def _end(self) -> None:
        sound = self._collection is not None
        self._close()
        if sound:
            attest(self._path, self._record)

    def _close(self) -> None:
        from chromadb.api.shared_system_client import SharedSystemClient

        if self._client is not None:
            self._client.close()
        for shared in (SharedSystemClient._identifier_to_system, SharedSystemClient._identifier_to_refcount):
            shared.pop(str(self._path), None)  # what a failed opening left would be handed out again
        self._client = self._collection = None


@asynccontextmanager
async def open_chroma(path: Path) -> AsyncIterator[ChromaIndex]:
    """Starts opening and returns at once; this process must be the folder's only owner."""
    index = ChromaIndex(path)
    try:
        yield index
    finally:
        await index.close()


def connect(path: Path) -> tuple[Any, Any]:
    """Chroma's client and collection, after a look into both its halves, the rows and the graph.

    Damaged files raise, or end the process: `soundness.survives` tries in one of its own.
    """
    import chromadb
    from chromadb.config import Settings

    for graph in graphs(path):
        blank_room(graph)
    client = chromadb.PersistentClient(str(path), settings=Settings(anonymized_telemetry=False))
    collection = open_collection(client, path)
    if count := collection.count():
        sample = collection.get(limit=1, include=["embeddings"])
        most = min(count, SAMPLED)
        collection.query(query_embeddings=sample["embeddings"], n_results=most, include=["distances"])
    return client, collection


def _without_panic(call: Callable[[], Result]) -> Result:
    """Chroma's Rust half reports damage as a panic, which no `except Exception` sees."""
    try:
        return call()
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise RuntimeError("the index's native half panicked") from error
        raise
