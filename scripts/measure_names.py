# SPDX-License-Identifier: Apache-2.0
"""Measures the name model: real posts by strict spans, invented personal data by Presidio's evaluator, and time.

In the virtual environment of scripts/train_names.py, with presidio-evaluator and spacy beside it:

    python -m scripts.measure_names guards/name_model \
        --btc DIR --wnut17 DIR --synth FILE --full work/fp32.onnx --json scores.json

Every figure comes cased and in small letters. `--full` adds the unquantized graph, to see what int8 costs;
`--whole` adds the patterns of guards/, so that the figures are those of everything that hides personal data.
"""

import argparse
import asyncio
import json
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.posts import Example, Search, labelled, lowered, split, strict
from guards.names import NameModel, Names, load
from guards.personal import Finding
from scripts.names.card import card
from scripts.names.export import seal

NAMED = {"PERSON": "PERSON", "GPE": "LOCATION", "ORGANIZATION": "ORGANIZATION", "STREET_ADDRESS": "LOCATION"}
Rows = list[dict[str, Any]]
CHAT = (
    "Hi, this is Maria Lopez from Valencia. My order 48213377 of the blue kettle has not arrived yet, and the parcel "
    "service says that it was left with a neighbour. Could you please check with Jonas at the depot in Leeds? "
    "I paid 49.90 on 3 May and I would like my money back before the weekend. Thanks, Maria\n"
)


def synth(path: Path) -> list[Example]:
    """The texts of a file in Presidio's form, with all their spans."""
    return [
        Example(
            row["full_text"],
            tuple(sorted((one["start_position"], one["end_position"], one["entity_type"]) for one in row["spans"])),
            "synth",
        )
        for row in json.loads(path.read_text(encoding="utf-8"))
    ]


def bare(examples: Sequence[Example]) -> list[Example]:
    """The same texts in small letters and with a space for every mark, so that no place moves."""
    return [replace(one, text=re.sub(r"[.,!?;:'\"()]", " ", one.text)) for one in lowered(examples)]


def blind(search: Search, examples: Sequence[Example], whole: bool) -> dict[str, float]:
    """Presidio's span evaluator at an overlap of 0.9, by kind and type-blind; without `whole`, of names alone."""
    import pandas
    import spacy
    from presidio_evaluator.evaluation import SpanEvaluator

    tokens = spacy.blank("en")
    rows: Rows = []
    for number, example in enumerate(examples):
        there = [(start, end, NAMED.get(kind, kind if whole else "O")) for start, end, kind in example.names]
        found = [(hit.start, hit.end, NAMED.get(hit.kind, hit.kind)) for hit in search(example.text)]
        for token in tokens(example.text):
            place = token.idx, token.idx + len(token)
            rows.append({
                "sentence_id": number, "token": token.text, "start_indices": token.idx,
                "annotation": _tag(*place, there), "prediction": _tag(*place, found),
            })  # fmt: skip
    result = SpanEvaluator(iou_threshold=0.9).calculate_score_on_df(pandas.DataFrame(rows))
    out = {"precision": result.pii_precision, "recall": result.pii_recall, "f2": result.pii_f}
    for kind in ("PERSON", "LOCATION", "ORGANIZATION"):
        if kind in result.per_type:
            out[f"{kind}.f2"] = result.per_type[kind].f_beta
            out[f"{kind}.recall"] = result.per_type[kind].recall
            out[f"{kind}.precision"] = result.per_type[kind].precision
    return {name: round(float(value), 4) for name, value in out.items()} | reached(search, examples, whole)


def reached(search: Search, examples: Sequence[Example], whole: bool) -> dict[str, float]:
    """The share of values of whose characters 60 % are found, and the findings that touch no annotation."""
    values, covered, alarms = 0, 0, 0
    for example in examples:
        hits = search(example.text)
        hidden = {place for hit in hits for place in range(hit.start, hit.end)}
        for start, end, kind in example.names:
            if whole or kind in NAMED:
                values += 1
                covered += sum(place in hidden for place in range(start, end)) >= 0.6 * (end - start)
        touched = {place for start, end, _ in example.names for place in range(start, end)}
        alarms += sum(touched.isdisjoint(range(hit.start, hit.end)) for hit in hits)
    return {"values_found": round(covered / max(values, 1), 4), "false_alarms": alarms, "texts": len(examples)}


def _tag(start: int, end: int, spans: Sequence[tuple[int, int, str]]) -> str:
    return next((kind for first, last, kind in spans if first < end and start < last), "O")


def speed(search: Search) -> dict[str, float]:
    """Milliseconds of CPU for texts of three lengths, the least of several runs."""
    out = {}
    for size in (100, 1_000, 10_000):
        text, least = (CHAT * 40)[:size], float("inf")
        for _ in range(5 if size > 5_000 else 20):
            began = time.process_time()
            search(text)
            least = min(least, time.process_time() - began)
        out[str(size)] = round(least * 1_000, 2)
    return out


def whole(model: NameModel) -> Search:
    """Patterns and names together, each text anew."""
    from concurrent.futures import ThreadPoolExecutor

    from guards.personal import open_personal_data

    loop = asyncio.new_event_loop()
    finder = loop.run_until_complete(open_personal_data(Names(model.search, ThreadPoolExecutor(max_workers=1))))

    def search(text: str) -> tuple[Finding, ...]:
        return loop.run_until_complete(finder.find(text))

    return search


def figures(search: Search, given: argparse.Namespace, with_patterns: bool = False) -> dict[str, Any]:
    """All scores of one finder."""
    out: dict[str, Any] = {"milliseconds": speed(search)} if not with_patterns else {}
    search = cache(search)
    if not with_patterns:
        for name, folder in (("btc", given.btc), ("wnut17", given.wnut17)):
            test = split(list(labelled(folder, name)))["test"]
            out[name] = strict(search, test)
            out[f"{name}.small"] = strict(search, lowered(test))
    texts = synth(given.synth)
    out["synth"] = blind(search, texts, with_patterns)
    out["synth.small"] = blind(search, lowered(texts), with_patterns)
    out["synth.bare"] = blind(search, bare(texts), with_patterns)
    return out


def main() -> None:
    """Prints and writes the figures of each graph asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    for name in ("btc", "wnut17", "synth"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--full", type=Path)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--doubt", type=float, nargs="+", default=[0.5])
    parser.add_argument("--card", metavar="PASSES", help="write the model's card; this says how long it learned")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    out = {}
    for doubt in given.doubt:
        model = load(given.model, doubt)
        out[f"int8 {doubt}"] = figures(model.search, given)
        if given.whole:
            out[f"whole {doubt}"] = figures(whole(model), given, True)
    if given.full:
        out["fp32"] = figures(load(given.model, given.doubt[0], given.full).search, given)
    print(json.dumps(out, indent=1))
    if given.card:
        (given.model / "MODEL_CARD.md").write_text(card(out, given.card))
        seal(given.model)
    if given.json:
        given.json.write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
