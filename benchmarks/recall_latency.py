# SPDX-License-Identifier: Apache-2.0
"""Recall with the query's embedding: 11,000 memories of one person among many more, beside mem0 and Chroma's filter.

`--data FOLDER` keeps the stores there and makes the large one of 1,000,000 vectors, which takes half an hour once;
without it the large one has 20,000. RAPPORT_BENCH_VECTORS sets another number, RAPPORT_BENCH_MEM0 a Python that
has mem0ai. Texts and vectors are made up.
"""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.remembered import (
    ASIDES,
    CACHE,
    HOUSE,
    PART,
    START,
    TOWNS,
    WITH,
    Memory,
    noise_vectors,
    open_memory,
    others_in_index,
    others_in_sql,
    owner_of,
    somebody,
)  # fmt: skip
from benchmarks.table import Report, percentile
from memory.ids import ConversationId, Scope, new_id

FACTS, EPISODES = 1_000, 10_000
SMALL, USUAL, LARGE = 10_000, 20_000, 1_000_000
BASELINE = 100_000
"""Vectors of others beyond which the baselines are not made larger, in their favour."""
ROUNDS, LIMIT = 200, 10
NOW = START + timedelta(days=300)

Took = list[float]


async def measure(data: Path | None, facts: int = FACTS, episodes: int = EPISODES) -> Report:
    """Recall over a small and a large store, and the baselines; some minutes once the stores are built."""
    count = int(os.environ.get("RAPPORT_BENCH_VECTORS", LARGE if data else USUAL))
    folder = data or CACHE
    folder.mkdir(parents=True, exist_ok=True)
    person = await somebody(folder, facts, episodes)
    await others_in_sql(folder, count)
    took: dict[str, Took] = {}
    texts: list[str] = []
    for size in dict.fromkeys((min(SMALL, count), count)):
        await others_in_index(folder, f"index-{size}", size)
        found, texts = await _ours(folder, person, size)
        took |= found
    compared = min(count, BASELINE)
    took[f"Chroma filtered by person, {compared:,}"] = await _chroma(folder, person, compared)
    mem0 = os.environ.get("RAPPORT_BENCH_MEM0", "")
    if mem0:
        took[f"mem0 search, {compared:,}"] = (await mem0_side(mem0, texts, compared, queries(ROUNDS), ()))["search"]
    return _report(took, count, len(texts), _notes(folder, count, bool(mem0)))


def queries(count: int) -> list[str]:
    """Distinct questions about what was said, so that no embedding is remembered."""
    asked = (f"What did {one} and I do in {town} when {aside}?" for one, town, aside in product(WITH, TOWNS, ASIDES))
    return list(asked)[:count]


async def timed(work: Callable[[str], Awaitable[object]], asked: Sequence[str]) -> Took:
    """Milliseconds a query."""
    took = []
    for query in asked:
        before = time.perf_counter()
        await work(query)
        took.append(1000 * (time.perf_counter() - before))
    return took


