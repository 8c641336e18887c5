# SPDX-License-Identifier: Apache-2.0
"""Which sentences of a prompt answer a question: shared words, light stems, a few topics."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.cues import KINDS, MEANT, PERSONAL, STOP, TOPICS
from connectors.fenced import Block, Prompt
from connectors.phrases import ENGLISH, GERMAN
from connectors.spoken import spoken

ENOUGH = 0.5
"""The share of the question's words that a sentence must meet; two of three words are less strict."""
SAME_TOPIC = 0.7
IN_TITLE = 0.5
SURE = 0.75
"""Below this a fact answers in part at most: what the person said word by word is shown beside it."""
MOST, MOST_FACTS = 3, 8
_MEANT = tuple((re.compile(said), meant) for said, meant in MEANT)
_ENDINGS = ("ing", "ied", "ies", "est", "ed", "er", "en", "st", "ly", "y", "e", "t")


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence that answers, and the block to cite; without a block it was said in this conversation."""

    text: str
    block: Block | None
    score: float


def find(prompt: Prompt, question: str) -> tuple[Found, ...]:
    """The best sentences, best first, all of the best one's kind; empty where none is good enough.

    A question about the person prefers their profile, then their memories; of equal ones the newest.
    """
    asked = stems(question)
    if not asked:
        return ()
    personal = bool(PERSONAL.search(question))
    ranked = sorted(_scored(prompt, asked, personal), key=lambda found: -found.score)
    enough = ENOUGH if len(asked) < 3 else ENOUGH - 0.1
    good = [found for found in ranked if found.score >= enough]
    if not good:
        return ()
    best = good[0]
    alike = [f for f in good if _kind(f) == _kind(best) and f.score >= 0.8 * best.score]
    most = MOST_FACTS if _kind(best) == "profile" else MOST
    said = [f for f in good if _kind(f) == "memory" and f.block and f.block.said_by_person and not _line(f.text)]
    beside = said[:1] if _kind(best) == "profile" and best.score < SURE else []
    return tuple(_distinct([*alike[:most], *beside]))


def stems(text: str) -> frozenset[str]:
    """The words that carry meaning, stripped of their commonest English and German endings."""
    words = [KINDS.get(kind, "") for kind in re.findall(r"<([A-Z_]+)_\d+>", text)]
    plain = re.sub(r"<[A-Z_]+_\d+>", " ", text).lower()
    for said, meant in _MEANT:
        plain = said.sub(meant, plain)
    words += re.findall(r"[^\W_]+", plain.replace("'", ""))
    return frozenset(_stem(word) for word in words if word and word not in STOP)


def statements(text: str) -> list[str]:
    """Sentences without list marks; headings and questions are left out, since neither answers."""
    lines = [line.strip().lstrip("-*• ").strip() for line in text.splitlines() if not line.startswith("#")]
    parts = [part for line in lines for part in re.split(r"(?<=[.!?])\s+", line)]
    return [part for part in parts if part and not part.endswith("?")]


def _stem(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _scored(prompt: Prompt, asked: frozenset[str], personal: bool) -> Iterator[Found]:
    topics = [stems(topic) for topic in TOPICS]
    newest = sorted({block.date for block in prompt.of("memory")})
    for block in prompt.blocks:
        title = stems(block.title)
        age = 0.01 * (newest.index(block.date) + 1) / len(newest) if block.date in newest else 0.0
        for sentence in _sentences(block):
            score = _overlap(asked, _words(sentence), title, topics)
            if score > 0:
                yield Found(sentence, block, score + age + _preference(block, personal))
    for number, said in enumerate(prompt.earlier):
        for sentence in statements(said):
            score = _overlap(asked, stems(sentence), frozenset(), topics)
            if score > 0:
                yield Found(sentence, None, score + 0.05 * personal + 0.01 * number / len(prompt.earlier))


def _line(text: str) -> bool:
    """Whether this is a fact as it is kept, and not what somebody said."""
    return bool(spoken(text, ENGLISH))


def _words(sentence: str) -> frozenset[str]:
    """A fact has the words of its line and those that say it: "Sister: Ana" tells how the sister is called."""
    return stems(f"{sentence} {spoken(sentence, ENGLISH)} {spoken(sentence, GERMAN)}")


def _overlap(
    asked: frozenset[str], said: frozenset[str], title: frozenset[str], topics: Sequence[frozenset[str]]
) -> float:
    met = 0.0
    for word in asked:
        if word in said:
            met += 1.0
        elif any(word in topic and topic & said for topic in topics):
            met += SAME_TOPIC
        elif word in title:
            met += IN_TITLE
    return met / len(asked)


def _preference(block: Block, personal: bool) -> float:
    if block.kind == "passage":
        return -0.15 if personal else 0.05
    if not block.said_by_person:
        return -0.2
    return (0.1 if personal else 0.04) if block.kind == "profile" else 0.05 * personal


def _sentences(block: Block) -> list[str]:
    return [block.text] if block.kind == "profile" else statements(block.text)


def _kind(found: Found) -> str:
    return found.block.kind if found.block else "earlier"


def _distinct(found: Sequence[Found]) -> Iterator[Found]:
    seen: list[frozenset[str]] = []
    for item in found:
        words = stems(item.text)
        if not any(words <= other for other in seen):
            seen.append(words)
            yield item
