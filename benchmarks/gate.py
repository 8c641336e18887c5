# SPDX-License-Identifier: Apache-2.0
"""What the gate and the checks cost, how long they hold an answer back, and how well they tell answers apart."""

import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from benchmarks.table import Report, percentile
from connectors.embedding import open_minilm
from guards.conduct import Conduct, Ground, Verdict, open_conduct
from guards.declarations import Place, Tools
from guards.gate import Gate, Passed
from guards.personal import open_personal_data
from guards.validators.table import TABLE
from tests.guards.answers import LABELS, found_in, read_answers

MINILM = Path(__file__).resolve().parent.parent / "connectors" / "minilm"
PACE = 50
"""Tokens a second."""
PROSE = """\
You can return most items within 30 days of delivery for a full refund [1]. Boots must be unworn, and the box \
should be there as well. Refunds are paid to the way you paid with, usually within 5 to 10 working days [2]. If the \
parcel arrived damaged, please send us a photo, so that we can look into it.

- Pack the boots in their box.
- Print the label from your account.
- Drop the parcel off at any shop.

Shipping costs €4.90 within Germany and nothing for members [2]. Would you like to start the return now? Then tell me \
which pair it is, <PERSON_1>, and I will walk you through the steps one after the other. It takes about two minutes, \
and you can stop at any time. The page [returns](https://shop.example.org/returns) has the rules in full. Nothing is \
sent before you confirm it, and you see every step on the way. The label is valid for two weeks, and a new one can be \
printed at any time from the same page of your account.
"""
CODE = """\
Here is a small program for it:

```python
import csv


def read_orders(path):
    with open(path) as file:
        for row in csv.DictReader(file):
            yield row['id'], float(row['total'])


def total(path):
    return sum(amount for _, amount in read_orders(path))


if __name__ == '__main__':
    print(total('orders.csv'))
```

| column | meaning |
| --- | --- |
| id | the order's number |
| total | what it cost, in euros |

Run it beside the file. It prints one number.
"""
OTHERWISE = ("alone", "here", "there", "indeed", "too", "as well", "by hand", "in turn", "at home", "with care")
"""One a round, so that no round finds the sentences of another in a cache."""
SOURCES = {
    1: "Returns: most items can be returned within 30 days of delivery for a full refund.",
    2: "Return shipping costs €4.90 and is free for members. Refunds are paid within 5 to 10 working days.",
}
ASKED = "How long do I have to send back the boots from order 48213, and what does it cost?"


async def measure(data: Path | None) -> Report:
    """Times by the clock at 50 tokens a second, the checks' own processor time added; processor time otherwise.

    The first word of an ungated answer is there with its first token. The bare figures of the validators are of
    tests/guards/answers_fresh.yaml, written after the rules, or of all in `data`; those of what was written before, and
    of what classifiers were fitted on, are worn.
    """
    async with open_minilm(MINILM) as encoder:
        return await _measured(Tools(await open_personal_data(), encoder), data)


async def _measured(tools: Tools, data: Path | None) -> Report:
    conduct = await open_conduct(tools.finder, tools.encoder)
    ground = Ground(
        "canary-7f3a", "You are Rapport.", frozenset({"shop.example.org"}), given=ASKED, asked=(ASKED,), sources=SOURCES
    )

    async def check(text: str) -> Verdict:
        return await conduct.sentence(text, ground)

    figures = {
        "ungated_first_word_ms": 1_000 / PACE,
        "first_sentence_ms": await _first_word(_pass),
        "first_word_ms": await _first_word(check),
        "gate_ms": await _cpu(_pass, PROSE),
        "gate_code_ms": await _cpu(_pass, CODE),
        "checked_ms": await _cpu(check, PROSE),
        "checked_code_ms": await _cpu(check, CODE),
    }
    figures["extra_ms"] = figures["first_word_ms"] - figures["ungated_first_word_ms"]
    figures["over_a_sentence_ms"] = figures["first_word_ms"] - figures["first_sentence_ms"]
    rows = [
        ("first word, ungated", f"{figures['ungated_first_word_ms']:.0f} ms"),
        ("first sentence said by the model", f"{figures['first_sentence_ms']:.0f} ms"),
        ("first word, gated and checked", f"{figures['first_word_ms']:.0f} ms"),
        (
            "gate alone, 1,000 characters of prose / code",
            f"{figures['gate_ms']:.1f} / {figures['gate_code_ms']:.1f} ms",
        ),
        ("with all checks, prose / code", f"{figures['checked_ms']:.1f} / {figures['checked_code_ms']:.1f} ms"),
    ]
    for name, cost in (await _costs(tools, ground)).items():
        rows.append((f"validator {name}, 1,000 characters", f"{cost:.2f} ms"))
        figures[f"{name}_ms"] = cost
    judged, shares = await _judged(conduct, data)
    return Report("Checking answers", ("what", "measured"), [*rows, *judged], figures | shares)


