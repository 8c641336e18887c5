# SPDX-License-Identifier: Apache-2.0
"""Trains the classifier of attacks and writes guards/injection/weights.npz: `python -m scripts.train_injection`.

Two layers of numpy, on texts of our own alone (scripts/injection, and what people say of themselves in
tests/memory), with a fixed seed: on one machine the same texts give the same weights. Two minutes on one core, nearly
all of it the encoder. Thresholds are chosen on the held-out quarter of the
templates; the weights that ship are then fitted on all of them.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from connectors.embedding import open_minilm
from guards.injection.classifier import Classifier, rows
from guards.injection.weights import FOLDER
from guards.injection.windows import windows
from scripts.injection.texts import SEED, Example, examples
from tests.memory.utterances import HERE, read_utterances

MINILM = Path(__file__).parents[1] / "connectors" / "minilm"
UNITS = 32
NETS = 4
ROUNDS = 30
RATE = 0.002
DECAY = 0.3
BATCH = 256
DROPPED = 0.4
"""Of the inputs, at random each round: no single cue may carry the judgement."""
REFUSED = 0.01
WARY = 0.06
"""Of held-out harmless texts, most of them look-alikes, how many may be refused, and how many answered warily."""
Numbers = NDArray[np.float32]


def gathered() -> list[Example]:
    """Our templates' texts, and a part of the utterances that learning is measured with, as plain talk."""
    said = [
        one.say
        for stem in ("utterances", "utterances_chat", "utterances_talk", "utterances_de", "utterances_es")
        for half in read_utterances(HERE / f"{stem}.yaml").values()
        for one in half
        if not one.trap
    ]
    plain = [Example(text, "said", False, hashlib.sha256(text.encode()).digest()[0] % 4 == 0) for text in said]
    return [
        *examples(),
        *plain,
        *_talks([one for one in plain if one.held]),
        *_talks([one for one in plain if not one.held]),
    ]


def _talks(plain: Sequence[Example], length: int = 25) -> list[Example]:
    """Plain sentences after one another, as long as a page."""
    pages = [plain[start : start + length] for start in range(0, len(plain), length)]
    return [Example(" ".join(one.text for one in page), "talk", False, page[0].held) for page in pages]


async def inputs(texts: Sequence[str]) -> tuple[Numbers, NDArray[np.int64]]:
    """Rows of every window of every text, and which text each is of."""
    pieces = [(number, piece) for number, one in enumerate(texts) for piece in windows(one)]
    async with open_minilm(MINILM) as encoder:
        vectors = await encoder.embed([piece for _, piece in pieces])
    return rows(vectors, [piece for _, piece in pieces]), np.array([number for number, _ in pieces])


def fit(x: Numbers, y: Numbers, weight: Numbers) -> Classifier:
    """Nets of several seeds side by side, whose logits are averaged; thresholds are still open."""
    mean, spread = x.mean(axis=0), x.std(axis=0) + 0.05
    nets = [_net((x - mean) / spread, y, weight, SEED + number) for number in range(NETS)]
    hidden, hidden_bias, out, out_bias = (list(layers) for layers in zip(*nets, strict=True))
    joined = np.hstack(hidden), np.hstack(hidden_bias), np.hstack(out) / NETS, np.sum(out_bias, axis=0) / NETS
    return Classifier(mean, spread, *joined, message=0.5, wary=0.5, untrusted=0.5)


