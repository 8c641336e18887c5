# SPDX-License-Identifier: Apache-2.0
"""A person's rotation: what it keeps, what it hides, and that it never changes under a label."""

import hashlib

import numpy as np

from memory.vectors.turning import Turning, draw

SEED = bytes(range(32))


def test_similarities_are_kept() -> None:
    """Turned vectors have the similarities that they had."""
    rows = np.random.default_rng(1).normal(size=(20, 384)).astype(np.float32)
    turned = Turning(SEED).turn(rows)
    assert np.allclose(turned @ turned.T, rows @ rows.T, atol=1e-2)


def test_turning_back_gives_what_was() -> None:
    """Back is the inverse, to the precision of float32."""
    rows = np.random.default_rng(1).normal(size=(20, 384)).astype(np.float32)
    turning = Turning(SEED)
    assert np.allclose(turning.back(turning.turn(rows)), rows, atol=1e-5)


def test_a_turned_vector_says_nothing_of_the_old() -> None:
    """Vectors lie no closer to themselves once turned than to any other, and two people's differ."""
    rows = np.eye(384, dtype=np.float32)[:50]
    mine, yours = Turning(SEED).turn(rows), Turning(SEED[::-1]).turn(rows)
    assert abs(float((mine * rows).sum(axis=1).mean())) < 0.05
    assert abs(float((mine * yours).sum(axis=1).mean())) < 0.05


def test_the_drawing_is_frozen() -> None:
    """The same bytes draw the same matrix for ever; a change here makes every index worthless."""
    matrix = draw(SEED, 16)
    digest = hashlib.sha256((np.round(matrix, 4) + 0.0).tobytes()).hexdigest()[:16]
    assert np.allclose(matrix @ matrix.T, np.eye(16), atol=1e-6)
    assert digest == "516287c7792be7ea"
