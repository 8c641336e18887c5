# SPDX-License-Identifier: Apache-2.0
"""mem0 over the same texts and vectors, run by a Python that has it: `python -m benchmarks.mem0_side JOB.json`.

Chroma is its store, as by default in none of its docs but as it is here; its model is never asked (`infer=False`).
"""

import asyncio
import importlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from connectors.embedding import MiniLM, open_minilm

HOUSE = Path(__file__).parent.parent
PART = 5_000


class Ours:
    """Our encoder where mem0 expects its own."""

    def __init__(self, encoder: MiniLM) -> None:
        self._encoder = encoder

    def embed(self, text: str, memory_action: str | None = None) -> list[float]:
        """One text's vector."""
        row: list[float] = self._encoder._one(text).tolist()
        return row

    def embed_batch(self, texts: list[str], memory_action: str | None = None) -> list[list[float]]:
        """Several texts' vectors."""
        return [self.embed(text) for text in texts]


def opened(folder: str, encoder: MiniLM) -> Any:
    """A mem0 with Chroma in the folder."""
    os.environ.update(OPENAI_API_KEY="bench", MEM0_TELEMETRY="False", MEM0_DIR=folder, ANONYMIZED_TELEMETRY="False")
    store = {"provider": "chroma", "config": {"collection_name": "bench", "path": f"{folder}/chroma"}}
    memory = importlib.import_module("mem0").Memory.from_config(
        {"vector_store": store, "history_db_path": f"{folder}/history.db"}
    )
    memory.embedding_model = Ours(encoder)
    return memory


def fill(memory: Any, job: dict[str, Any], encoder: MiniLM) -> None:
    """The person's texts, and random vectors of others a thousand each, straight into its store."""
    texts = job["texts"]
    for start in range(0, len(texts), PART):
        part = texts[start : start + PART]
        put(memory, [encoder._one(text).tolist() for text in part], part, ["me"] * len(part), f"me{start}")
    for part in range(job["others"] // PART):
        drawn = np.random.default_rng((3, part)).normal(size=(PART, 384)).astype(np.float32)
        rows = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).tolist()
        owners = [f"p{(part * PART + number) // 1000}" for number in range(PART)]
        put(memory, rows, ["noise"] * PART, owners, f"o{part}")


def put(memory: Any, rows: list[list[float]], texts: list[str], owners: list[str], name: str) -> None:
    """Rows with the payload that mem0 gives them."""
    at = "2026-01-05T09:00:00+00:00"
    payloads = [
        {
            "data": text,
            "hash": f"{name}{n}",
            "created_at": at,
            "user_id": owner,
            "role": "user",
            "text_lemmatized": text,
        }
        for n, (text, owner) in enumerate(zip(texts, owners, strict=True))
    ]
    ids = [f"{name}-{number}" for number in range(len(rows))]
    for start in range(0, len(rows), 1000):
        part = slice(start, start + 1000)
        memory.vector_store.insert(vectors=rows[part], payloads=payloads[part], ids=ids[part])


async def main(job: dict[str, Any]) -> None:
    """Prints the milliseconds of every search and every add as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_minilm(HOUSE / "connectors" / "minilm") as encoder:
            memory = opened(folder, encoder)
            fill(memory, job, encoder)
            took: dict[str, list[float]] = {"search": [], "add": []}
            for query in job["queries"]:
                before = time.perf_counter()
                memory.search(query, filters={"user_id": "me"}, top_k=job["limit"])
                took["search"].append(1000 * (time.perf_counter() - before))
            for said, answer in job["turns"]:
                before = time.perf_counter()
                messages = [{"role": "user", "content": said}, {"role": "assistant", "content": answer}]
                memory.add(messages, user_id="me", infer=False)
                took["add"].append(1000 * (time.perf_counter() - before))
    print(json.dumps(took))


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
