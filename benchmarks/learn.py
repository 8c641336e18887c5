# SPDX-License-Identifier: Apache-2.0
"""Learning a turn by rules: what has to be done before the answer ends, and until it is indexed, beside mem0's add.

RAPPORT_BENCH_MEM0 names a Python that has mem0ai; without it there is no baseline. The turns are made up.
"""

import os
import tempfile
import time
from datetime import timedelta
from itertools import product
from pathlib import Path

from benchmarks.people import statements
from benchmarks.recall_latency import mem0_side
from benchmarks.remembered import ASIDES, DEEDS, START, TOWNS, WITH, Memory, open_memory, somebody, turn
from benchmarks.table import Report, percentile
from memory.ids import ConversationId, Scope, new_id

FACTS, EPISODES = 1_000, 4_000
ROUNDS = 100
HOMES = ("Oslo", "Riga", "Faro", "Cork", "Pisa", "Bonn", "Brno", "Lund", "Gera", "Bern")


async def measure(data: Path | None, facts: int = FACTS, episodes: int = EPISODES, rounds: int = ROUNDS) -> Report:
    """A third of the turns teach a fact, a third change one, a third are chat; `data` is not used."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        person = await somebody(folder, facts, episodes)
        async with open_memory(folder) as memory:
            await memory.index.opened()  # type: ignore[attr-defined]
            await memory.notebook.reindex()
            await _recall(memory, person)
            took = [await _learn(memory, person, number, text) for number, text in enumerate(turns(rounds))]
    close, indexed, recall = (list(column) for column in zip(*took, strict=True))
    ways = {"close, before the answer ends": close, "close and index": indexed, "the recall after it": recall}
    python = os.environ.get("RAPPORT_BENCH_MEM0", "")
    if python:
        texts = statements(facts)
        said = [(text, "Noted, thank you.") for text in turns(rounds)]
        ways["mem0 add(infer=False)"] = (await mem0_side(python, texts, 5_000, (), said))["add"]
    return _report(ways, facts, episodes, bool(python))


def turns(count: int) -> list[str]:
    """What is said, in turn: something to remember, a move, something that happened."""
    told = product(DEEDS, WITH, TOWNS, ASIDES)
    found = []
    for number in range(count):
        deed, friend, town, aside = next(told)
        ways = (
            f"Remember that {friend} owes me {number + 10} euros.",
            f"I moved to {HOMES[number // 3 % len(HOMES)]}.",
            f"Today {friend} and I {deed} in {town}, and {aside}, number {number}.",
        )
        found.append(ways[number % 3])
    return found


async def _learn(memory: Memory, person: Scope, number: int, text: str) -> tuple[float, float, float]:
    opened = turn(text, ConversationId(new_id()), START + timedelta(days=300, minutes=number))
    await memory.journal.open(person, opened)
    began = time.perf_counter()
    await memory.close(person, opened, "Noted, thank you.")
    closed = time.perf_counter()
    await memory.notebook.index_turn(person, opened.turn)
    indexed = time.perf_counter()
    await _recall(memory, person)
    return 1000 * (closed - began), 1000 * (indexed - began), 1000 * (time.perf_counter() - indexed)


async def _recall(memory: Memory, person: Scope) -> None:
    now = START + timedelta(days=301)
    await memory.notebook.recall(
        person, f"Who owes me {new_id()[:4]} euros?", conversation=ConversationId(new_id()), now=now, limit=10
    )


def _report(ways: dict[str, list[float]], facts: int, episodes: int, mem0: bool) -> Report:
    rows: list[tuple[str, ...]] = []
    figures: dict[str, float] = {}
    keys = dict(zip(ways, ("", "indexed_", "recall_after_", "mem0_"), strict=False))
    for way, values in ways.items():
        p50, p95 = percentile(values, 0.5), percentile(values, 0.95)
        rows.append((way, str(len(values)), f"{p50:.1f}", f"{p95:.1f}"))
        figures |= {f"{keys[way]}p50_ms": p50, f"{keys[way]}p95_ms": p95}
    notes = [f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"]
    if not mem0:
        notes.append("mem0 not installed: name a Python that has it in RAPPORT_BENCH_MEM0")
    title = f"Learning a turn by rules, with {facts:,} facts and {episodes:,} episodes known"
    return Report(title, ("way", "times", "p50 ms", "p95 ms"), rows, figures, notes)
