# SPDX-License-Identifier: Apache-2.0
"""Documents that may be cited: a folder of Markdown, searched by words and by meaning."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from memory.embeddings import Encoder
from memory.errors import NotebookError
from memory.passages import Piece, cut
from memory.shelf import Vectors
from memory.signals import products, stretch
from memory.values import Passage
from memory.words import Vocabulary, WordIndex, small_talk


@dataclass(frozen=True, slots=True)
class Measures:
    """How a passage is ranked, and when none is good enough."""

    words: float = 0.5
    meaning: float = 0.5
    meaning_floor: float = 0.30
    words_floor: float = 0.90


class Knowledge:
    """Passages in memory, the same for everybody; made by `open_knowledge`."""

    def __init__(self, pieces: Sequence[Piece], encoder: Encoder, measures: Measures | None = None) -> None:
        self._pieces = tuple(pieces)
        self._encoder = encoder
        self._measures = measures or Measures()
        self._places = {piece.id: piece for piece in pieces}
        self._vocabulary = Vocabulary()
        self._words = WordIndex(self._vocabulary.terms(_key(piece)) for piece in pieces)
        self._embedding = asyncio.ensure_future(encoder.embed([_key(piece) for piece in pieces]))
        self._embedding.add_done_callback(_heed)

    async def search(self, query: str, *, limit: int) -> tuple[Passage, ...]:
        """The passages above the floor, best first; none for small talk.

        Just after the start it waits until the documents are embedded, some 5 ms a passage.
        """
        if small_talk(query) or not self._pieces:
            return ()
        vectors: Vectors = await asyncio.shield(self._embedding)
        asked: Vectors = (await self._encoder.embed([query]))[0]
        words, most = self._words.scores(self._vocabulary.terms(query))
        meaning = products(vectors, asked)
        by = self._measures
        relevant = meaning >= by.meaning_floor
        if most:
            relevant |= words / most >= by.words_floor
        rows = np.flatnonzero(relevant)
        fused = by.words * stretch(words[rows]) + by.meaning * stretch(meaning[rows])
        best = np.argsort(-fused, kind="stable")[:limit]
        return tuple(_passage(self._pieces[rows[place]], round(float(fused[place]), 4)) for place in best)

    def passage(self, id: str) -> Passage | None:
        """The passage of this id; None when its document changed."""
        piece = self._places.get(id)
        return None if piece is None else _passage(piece, 1.0)

    def close(self) -> None:
        """Stops the embedding, if it is still going on."""
        self._embedding.cancel()


async def open_knowledge(folder: Path, encoder: Encoder) -> Knowledge:
    """Reads every .md file in the folder and below; embedding goes on in the background.

    Raises NotebookError, naming the file or folder that cannot be read.
    """
    return Knowledge(await asyncio.to_thread(read, folder), encoder)


def read(folder: Path) -> list[Piece]:
    """The passages of all documents, in the order of their paths."""
    if not folder.is_dir():
        raise NotebookError(f"The folder of documents {folder} is not there; set RAPPORT_KNOWLEDGE to one that is.")
    found: list[Piece] = []
    for path in sorted(folder.rglob("*.md")):
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise NotebookError(f"The document {path} cannot be read; it must be Markdown in UTF-8.") from error
        found.extend(cut(path.relative_to(folder).as_posix(), text))
    return found


def _heed(embedding: "asyncio.Future[Vectors]") -> None:
    """A failure is raised by the search that waits for it; at shutdown none does."""
    if not embedding.cancelled():
        embedding.exception()


def _key(piece: Piece) -> str:
    return f"{piece.title}\n{piece.text}"


def _passage(piece: Piece, score: float) -> Passage:
    return Passage(piece.id, piece.title, piece.text, score)
