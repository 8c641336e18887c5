# SPDX-License-Identifier: Apache-2.0
"""How well the rules distil what a person says, beside a broad pattern that takes every first person."""

import re
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.table import Report
from memory.distil import distil
from memory.understanding.rules import Rules, read_rules
from tests.memory.utterances import AT, HERE, Score, Utterance, measured, read_utterances

RULES = HERE.parents[1] / "rules"
OURS = tuple(HERE / f"utterances{which}.yaml" for which in ("_plain", "_talk", "", "_chat", "_de", "_es"))
PREFIX = {f"utterances{which}": f"worn{which}_" for which in ("", "_chat", "_talk")}
PREFIX |= {f"utterances{which}": f"{which[1:]}_" for which in ("_de", "_es")}
"""Before the figures of a file; errors of the worn ones have been read, so that their figures are too good."""
UNREAD = ("utterances_plain", "second")
ROUNDS = 3
BROAD = re.compile(
    r"\b(?:i|we)(?:'?m|'?ve| am| are| have)?\s+(?:(?:really|also|just|usually|currently|do|don'?t|not|never)\s+)*"
    r"(?:like|love|enjoy|prefer|hate|dislike|want|need|live|work|study|speak|eat|drink|use|play|own|have|got|moved"
    r"|born|from|a|an|in|at|into|allergic|vegan|vegetarian|\d+)\b(?P<rest>[^.;!?\n]*)"
    r"|\b(?:i'?m|my (?:\w+ ){0,2}(?:is|are|called|named)|call me|remember(?: that)?)\b(?P<other>[^.;!?\n]*)",
    re.IGNORECASE,
)
"""First person, a verb of being, having or liking, and the clause after it, as simple assistants use."""


async def measure(data: Path | None) -> Report:
    """Each half of each file by the rules and by the pattern; the bare figures are of the half nobody reads.

    That half is `second` of utterances_plain.yaml, of another hand than the rules (ADR 88). The figures of a file
    without `second` are of all it holds. The pattern is English and is counted generously: it is right where the
    labelled value stands anywhere in the clause that it takes.
    """
    rules = read_rules(RULES)
    files = {file.stem: read_utterances(file) for file in ((data,) if data else OURS)}
    rows: list[tuple[str, ...]] = []
    figures: dict[str, float] = {}
    for stem, halves in files.items():
        for half, utterances in halves.items():
            score, broad, ms = measured(utterances, rules), _broad(utterances), _ms(utterances, rules)
            read = "" if data or (stem, half) == UNREAD else ", worn"
            rows.append(_row(f"{stem}, {half}{read}", "rules", score, f"{ms:.2f}"))
            if broad.right:
                rows.append(_row("", "pattern", broad, ""))
            if half == "second" or len(halves) == 1:
                prefix = PREFIX.get(stem, "") if not data else ""
                figures |= _figures(score, ms, prefix)
                if not prefix:
                    figures |= _figures(broad, None, "pattern_")
    columns = ("utterances", "by", "precision", "recall", "F1", "traps that fire", "ms per utterance")
    total = sum(len(half) for halves in files.values() for half in halves.values())
    return Report(f"Facts distilled from {total} labelled utterances", columns, rows, figures)


def _row(name: str, by: str, score: Score, ms: str) -> tuple[str, ...]:
    shown = [f"{value:.3f}" for value in (score.precision, score.recall, score.f1)]
    return name, by, *shown, f"{score.fired} of {score.traps}", ms


def _figures(score: Score, ms: float | None, prefix: str) -> dict[str, float]:
    found = {"precision": score.precision, "recall": score.recall, "f1": score.f1, "false_fires": score.false_fires}
    timed = {} if ms is None else {"ms": ms}
    return {prefix + key: value for key, value in (found | timed).items()}


def _ms(utterances: Sequence[Utterance], rules: Rules) -> float:
    """Processor time, so that a busy machine does not count."""
    started = time.process_time()
    for _ in range(ROUNDS):
        for utterance in utterances:
            distil(utterance.say, AT, rules)
    return (time.process_time() - started) * 1000 / (ROUNDS * len(utterances))


def _broad(utterances: Sequence[Utterance]) -> Score:
    right = extra = missing = traps = fired = 0
    for utterance in utterances:
        taken = [(found["rest"] or found["other"] or "").lower() for found in BROAD.finditer(utterance.say)]
        values = [_values(kept) for kept in utterance.keep]
        found = sum(any(value in one for one in taken for value in either) for either in values)
        right, missing = right + found, missing + len(values) - found
        known = frozenset().union(*values) | _values(utterance.may)
        extra += sum(not any(value in one for value in known) for one in taken)
        traps += utterance.trap
        fired += bool(taken) and utterance.trap
    return Score(right, extra, missing, traps, fired, ())


def _values(labels: frozenset[str]) -> frozenset[str]:
    return frozenset(one.partition("=")[2].removesuffix(" !").strip() for one in labels)
