# SPDX-License-Identifier: Apache-2.0
"""Posts with marked names, in CoNLL files of BTC's and WNUT17's form, and how well names are found in them."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from guards.personal import Finding

KIND = {
    "PER": "PERSON", "person": "PERSON",
    "LOC": "LOCATION", "location": "LOCATION",
    "ORG": "ORGANIZATION", "corporation": "ORGANIZATION", "group": "ORGANIZATION",
}  # fmt: skip
"""What we call a type of BTC or WNUT17; works and products are no names to us."""
KINDS = ("PERSON", "LOCATION", "ORGANIZATION")
Search = Callable[[str], Sequence[Finding]]
Scores = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Example:
    """A text and the names in it: start, end and kind, in order."""

    text: str
    names: tuple[tuple[int, int, str], ...]
    source: str


def conll(path: Path, source: str) -> Iterator[Example]:
    """The posts of a file of two columns, token and IOB2 tag; the text is the tokens with a space between."""
    rows: list[tuple[str, str]] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        token, _, tag = line.partition("\t")
        if token.strip():
            rows.append((token.strip(), tag.strip() or "O"))
        elif not line.strip() and rows:
            yield _joined(_without_handles(rows), source)
            rows = []


def labelled(folder: Path, source: str) -> Iterator[Example]:
    """All posts of a folder of CoNLL files, in the order of the file names."""
    for path in sorted(folder.iterdir()):
        if path.suffix in {".train", ".dev", ".conll"}:
            yield from conll(path, source)


def _without_handles(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """BTC cuts "@name" in two and calls it a person or a firm: a handle is one token, and no name."""
    kept: list[tuple[str, str]] = []
    for token, tag in rows:
        if kept and kept[-1][0] == "@" and (kept[-1][1] != "O" or tag[2:] in {"PER", "ORG"}):
            kept[-1] = f"@{token}", "O"
        else:
            kept.append((token, "O" if token.startswith("@") and len(token) > 1 else tag))
    return kept


def _joined(rows: list[tuple[str, str]], source: str) -> Example:
    names: list[tuple[int, int, str]] = []
    text = inside = ""
    for token, tag in rows:
        start = len(text) + bool(text)
        text = f"{text} {token}".strip() if text else token
        kind = KIND.get(tag[2:], "")
        if kind and tag[0] == "I" and inside == kind:
            names[-1] = names[-1][0], len(text), kind
        elif kind:
            names.append((start, len(text), kind))
        inside = kind
    return Example(text, tuple(names), source)


def share(example: Example) -> int:
    """A number below 100 that the words alone decide, so that a post and its repetitions fall on one side."""
    plain = re.sub(r"@\w+|https?://\S+|\bRT\b|[^\w ]", "", example.text).casefold()
    return int(hashlib.sha256(" ".join(plain.split()).encode()).hexdigest(), 16) % 100


def split(examples: list[Example]) -> dict[str, list[Example]]:
    """Tests are 15 of 100, the development set 8, the rest trains."""
    parts: dict[str, list[Example]] = {"train": [], "dev": [], "test": []}
    for example in examples:
        place = share(example)
        parts["test" if place < 15 else "dev" if place < 23 else "train"].append(example)
    return parts


def strict(search: Search, examples: Iterable[Example]) -> Scores:
    """The scores of each kind and of all three together; a street is no name here."""
    right, found, there = Counter[str](), Counter[str](), Counter[str]()
    for example in examples:
        names = {name for name in example.names if name[2] != "STREET_ADDRESS"}
        hits = {(hit.start, hit.end, hit.kind) for hit in search(example.text) if hit.kind != "STREET_ADDRESS"}
        for counter, some in ((right, names & hits), (found, hits), (there, names)):
            counter.update(kind for _, _, kind in some)
            counter["ALL"] += len(some)
    return {kind: _scores(right[kind], found[kind], there[kind]) for kind in (*KINDS, "ALL")}


def _scores(right: int, found: int, there: int) -> dict[str, float]:
    precision, recall = right / max(found, 1), right / max(there, 1)
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4), "count": there}


def lowered(examples: Iterable[Example]) -> list[Example]:
    """The same texts in small letters; the few whose length changes with that are left out."""
    pairs = ((example, example.text.lower()) for example in examples)
    return [replace(example, text=text) for example, text in pairs if len(text) == len(example.text)]
