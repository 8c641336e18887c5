# SPDX-License-Identifier: Apache-2.0
"""How likely a text is an attack, by its meaning and its cues: two small layers over the sentence encoder."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from guards.injection.cues import measured
from guards.injection.windows import beginning

Numbers = NDArray[np.float32]


class Encodes(Protocol):
    """Text to vectors; the application hands in the encoder that recall uses."""

    async def embed(self, texts: Sequence[str]) -> Numbers:
        """Vectors of length 1, float32 (n, 384), in the order of the texts."""
        ...


@dataclass(frozen=True, slots=True)
class Classifier:
    """Weights of scripts/train_injection.py; 20 microseconds a text besides the encoder."""

    mean: Numbers
    spread: Numbers
    hidden: Numbers
    """(384 + cues, units)."""
    hidden_bias: Numbers
    out: Numbers
    out_bias: Numbers
    message: float
    """From which likelihood on a message is refused."""
    wary: float
    """From which on it is answered without memory and documents."""
    untrusted: float
    """The same for documents and memories."""

    async def likelihood(self, encoder: Encodes, texts: Sequence[str]) -> float:
        """Of the most suspect of the texts, 0 to 1."""
        vectors = await encoder.embed(texts)
        return float(self.of(rows(vectors, texts)).max())

    def of(self, inputs: Numbers) -> Numbers:
        """Likelihoods of rows of inputs, (n,)."""
        units = np.maximum(((inputs - self.mean) / self.spread) @ self.hidden + self.hidden_bias, 0)
        likely: Numbers = 1 / (1 + np.exp(-np.clip(units @ self.out + self.out_bias, -30, 30)))
        return likely


def rows(vectors: Numbers, texts: Sequence[str]) -> Numbers:
    """The inputs of the classifier: each text's vector, then its cues."""
    return np.hstack([vectors, np.stack([measured(beginning(text)) for text in texts])])
