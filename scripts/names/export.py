# SPDX-License-Identifier: Apache-2.0
"""Writes the folder that guards/names.py loads: int8 graph, tokenizer, labels, card, licence and checksums."""

import hashlib
import json
import shutil
import warnings
from pathlib import Path

import torch

from guards.names import LABELS
from scripts.names.learning import Tagger

OPSET = 17
OURS = ("LICENSE", "MODEL_CARD.md", "labels.json", "model.onnx", "tokenizer.json")


def full(tagger: Tagger, target: Path) -> None:
    """The fp32 graph: piece ids and spellings in, one score per piece and label out."""
    example = torch.ones((1, 8), dtype=torch.int64)
    axes = {0: "batch", 1: "pieces"}
    tagger.eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            tagger,
            (example, example),
            str(target),
            dynamo=False,
            opset_version=OPSET,
            input_names=["input_ids", "spellings"],
            output_names=["scores"],
            dynamic_axes={"input_ids": axes, "spellings": axes, "scores": axes},
        )


def quantize(source: Path, target: Path) -> None:
    """Weights to int8, one scale a channel; activations are quantized while it runs."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(source, target, per_channel=True, weight_type=QuantType.QInt8)


def accompany(weights: Path, target: Path) -> None:
    """Tokenizer, labels and our licence beside the graph."""
    shutil.copyfile(Path(__file__).parents[2] / "LICENSE", target / "LICENSE")
    shutil.copyfile(weights / "tokenizer.json", target / "tokenizer.json")
    (target / "labels.json").write_text(json.dumps(LABELS) + "\n")


def seal(target: Path) -> None:
    """SHA256SUMS over what is there; last, since the card is among it."""
    there = [name for name in OURS if (target / name).exists()]
    lines = [f"{hashlib.sha256((target / name).read_bytes()).hexdigest()}  {name}\n" for name in there]
    (target / "SHA256SUMS").write_text("".join(lines))
