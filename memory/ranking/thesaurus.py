# SPDX-License-Identifier: Apache-2.0
"""Words and the words nearest to them in meaning, from the embedding model: so that "sports" finds "basketball"."""

from pathlib import Path

import numpy as np

FILE = Path(__file__).parent / "thesaurus.npz"
LEAST = 0.35
"""The cosine below which two words are not kindred; likeness counts from there up to 1."""


class Thesaurus:
    """Made by `read_thesaurus`; about 21,000 English words with up to 48 neighbours each."""

    def __init__(
        self,
        words: list[str],
        near: "np.ndarray[tuple[int, int], np.dtype[np.uint16]]",
        likeness: "np.ndarray[tuple[int, int], np.dtype[np.uint8]]",
    ) -> None:
        self._words = words
        self._numbers = {word: number for number, word in enumerate(words)}
        self._near = near
        self._likeness = likeness

    def near(self, word: str) -> list[tuple[str, float]]:
        """The kindred words, with a likeness above 0 up to 1; none for a word that it does not know."""
        number = self._numbers.get(word)
        if number is None:
            return []
        pairs = zip(self._near[number].tolist(), self._likeness[number].tolist(), strict=True)
        return [(self._words[other], level / 255) for other, level in pairs if level]


def read_thesaurus(file: Path = FILE) -> Thesaurus:
    """Reads what scripts/make_thesaurus.py wrote, in about 20 ms."""
    with np.load(file, allow_pickle=False) as held:
        words = bytes(held["words"]).decode("ascii").split("\n")
        return Thesaurus(words, held["near"], held["likeness"])
