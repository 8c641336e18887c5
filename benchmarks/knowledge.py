# SPDX-License-Identifier: Apache-2.0
"""Whether the documents that a task needs are found for the customer's whole situation, beside BM25 over it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.table import Report
from connectors.embedding import open_minilm
from memory.documents import files as documents
from memory.documents.passages import Document
from memory.errors import NotKept
from memory.knowledge import Knowledge
from memory.ranking.words import Vocabulary, WordIndex

HOUSE = Path(__file__).parent.parent
KEYS = ("recall_at_10", "recall_at_20", "mrr")
DEPTH = 2_000
"""Passages asked for; a document ranks as its first one."""


@dataclass(frozen=True, slots=True)
class Task:
    """What somebody comes with, and the rows of the documents that it takes."""

    query: str
    needed: frozenset[int]


@dataclass(frozen=True, slots=True)
class Bank:
    """Articles in the order of their file, as they were read and in plain text."""

    articles: tuple[Document, ...]
    texts: tuple[str, ...]
    tasks: tuple[Task, ...]
    unresolved: int
    """Tasks left out, since none of their documents is there."""


async def measure(data: Path | None) -> Report:
    """Searches as an agent's turn does, with internal documents; embedding them takes most of the minute."""
    if data is None:
        lacking = "needs --data FOLDER, with documents.jsonl and a *tasks*.json: id, title, content; query, documents"
        return Report("Knowledge", ("",), [], {}, (lacking,))
    bank = read(data)
    vocabulary = Vocabulary()
    words = WordIndex(vocabulary.terms(text) for text in bank.texts)
    rows = {article.path: row for row, article in enumerate(bank.articles)}
    plain: list[tuple[float, ...]] = []
    ours: list[tuple[float, ...]] = []
    async with open_minilm(HOUSE / "connectors" / "minilm") as encoder:
        knowledge = Knowledge(bank.articles, encoder, None)
        for task in bank.tasks:
            scores, _ = words.scores(vocabulary.terms(task.query))
            plain.append(score(np.argsort(-scores, kind="stable").tolist(), task.needed))
            found = await knowledge.search(task.query, limit=DEPTH, internal=True)
            paths = (one.id.removeprefix("internal:").split("#")[0] for one in found)
            ours.append(score(list(dict.fromkeys(rows[path] for path in paths)), task.needed))
        knowledge.close()
    return _report(bank, np.array(plain), np.array(ours))


def score(order: Sequence[int], needed: frozenset[int]) -> tuple[float, float, float]:
    """Recall in the first 10 and 20, as the share of the needed ones, and 1 over the first one's rank."""
    places = [place for place, row in enumerate(order) if row in needed]
    at_10, at_20 = (sum(place < cut for place in places) / len(needed) for cut in (10, 20))
    return at_10, at_20, 1 / (places[0] + 1) if places else 0.0


def read(data: Path) -> Bank:
    """A folder with documents.jsonl and one file of tasks, or the file of tasks beside it."""
    folder = data if data.is_dir() else data.parent
    tasks = data if data.is_file() else next(iter(sorted(folder.glob("*tasks*.json"))), folder / "tasks.json")
    lines = (folder / "documents.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines if line.strip()]
    texts = tuple(f"# {one['title']}\n\n{one['content']}" for one in entries)
    articles, rows = [], {}
    for row, (entry, text) in enumerate(zip(entries, texts, strict=True)):
        rows[entry["id"]] = row
        articles.append(_article(f"{entry['id']}.md", text))
    asked = json.loads(tasks.read_text(encoding="utf-8"))
    found = [Task(one["query"], frozenset(rows[id] for id in one["required_documents"] if id in rows)) for one in asked]
    kept = tuple(task for task in found if task.needed)
    return Bank(tuple(articles), texts, kept, len(found) - len(kept))


def _article(path: str, text: str) -> Document:
    try:
        return documents.parse(path, text.encode())
    except NotKept:
        return Document(documents.place(path), path, False, ())


def _report(bank: Bank, plain: "np.ndarray[tuple[int, int], np.dtype[np.float64]]", ours: object) -> Report:
    means = {"bm25_": plain.mean(axis=0), "": np.asarray(ours).mean(axis=0)}
    rows = [
        (way, *(f"{value:.3f}" for value in means[prefix]))
        for way, prefix in (("BM25, whole document, whole message", "bm25_"), ("Rapport", ""))
    ]
    figures = {
        f"{prefix}{key}": float(value)
        for prefix, found in means.items()
        for key, value in zip(KEYS, found, strict=True)
    }
    figures["times_bm25_at_10"] = figures["recall_at_10"] / max(figures["bm25_recall_at_10"], 1e-9)
    figures["ceiling_at_10"] = float(np.mean([min(10, len(task.needed)) / len(task.needed) for task in bank.tasks]))
    notes = (
        f"{len(bank.articles)} documents, {len(bank.tasks)} tasks; recall@10 can reach {figures['ceiling_at_10']:.3f}",
        f"{bank.unresolved} tasks left out, since none of their documents is there",
    )
    return Report("Documents that a task needs", ("way", "recall@10", "recall@20", "MRR"), rows, figures, notes)
