# SPDX-License-Identifier: Apache-2.0
"""How much personal data is found in texts of Presidio's form, by patterns and with the name model beside them."""

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.spans import Judge, Mark, Tally, open_judge
from benchmarks.table import Report
from guards.masking import united
from guards.names.finder import FOLDER, open_names
from guards.personal import Finding, PersonalData, open_personal_data, search

MODEL = FOLDER
ALIKE = {"GPE": "LOCATION", "STREET_ADDRESS": "LOCATION", "POST_CODE": "ZIP_CODE",
         "DRIVER_LICENSE": "US_DRIVER_LICENSE",
         "DATE_OF_BIRTH": "DATE_TIME", "URL": "DOMAIN_NAME", "NATIONALITY": "NRP"}  # fmt: skip
"""What is one type when types are compared: the set calls a town GPE and a street LOCATION's like."""
FOUND = 0.6
"""The share of a value's tokens that must be found for the value to count as found."""
CHAT = (
    "Hi, this is Maria Lopez from Valencia. My order 48213377 of the blue kettle has not arrived yet, and the parcel "
    "service says that it was left with a neighbour. Could you call me on +34 612 345 678 or mail m.lopez@example.com? "
    "I paid 49.90 on 3 May with 4111 1111 1111 1111, and I live at 12 Main Street, Leeds. Thanks, Maria\n"
)
COLUMNS = ("texts", "by", "precision", "recall", "F2", "values found", "false positives", "texts with one")

Search = Callable[[str], Awaitable[Sequence[Mark]]]


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the personal data marked in it."""

    text: str
    marks: tuple[Mark, ...]


@dataclass(slots=True)
class Outcome:
    """What was found in some texts."""

    blind: Tally = field(default_factory=Tally)
    typed: Tally = field(default_factory=Tally)
    values: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    alarms: int = 0
    alarmed: int = 0
    texts: int = 0
    lines: list[str] = field(default_factory=list)


async def measure(data: Path | None, confusions: Path | None = None) -> Report:
    """Scores a file of texts with spans, as it is and in small letters without punctuation; a minute or two.

    The bare figures are of all that is there: patterns and, where its folder is, the name model.
    """
    times = _times()
    notes = [
        "ms for 100, 1,000 and 10,000 characters of chat, patterns alone: " + ", ".join(f"{ms:.2f}" for ms in times)
    ]
    if data is None:
        return Report(
            "Personal data", ("",), [], _timed(times), (*notes, "needs --data FILE in presidio-evaluator's form")
        )
    texts = await asyncio.to_thread(read, data)
    judge = open_judge()
    rows: list[tuple[str, ...]] = []
    figures: dict[str, float] = {}
    lines: list[str] = []
    async with open_searches() as searches:
        for name, find in searches.items():
            for form, some in (("as written", texts), ("small, bare", [bare(text) for text in texts])):
                outcome = await score(find, some, judge)
                rows.append(_row(form, name, outcome))
                prefix = ("" if form == "as written" else "bare.") + ("patterns." if name == "patterns" else "")
                figures |= _figures(prefix, outcome)
                lines += (f"{name}\t{form}\t{line}" for line in outcome.lines)
    whole = {key.removeprefix("patterns."): value for key, value in figures.items() if key.startswith("patterns.")}
    if confusions:
        await asyncio.to_thread(confusions.write_text, "\n".join(lines) + "\n", encoding="utf-8")
    return Report(
        "Personal data found, type-blind at an overlap of 0.9", COLUMNS, rows, whole | figures | _timed(times), notes
    )


def read(path: Path) -> list[Text]:
    """The texts of a file in presidio-evaluator's form."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [Text(row["full_text"], tuple(sorted(map(_mark, row["spans"])))) for row in rows]


def _mark(span: Mapping[str, Any]) -> Mark:
    return span["start_position"], span["end_position"], span["entity_type"]


def bare(text: Text) -> Text:
    """The same in small letters, with blanks for the marks beside words; what stands inside an address stays."""
    small = "".join(low if len(low := char.lower()) == 1 else char for char in text.text)
    return replace(text, text=re.sub(r"(?<!\S)[^\w\s+#@]+|[^\w\s]+(?=\s|$)", lambda found: " " * len(found[0]), small))


