# SPDX-License-Identifier: Apache-2.0
"""Labelled utterances, and how well distilling reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from memory.distil import distil
from memory.understanding.candidates import Candidate
from memory.understanding.rules import Rules

HERE = Path(__file__).parent
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Utterance:
    """What somebody says, and the labels of what should be learned from it; a trap has none."""

    say: str
    keep: tuple[frozenset[str], ...]
    """For each thing to be learned the labels that are right for it."""
    may: frozenset[str] = frozenset()
    """What may be learned or left."""

    @property
    def trap(self) -> bool:
        """Whether nothing at all should be learned."""
        return not self.keep and not self.may


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of facts, and of traps that yielded any."""

    right: int
    extra: int
    missing: int
    traps: int
    fired: int
    wrong: tuple[str, ...]
    """A line for each utterance that was not read as labelled."""

    @property
    def precision(self) -> float:
        """The share of what was learned that is labelled."""
        return self.right / max(1, self.right + self.extra)

    @property
    def recall(self) -> float:
        """The share of what is labelled that was learned."""
        return self.right / max(1, self.right + self.missing)

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        return 2 * self.right / max(1, 2 * self.right + self.extra + self.missing)

    @property
    def false_fires(self) -> float:
        """The share of traps that yielded something."""
        return self.fired / max(1, self.traps)


def read_utterances(file: Path) -> dict[str, tuple[Utterance, ...]]:
    """The halves of a labelled file by name."""
    halves = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {name: tuple(_read(one) for one in half) for name, half in halves.items()}


def _read(one: dict[str, Any]) -> Utterance:
    labels = [_either(str(kept).strip().lower()) for kept in one["keep"]]
    may = (label.removeprefix("?").strip() for either in labels for label in either if label.startswith("?"))
    certain = (frozenset(label for label in either if not label.startswith("?")) for either in labels)
    return Utterance(str(one["say"]), tuple(either for either in certain if either), frozenset(may))


def _either(labels: str) -> frozenset[str]:
    """The labels of which one is right; one behind a "?" may be learned instead, and counts neither way."""
    return frozenset(one.strip() for one in labels.split("||"))


def label(found: Candidate) -> str:
    """A candidate as utterances.yaml writes it, in lower case."""
    act = {"assert": "", "retract": "-", "forget": "x"}[found.act]
    subject = "" if found.subject == "self" else f"{found.subject}."
    explicit = " !" if found.explicit and found.act != "forget" else ""
    return f"{act}{subject}{found.attribute} = {found.value}{explicit}".strip().lower()


def measured(utterances: Sequence[Utterance], rules: Rules) -> Score:
    """Every thing to be learned counts once; only the exact slot and value are right."""
    right = extra = missing = traps = fired = 0
    wrong = []
    for utterance in utterances:
        got = {label(found) for found in distil(utterance.say, AT, rules)}
        lacking = [kept for kept in utterance.keep if not kept & got]
        surplus = got - utterance.may - frozenset().union(*utterance.keep)
        right, extra, missing = right + len(utterance.keep) - len(lacking), extra + len(surplus), missing + len(lacking)
        traps += utterance.trap
        fired += bool(got) and utterance.trap
        if surplus or lacking:
            wanted = [" || ".join(sorted(kept)) for kept in utterance.keep]
            wrong.append(f"{utterance.say!r}: got {sorted(got)}, wanted {wanted}")
    return Score(right, extra, missing, traps, fired, tuple(wrong))
