# SPDX-License-Identifier: Apache-2.0
"""The classifier's weights as they ship, checked before they are used."""

import asyncio
import hashlib
import io
from dataclasses import fields
from pathlib import Path

import numpy as np

from guards.errors import ScreenFailed
from guards.injection.classifier import Classifier, Encodes
from guards.injection.findings import find
from guards.injection.screen import Screen

FOLDER = Path(__file__).parent
MENDING = "restore guards/injection from the repository, or make it again with scripts/train_injection.py"


async def open_screen(encoder: Encodes, folder: Path = FOLDER) -> Screen:
    """Reads and checks the weights and compiles the rules in a thread, some half a second.

    Raises ScreenFailed, with one sentence, where the file is missing or altered.
    """
    classifier = await asyncio.to_thread(read_classifier, folder)
    await asyncio.to_thread(find, "", "warm", True)
    return Screen(encoder, classifier)


def read_classifier(folder: Path = FOLDER) -> Classifier:
    """The weights of `weights.npz`, whose digest stands in SHA256SUMS; raises ScreenFailed."""
    try:
        content = (folder / "weights.npz").read_bytes()
        wanted = (folder / "SHA256SUMS").read_text(encoding="utf-8").split()[0]
    except (OSError, IndexError) as error:
        raise ScreenFailed(f"The weights that find attacks are missing: {MENDING}.") from error
    if hashlib.sha256(content).hexdigest() != wanted:
        raise ScreenFailed(f"The weights that find attacks are not the released ones: {MENDING}.")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        read = {field.name: arrays[field.name].astype(np.float32) for field in fields(Classifier)}
    message, wary, untrusted = (float(read.pop(name)) for name in ("message", "wary", "untrusted"))
    return Classifier(**read, message=message, wary=wary, untrusted=untrusted)