async def mem0_side(
    python: str, texts: Sequence[str], others: int, asked: Sequence[str], turns: Sequence[tuple[str, str]]
) -> dict[str, Took]:
    """What mem0 takes for the same, with our encoder, in a process of the Python that has it."""
    job = CACHE / "mem0.json"
    job.parent.mkdir(parents=True, exist_ok=True)
    given = {"texts": texts, "others": others, "queries": asked, "limit": LIMIT, "turns": turns}
    job.write_text(json.dumps(given), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        python, "-m", "benchmarks.mem0_side", str(job), cwd=HOUSE,
        env=os.environ | {"PYTHONPATH": str(HOUSE)}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    said, _ = await process.communicate()
    if process.returncode:
        raise SystemExit(f"{python} could not run mem0: install mem0ai==2.2.1, onnxruntime and tokenizers there.")
    found: dict[str, Took] = json.loads(said.decode().splitlines()[-1])
    return found


async def _ours(folder: Path, person: Scope, size: int) -> tuple[dict[str, Took], list[str]]:
    began, before = time.perf_counter(), _resident()
    async with open_memory(folder, f"index-{size}") as memory:
        await memory.index.opened()  # type: ignore[attr-defined]
        opened, held = time.perf_counter() - began, _resident() - before
        await _recall(memory, person)("Where was I?")  # where the index is new, the person's vectors go into it
        memory.notebook.invalidate(person)
        cold = await timed(_recall(memory, person), ["Where have I been?"])
        hot = await timed(_recall(memory, person), queries(ROUNDS))
        shelf = await memory.notebook._hot.of(person)
        texts = [one.key for one in shelf.memories]
    found = {f"Rapport, hot, {size:,}": hot, f"Rapport, cold, {size:,}": cold}
    return found | {f"opening the index, {size:,}": [1000 * opened], f"MB resident with it, {size:,}": [held]}, texts


def _recall(memory: Memory, person: Scope) -> Callable[[str], Awaitable[object]]:
    return lambda query: memory.notebook.recall(
        person, query, conversation=ConversationId(new_id()), now=NOW, limit=LIMIT
    )


async def _chroma(folder: Path, person: Scope, size: int) -> Took:
    """One collection with the person as metadata, asked for the nearest of theirs, as is usual."""
    import chromadb

    name = f"filtered-{size}"
    client = chromadb.PersistentClient(
        str(folder / name), settings=chromadb.config.Settings(anonymized_telemetry=False)
    )
    held = client.get_or_create_collection("all", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
    async with open_memory(folder, f"index-{min(SMALL, size)}") as memory:
        shelf = await memory.notebook._hot.of(person)
        if held.count() < size + len(shelf.memories):
            _fill(held, size, shelf.vectors, person.person)
        where: dict[str, Any] = {"person": person.person}

        async def filtered(query: str) -> object:
            vector = (await memory.encoder.embed([query]))[0]
            return await asyncio.to_thread(
                held.query, query_embeddings=vector[None], n_results=LIMIT, where=where, include=["distances"]
            )

        return await timed(filtered, queries(ROUNDS // 4))


def _fill(held: Any, size: int, own: Any, person: str) -> None:
    for part in range(size // PART):
        rows, names = noise_vectors(part), [f"{part}-{number}" for number in range(PART)]
        owners = [{"person": owner_of(part, number)} for number in range(PART)]
        for start in range(0, PART, 1000):
            some = slice(start, start + 1000)
            held.upsert(ids=names[some], embeddings=rows[some], metadatas=owners[some])
    for start in range(0, len(own), 1000):
        rows = np.asarray(own[start : start + 1000])
        names = [f"own-{number}" for number in range(start, start + len(rows))]
        held.upsert(ids=names, embeddings=rows, metadatas=[{"person": person}] * len(rows))


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _notes(folder: Path, count: int, mem0: bool) -> tuple[str, ...]:
    said = [f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; stores in {folder.name}"]
    if count < LARGE:
        said.append(f"{count:,} vectors of others; with --data FOLDER 1,000,000, built there once")
    if not mem0:
        said.append("mem0 not installed: name a Python that has it in RAPPORT_BENCH_MEM0")
    return tuple(said)


def _report(took: dict[str, Took], count: int, own: int, notes: tuple[str, ...]) -> Report:
    rows: list[tuple[str, ...]] = []
    figures: dict[str, float] = {}
    for name, values in took.items():
        p50, p95 = percentile(values, 0.5), percentile(values, 0.95)
        rows.append((name, str(len(values)), f"{p50:.1f}", f"{p95:.1f}" if len(values) > 1 else ""))
        what, _, size = name.rpartition(", ")
        key = {"Rapport, hot": "", "Rapport, cold": "cold_", "mem0 search": "mem0_"}.get(what)
        key = "chroma_" if what.startswith("Chroma") else key
        if key is not None:
            small = "small_" if size != f"{count:,}" and key in {"", "cold_"} else ""
            figures |= {f"{small}{key}p50_ms": p50} | ({f"{small}{key}p95_ms": p95} if len(values) > 1 else {})
    title = f"Recall with the query's embedding, {own:,} memories of the person"
    return Report(title, ("way, vectors of others", "times", "p50 ms", "p95 ms"), rows, figures, notes)
