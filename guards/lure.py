# SPDX-License-Identifier: Apache-2.0
"""How likely a sentence manipulates, whatever its words: its vector, weighed by a small classifier."""

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from guards.errors import CheckFailed
from guards.injection.classifier import Encodes, Numbers
from guards.sentences import to_you
from guards.wording import WORDINGS

WEIGHTS = "swaying.npz"
MENDING = "restore guards/wordings from the repository, or make it again with scripts/fit_swaying.py"
_SPOKEN = re.compile(r"\b(?:I|me|my|us|ich|mich|mir)\b|!")


@dataclass(frozen=True, slots=True)
class Lure:
    """Fitted by scripts/fit_swaying.py; about 2 ms for each sentence that is weighed."""

    encoder: Encodes
    weights: Numbers
    bias: float
    threshold: float

    async def likely(self, sentences: Sequence[str]) -> tuple[bool, ...]:
        """Of each sentence whether it leans over the threshold; those that speak to nobody are not weighed."""
        weighed = [one for one in sentences if worth(one)]
        if not weighed:
            return (False,) * len(sentences)
        scores = await self.encoder.embed([one.strip() for one in weighed]) @ self.weights + self.bias
        over = dict(zip(weighed, scores > self.threshold, strict=True))
        return tuple(bool(over.get(one, False)) for one in sentences)


def worth(sentence: str) -> bool:
    """Whether somebody speaks to somebody here."""
    return to_you(sentence) or _SPOKEN.search(sentence) is not None


def read_lure(encoder: Encodes, folder: Path = WORDINGS) -> Lure:
    """The classifier as it ships; raises CheckFailed where its file is missing or altered."""
    try:
        content = (folder / WEIGHTS).read_bytes()
        wanted = (folder / f"{WEIGHTS}.sha256").read_text(encoding="utf-8").strip()
    except OSError as error:
        raise CheckFailed(f"What answers are weighed with is missing: {MENDING}.") from error
    if hashlib.sha256(content).hexdigest() != wanted:
        raise CheckFailed(f"What answers are weighed with is not as released: {MENDING}.")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        *weights, bias, threshold = arrays["swaying"].astype(np.float32)
    return Lure(encoder, np.array(weights, np.float32), float(bias), float(threshold))
