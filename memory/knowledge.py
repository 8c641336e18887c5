# SPDX-License-Identifier: Apache-2.0
"""Documents that may be cited: those of a folder and those that were added, searched by words and by meaning."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from memory.documents import files as documents
from memory.documents.corpus import Corpus, Shelved
from memory.documents.library import Holding, Library
from memory.documents.matching import Measures, Needed, need, rank
from memory.documents.needs import sentences, spans
from memory.documents.passages import Document, Piece, cut
from memory.documents.reading_room import Unread, embedded, shelve
from memory.errors import NotebookError, NotKept, StoreUnavailable
from memory.ranking.words import Vocabulary
from memory.values import Passage
from memory.vectors.embeddings import Encoder

log = logging.getLogger("rapport.memory")

LOOK_S = 1.0
"""How old what is searched may be, where another process changed it and did not say so."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What is searched: for those who ask without the internal documents, for those who answer with them."""

    revision: object
    public: Corpus
    whole: Corpus


class Knowledge:
    """The same for everybody but for the internal documents; made by `open_knowledge`."""

    def __init__(
        self,
        shipped: Sequence[Document],
        encoder: Encoder,
        library: Library | None,
        measures: Measures | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shipped = shipped
        self._encoder = encoder
        self._library = library
        self._measures = measures or Measures()
        self._clock, self._looked = clock, float("-inf")
        self._vocabulary = Vocabulary()
        self._shelved: dict[str, Shelved] = {}
        self._held: _Held | None = None
        self._loading: asyncio.Task[_Held]
        self._begin()

    async def search(self, query: str, *, limit: int, internal: bool = False) -> tuple[Passage, ...]:
        """The passages above the floor, best first; none for small talk.

        Internal documents are not among those searched unless `internal` says so. Just after the first start it
        waits until the documents are embedded, some 5 ms a passage. Raises StoreUnavailable before anything is
        loaded.
        """
        asked = sentences(query)
        if not asked or limit < 1:
            return ()
        corpus, vectors = await asyncio.gather(self.corpus(internal=internal), self._encoder.embed(spans(asked)))
        if not corpus.pieces:
            return ()
        needed: Needed = need(self._vocabulary, asked, vectors)
        found = await asyncio.to_thread(rank, corpus, needed, self._measures)
        return tuple(_passage(corpus.pieces[row], round(score, 4)) for row, score in found[:limit])

    async def corpus(self, *, internal: bool) -> Corpus:
        """What is searched now."""
        held = await self._current()
        return held.whole if internal else held.public

    async def passage(self, id: str) -> Passage | None:
        """The passage of this id; None when its document changed, or was marked internal since."""
        piece = (await self._current()).whole.places.get(id)
        return None if piece is None else _passage(piece, 1.0)

    async def refresh(self) -> int:
        """Takes in what was added or removed, and says how many documents there are."""
        self._looked = float("-inf")
        await self._current()
        return len(self._shelved)

    def close(self) -> None:
        """Stops the loading, if it is still going on."""
        self._loading.cancel()

    async def _current(self) -> _Held:
        """What is searched now, after any change; a library that is down leaves what was there.

        Another process's changes are looked for at most every LOOK_S seconds: a look costs a turn 1 ms.
        """
        held, now = self._held, self._clock()
        if held is not None and now - self._looked < LOOK_S and self._loading.done():
            return held
        self._looked = now
        try:
            stale = held is None or (self._library and await self._library.revision() != held.revision)
        except StoreUnavailable:
            if held:
                return held
            raise
        if stale and self._loading.done() and (held or self._loading.exception()):
            self._begin()
        return await asyncio.shield(self._loading)

    def _begin(self) -> None:
        self._loading = asyncio.create_task(self._load())
        self._loading.add_done_callback(_heed)

    async def _load(self) -> _Held:
        """Takes in what is new, lets go of what is gone, and lays all of it out again."""
        revision = await self._library.revision() if self._library else None
        added = {one.id: one for one in (await self._library.holdings() if self._library else ())}
        own = {one.path for one in added.values()}
        shipped = {f"shipped {one.path}": one for one in self._shipped if one.path not in own}
        new = {id: _uncut(one) for id, one in shipped.items() if id not in self._shelved}
        if self._library:
            passages = await self._library.passages([id for id in added if id not in self._shelved])
            new |= {id: _fetched(added[id], pieces) for id, pieces in passages.items()}
        vectors = await embedded([text for one in new.values() for text in one.texts], self._encoder, self._library)
        self._shelved |= await asyncio.to_thread(shelve, new, vectors, self._vocabulary)
        self._shelved = {id: one for id, one in self._shelved.items() if id in shipped or id in added}
        shelved = sorted(self._shelved.values(), key=lambda one: one.path)
        whole = await asyncio.to_thread(Corpus, shelved)
        asked = [one for one in shelved if not one.internal]
        public = whole if len(asked) == len(shelved) else await asyncio.to_thread(Corpus, asked)
        self._held = _Held(revision, public, whole)
        return self._held


async def open_knowledge(
    folder: Path, encoder: Encoder, library: Library | None = None, clock: Callable[[], float] = time.monotonic
) -> Knowledge:
    """Reads every document in the folder and below; the rest goes on in the background.

    A file that cannot be read is named in the log and left out. Raises NotebookError where there is no folder.
    """
    return Knowledge(await asyncio.to_thread(read, folder), encoder, library, clock=clock)


def read(folder: Path) -> list[Document]:
    """The documents of a folder, in the order of their paths."""
    if not folder.is_dir():
        raise NotebookError(f"The folder of documents {folder} is not there; set RAPPORT_KNOWLEDGE to one that is.")
    found: list[Document] = []
    for path in documents.files(folder):
        try:
            found.append(documents.parse(path.relative_to(folder).as_posix(), documents.load(path)))
        except NotKept as error:
            log.warning("a document is left out: %s", error)
    return found


def _uncut(document: Document) -> Unread:
    return Unread(document.path, document.title, document.internal, tuple(cut(document)))


def _fetched(one: Holding, pieces: tuple[Piece, ...]) -> Unread:
    return Unread(one.path, one.title, one.internal, pieces)


def _heed(loading: "asyncio.Task[_Held]") -> None:
    """A failure is raised by the search that waits for it; at shutdown none does."""
    if not loading.cancelled():
        loading.exception()


def _passage(piece: Piece, score: float) -> Passage:
    return Passage(piece.id, piece.title, piece.text, score)
