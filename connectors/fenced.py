# SPDX-License-Identifier: Apache-2.0
"""Reads a prompt back: the numbered, fenced blocks of its last message, for a model that has no model."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from connectors.chat import ChatMessage

_BLOCK = re.compile(r"^\[\[(memory|passage) (\d+) \| ([^\n]*)\]\]\n(.*?)\n\[\[/\1 \2\]\]$", re.M | re.S)
_PROFILE = re.compile(r"^\[\[profile\]\]\n(.*?)\n\[\[/profile\]\]$", re.M | re.S)
_LINE = re.compile(r"^- \((\d+)\) (.*?)(?=\n- \(\d+\) |\Z)", re.M | re.S)
_UNAVAILABLE = re.compile(r"^\[\[unavailable: (\w+)\]\]$", re.M)
_DOUBT = re.compile(r"^\[\[doubt: (\d+)\]\]$", re.M)
_MESSAGE = re.compile(r"^\[\[message\]\]\n(.*)\n\[\[/message\]\]\s*\Z", re.M | re.S)

SAID = frozenset({"you said", "from what you said"})
"""Labels of what the person said, in their own words or understood from them."""


@dataclass(frozen=True, slots=True)
class Block:
    """One thing that may be cited."""

    kind: Literal["profile", "memory", "passage"]
    number: int
    text: str
    date: str = ""
    """ISO date of a memory."""
    said_by_person: bool = True
    title: str = ""
    """Title of a passage."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the last message holds, and what was said before it in this conversation."""

    message: str
    blocks: tuple[Block, ...] = ()
    unavailable: frozenset[str] = frozenset()
    earlier: tuple[str, ...] = ()
    """The person's earlier messages, oldest first."""
    answered: bool = False
    """Whether the assistant has spoken before in this conversation."""
    doubt: int = 0
    """The number of the block that the person may be asked about; 0 for none."""

    def of(self, kind: str) -> tuple[Block, ...]:
        """The blocks of one kind, in prompt order."""
        return tuple(block for block in self.blocks if block.kind == kind)


def read_prompt(messages: Sequence[ChatMessage]) -> Prompt:
    """Reads the format that the prompt writes; a last message without fences is the message itself."""
    spoken = [message for message in messages if message.role != "system"]
    last = spoken[-1].content if spoken else ""
    found = _MESSAGE.search(last)
    data = last[: found.start()] if found else ""
    return Prompt(
        found[1].strip() if found else last.strip(),
        (*_profile(data), *_cited(data)),
        frozenset(_UNAVAILABLE.findall(data)),
        tuple(message.content for message in spoken[:-1] if message.role == "user"),
        any(message.role == "assistant" for message in spoken),
        next((int(number) for number in _DOUBT.findall(data)), 0),
    )


def _profile(data: str) -> Iterator[Block]:
    for section in _PROFILE.findall(data):
        for number, text in _LINE.findall(section):
            yield Block("profile", int(number), text.strip())


def _cited(data: str) -> Iterator[Block]:
    for kind, number, label, text in _BLOCK.findall(data):
        first, _, second = (part.strip() for part in label.partition(" | "))
        if kind == "memory":
            yield Block("memory", int(number), text, date=first, said_by_person=second in SAID)
        else:
            yield Block("passage", int(number), text, title=second)
