# SPDX-License-Identifier: Apache-2.0
"""How many attacks the entry screen finds and how much harmless talk it stops, beside four plain patterns.

`python -m benchmarks injection --data FILE.jsonl`, a line each {"text", "label" (1 attack), "source"}; without it
our own messages of tests/guards/unseen.yaml. What was misjudged goes to a file in the temporary folder.
"""

import json
import re
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.table import Report, percentile
from connectors.embedding import open_minilm
from guards.cleaning import clean
from guards.injection import Screen, open_screen

MINILM = Path(__file__).parent.parent / "connectors" / "minilm"
UNSEEN = Path(__file__).parent.parent / "tests" / "guards" / "unseen.yaml"
CONFUSIONS = Path(tempfile.gettempdir()) / "rapport-injection-confusions.jsonl"
PLAIN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"ignore (?:all )?(?:the )?(?:previous|prior|above) (?:instructions|prompts|rules)",
        r"\bDAN\b|do anything now|jailbreak",
        r"(?:you are|act as|pretend to be).{0,60}(?:no|without|any) (?:restrictions|rules|limits|filters?|ethic)",
        r"developer mode|system prompt",
    )
)
"""The baseline: what a first guard is often made of."""


@dataclass(frozen=True, slots=True)
class Row:
    """One text, what it is and what was said of it."""

    text: str
    attack: bool
    source: str
    found: str
    """By the screen: the family and how, "wary" for an answer without memory and documents, or empty."""
    plain: bool
    """Whether the four patterns match."""
    ms: float


async def measure(data: Path | None) -> Report:
    """Every text as a person's message; found is what is refused or answered warily.

    Times are processor time of the whole screen, encoder included, which recall then need not pay again.
    """
    given = list(_read(data) if data else _unseen())
    async with open_minilm(MINILM) as encoder:
        screen = await open_screen(encoder)
        await screen.message("warm", "warm")
        rows = [await _judged(screen, *one) for one in given]
    _write([row for row in rows if bool(row.found) != row.attack])
    lines: list[tuple[str, ...]] = []
    figures: dict[str, float] = {}
    for source in ("", *sorted({row.source for row in rows})):
        part = [row for row in rows if source in {"", row.source}]
        for way, prefix in (("screen", ""), ("four patterns", "plain_")):
            flags = [row.plain if prefix else bool(row.found) for row in part]
            scores = _scores([row.attack for row in part], flags)
            lines.append((source or "all", str(len(part)), way, *_shown(scores, part, flags)))
            figures |= {f"{_key(source)}{prefix}{key}": value for key, value in scores.items()}
    figures["refused_recall"] = sum(row.attack and row.found not in {"", "wary"} for row in rows) / sum(
        row.attack for row in rows
    )
    times = [row.ms for row in rows]
    figures |= {"ms_p50": percentile(times, 0.5), "ms_p95": percentile(times, 0.95)}
    columns = ("source", "texts", "by", "attacks found", "harmless flagged", "precision", "F2")
    return Report("Attacks found at the entry", columns, lines, figures, (f"misjudged texts: {CONFUSIONS}",))


def _read(file: Path) -> Iterable[tuple[str, bool, str]]:
    for line in filter(None, file.read_text(encoding="utf-8").split("\n")):
        row = json.loads(line)
        yield row["text"], bool(row["label"]), row["source"]


def _unseen() -> Iterable[tuple[str, bool, str]]:
    for kind, texts in yaml.safe_load(UNSEEN.read_text(encoding="utf-8")).items():
        yield from ((text, kind == "attacks", "ours") for text in texts)


async def _judged(screen: Screen, text: str, attack: bool, source: str) -> Row:
    plain = any(pattern.search(text) for pattern in PLAIN)
    started = time.process_time()
    suspicion = await screen.message(text, clean(text).strip())
    spent = (time.process_time() - started) * 1000
    return Row(text, attack, source, suspicion.attack or ("wary" if suspicion.wary else ""), plain, spent)


def _scores(attacks: Sequence[bool], flags: Sequence[bool]) -> dict[str, float]:
    """Without an attack there is no recall, without harmless text no share of false alarms."""
    hits = sum(flag and attack for attack, flag in zip(attacks, flags, strict=True))
    false, total = sum(flags) - hits, sum(attacks)
    scores: dict[str, float] = {}
    if total:
        precision, recall = hits / max(sum(flags), 1), hits / total
        scores = {"precision": precision, "recall": recall}
        scores["f2"] = 5 * precision * recall / max(4 * precision + recall, 1e-9)
    if len(attacks) > total:
        scores["false_positive_rate"] = false / (len(attacks) - total)
    return scores


def _shown(scores: dict[str, float], part: Sequence[Row], flags: Sequence[bool]) -> tuple[str, ...]:
    total = sum(row.attack for row in part)
    hits = sum(flag and row.attack for row, flag in zip(part, flags, strict=True))
    low, high = wilson(hits, total)
    found = f"{hits} of {total} ({low:.0%} to {high:.0%})" if total else ""
    false = f"{sum(flags) - hits} of {len(part) - total}" if len(part) > total else ""
    return (found, false, *(f"{scores[key]:.3f}" if key in scores else "" for key in ("precision", "f2")))


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share (E. B. Wilson, 1927), which holds for small numbers too."""
    if not total:
        return 0.0, 1.0
    share, z = hits / total, 1.96
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * ((share * (1 - share) + z * z / (4 * total)) / total) ** 0.5 / (1 + z * z / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def _key(source: str) -> str:
    """What stands before a source's figures; nothing for the whole."""
    return re.sub(r"\W+", "_", source.casefold()).strip("_") + "_" if source else ""


def _write(rows: Sequence[Row]) -> None:
    lines = [
        json.dumps({"text": row.text, "attack": row.attack, "source": row.source, "found": row.found}) for row in rows
    ]
    CONFUSIONS.write_text("\n".join(lines) + "\n", encoding="utf-8")
