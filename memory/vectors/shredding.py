# SPDX-License-Identifier: Apache-2.0
"""What is dropped from Chroma is taken out of its files too: Chroma's own delete leaves vectors and ids there.

A vector lies in the graph's file, in the queue before it and in free pages of the database. Writing another
vector under its id overwrites it in the graph; writes that touch nothing then make Chroma save the graph,
the queue is emptied up to there, and the database is written anew without its free pages. Where much goes at
once, copying what stays into a new collection is quicker. docs/adr/0050 has the measurements.

A new graph's files hold room for a hundred elements, and Chroma fills it with whatever its memory held before:
vectors of a graph that is gone, or anything else of this process. So that room is written over (docs/adr/0069).
"""

import os
import shutil
import sqlite3
import struct
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

COLLECTION = "vectors-1"
NEXT = "vectors-1-next"
"""What stays, while it is copied."""
SAVED_AFTER = 100
"""Writes after which Chroma saves its graph."""
HNSW = {"space": "cosine", "sync_threshold": SAVED_AFTER, "batch_size": 50}
"""Cosine because l2 misses exact matches; a small threshold so that the graph is saved soon."""
NUDGES = 2 * SAVED_AFTER
NUDGE = "nudge-"
BLANK = "blank-0"
BUSY_SECONDS = 60
HEADER = struct.Struct("<iQQQQ")
"""A graph's `header.bin` begins with its version, an offset, room, count and bytes of an element (Chroma's hnswlib)."""
LENGTH_BYTES = 4
"""The other file with room of that kind, `length.bin`, holds a float32 for each element."""


def open_collection(client: Any, folder: Path) -> Any:
    """The collection; ends what a crash left half-way: an unfinished copy goes, a finished one takes its place."""
    names = {collection.name for collection in client.list_collections()}
    if NEXT in names and COLLECTION in names:
        client.delete_collection(NEXT)
    elif NEXT in names:
        client.get_collection(NEXT, embedding_function=None).modify(name=COLLECTION)
    remove_orphans(folder)
    return made(client, COLLECTION, folder)


def made(client: Any, name: str, folder: Path) -> Any:
    """The collection of this name; where there is none it is made, and its files hold nothing but itself."""
    there = set(graphs(folder))
    collection = client.get_or_create_collection(name, embedding_function=None, configuration={"hnsw": HNSW})
    if not collection.count():
        collection.upsert(ids=[BLANK], embeddings=np.eye(1, 384, dtype=np.float32))  # now the files are made
        for graph in set(graphs(folder)) - there:
            blank_room(graph)
        collection.delete(ids=[BLANK])
    return collection


def graphs(folder: Path) -> list[Path]:
    """The folders of the graphs on the disk."""
    return [header.parent for header in folder.glob("*/header.bin")]


def blank_room(graph: Path) -> None:
    """Writes zeros over what lies behind the last element in a graph's files; nothing may be writing there."""
    *_, count, element_bytes = HEADER.unpack((graph / "header.bin").read_bytes()[: HEADER.size])
    for name, each in (("data_level0.bin", element_bytes), ("length.bin", LENGTH_BYTES)):
        with (graph / name).open("r+b") as file:
            room = file.seek(0, os.SEEK_END) - count * each
            if room > 0:
                file.seek(count * each)
                file.write(bytes(room))


def held(collection: Any, ids: Sequence[str]) -> list[str]:
    """Those of the ids that are there."""
    return list(collection.get(ids=list(ids), include=[])["ids"])


def blot(collection: Any, ids: Sequence[str]) -> None:
    """Overwrites the vectors of these ids, which are there, and removes them; about 5 ms each."""
    blank = np.zeros((len(ids), 384), np.float32)
    blank[:, 0] = 1
    collection.upsert(ids=list(ids), embeddings=blank)
    collection.delete(ids=list(ids))


def rinse(collection: Any, folder: Path) -> bool:
    """Brings what was blotted to the disk; False where Chroma did not save its graph and old bytes may be left.

    The queue keeps its last write, which says nothing: Chroma numbers writes on from it, and were it gone, writes
    would get numbers that it takes for done.
    """
    nobody = [f"{NUDGE}{number}" for number in range(NUDGES)]
    collection.update(ids=nobody, metadatas=[{"nudge": 1}] * NUDGES)
    collection.query(query_embeddings=np.eye(1, 384, dtype=np.float32), n_results=1)
    with closing(_database(folder)) as database:
        saved = _saved(database)
        last = database.execute("SELECT max(seq_id) FROM embeddings_queue").fetchone()[0]
        if saved is not None:
            database.execute("DELETE FROM embeddings_queue WHERE seq_id < ?", (saved,))
        database.execute(
            "DELETE FROM embeddings_queue WHERE seq_id < (SELECT max(seq_id) FROM embeddings_queue) AND NOT EXISTS"
            " (SELECT 1 FROM collections WHERE embeddings_queue.topic LIKE '%' || collections.id)"
        )
        waiting = database.execute("SELECT count(*) FROM embeddings_queue WHERE id NOT LIKE ?", (f"{NUDGE}%",))
        clean = waiting.fetchone()[0] == 0 and (saved is None or last >= saved)
        database.execute("VACUUM")
    return clean


def swap(client: Any, folder: Path) -> Any:
    """Puts the finished copy in the collection's place, and removes all that the old one left in files."""
    client.delete_collection(COLLECTION)
    copied = client.get_collection(NEXT, embedding_function=None)
    copied.modify(name=COLLECTION)
    remove_orphans(folder)
    rinse(copied, folder)
    remove_orphans(folder)  # a save of the old graph that was under way makes its folder anew
    return copied


def remove_orphans(folder: Path) -> None:
    """Removes the folders of graphs that no collection has any more: Chroma leaves them as they were."""
    with closing(_database(folder)) as database:
        known = {row[0] for row in database.execute("SELECT id FROM segments")}
    for orphan in folder.iterdir():
        if orphan.is_dir() and orphan.name not in known:
            shutil.rmtree(orphan)


def _saved(database: sqlite3.Connection) -> int | None:
    """The last write that both halves of the collection hold on the disk; None where one has saved nothing yet."""
    rows = database.execute("SELECT seq_id FROM segments LEFT JOIN max_seq_id ON segment_id = segments.id").fetchall()
    return None if any(row[0] is None for row in rows) else min(row[0] for row in rows)


def _database(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "chroma.sqlite3", timeout=BUSY_SECONDS, isolation_level=None)
