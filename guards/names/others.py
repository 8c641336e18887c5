# SPDX-License-Identifier: Apache-2.0
"""Names by a spaCy or transformers model that the operator has installed, in place of the built-in one."""

import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from guards.errors import MaskingFailed
from guards.personal import Finding
from guards.shadow import shadow

KIND = {
    "PERSON": "PERSON", "PER": "PERSON",
    "LOCATION": "LOCATION", "LOC": "LOCATION", "GPE": "LOCATION", "FAC": "LOCATION",
    "ORGANIZATION": "ORGANIZATION", "ORG": "ORGANIZATION",
    "STREET_ADDRESS": "STREET_ADDRESS", "ADDRESS": "STREET_ADDRESS",
}  # fmt: skip
"""What the usual labels mean here; others are not looked at."""
SCORE = 0.85
"""Of a name that spaCy found, which tells no score."""
_MENDING = "name another in RAPPORT_NAMES, or set it to builtin"
_WINDOW, _SHARED = 512, 64
"""Pieces that a token classifier reads at once, and those that two windows share."""

Hits = Iterable[tuple[str, int, int, float]]
"""Label, start, end and score."""


def spacy_names(name: str) -> Callable[[str], tuple[Finding, ...]]:
    """Loads an installed spaCy package or a folder, never from the network; raises MaskingFailed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import spacy

            pipeline: Any = spacy.load(name)
    except Exception as error:
        raise MaskingFailed(f"The spaCy model {name} does not load: install it, {_MENDING}.") from error
    _require(name, (label for labels in pipeline.pipe_labels.values() for label in labels))

    def hits(text: str) -> Hits:
        return ((entity.label_, entity.start_char, entity.end_char, SCORE) for entity in pipeline(text).ents)

    return _searching(hits)


def transformers_names(folder: str) -> Callable[[str], tuple[Finding, ...]]:
    """Loads a folder with a token classifier and its fast tokenizer, never from the network; raises MaskingFailed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline
    except ImportError as error:
        lacking = "RAPPORT_NAMES needs transformers and torch: install them in Rapport's environment"
        raise MaskingFailed(f"{lacking}, or set it to builtin.") from error
    try:
        if not Path(folder).is_dir():
            raise FileNotFoundError
        tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        tokenizer.model_max_length = min(tokenizer.model_max_length, _WINDOW)
        model: Any = AutoModelForTokenClassification.from_pretrained(
            folder, local_files_only=True, use_safetensors=True
        )
        run: Any = pipeline(
            "token-classification",
            model=model,
            tokenizer=tokenizer,
            device="cpu",
            aggregation_strategy="simple",
            stride=_SHARED,
        )
    except Exception as error:
        lacking = "it needs a folder with config, fast tokenizer and model.safetensors"
        raise MaskingFailed(f"The token classifier in {folder} does not load: {lacking}; {_MENDING}.") from error
    _require(folder, run.model.config.id2label.values())

    def hits(text: str) -> Hits:
        return ((one["entity_group"], one["start"], one["end"], float(one["score"])) for one in run(text))

    return _searching(hits)


def _require(name: str, labels: Iterable[str]) -> None:
    if "PERSON" not in {_kind(label) for label in labels}:
        raise MaskingFailed(f"The model {name} has no label for persons (PERSON or PER): {_MENDING}.")


def _kind(label: str) -> str:
    return KIND.get(label.upper().removeprefix("B-").removeprefix("I-"), "")


def _searching(hits: Callable[[str], Hits]) -> Callable[[str], tuple[Finding, ...]]:
    """The model over the searched form of a text; spans are the original's."""

    def search(text: str) -> tuple[Finding, ...]:
        searched = shadow(text.encode("utf-8", "replace").decode())
        if not searched.text.strip():
            return ()
        found = (
            (_kind(label), *searched.origin(start, end), score) for label, start, end, score in hits(searched.text)
        )
        return tuple(Finding(*one) for one in found if one[0])

    return search
