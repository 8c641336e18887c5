# SPDX-License-Identifier: Apache-2.0
"""How well names are found in posts of real people, by strict spans, beside cues and capitals; and what it costs."""

import asyncio
import re
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.pii import CHAT
from benchmarks.posts import KINDS, Example, Scores, Search, conll, lowered, split, strict
from benchmarks.table import Report
from guards.cues import names_said
from guards.names import certain, load, open_names
from guards.names.finder import FOLDER
from guards.personal import Finding, open_personal_data
from guards.shadow import shadow

ENDINGS = (".train", ".dev", ".test", ".conll")
COLUMNS = ("posts", "finder", "PERSON P / R / F1", "LOCATION F1", "ORGANIZATION F1", "all F1")
SIZES = (100, 1_000, 10_000)
_CAPITALS = re.compile(r"(?<!\w)[A-Z][^\W\d_]+(?: [A-Z][^\W\d_]+)*")


async def measure(data: Path | None) -> Report:
    """Searches the posts of each folder, as they are and in small letters; a minute or two.

    The keys `ms_...` are of patterns and names together, in milliseconds of CPU.
    """
    times = await _times()
    folders = await asyncio.to_thread(read, data) if data else {}
    if not folders:
        lacking = "needs --data FOLDER, with CoNLL files (token, tab, IOB2 tag) in it or in folders below it"
        return Report("Names", ("",), [], times, (lacking,))
    rows, figures = await asyncio.to_thread(_compare, folders)
    posts = sum(map(len, folders.values()))
    return Report("Names", COLUMNS, rows, figures | times, (f"{posts} posts; handles are no names",))


def read(data: Path) -> dict[str, list[Example]]:
    """The posts to measure on, by folder: of test files all, of others what training holds back."""
    out: dict[str, list[Example]] = {}
    for path in sorted(path for path in data.rglob("*") if path.suffix in ENDINGS):
        posts = list(conll(path, path.parent.name))
        out.setdefault(path.parent.name, []).extend(posts if "test" in path.name else split(posts)["test"])
    return out


def _compare(folders: dict[str, list[Example]]) -> tuple[list[tuple[str, ...]], dict[str, float]]:
    search = certain(load(FOLDER).search)
    rows: list[tuple[str, ...]] = []
    figures: dict[str, float] = {}
    whole = [post for posts in folders.values() for post in posts]
    for name, posts in {**folders, "": whole}.items():
        title, prefix = name or "all", f"{name}." if name else ""
        finders: dict[str, Search] = {"capitals": _capitals, "cues": _said, "": search}
        for finder, find in finders.items():
            scores = strict(find, posts)
            rows.append((title, finder or "model", *_row(scores)))
            figures |= _figures(f"{prefix}{finder}.".lstrip(".") if finder else prefix, scores)
        small = strict(search, lowered(posts))
        rows.append((f"{title}, small letters", "model", *_row(small)))
        figures |= _figures(f"{prefix}small.", small)
    plain = [post for post in whole if not post.names]
    figures["false_positive_rate"] = sum(bool(search(post.text)) for post in plain) / max(len(plain), 1)
    return rows, figures


async def _times() -> dict[str, float]:
    """Each text is new to the finder: what was searched before costs nothing."""
    out = {}
    patterns = await open_personal_data()
    async with open_names() as names:
        for size in SIZES:
            least = float("inf")
            for _ in range(4 if size > 5_000 else 15):
                began = time.process_time()
                await patterns.beside(names).find((CHAT * 40)[:size])
                least = min(least, time.process_time() - began)
            out[f"ms_{size}"] = round(least * 1_000, 2)
    return out


def _said(text: str) -> Sequence[Finding]:
    searched = shadow(text)
    return [Finding("PERSON", *searched.origin(*place), 1.0) for place in names_said(searched.text)]


def _capitals(text: str) -> Sequence[Finding]:
    return [Finding("PERSON", *match.span(), 1.0) for match in _CAPITALS.finditer(text)]


def _row(scores: Scores) -> tuple[str, ...]:
    person = " / ".join(f"{scores['PERSON'][part]:.3f}" for part in ("precision", "recall", "f1"))
    return person, *(f"{scores[kind]['f1']:.3f}" for kind in ("LOCATION", "ORGANIZATION", "ALL"))


def _figures(prefix: str, scores: Scores) -> dict[str, float]:
    out: dict[str, float] = {}
    for kind in (*KINDS, "ALL"):
        key = prefix if kind == "ALL" else f"{prefix}{kind}."
        precision, recall = scores[kind]["precision"], scores[kind]["recall"]
        f2 = 5 * precision * recall / max(4 * precision + recall, 1e-9)
        out |= {f"{key}precision": precision, f"{key}recall": recall, f"{key}f1": scores[kind]["f1"], f"{key}f2": f2}
    return out
