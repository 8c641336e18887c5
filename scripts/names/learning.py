# SPDX-License-Identifier: Apache-2.0
"""The name model as torch sees it, and how it learns: layer-wise rates, a cosine schedule, averaged weights."""

import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import BertModel

from benchmarks.posts import Example
from guards.names import KINDS, LABELS, NameModel
from guards.names.pieces import CLS, LONGEST, SEP, SPELLINGS, read
from guards.shadow import shadow

IGNORED = -100
Item = tuple[list[int], list[int], list[int]]
"""Piece ids, spellings and labels, with the marks at both ends."""


class Tagger(torch.nn.Module):
    """MiniLM with the spelling of each word added to its pieces, and a label per piece on top."""

    def __init__(self, folder: Path, spelled: bool = True) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager")
        width = self.bert.config.hidden_size
        self.spelling = torch.nn.Embedding(SPELLINGS, width)
        torch.nn.init.zeros_(self.spelling.weight)
        self.drop = torch.nn.Dropout(0.1)
        self.head = torch.nn.Linear(width, len(LABELS))
        self.spelled = spelled
        self.bert.embeddings.word_embeddings.requires_grad_(False)

    def forward(self, ids: torch.Tensor, spellings: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        """One score per piece and label."""
        inputs = self.bert.embeddings.word_embeddings(ids)
        if self.spelled:
            inputs = inputs + self.spelling(spellings)
        hidden = self.bert(inputs_embeds=inputs, attention_mask=torch.ones_like(ids) if mask is None else mask)[0]
        scores: torch.Tensor = self.head(self.drop(hidden))
        return scores


def name_model(tagger: Tagger, tokenizer: Any, doubt: float = 0.5) -> NameModel:
    """The tagger behind the code that also runs the exported one."""

    def reader(ids: Any, spellings: Any) -> Any:
        with torch.no_grad():
            return tagger(torch.from_numpy(ids), torch.from_numpy(spellings)).numpy()

    tagger.eval()
    return NameModel(tokenizer, reader, doubt)


def item(example: Example, tokenizer: Any) -> Item:
    """An example in pieces; each piece bears the label of its word. What does not fit one window is cut off."""
    searched = shadow(example.text)
    pieces = read(searched.text, tokenizer)
    labels = [0] * len(pieces.words)
    for start, end, kind in example.names:
        within = [
            word
            for word, place in enumerate(pieces.words)
            if searched.origin(*place)[0] < end and searched.origin(*place)[1] > start
        ]
        for word in within:
            labels[word] = 1 + 2 * KINDS.index(kind) + (word != within[0])
    marks = [labels[word] for word in pieces.word_of[:LONGEST]]
    ids, spellings = pieces.ids[:LONGEST].tolist(), pieces.spellings[:LONGEST].tolist()
    return [CLS, *ids, SEP], [0, *spellings, 0], [IGNORED, *marks, IGNORED]


def batches(items: Sequence[Item], chance: random.Random, size: int = 1100) -> list[list[Item]]:
    """Items of like length together, about `size` pieces each, in any order."""
    shuffled = sorted(items, key=lambda item: len(item[0]) + chance.random() * 6)
    out: list[list[Item]] = [[]]
    for one in shuffled:
        if out[-1] and (len(out[-1]) + 1) * len(one[0]) > size:
            out.append([])
        out[-1].append(one)
    chance.shuffle(out)
    return out


def loss(tagger: Tagger, batch: Sequence[Item]) -> torch.Tensor:
    """Cross entropy over all pieces, with smoothed labels."""
    longest = max(len(ids) for ids, _, _ in batch)
    arrays = np.zeros((4, len(batch), longest), np.int64)
    arrays[2] = IGNORED
    for row, (ids, spellings, labels) in enumerate(batch):
        for place, values in enumerate((ids, spellings, labels, [1] * len(ids))):
            arrays[place, row, : len(ids)] = values
    ids, spellings, labels, mask = map(torch.from_numpy, arrays)
    scores = tagger(ids, spellings, mask)
    return torch.nn.functional.cross_entropy(
        scores.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, label_smoothing=0.05
    )


class Learner:
    """Optimizer, schedule and averaged weights; its state can be saved and taken up again."""

    def __init__(self, tagger: Tagger, rate: float = 2e-4, decay: float = 0.85, averaged: float = 0.998) -> None:
        self.tagger = tagger
        self.step = 0
        self._averaged = averaged
        layers = len(tagger.bert.encoder.layer)
        groups = [{"params": [*tagger.head.parameters(), *tagger.spelling.parameters()], "lr": rate * 4}]
        for depth, layer in enumerate(tagger.bert.encoder.layer):
            groups.append({"params": list(layer.parameters()), "lr": rate * decay ** (layers - 1 - depth)})
        lowest = [value for value in tagger.bert.embeddings.parameters() if value.requires_grad]
        groups.append({"params": lowest, "lr": rate * decay**layers})
        self._optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
        self._rates = [group["lr"] for group in groups]
        self.average = {name: value.detach().clone() for name, value in self._trained()}

    def learn(self, batch: Sequence[Item], progress: float) -> float:
        """One step; `progress` runs from 0 to 1 over the whole training."""
        torch.manual_seed(self.step)
        self.tagger.train()
        factor = min(progress / 0.06, 0.5 * (1 + math.cos(math.pi * progress)))
        for group, rate in zip(self._optimizer.param_groups, self._rates, strict=True):
            group["lr"] = rate * max(factor, 1e-3)
        value = loss(self.tagger, batch)
        self._optimizer.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(self.tagger.parameters(), 1.0)
        self._optimizer.step()
        self.step += 1
        kept = min(self._averaged, self.step / (self.step + 20))
        for name, weight in self._trained():
            self.average[name].lerp_(weight.detach(), 1 - kept)
        return float(value.detach())

    def averaged(self) -> dict[str, torch.Tensor]:
        """All weights, with the averages in place of what they stood at last."""
        return {**self.tagger.state_dict(), **self.average}

    def state(self) -> dict[str, Any]:
        """Everything that `restore` needs."""
        return {
            "tagger": self.tagger.state_dict(), "average": self.average, "step": self.step,
            "optimizer": self._optimizer.state_dict(),
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        """Takes up where `state` was written."""
        self.tagger.load_state_dict(state["tagger"])
        self.average = state["average"]
        self.step = state["step"]
        self._optimizer.load_state_dict(state["optimizer"])

    def _trained(self) -> list[tuple[str, torch.nn.Parameter]]:
        return [(name, value) for name, value in self.tagger.named_parameters() if value.requires_grad]
