# SPDX-License-Identifier: Apache-2.0
"""The vector index on a Chroma server, for several Rapport processes that share one memory."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar
from urllib.parse import urlsplit

from memory.errors import StoreUnavailable
from memory.vectors.collection import batches, closest, fetch, upsert
from memory.vectors.index import ChromaIndex, open_chroma
from memory.vectors.shredding import COLLECTION
from memory.vectors.turning import Vectors

log = logging.getLogger("rapport.memory")

Result = TypeVar("Result")

CALLS = 4
"""Requests at once from one process."""
SECONDS = 30.0
"""The longest wait for the server's word; a recall does not wait for it at all once a person is hot."""


class ChromaServer:
    """Connects when it is first used, and again after a failure: a server that is away is only not there yet."""

    embedded = False

    def __init__(self, url: str) -> None:
        self._url = url
        self._workers = ThreadPoolExecutor(max_workers=CALLS, thread_name_prefix="chroma")
        self._connecting = Lock()
        self._collection: Any = None
        self._clients: list[Any] = []

    async def opened(self) -> bool:
        """True where the server holds nothing yet: reindex then. Raises StoreUnavailable."""
        return not await self._call("count")

    async def put(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Adds or replaces in batches; 1,000 take about 0.5 s."""
        await upsert(self._call, ids, vectors)

    async def get(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors that are there; about 10 ms for a hundred, 80 ms for a thousand."""
        return await fetch(self._call, ids)

    async def drop(self, ids: Sequence[str]) -> None:
        """Removes them from answers; their bytes go from the server's files when its operator compacts those."""
        for part in batches(ids):
            await self._call("delete", ids=part)

    async def clear(self) -> None:
        """A new, empty collection for every process."""
        await self._run(self._renew)

    async def nearest(self, vector: Vectors, limit: int) -> Sequence[tuple[str, float]]:
        """By Chroma's approximate search over everything in the collection."""
        return await closest(self._call, vector, limit)

    async def close(self) -> None:
        """Ends the connections; waits for what is in flight."""
        await asyncio.to_thread(self._workers.shutdown, cancel_futures=True)
        for session in [session for client in self._clients for session in _sessions(client)]:
            session.close()  # `client.close()` leaves the sockets open

    async def _call(self, verb: str, **arguments: object) -> Any:
        return await self._run(lambda: getattr(self._connected(), verb)(**arguments))

    async def _run(self, call: Callable[[], Result]) -> Result:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._workers, self._twice, call)
        except Exception as error:
            raise StoreUnavailable(
                f"The Chroma server at {self._url} does not answer; start it (`chroma run`) or mend RAPPORT_INDEX_URL."
            ) from error

    def _twice(self, call: Callable[[], Result]) -> Result:
        """Once more after a failure, with a new look for the collection: another process may have emptied it."""
        try:
            return call()
        except Exception:
            self._collection = None
            return call()

    def _connected(self) -> Any:
        with self._connecting:
            if self._collection is None:
                self._collection = _collection(self._client())
            return self._collection

    def _client(self) -> Any:
        if not self._clients:
            self._clients.append(connect(self._url))
        return self._clients[-1]

    def _renew(self) -> None:
        client = self._client()
        if COLLECTION in {collection.name for collection in client.list_collections()}:
            client.delete_collection(COLLECTION)
        self._collection = _collection(client)


@asynccontextmanager
async def open_server(url: str) -> AsyncIterator[ChromaServer]:
    """Returns at once, also where the server is away; `url` is http://host:port or https://host:port."""
    index = ChromaServer(url)
    try:
        yield index
    finally:
        await index.close()


Chroma = ChromaIndex | ChromaServer
"""Either of them; what differs is who may open it."""


def open_index(folder: Path, url: str | None) -> AbstractAsyncContextManager[Chroma]:
    """The server's where there is one, else the embedded one in the folder, which must be this process's alone."""
    return open_server(url) if url else open_chroma(folder)


def connect(url: str) -> Any:
    """A client that gives up after SECONDS; raises what Chroma raises."""
    import chromadb
    from chromadb.config import Settings

    where = urlsplit(url)
    tls = where.scheme == "https"
    client = chromadb.HttpClient(
        host=where.hostname or "",
        port=where.port or (443 if tls else 8000),
        ssl=tls,
        settings=Settings(anonymized_telemetry=False),
    )
    for session in _sessions(client):
        session.timeout = SECONDS  # by itself it waits for ever
    return client


def _sessions(client: Any) -> tuple[Any, ...]:
    """Chroma's client has two: one for tenants and databases, one for all else."""
    return client._server._session, client._admin_client._server._session


def _collection(client: Any) -> Any:
    return client.get_or_create_collection(
        COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
