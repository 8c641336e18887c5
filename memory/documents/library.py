# SPDX-License-Identifier: Apache-2.0
"""The documents that were added: kept in SQL with their passages and vectors, the same for everybody."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from memory.documents.passages import Document, Piece
from memory.errors import NotFound, NotKept
from memory.ids import new_id
from memory.store.database import Database
from memory.store.library_tables import DocumentPassageRow, DocumentRow, TextVectorRow
from memory.store.queries import table_of
from memory.vectors.turning import Vectors

KEYED = "minilm-1\n"
"""Before a text whose digest is taken; another encoder takes another."""
AT_ONCE = 500
"""Ids in one statement; some databases take no more than 999."""

_document, _passage, _vector = table_of(DocumentRow), table_of(DocumentPassageRow), table_of(TextVectorRow)


@dataclass(frozen=True, slots=True)
class Holding:
    """An added document, without its text."""

    id: str
    path: str
    source: str
    """The file that it was read from."""
    digest: str
    title: str
    internal: bool
    marked: bool
    """Whether it was marked internal; one that says so itself is internal without a mark."""
    passages: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Addition:
    """A document that was read, on its way in."""

    document: Document
    pieces: tuple[Piece, ...]
    source: str
    digest: str
    marked: bool


class Library:
    """Every change is one transaction a document; whoever holds documents in memory sees it by `revision`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def revision(self) -> tuple[int, datetime | None]:
        """Differs after every change: how many there are, and when the last was added. Raises StoreUnavailable."""
        async with self._database.glance() as connection:
            row = (await connection.execute(select(func.count(), func.max(_document.c.added_at)))).one()
        return int(row[0]), row[1]

    async def holdings(self) -> tuple[Holding, ...]:
        """All documents, in the order of their paths; raises StoreUnavailable."""
        async with self._database.glance() as connection:
            rows = await connection.execute(select(_document).order_by(_document.c.path))
        return tuple(Holding(**row) for row in rows.mappings())

    async def passages(self, ids: Sequence[str]) -> dict[str, tuple[Piece, ...]]:
        """By document, in their order; raises StoreUnavailable."""
        found: dict[str, list[Piece]] = {id: [] for id in ids}
        for some in _portions(ids):
            wanted = select(_passage).where(_passage.c.document.in_(some)).order_by(_passage.c.number)
            async with self._database.glance() as connection:
                for row in await connection.execute(wanted):
                    found[row.document].append(Piece(row.passage, row.title, row.text))
        return {id: tuple(pieces) for id, pieces in found.items()}

    async def put(self, addition: Addition) -> bool:
        """Keeps a document in the place of the one with its path; True where there was none.

        Raises NotKept where that one came from another file, and StoreUnavailable.
        """
        document = addition.document
        async with self._database.write() as session:
            before = (
                await session.execute(select(DocumentRow).where(col(DocumentRow.path) == document.path))
            ).scalar_one_or_none()
            if before and before.source != addition.source:
                raise NotKept(f"{document.path} was added from {before.source}; remove that one or rename this one.")
            if before:
                await _let_go(
                    session, [before.id], {digest(document.title), *(digest(piece.key) for piece in addition.pieces)}
                )
            last = (await session.execute(select(func.max(col(DocumentRow.added_at))))).scalar()
            now = datetime.now(UTC)
            row = DocumentRow(
                id=new_id(),
                path=document.path,
                source=addition.source,
                digest=addition.digest,
                title=document.title,
                internal=document.internal,
                marked=addition.marked,
                passages=len(addition.pieces),
                added_at=now if last is None else max(now, last + timedelta(microseconds=1)),
            )
            session.add(row)
            await session.flush()
            rows = [
                {"document": row.id, "number": number, "passage": piece.id, "title": piece.title, "text": piece.text}
                for number, piece in enumerate(addition.pieces)
            ]
            await session.execute(insert(_passage), rows)
        return before is None

    async def remove(self, ids: Sequence[str]) -> None:
        """Takes documents away with their passages and vectors; raises StoreUnavailable."""
        async with self._database.write() as session:
            await _let_go(session, ids, frozenset())
        await self._database.settle()

    async def find(self, named: str) -> Holding:
        """The document of this id, the start of one, or path; raises NotFound."""
        held = await self.holdings()
        found = [one for one in held if named in {one.id, one.path}]
        found = found or [one for one in held if len(named) >= 4 and one.id.startswith(named)]
        if len(found) != 1:
            raise NotFound(f"No added document is called {named}: `rapport knowledge list` names them.")
        return found[0]

    async def vectors(self, digests: Sequence[str]) -> dict[str, Vectors]:
        """Those that are known; raises StoreUnavailable."""
        found: dict[str, Vectors] = {}
        for some in _portions(digests):
            async with self._database.glance() as connection:
                rows = await connection.execute(select(_vector).where(_vector.c.digest.in_(some)))
                found.update((row.digest, np.frombuffer(row.vector, "<f4")) for row in rows)
        return found

    async def keep(self, vectors: Mapping[str, Vectors]) -> None:
        """Keeps vectors by their texts' digests; one that is known stays. Raises StoreUnavailable."""
        async with self._database.write() as session:
            for some in _portions(tuple(vectors)):
                known = (await session.execute(select(_vector.c.digest).where(_vector.c.digest.in_(some)))).scalars()
                rows = [
                    {"digest": one, "vector": vectors[one].astype("<f4").tobytes()} for one in {*some} - {*known.all()}
                ]
                if rows:
                    await session.execute(insert(_vector), rows)


async def _let_go(session: AsyncSession, ids: Sequence[str], kept: Set[str]) -> None:
    """Documents with their passages, and vectors but the kept ones; another's of the same text is made again."""
    texts: list[str] = []
    for some in _portions(ids):
        rows = await session.execute(select(_passage.c.title, _passage.c.text).where(_passage.c.document.in_(some)))
        texts += [Piece("", row.title, row.text).key for row in rows]
        texts += (await session.execute(select(_document.c.title).where(_document.c.id.in_(some)))).scalars()
    for some in _portions({digest(text) for text in texts} - kept):
        await session.execute(delete(_vector).where(_vector.c.digest.in_(some)))
    for some in _portions(ids):
        await session.execute(delete(_document).where(_document.c.id.in_(some)))


def digest(text: str) -> str:
    """What a text's vector is kept under."""
    return hashlib.sha256((KEYED + text).encode("utf-8", "replace")).hexdigest()


def _portions(ids: Iterable[str]) -> Iterable[list[str]]:
    known = list(dict.fromkeys(ids))
    return (known[start : start + AT_ONCE] for start in range(0, len(known), AT_ONCE))
