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

    A product of Householder reflections at normal vectors is Haar distributed (Stewart 1980). Numpy alone, and
    not LAPACK: its threads stall for a second when both cores are busy, and no two builds round alike.
    """
    normals = _normals(seed, dimensions * (dimensions + 1) // 2)
    matrix = np.eye(dimensions)
    taken = 0
    for size in range(1, dimensions + 1):
        mirror = normals[taken : taken + size]
        taken += size
        sign = 1.0 if mirror[0] >= 0 else -1.0
        mirror[0] += sign * np.sqrt(np.square(mirror).sum())
        mirror /= np.sqrt(np.square(mirror).sum())
        corner = matrix[dimensions - size :, dimensions - size :]
        corner -= np.multiply.outer(2.0 * mirror, np.einsum("i,ij->j", mirror, corner))
        corner *= -sign
    return matrix.astype(np.float32)


def _normals(seed: bytes, count: int) -> NDArray[np.float64]:
    """Standard normals by Box and Muller from Philox 4x64, whose bits its paper fixes, unlike numpy's own normals."""
    words = np.frombuffer(seed, "<u8")
    generator = np.random.Philox(key=words[:2], counter=np.array([0, 0, words[2], words[3]], np.uint64))
    bits = generator.random_raw(2 * count).reshape(2, count)
    first, second = ((bits >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    normals: NDArray[np.float64] = np.sqrt(-2.0 * np.log(first)) * np.cos(2.0 * np.pi * second)
    return normals
