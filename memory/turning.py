# SPDX-License-Identifier: Apache-2.0
"""A person's own rotation of vectors, drawn from their key, so that the index holds nothing readable.

No encryption: some hundred known pairs of text and vector recover it. It stops off-the-shelf inversion of
vectors, and a destroyed key leaves noise. Similarities within the person are unchanged.
"""

import numpy as np
from numpy.typing import NDArray

LABEL = "vectors/1"
"""What the key derives the seed under; a changed drawing takes a new number, and a reindex."""

Vectors = NDArray[np.float32]


class Turning:
    """One person's rotation; made once a person, since drawing takes some 15 ms at 384 dimensions."""

    def __init__(self, seed: bytes, dimensions: int = 384) -> None:
        self._matrix = draw(seed, dimensions)

    def turn(self, vectors: Vectors) -> Vectors:
        """Rows as they go into the index."""
        turned: Vectors = vectors @ self._matrix
        return turned

    def back(self, vectors: Vectors) -> Vectors:
        """Rows as the encoder made them, to float32's precision."""
        unturned: Vectors = vectors @ self._matrix.T
        return unturned


def draw(seed: bytes, dimensions: int) -> Vectors:
    """A uniformly random orthogonal matrix, the same for the same 32 bytes.

    Bits come straight from Philox 4x64 (its stream is fixed by its paper, unlike numpy's distributions) and
    become normals by Box and Muller; QR with the diagonal of R made positive is Haar (Mezzadri 2007).
    """
    words = np.frombuffer(seed, "<u8")
    generator = np.random.Philox(key=words[:2], counter=np.array([0, 0, words[2], words[3]], np.uint64))
    bits = generator.random_raw(dimensions * dimensions * 2).reshape(2, dimensions, dimensions)
    first, second = ((bits >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    normals = np.sqrt(-2.0 * np.log(first)) * np.cos(2.0 * np.pi * second)
    orthogonal, upper = np.linalg.qr(normals)
    matrix: Vectors = (orthogonal * np.sign(np.diagonal(upper))).astype(np.float32)
    return matrix
