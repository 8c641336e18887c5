# SPDX-License-Identifier: Apache-2.0
"""An encoder that keeps what it was given; its vectors mean nothing."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from memory.ranking.shelf import Vectors


@dataclass
class CountingEncoder:
    """The same text gives the same vector."""

    slow: float = 0.0
    texts: list[str] = field(default_factory=list)

    async def embed(self, texts: Sequence[str]) -> Vectors:
        await asyncio.sleep(self.slow)
        self.texts += texts
        seeds = [hashlib.sha256(text.encode()).digest()[:8] for text in texts]
        rows = [np.random.default_rng(int.from_bytes(seed)).normal(size=384) for seed in seeds]
        return np.array([row / np.linalg.norm(row) for row in rows], np.float32).reshape(-1, 384)
