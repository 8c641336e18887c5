# SPDX-License-Identifier: Apache-2.0
"""Documents made ready to be ranked: their words stemmed and their texts embedded, each text once."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from memory.documents.corpus import Shelved
from memory.documents.library import Library, digest
from memory.documents.passages import Piece
from memory.errors import StoreUnavailable
from memory.ranking.words import Vocabulary
from memory.vectors.embeddings import Encoder
from memory.vectors.turning import Vectors

log = logging.getLogger("rapport.memory")

PORTION = 64
"""Texts embedded before their vectors are kept, so that an interruption loses little."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A document that is not yet ready to be ranked."""

    path: str
    title: str
    internal: bool
    pieces: tuple[Piece, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """What is embedded of it: its passages and, last, its title."""
        return (*(piece.key for piece in self.pieces), self.title)


def shelve(new: Mapping[str, Unread], vectors: Vectors, vocabulary: Vocabulary) -> dict[str, Shelved]:
    """Documents ready to be ranked; `vectors` are those of all their texts, in order. Some 0.3 ms a passage."""
    found, start = {}, 0
    for id, one in new.items():
        rows = vectors[start : start + len(one.pieces) + 1]
        start += len(rows)
        terms = tuple(vocabulary.terms(piece.key) for piece in one.pieces)
        found[id] = Shelved(one.path, one.title, one.internal, one.pieces, terms, vocabulary.terms(one.title), rows)
    return found


async def embedded(texts: Sequence[str], encoder: Encoder, library: Library | None) -> Vectors:
    """A row a text: from the library where it has them, else embedded and kept there.

    A library that does not answer costs time and nothing else.
    """
    keys = [digest(text) for text in texts]
    found = await _known(keys, library)
    absent = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
    waiting = list(absent)
    for start in range(0, len(waiting), PORTION):
        some = waiting[start : start + PORTION]
        made = dict(zip(some, await encoder.embed([absent[key] for key in some]), strict=True))
        found.update(made)
        if library:
            try:
                await library.keep(made)
            except StoreUnavailable:
                log.warning("the vectors of documents could not be kept; they are made again at the next start")
    return np.stack([found[key] for key in keys]) if keys else np.empty((0, 0), np.float32)


async def _known(keys: Sequence[str], library: Library | None) -> dict[str, Vectors]:
    if library is None:
        return {}
    try:
        return await library.vectors(keys)
    except StoreUnavailable:
        log.warning("the vectors of documents are not to be had just now; they are made anew")
        return {}
