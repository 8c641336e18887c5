# SPDX-License-Identifier: Apache-2.0
"""Text to vectors: all-MiniLM-L6-v2 as int8 ONNX, in process, without torch and without the network."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from connectors.errors import ModelMisconfigured

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

DIMENSIONS = 384
MAX_TOKENS = 256
"""What the model was trained to read; the rest of a longer text is not seen."""
REMEMBERED = 128
MENDING = "restore the folder from the repository, or make it again with scripts/export_minilm.py"

Vectors = NDArray[np.float32]


class MiniLM:
    """The built-in encoder; made by `open_minilm`."""

    def __init__(self, session: "InferenceSession", tokenizer: "Tokenizer", worker: ThreadPoolExecutor) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._worker = worker
        self._seen: OrderedDict[bytes, Vectors] = OrderedDict()

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length 1, float32 (n, 384), in the order of the texts; about 2 ms a short text.

        Each text runs alone: int8 activations are scaled per run, so a text's vector would otherwise
        depend on its neighbours. A long list lets other callers in between.
        """
        loop = asyncio.get_running_loop()
        rows = [await loop.run_in_executor(self._worker, self._one, text) for text in texts]
        return np.stack(rows) if rows else np.empty((0, DIMENSIONS), np.float32)

    def _one(self, text: str) -> Vectors:
        """Runs in the one worker thread, which alone touches the cache; it holds digests, not texts."""
        readable = text.encode("utf-8", "replace")
        key = hashlib.sha256(readable).digest()
        if key not in self._seen:
            self._seen[key] = self._run(readable.decode())
            if len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
        self._seen.move_to_end(key)
        return self._seen[key]

    def _run(self, text: str) -> Vectors:
        ids = np.array([self._tokenizer.encode(text).ids], np.int64)
        (tokens,) = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        mean = tokens[0].mean(axis=0)
        vector: Vectors = (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)
        return vector


@asynccontextmanager
async def open_minilm(folder: Path) -> AsyncIterator[MiniLM]:
    """Checks the files against SHA256SUMS and loads them in the worker thread, in about half a second.

    Raises ModelMisconfigured, with one sentence, where a file is missing or altered.
    """
    worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedding")
    try:
        yield await asyncio.get_running_loop().run_in_executor(worker, _load, folder, worker)
    finally:
        worker.shutdown(wait=False, cancel_futures=True)


def _load(folder: Path, worker: ThreadPoolExecutor) -> MiniLM:
    import onnxruntime
    from tokenizers import Tokenizer

    _verify(folder)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
    return MiniLM(session, tokenizer, worker)


def _verify(folder: Path) -> None:
    try:
        lines = (folder / "SHA256SUMS").read_text().splitlines()
        wanted = {name: digest for digest, name in (line.split() for line in lines)}
    except (OSError, ValueError) as error:
        raise ModelMisconfigured(f"The embedding model's SHA256SUMS cannot be read: {MENDING}.") from error
    for name in ("model.onnx", "tokenizer.json"):
        try:
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError as error:
            raise ModelMisconfigured(f"The embedding model's {name} is missing: {MENDING}.") from error
        if found != wanted.get(name):
            raise ModelMisconfigured(f"The embedding model's {name} is not the released one: {MENDING}.")
