# SPDX-License-Identifier: Apache-2.0
"""Answers without a language model: by extraction from the prompt's own blocks, each with its citation.

Pure and deterministic. It says nothing that is not in the prompt or in `phrases`, so it can neither invent a
fact nor a placeholder.
"""

import re
from collections.abc import Iterable, Sequence

from connectors.chat import ChatMessage
from connectors.cues import (
    ABOUT_ME,
    ABOUT_YOU,
    ASKS,
    FORGET,
    GREETING,
    INSTRUCTS,
    INTRODUCES,
    IRREGULAR,
    NAMED,
    THANKS,
    THIRD_PERSON,
    language_of,
)
from connectors.extraction import Found, find, statements, stems
from connectors.fenced import Block, Prompt, read_prompt
from connectors.phrases import ENGLISH, GERMAN, Phrases
from connectors.spoken import spoken

_RECALLED = 5
"""How many memories "what do you know about me" lists beside the profile."""


def concierge_answer(messages: Sequence[ChatMessage], *, stands_in: bool = False) -> str:
    """The answer to the last message, in its language.

    Why there is no language model is said in a conversation's first answer and where nothing was found;
    `stands_in` tells that one is configured and failed.
    """
    prompt = read_prompt(messages)
    words = language_of(prompt.message)
    reply, knew = _reply(prompt, words)
    parts = [reply]
    if prompt.unavailable and (not knew or ABOUT_ME.search(prompt.message)):
        parts.append(_missing(prompt, words))
    parts += _doubted(prompt, words)
    if not knew or not prompt.answered:
        parts.append(words.model_down if stands_in else words.no_model)
    return "\n\n".join(parts)


def _reply(prompt: Prompt, words: Phrases) -> tuple[str, bool]:
    """The reply, and whether it served: False where something was asked that is not known."""
    if ABOUT_ME.search(prompt.message):
        return _profile(prompt, words), True
    if ABOUT_YOU.search(prompt.message):
        return f"{words.myself} {words.offer}", True
    if FORGET.match(prompt.message):
        return words.forget, True
    if question := _question(prompt.message):
        found = find(prompt, question)
        return ("\n\n".join(_said(item, words) for item in found), True) if found else (words.unknown, False)
    return _told(prompt, words), True


def _told(prompt: Prompt, words: Phrases) -> str:
    """The reply to what asks for nothing."""
    name, message = _name(prompt), prompt.message
    if THANKS.match(message):
        return words.welcome.format(name=name)
    if introduced := INTRODUCES.search(message):
        return words.met.format(name=f", {introduced[1]}")
    if not message or (GREETING.match(message) and len(message.split()) <= 5):
        return f"{words.hello.format(name=name)} {words.offer}"
    return (words.understood if INSTRUCTS.match(message) else words.thanks).format(name=name)


def _question(message: str) -> str:
    """The sentences that ask for something; empty where the message only tells."""
    sentences = re.split(r"(?<=[.!?])\s+|\n+", message)
    asking = [part for part in sentences if part.rstrip().endswith("?")]
    return " ".join(asking or [part for part in sentences if ASKS.match(part.strip())])


def _name(prompt: Prompt) -> str:
    names = [found[1] for block in prompt.of("profile") if (found := NAMED.search(block.text))]
    return f", {names[0]}" if names else ""


def _profile(prompt: Prompt, words: Phrases) -> str:
    profile = [f"- {_cited(_fact(block, words), block)}" for block in prompt.of("profile")]
    known = _stems_of(block.text for block in prompt.of("profile"))
    recalled = [
        _cited(_memory(said, block, words), block)
        for block in prompt.of("memory")
        if block.said_by_person and (said := " ".join(statements(block.text))) and not stems(said) <= known
    ]
    lines = [words.know, *profile] if profile or recalled else [words.know_nothing]
    if recalled:
        lines += ["", words.from_before, *(f"- {line}" for line in recalled[:_RECALLED])]
    return "\n".join([*lines, "", words.panel])


def _stems_of(texts: Iterable[str]) -> frozenset[str]:
    """The meaning words of facts, as they are kept and as they are said."""
    said = (part for text in texts for part in (text, spoken(text, ENGLISH), spoken(text, GERMAN)))
    return stems(" ".join(said))


def _said(found: Found, words: Phrases) -> str:
    block = found.block
    if block is None:
        return words.earlier.format(text=found.text)
    if block.kind == "profile":
        return _cited(_fact(block, words), block)
    return _cited(_memory(found.text, block, words) if block.kind == "memory" else found.text, block)


def _cited(text: str, block: Block) -> str:
    return f"{text} [{block.number}]"


def _doubted(prompt: Prompt, words: Phrases) -> list[str]:
    """The question whether a line of the profile still holds, as plain as the line allows."""
    asked = []
    for text in (block.text.rstrip(".") for block in prompt.blocks if block.number == prompt.doubt):
        first, _, rest = text.partition(" ")
        plain = words.still and THIRD_PERSON.fullmatch(first)
        still = words.still.format(text=f"{first.lower()[:-1]} {rest}") if plain else words.still_so.format(text=text)
        asked.append(still)
    return asked


def _fact(block: Block, words: Phrases) -> str:
    """A profile line spoken to the person: "Lives in Lisbon" becomes "You live in Lisbon."."""
    if said := spoken(block.text, words):
        return said
    text = block.text.rstrip(".")
    first, _, rest = text.partition(" ")
    if words is ENGLISH and first.lower() in IRREGULAR:
        return f"You {IRREGULAR[first.lower()]} {rest}."
    if words is ENGLISH and THIRD_PERSON.fullmatch(first):
        return f"You {first.lower()[:-1]} {rest}."
    return words.told.format(text=block.text) if re.match(r"(I|My|We)\b", text) else words.noted.format(text=text)


def _memory(text: str, block: Block, words: Phrases) -> str:
    """A fact is said as such, and what somebody said is quoted."""
    text = " ".join(text.split())
    if block.said_by_person and (said := spoken(text, words)):
        return said
    if not block.date:
        return words.told.format(text=text)
    return (words.told_on if block.said_by_person else words.answered_on).format(date=words.on(block.date), text=text)


def _missing(prompt: Prompt, words: Phrases) -> str:
    parts = [words.parts.get(part, part) for part in sorted(prompt.unavailable)]
    return words.missing.format(parts=", ".join(parts))
