# SPDX-License-Identifier: Apache-2.0
"""Fits the two classifiers of guards/leanings.py: promises, and toxicity. Deterministic; a minute on one core.

`python -m scripts.fit_answers` reads scripts/fit_answers.yaml and tests/guards/answers.yaml, never the fresh ones.
"""

import asyncio
import hashlib
from pathlib import Path

import numpy as np
import yaml

from connectors.embedding import open_minilm
from guards.injection.classifier import Numbers
from guards.leanings import Signs, inputs, plainly
from guards.wording import WORDINGS
from tests.guards.answers import read_answers

HOUSE = Path(__file__).resolve().parent.parent
FOLDS = 5
ROUNDS = 600
SHRINK = 3e-4
ALLOWED = {"promises": 0.03, "toxicity": 0.015}
"""Of the harmless sentences, which were written to be hard, the share that may lean over the threshold."""


def fit(rows: Numbers, wrong: Numbers, rounds: int = ROUNDS) -> tuple[Numbers, float]:
    """Logistic regression, both classes of the same weight, by gradient descent with momentum."""
    weights, bias = np.zeros(rows.shape[1], np.float32), 0.0
    speed, drift = np.zeros_like(weights), 0.0
    share = wrong.mean()
    counts = np.where(wrong == 1, 0.5 / share, 0.5 / (1 - share))
    for _ in range(rounds):
        error = (1 / (1 + np.exp(-(rows @ weights + bias))) - wrong) * counts
        speed = 0.9 * speed + rows.T @ error / len(wrong) + SHRINK * weights
        drift = 0.9 * drift + float(error.mean())
        weights, bias = weights - 2 * speed, bias - 2 * drift
    return weights, bias


def across(rows: Numbers, wrong: Numbers) -> Numbers:
    """Each row's score by a classifier that was not fitted on it."""
    folds = np.random.default_rng(7).integers(0, FOLDS, len(wrong))
    scores = np.zeros(len(wrong), np.float32)
    for fold in range(FOLDS):
        weights, bias = fit(rows[folds != fold], wrong[folds != fold])
        scores[folds == fold] = rows[folds == fold] @ weights + bias
    return scores


async def main() -> None:
    """Writes leanings.npz and SHA256SUMS, and prints what folds say of them."""
    written = yaml.safe_load((HOUSE / "scripts" / "fit_answers.yaml").read_text(encoding="utf-8"))
    texts = [(plainly(text), label) for label, some in written.items() for text in some]
    texts += [(plainly(item.text), item.wrong or "harmless") for item in read_answers() if not item.fresh]
    signs = Signs()
    async with open_minilm(HOUSE / "connectors" / "minilm") as encoder:
        plain = [text for text, _ in texts]
        rows = inputs(await encoder.embed(plain), plain, signs)
    labels = np.array([label for _, label in texts])
    fitted = {}
    for name, allowed in ALLOWED.items():
        wrong = (labels == name).astype(np.float32)
        scores = across(rows, wrong)
        threshold = np.quantile(scores[labels == "harmless"], 1 - allowed)
        weights, bias = fit(rows, wrong)
        fitted[name] = np.array([*weights, bias, threshold], np.float32)
        print(f"{name}: {(scores[wrong == 1] > threshold).mean():.2f} found of {int(wrong.sum())} in folds")
    np.savez(WORDINGS / "leanings.npz", allow_pickle=False, **fitted)
    files = ("leanings.npz", "signs.yaml")
    sums = (f"{hashlib.sha256((WORDINGS / file).read_bytes()).hexdigest()}  {file}\n" for file in files)
    (WORDINGS / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