async def _pass(text: str) -> Verdict:
    return Verdict(True, text)


def _tokens(text: str) -> list[str]:
    """Pieces of four characters, as models send about."""
    return [text[start : start + 4] for start in range(0, len(text), 4)]


async def _first_word(check: Callable[[str], Awaitable[Verdict]]) -> float:
    """The median over the rounds, in ms from the start of the stream."""
    return percentile([await _first(check) for _ in OTHERWISE], 0.5)


async def _first(check: Callable[[str], Awaitable[Verdict]]) -> float:
    arrived = 0.0
    gate = Gate(check, clock=lambda: arrived)
    for number, token in enumerate(_tokens(PROSE), start=1):
        arrived, before = number / PACE, time.perf_counter()
        released = await gate.feed(token)
        if isinstance(released, Passed) and released.text:
            return (arrived + time.perf_counter() - before) * 1_000
    raise ValueError("nothing was released")


async def _cpu(check: Callable[[str], Awaitable[Verdict]], text: str) -> float:
    """Processor time of all threads for 1,000 characters, in ms: the least of the rounds, as other work only adds."""
    spent = []
    for word in OTHERWISE:
        gate, shown = (
            Gate(check, clock=lambda: 0.0),
            text.replace(". ", f" {word}. ").replace("amount", f"{word}_amount"),
        )
        before = time.process_time()
        for token in _tokens(shown):
            await gate.feed(token)
        await gate.flush()
        spent.append((time.process_time() - before) * 1_000_000 / len(shown))
    return min(spent)


async def _costs(tools: Tools, ground: Ground) -> dict[str, float]:
    """Processor time of each sentence validator alone, for 1,000 characters of the prose, in ms."""
    pieces = [f"{piece}. " for piece in PROSE.replace("\n", ". ").split(". ") if piece.strip()]
    costs = {}
    for one in TABLE:
        if one.place is not Place.SENTENCE:
            continue
        validator, spent = one.make(tools), []
        for word in OTHERWISE:
            before = time.process_time()
            for piece in pieces:
                await validator.async_validate(f"{piece[:-2]} {word}. ", {"ground": ground, "before": ""})
            spent.append((time.process_time() - before) * 1_000_000 / len(PROSE))
        costs[one.validator] = min(spent)
    return costs


async def _judged(conduct: Conduct, data: Path | None) -> tuple[list[tuple[str, str]], dict[str, float]]:
    """Found of those that are wrong, and what was found in those that are not."""
    items = read_answers(data)
    worn, fresh = ([item for item in items if item.fresh is one] for one in (False, True))
    rows, figures = [], {}
    for half, some in ({"": items} if data else {"worn_": worn, "": fresh}).items():
        found = [(item, await found_in(conduct, item)) for item in some]
        for label in LABELS:
            wrong = [label in rules for item, rules in found if item.wrong == label]
            false = [label in rules for item, rules in found if item.counts(label)]
            shown = f"{sum(wrong)} of {len(wrong)} / {sum(false)} of {len(false)}"
            rows.append((f"{label}, {half.strip('_') or 'fresh'}: found / false", shown))
            figures[f"{half}{label}_recall"] = sum(wrong) / max(len(wrong), 1)
            figures[f"{half}{label}_false_block"] = sum(false) / max(len(false), 1)
    return rows, figures
