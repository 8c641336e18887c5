# SPDX-License-Identifier: Apache-2.0
"""Fits the classifier of guards/lure.py: `python -m scripts.fit_swaying`. Deterministic; a minute on one core.

Reads scripts/fit_swaying.yaml and both labelled sets in benchmarks/, all but their batch `fresh`.
"""

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import yaml

from benchmarks.intrusive import FINE, HERE, read
from connectors.embedding import open_minilm
from guards.lure import WEIGHTS
from guards.sentences import sentences
from guards.wording import WORDINGS
from scripts.fit_floor import fit

HOUSE = Path(__file__).resolve().parent.parent
FOLDS = 5
ALLOWED = 0.02
"""Of the harmless sentences, which were written to be hard, the share that may lean over the threshold."""


def labelled() -> Iterator[tuple[str, bool]]:
    """Sentences, and whether they manipulate; of what intrudes only the harmless ones."""
    written = yaml.safe_load((HOUSE / "scripts" / "fit_swaying.yaml").read_text(encoding="utf-8"))
    yield from ((text, label != FINE) for label, some in written.items() for text in some)
    for of in ("intrusive", "manipulation"):
        for one in read(HERE / f"{of}.yaml"):
            for match in sentences(one.text) if one.part != "fresh" else ():
                bad = any(start < match.end() and match.start() < end for start, end in one.bad)
                if not bad or of == "manipulation":
                    yield match[0].strip(), bad


async def main() -> None:
    """Writes the weights with their checksum, and prints what folds say of them."""
    some = await asyncio.to_thread(lambda: list(labelled()))
    async with open_minilm(HOUSE / "connectors" / "minilm") as encoder:
        vectors = await encoder.embed([text for text, _ in some])
    rows = np.hstack([vectors, np.ones((len(some), 1))]).astype(np.float64)
    wrong = np.array([bad for _, bad in some], np.float64)
    folds, scores = np.random.default_rng(7).integers(0, FOLDS, len(some)), np.zeros(len(some))
    for fold in range(FOLDS):
        scores[folds == fold] = rows[folds == fold] @ fit(rows[folds != fold], wrong[folds != fold])
    threshold = np.quantile(scores[wrong == 0], 1 - ALLOWED)
    np.savez(WORDINGS / WEIGHTS, allow_pickle=False, swaying=np.array([*fit(rows, wrong), threshold], np.float32))
    digest = hashlib.sha256((WORDINGS / WEIGHTS).read_bytes()).hexdigest()
    (WORDINGS / f"{WEIGHTS}.sha256").write_text(digest + "\n", encoding="utf-8")
    print(f"{(scores[wrong == 1] > threshold).mean():.2f} found of {int(wrong.sum())} in folds, of {len(some)} in all")


if __name__ == "__main__":
    asyncio.run(main())
