# SPDX-License-Identifier: Apache-2.0
"""How many harmless support sentences are altered, beside Presidio as it comes, at its own threshold and at ours."""

import asyncio
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.pii import open_searches
from benchmarks.table import Report
from guards.kinds import MILD

HARMLESS = Path(__file__).parent / "harmless.txt"
"""Sentences of our own; "{a|b}" stands for as many sentences as the longest list has."""
_CHOICE = re.compile(r"\{([^{}]*)\}")


async def measure(data: Path | None, confusions: Path | None = None) -> Report:
    """Both halves; the bare figures are of the second, whose false alarms nobody has read. Half a minute."""
    halves = sentences(data or HARMLESS)
    lines: list[str] = []
    rows: list[tuple[str, ...]] = []
    figures: dict[str, float] = {}
    async with open_searches() as searches:
        every = {
            name: {half: [await find(text) for text in texts] for half, texts in halves.items()}
            for name, find in searches.items()
        }
    for name, by_half in every.items():
        for half, found in by_half.items():
            texts = halves[half]
            altered = [[kind for _, _, kind in hits if kind not in MILD] for hits in found]
            loud, any_kind = sum(map(bool, altered)), sum(map(bool, found))
            kinds = sorted({kind for kinds in altered for kind in kinds})
            rows.append(
                (f"{half}, {len(texts)}", name, f"{loud}", f"{loud / len(texts):.1%}", f"{any_kind}", " ".join(kinds))
            )
            if half == "second":
                figures |= _figures(name, loud / len(texts), any_kind / len(texts))
            if half == "first":
                lines += _lines(name, texts, found)
    for name, presidio in (await asyncio.to_thread(_presidio)).items():
        for half, texts in halves.items():
            flagged = await asyncio.to_thread(_flagged, presidio, texts)
            rows.append((f"{half}, {len(texts)}", name, f"{flagged}", f"{flagged / len(texts):.1%}", "", ""))
            if half == "second":
                figures[f"{name.replace(' ', '_')}.false_positive_rate"] = flagged / len(texts)
    if confusions:
        await asyncio.to_thread(confusions.write_text, "\n".join(lines) + "\n", encoding="utf-8")
    columns = ("half", "by", "altered", "share", "with kinds that are kept", "kinds")
    notes = ("altered: a find of a kind that is hidden by default; a line's variants are in one half",)
    return Report(f"False alarms in {sum(map(len, halves.values()))} harmless sentences", columns, rows, figures, notes)


def sentences(path: Path) -> Mapping[str, Sequence[str]]:
    """The sentences of a file by half; the line's hash decides, so that its variants stay together."""
    halves: dict[str, list[str]] = {"first": [], "second": []}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            half = "second" if int(hashlib.sha256(line.encode()).hexdigest(), 16) % 2 else "first"
            halves[half] += _variants(line)
    return halves


def _variants(line: str) -> list[str]:
    choices = [found.split("|") for found in _CHOICE.findall(line)]
    count = max(map(len, choices), default=1)
    return ["".join(_picked(_CHOICE.split(line), number)) for number in range(count)]


def _picked(pieces: Sequence[str], number: int) -> Iterator[str]:
    """Plain pieces and choices take turns."""
    for place, piece in enumerate(pieces):
        choice = piece.split("|") if place % 2 else [piece]
        yield choice[number % len(choice)]


def _flagged(presidio: Callable[[str], Sequence[Any]], texts: Sequence[str]) -> int:
    return sum(bool(presidio(text)) for text in texts)


def _figures(name: str, loud: float, any_kind: float) -> dict[str, float]:
    prefix = "" if name == "patterns" else "names."
    return {f"{prefix}false_positive_rate": loud, f"{prefix}any_kind.false_positive_rate": any_kind}


def _lines(name: str, texts: Sequence[str], found: Sequence[Sequence[tuple[int, int, str]]]) -> list[str]:
    return [
        f"{name}\t{kind}\t{text[start:end]}\t{text}"
        for text, hits in zip(texts, found, strict=True)
        for start, end, kind in hits
    ]


def _presidio() -> dict[str, Callable[[str], Sequence[Any]]]:
    """Presidio's English recognizers without a model, offline, at its threshold of 0 and at ours."""
    import spacy
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    engine = SpacyNlpEngine(
        models=[{"lang_code": "en", "model_name": "blank"}],
        ner_model_configuration=NerModelConfiguration(
            model_to_presidio_entity_mapping={"PERSON": "PERSON"}, labels_to_ignore=[]
        ),
    )
    engine.nlp = {"en": spacy.blank("en")}
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])
    return {
        "presidio as it comes": lambda text: analyzer.analyze(text, "en"),
        "presidio at 0.4": lambda text: analyzer.analyze(text, "en", score_threshold=0.4),
    }