@asynccontextmanager
async def open_searches() -> AsyncIterator[Mapping[str, Search]]:
    """The patterns and, where the name model's folder is, both together."""
    alone = {"patterns": _search(await open_personal_data())}
    if not MODEL.is_dir():
        yield alone
        return
    async with open_names(MODEL) as names:
        yield alone | {"patterns + names": _search(await open_personal_data(names))}


def _search(finder: PersonalData) -> Search:
    async def find(text: str) -> Sequence[Mark]:
        return [(item.start, item.end, item.kind) for item in await finder.find(text)]

    return find


async def score(find: Search, texts: Sequence[Text], judge: Judge) -> Outcome:
    """Compares what is found with what is marked."""
    outcome = Outcome()
    for text in texts:
        _add(outcome, text, sorted(await find(text.text)), judge)
    return outcome


def _add(outcome: Outcome, text: Text, found: Sequence[Mark], judge: Judge) -> None:
    judge.compare(text.text, _alike(text.marks), _alike(found), outcome.typed)
    judge.compare(text.text, _blind(text.marks), _blind(found), outcome.blind)
    outcome.texts += 1
    tokens = [(start, start + len(word)) for start, word in judge.tokens(text.text) if any(map(str.isalnum, word))]
    for start, end, kind in text.marks:
        own = [token for token in tokens if token[0] < end and start < token[1]]
        hidden = sum(any(first < token[1] and token[0] < last for first, last, _ in found) for token in own)
        outcome.values[kind] += 1
        outcome.reached[kind] += hidden >= FOUND * len(own)
        if hidden < FOUND * len(own):
            outcome.lines.append(f"missed\t{kind}\t{text.text[start:end]!r}\t{text.text!r}")
    wrong = [one for one in _united(found) if all(one[1] <= start or end <= one[0] for start, end, _ in text.marks)]
    outcome.alarms += len(wrong)
    outcome.alarmed += bool(wrong)
    outcome.lines += (f"false\t{kind}\t{text.text[start:end]!r}\t{text.text!r}" for start, end, kind in wrong)


def _alike(marks: Sequence[Mark]) -> list[Mark]:
    return [(start, end, ALIKE.get(kind, kind)) for start, end, kind in marks]


def _blind(marks: Sequence[Mark]) -> list[Mark]:
    return [(start, end, "PII") for start, end, _ in marks]


def _united(found: Sequence[Mark]) -> list[Mark]:
    """Finds that overlap are one, as in masking."""
    return [
        (item.start, item.end, item.kind)
        for item in united([Finding(kind, start, end, 1.0) for start, end, kind in found])
    ]


def _row(form: str, name: str, outcome: Outcome) -> tuple[str, ...]:
    whole = outcome.blind.figures("PII")
    reached = outcome.reached.total() / max(outcome.values.total(), 1)
    counts = f"{outcome.alarms} in {outcome.texts}", f"{outcome.alarmed / max(outcome.texts, 1):.1%}"
    return form, name, *(f"{whole[part]:.3f}" for part in ("precision", "recall", "f2")), f"{reached:.1%}", *counts


def _figures(prefix: str, outcome: Outcome) -> dict[str, float]:
    whole = outcome.blind.figures("PII") | {
        "values_found": round(outcome.reached.total() / max(outcome.values.total(), 1), 4),
        "false_positives": outcome.alarms,
        "false_positive_rate": round(outcome.alarmed / max(outcome.texts, 1), 4),
    }
    out = {prefix + key: value for key, value in whole.items()}
    for kind in sorted(outcome.typed.marked):
        out |= {f"{prefix}{kind}.{key}": value for key, value in outcome.typed.figures(kind).items()}
    for kind, count in sorted(outcome.values.items()):
        out[f"{prefix}{kind}.values_found"] = round(outcome.reached[kind] / count, 4)
    return out


def _times() -> list[float]:
    """Milliseconds of CPU for three lengths of chat by patterns alone, the least of several runs."""
    from guards.engine import build_analysis  # Presidio is imported late

    analysis = build_analysis()
    least = []
    for size in (100, 1_000, 10_000):
        text = (CHAT * 40)[:size]
        runs = []
        for _ in range(20 if size < 5_000 else 5):
            began = time.process_time()
            search(text, analysis)
            runs.append(time.process_time() - began)
        least.append(min(runs) * 1_000)
    return least


def _timed(times: Sequence[float]) -> dict[str, float]:
    return {f"patterns.ms_{size}": round(ms, 3) for size, ms in zip((100, 1_000, 10_000), times, strict=True)}
