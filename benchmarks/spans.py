# SPDX-License-Identifier: Apache-2.0
"""How far found stretches are the marked ones: the span evaluator of presidio-evaluator 0.3, without its libraries.

Both sides are cut into tokens; tokens of one type that stand together, or with nothing but stop words and marks
between them, are one span. A span is found where the overlap over the union of characters is at least IOU.
"""

import string
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

IOU = 0.9
_SKIPPED = """
    's street st. st de rue via and a the or do as of day address country state city zip po apt unit corner p.o. box
    suite mr. mrs. miss year years y/o month months old morning noon afternoon night evening this first last week
    weeks weekend days age ago inc inc. ltd >> >>> >>>> >>>>> >>>>>>
"""

Mark = tuple[int, int, str]
"""Start, end and type of a stretch."""
Token = tuple[int, str]
"""Where a token starts, and the token."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch without the skipped words at its ends; `first` and `last` count tokens."""

    kind: str
    start: int
    end: int
    first: int
    last: int


@dataclass(slots=True)
class Tally:
    """Spans that were marked, found, and both, by type."""

    marked: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)

    def figures(self, kind: str) -> dict[str, float]:
        """Precision, recall and F2 of a type; a division by nothing is 0."""
        precision = self.right[kind] / max(self.found[kind], 1)
        recall = self.right[kind] / max(self.marked[kind], 1)
        f2 = 5 * precision * recall / max(4 * precision + recall, 1e-9)
        return {"precision": round(precision, 4), "recall": round(recall, 4), "f2": round(f2, 4)}


@dataclass(frozen=True, slots=True)
class Judge:
    """The tokenizer and the words that the evaluator takes; made by `open_judge`."""

    tokens: Callable[[str], list[Token]]
    skipped: frozenset[str]

    def compare(self, text: str, marked: Sequence[Mark], found: Sequence[Mark], tally: Tally) -> None:
        """Adds one text to the tally."""
        tokens = self.tokens(text)
        there = self.spans(tokens, marked)
        ours = self.spans(tokens, found)
        touched: set[int] = set()
        for span in there:
            tally.marked[span.kind] += 1
            over = [(place, one) for place, one in enumerate(ours) if _overlap(span, one) > 0]
            touched.update(place for place, _ in over)
            by_kind: dict[str, list[Span]] = {}
            for _, one in over:
                by_kind.setdefault(one.kind, []).append(one)
            for kind, some in by_kind.items():
                tally.found[kind] += 1
                share = _share(span, some[0]) if len(over) == 1 else _joint(span, some)
                tally.right[kind] += kind == span.kind and share >= IOU
        tally.found.update(one.kind for place, one in enumerate(ours) if place not in touched)

    def spans(self, tokens: Sequence[Token], marks: Sequence[Mark]) -> list[Span]:
        """The spans of one side, in order, neighbours of a type joined."""
        kinds = [_kind(start, start + len(word), marks) for start, word in tokens]
        joined: list[Span] = []
        for span in self._runs(tokens, kinds):
            between = tokens[joined[-1].last : span.first] if joined else [(0, "x")]
            if joined and joined[-1].kind == span.kind and self._skips(between):
                joined[-1] = Span(span.kind, joined[-1].start, span.end, joined[-1].first, span.last)
            else:
                joined.append(span)
        return joined

    def _skips(self, tokens: Sequence[Token]) -> bool:
        return all(word.lower().strip() in self.skipped for _, word in tokens)

    def _runs(self, tokens: Sequence[Token], kinds: Sequence[str]) -> Iterator[Span]:
        for kind, run in groupby(range(len(tokens)), lambda place: kinds[place]):
            places = list(run)
            kept = [tokens[place] for place in places if tokens[place][1].lower() not in self.skipped]
            if kind and kept:
                yield Span(kind, kept[0][0], kept[-1][0] + len(kept[-1][1]), places[0], places[-1] + 1)


def _kind(start: int, end: int, marks: Iterable[Mark]) -> str:
    return next((kind for first, last, kind in marks if first < end and start < last), "")


def _overlap(one: Span, other: Span) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def _share(one: Span, other: Span) -> float:
    return _overlap(one, other) / (max(one.end, other.end) - min(one.start, other.start))


def _joint(span: Span, some: Sequence[Span]) -> float:
    """The union of several against one, counted as presidio-evaluator counts it."""
    there = set(range(span.start, span.end + 1))
    ours = set(range(some[0].start, some[0].end + 1))
    ours.update(place for one in some[1:] for place in range(one.start - 1, one.end))
    return len(there & ours) / len(there | ours)


def open_judge() -> Judge:
    """Takes spaCy's English tokenizer and stop words, as presidio-evaluator does."""
    import spacy
    from spacy.lang.en.stop_words import STOP_WORDS

    blank: Any = spacy.blank("en")
    skipped = frozenset(
        [*string.punctuation, *string.whitespace, "", "\n\n", "\n\n\n", "\t\t", *_SKIPPED.split(), *STOP_WORDS]
    )
    return Judge(lambda text: [(token.idx, token.text) for token in blank(text)], skipped)
