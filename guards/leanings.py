# SPDX-License-Identifier: Apache-2.0
"""How likely a sentence is a promise, or hostile: its vector and the signs in it, weighed by two small classifiers."""

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from guards.errors import CheckFailed
from guards.injection.classifier import Encodes, Numbers
from guards.wording import WORDINGS, read_wording

MENDING = "restore guards/wordings from the repository, or make it again with scripts/fit_answers.py"
SHARE = 0.3
"""How much a sign counts beside a vector of length 1."""
_CITATION = re.compile(r"\s?\[\d{1,3}(?:\s?[,;]\s?\d{1,3})*\]")


class Signs:
    """The signs of guards/wordings/signs.yaml."""

    def __init__(self) -> None:
        wording = read_wording("signs")
        self._patterns = {name: re.compile(pattern, re.I) for name, pattern in wording["signs"].items()}
        order = list(self._patterns)
        self._together = [(order.index(one), order.index(other)) for one, other in wording["together"]]
        self._weighed = {
            name: [[self._patterns[sign] for sign in signs] for signs in either]
            for name, either in wording["weighed"].items()
        }

    def of(self, text: str) -> Numbers:
        """One where a sign or two together stand in a text, else nought."""
        alone = [float(pattern.search(text) is not None) for pattern in self._patterns.values()]
        return np.array([*alone, *(alone[one] * alone[other] for one, other in self._together)], np.float32)

    def worth(self, name: str, text: str) -> bool:
        """Whether anything in a sentence makes it worth to ask that classifier."""
        return any(all(pattern.search(text) for pattern in signs) for signs in self._weighed[name])


@dataclass(frozen=True, slots=True)
class Leaning:
    """One classifier, fitted by scripts/fit_answers.py."""

    name: str
    encoder: Encodes
    signs: Signs
    weights: Numbers
    bias: float
    threshold: float

    async def likely(self, sentences: Sequence[str]) -> tuple[bool, ...]:
        """Of each sentence whether it leans over the threshold; 2 to 3 ms for each that is weighed."""
        plain = [plainly(sentence) for sentence in sentences]
        weighed = [text for text in plain if self.signs.worth(self.name, text)]
        if not weighed:
            return (False,) * len(plain)
        rows = inputs(await self.encoder.embed(weighed), weighed, self.signs)
        over = dict(zip(weighed, rows @ self.weights + self.bias > self.threshold, strict=True))
        return tuple(bool(over.get(text, False)) for text in plain)


def plainly(sentence: str) -> str:
    """A sentence without its citations and the blanks around it."""
    return _CITATION.sub("", sentence).strip()


def inputs(vectors: Numbers, texts: Sequence[str], signs: Signs) -> Numbers:
    """What a classifier sees of each text, (n, 384 + signs)."""
    return np.hstack([vectors, SHARE * np.stack([signs.of(text) for text in texts])])


def read_leaning(name: str, encoder: Encodes, folder: Path = WORDINGS) -> Leaning:
    """One of the classifiers as they ship; raises CheckFailed where a file is missing or altered."""
    try:
        lines = (line.split() for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines())
        wanted = {file: digest for digest, file in lines}
        contents = {file: (folder / file).read_bytes() for file in ("leanings.npz", "signs.yaml")}
    except (OSError, ValueError) as error:
        raise CheckFailed(f"What the checks of answers weigh with is missing: {MENDING}.") from error
    if any(hashlib.sha256(content).hexdigest() != wanted.get(file) for file, content in contents.items()):
        raise CheckFailed(f"What the checks of answers weigh with is not as released: {MENDING}.")
    with np.load(io.BytesIO(contents["leanings.npz"]), allow_pickle=False) as arrays:
        *weights, bias, threshold = arrays[name].astype(np.float32)
    return Leaning(name, encoder, Signs(), np.array(weights, np.float32), float(bias), float(threshold))
