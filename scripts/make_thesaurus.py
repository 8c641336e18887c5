# SPDX-License-Identifier: Apache-2.0
"""Makes memory/ranking/thesaurus.npz: for each word of the embedding model, the words nearest to it.

Nothing is learned here and no text is read but the model's own word list: `python scripts/make_thesaurus.py`.
"""

import asyncio
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from connectors.embedding import open_minilm
from memory.ranking.thesaurus import LEAST
from memory.ranking.words import STOP

HOUSE = Path(__file__).parent.parent
MODEL = HOUSE / "connectors" / "minilm"
NEIGHBOURS = 48


async def main(target: Path) -> None:
    """Embeds some 21,000 words one by one, a minute or two, and writes about 2 MB."""
    vocabulary = Tokenizer.from_file(str(MODEL / "tokenizer.json")).get_vocab()
    words = sorted(
        word for word in vocabulary if word.isascii() and word.isalpha() and len(word) > 2 and word not in STOP
    )
    async with open_minilm(MODEL) as encoder:
        vectors = await encoder.embed(words)
    near = np.zeros((len(words), NEIGHBOURS), np.uint16)
    likeness = np.zeros((len(words), NEIGHBOURS), np.uint8)
    for number, vector in enumerate(vectors):
        cosines = vectors @ vector
        cosines[number] = -1.0
        best = np.argsort(-cosines, kind="stable")[:NEIGHBOURS]
        near[number] = best
        likeness[number] = np.round(255 * np.clip((cosines[best] - LEAST) / (1 - LEAST), 0, 1))
    listed = np.frombuffer("\n".join(words).encode("ascii"), np.uint8)
    np.savez_compressed(target, words=listed, near=near, likeness=likeness)


if __name__ == "__main__":
    asyncio.run(main(HOUSE / "memory" / "thesaurus.npz"))