def _net(scaled: Numbers, y: Numbers, weight: Numbers, seed: int) -> list[Numbers]:
    """Adam with decay on the weighted log loss."""
    chance = np.random.default_rng(seed)
    layers = [
        chance.normal(0, np.sqrt(2 / scaled.shape[1]), (scaled.shape[1], UNITS)).astype(np.float32),
        np.zeros(UNITS, np.float32),
        chance.normal(0, np.sqrt(2 / UNITS), UNITS).astype(np.float32),
        np.zeros(1, np.float32),
    ]
    first, second = [np.zeros_like(layer) for layer in layers], [np.zeros_like(layer) for layer in layers]
    step = 0
    for round_ in range(ROUNDS):
        rate = RATE * (1 - round_ / ROUNDS)
        for batch in np.array_split(chance.permutation(len(y)), max(len(y) // BATCH, 1)):
            step += 1
            kept = (chance.random((len(batch), scaled.shape[1]), np.float32) > DROPPED) / np.float32(1 - DROPPED)
            slopes = _slopes(layers, (scaled[batch] * kept).astype(np.float32), y[batch], weight[batch])
            for place, slope in enumerate(slopes):
                first[place] = 0.9 * first[place] + 0.1 * slope
                second[place] = 0.999 * second[place] + 0.001 * slope**2
                moved = first[place] / (1 - 0.9**step) / (np.sqrt(second[place] / (1 - 0.999**step)) + 1e-8)
                layers[place] = layers[place] - rate * (moved + DECAY * layers[place] * (layers[place].ndim == 2))
    return layers


def _slopes(layers: Sequence[Numbers], x: Numbers, y: Numbers, weight: Numbers) -> list[Numbers]:
    units = np.maximum(x @ layers[0] + layers[1], 0)
    likely = 1 / (1 + np.exp(-np.clip(units @ layers[2] + layers[3], -30, 30)))
    wrong = ((likely - y) * weight / weight.sum()).astype(np.float32)
    back = np.outer(wrong, layers[2]) * (units > 0)
    return [x.T @ back, back.sum(axis=0), units.T @ wrong, wrong.sum(keepdims=True)]


def likelihoods(classifier: Classifier, x: Numbers, of: NDArray[np.int64], count: int) -> Numbers:
    """Of each text the greatest of its windows."""
    found = np.zeros(count, np.float32)
    np.maximum.at(found, of, classifier.of(x))
    return found


def threshold(likely: Numbers, harmless: NDArray[np.bool_], share: float) -> float:
    """The least that holds the share of false alarms, and never below one half."""
    above = np.sort(likely[harmless])[::-1]
    return round(max(0.5, float(above[int(share * len(above))]) + 0.005), 3)


async def main() -> None:
    """Fits, chooses the thresholds, prints what is found, fits again on all and writes the file with its digest."""
    texts = gathered()
    x, of = await inputs([one.text for one in texts])
    attack, held, document = (
        np.array([getattr(one, name) for one in texts]) for name in ("attack", "held", "indirect")
    )
    y = attack[of].astype(np.float32)
    weight = np.where(attack[of], 0.5 / y.mean(), 0.5 / (1 - y.mean())).astype(np.float32)
    train = ~held[of]
    likely = likelihoods(fit(x[train], y[train], weight[train]), x, of, len(texts))
    least, wary = (threshold(likely[held], ~attack[held], share) for share in (REFUSED, WARY))
    strict = max(least, threshold(likely[held & document], ~attack[held & document], REFUSED))
    for name, part in (("train", ~held), ("held out", held)):
        for at in (least, wary):
            caught, false = (likely[part & attack] >= at).mean(), (likely[part & ~attack] >= at).mean()
            print(f"{name}, {part.sum()} texts, from {at}: attacks {caught:.3f}, harmless {false:.4f}")
    fitted = fit(x, y, weight)
    arrays = {name: getattr(fitted, name).astype(np.float16) for name in ("hidden", "hidden_bias", "out", "out_bias")}
    arrays |= {"mean": fitted.mean.astype(np.float32), "spread": fitted.spread.astype(np.float32)}
    np.savez_compressed(
        FOLDER / "weights.npz", **arrays, message=np.float32(least), wary=np.float32(wary), untrusted=np.float32(strict)
    )
    digest = hashlib.sha256((FOLDER / "weights.npz").read_bytes()).hexdigest()
    (FOLDER / "SHA256SUMS").write_text(f"{digest}  weights.npz\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
