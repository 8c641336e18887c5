# SPDX-License-Identifier: Apache-2.0
"""Files into the library: read, cut and embedded once, and again only when they change."""

import asyncio
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from memory.documents import files as documents
from memory.documents.library import Addition, Holding, Library
from memory.documents.passages import cut
from memory.documents.reading_room import embedded
from memory.errors import NotKept
from memory.vectors.embeddings import Encoder


class Taken(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class File:
    """A file on its way into the library."""

    source: Path
    path: str
    """What it is called there."""


class Librarian:
    """Adds files one by one, so that a broken one keeps no other out."""

    def __init__(self, library: Library, encoder: Encoder) -> None:
        self._library = library
        self._encoder = encoder

    async def take(self, file: File, held: dict[str, Holding], internal: bool | None) -> Taken:
        """Adds a file unless it is held as it is, by `held` (path to holding); embedding costs some 5 ms a passage.

        `internal` None leaves a document marked as it was. Raises NotKept, which says what is wrong with the file.
        """
        content = await asyncio.to_thread(documents.load, file.source)
        name = documents.place(file.path)
        before = held.get(name)
        marked = before is not None and before.marked if internal is None else internal
        key = f"{documents.VERSION} {marked}\n".encode()
        digest = hashlib.sha256(key + content).hexdigest()
        if before and (before.digest, before.source) == (digest, str(file.source)):
            return Taken.UNCHANGED
        document = await asyncio.to_thread(documents.parse, file.path, content, marked)
        pieces = tuple(await asyncio.to_thread(lambda: list(cut(document))))
        await embedded([document.title, *(piece.key for piece in pieces)], self._encoder, self._library)
        new = await self._library.put(Addition(document, pieces, str(file.source), digest, marked))
        return Taken.ADDED if new else Taken.REPLACED


def gather(path: Path) -> list[File]:
    """The files that a path stands for, with what they will be called; raises NotKept where there is none."""
    root = path.resolve()
    if root.is_file():
        return [File(root, root.name)]
    if not root.is_dir():
        raise NotKept(f"{path} is not there; name a file or folder that is.")
    found = [File(file, f"{root.name}/{file.relative_to(root).as_posix()}") for file in documents.files(root)]
    if not found:
        raise NotKept(f"{path} holds no document; files ending in {', '.join(documents.kinds())} are read.")
    return found


def gone(path: Path, held: tuple[Holding, ...]) -> list[Holding]:
    """Documents that were added from below this path and whose files are there no longer."""
    root = path.resolve()
    below = [one for one in held if Path(one.source) == root or Path(one.source).is_relative_to(root)]
    return [one for one in below if not Path(one.source).is_file()]
