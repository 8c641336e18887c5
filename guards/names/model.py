# SPDX-License-Identifier: Apache-2.0
"""The built-in name model: MiniLM-L6 with a label for each word, as int8 ONNX, without torch."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from guards.errors import MaskingFailed
from guards.names.pieces import CLS, SEP, Ints, Pieces, Window, read, windows
from guards.personal import Finding
from guards.shadow import shadow

if TYPE_CHECKING:
    from tokenizers import Tokenizer

KINDS = ("PERSON", "LOCATION", "ORGANIZATION", "STREET_ADDRESS")
LABELS = ("O", *(f"{place}-{kind}" for kind in KINDS for place in "BI"))
DOUBT = 0.5
"""A word whose chance of belonging to no name is below this belongs to one; higher finds more, rightly and wrongly."""
PERSONAL = 0.2
"""A person taken for a firm would be told, a firm taken for a person is hidden and comes back."""
MENDING = "restore guards/name_model from the repository, or make it again with scripts/train_names.py"
_FILES = ("model.onnx", "tokenizer.json", "labels.json")

Floats = NDArray[np.float32]
Reader = Callable[[Ints, Ints], Floats]
"""Piece ids and spellings in, both with the marks at the ends; a score per piece and label out."""


@dataclass(frozen=True, slots=True)
class NameModel:
    """Tokenizer and graph; plain calls, from any thread."""

    tokenizer: "Tokenizer"
    reader: Reader
    doubt: float = DOUBT

    def search(self, text: str) -> tuple[Finding, ...]:
        """The names in a text, in order, none overlapping another; some 0.2 ms a word."""
        searched = shadow(text.encode("utf-8", "replace").decode())
        pieces = read(searched.text, self.tokenizer)
        if not pieces.words:
            return ()
        found = spans(self.chances(searched.text, pieces), _glued(pieces), self.doubt)
        return tuple(
            Finding(kind, *searched.origin(pieces.words[first][0], pieces.words[last][1]), score)
            for kind, first, last, score in found
            if any(map(str.isalpha, searched.text[pieces.words[first][0] : pieces.words[last][1]]))
        )

    def chances(self, text: str, pieces: Pieces) -> Floats:
        """For each word the chance of each label, averaged over its pieces."""
        logits = np.concatenate([self._window(pieces, window) for window in windows(text, pieces)])
        logits = logits - logits.max(1, keepdims=True)
        logs = logits - np.log(np.exp(logits).sum(1, keepdims=True))
        sums = np.add.reduceat(logs, np.flatnonzero(np.diff(pieces.word_of, prepend=-1)))
        means = np.exp(sums / np.bincount(pieces.word_of)[:, None])
        chances: Floats = (means / means.sum(1, keepdims=True)).astype(np.float32)
        return chances

    def _window(self, pieces: Pieces, window: Window) -> Floats:
        inside = slice(window.start, window.end)
        ids = np.concatenate([[CLS], pieces.ids[inside], [SEP]])
        spellings = np.concatenate([[0], pieces.spellings[inside], [0]])
        logits = self.reader(ids[None], spellings[None])
        return logits[0, 1 + window.counts_from - window.start : 1 + window.counts_to - window.start]


def _glued(pieces: Pieces) -> NDArray[np.bool_]:
    """For each word whether nothing stands between it and the one before."""
    return np.array([False, *(end == start for (_, end), (start, _) in pairwise(pieces.words))])


def spans(chances: Floats, glued: NDArray[np.bool_], doubt: float = DOUBT) -> list[tuple[str, int, int, float]]:
    """Kind, first and last word and score of each name; a name's kind is the likeliest over all its words.

    Where PERSONAL of the likelihood of a place or firm is a person's, it is a person: use cases keep the others.
    """
    inside = chances[:, 0] < doubt
    starts = inside & ~glued & (chances[:, 1::2].sum(1) > chances[:, 2::2].sum(1))
    starts[1:] |= inside[1:] & ~inside[:-1]
    starts[:1] = inside[:1]
    found = []
    for first in np.flatnonzero(starts).tolist():
        last = first
        while last + 1 < len(inside) and inside[last + 1] and not starts[last + 1]:
            last += 1
        over = chances[first : last + 1]
        kinds = (over[:, 1::2] + over[:, 2::2]).sum(0)
        kind = KINDS[int(kinds.argmax())]
        if kind in {"LOCATION", "ORGANIZATION"} and kinds[0] >= PERSONAL * kinds.sum():
            kind = "PERSON"
        found.append((kind, first, last, float(1 - over[:, 0].mean())))
    return found


def load(folder: Path, doubt: float = DOUBT, graph: Path | None = None) -> NameModel:
    """The model of a folder, on one core; `graph` is another to measure in its place. Raises MaskingFailed."""
    import onnxruntime
    from tokenizers import Tokenizer

    verify(folder)
    if tuple(json.loads((folder / "labels.json").read_text(encoding="utf-8"))) != LABELS:
        raise MaskingFailed(f"The name model was made for other labels: {MENDING}.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    path = str(graph or folder / "model.onnx")
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()

    def reader(ids: Ints, spellings: Ints) -> Floats:
        (logits,) = session.run(None, {"input_ids": ids, "spellings": spellings})
        scores: Floats = logits
        return scores

    return NameModel(tokenizer, reader, doubt)


def verify(folder: Path) -> None:
    """Raises MaskingFailed where a file of the model is missing or not the one that SHA256SUMS names."""
    try:
        lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
        wanted = {name: digest for digest, name in (line.split() for line in lines)}
    except (OSError, ValueError) as error:
        raise MaskingFailed(f"The name model's SHA256SUMS cannot be read: {MENDING}.") from error
    for name in _FILES:
        try:
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError as error:
            raise MaskingFailed(f"The name model's {name} is missing: {MENDING}.") from error
        if found != wanted.get(name):
            raise MaskingFailed(f"The name model's {name} is not the released one: {MENDING}.")
