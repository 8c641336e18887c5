# SPDX-License-Identifier: Apache-2.0
"""What a model says that a person said: taken only where their own sentence says it, and the rules' gates let it.

A model proposes, nothing more. A proposal is kept if it quotes a sentence of the person's byte for byte, its value
stands in the quote, and the sentence is a first-person statement; slots say how it is shown, not the model.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from memory.ranking.words import Vocabulary
from memory.understanding.candidates import Candidate, normalised
from memory.understanding.rules import Rules, Slot
from memory.understanding.sentences import BLANK, CHARACTERS, SECONDS, Sentence, own_sentences
from memory.understanding.statements import SELF, capital, special
from memory.values import FactKind

VERSION = 1
"""Of the reader: its prompt and its gates."""
CONFIDENCE = 0.6
"""Below anything that a rule finds in the person's own words (0.9)."""
MOST = 12
"""Proposals that are looked at, of one answer."""

_I = {
    "en": r"i|i'm|im|i've|ive|i'd|i'll|my|me|mine|myself|we|we're|we've|our|ours|us",
    "de": r"ich|mein\w*|mir|mich|wir|uns|unser\w*",
    "es": r"yo|mi|mis|me|conmigo|nosotr[oa]s|nuestr[oa]s?|nos|soy|estoy|voy|tengo|vivo|trabajo|hago|he|prefiero|quiero",
}
"""How a person speaks of themselves; a language without an entry yields nothing."""
_NOT = {
    "en": r"not|no|never|neither|nor|none|without|\w+n't|cannot|dont|doesnt|isnt|anymore|former\w*|ex|used to|stopped"
    r"|quit",
    "de": r"nicht|kein\w*|nie|niemals|weder|ohne|früher\w*|ehemalig\w*|ex",
    "es": r"no|nunca|jamás|ni|sin|ya no|antes|antiguo|ex",
}
_AGAINST = frozenset({"dislikes", "avoids", "allergy"})
"""Slots that a sentence with a negation may fill."""
_UNMEANT = frozenset({"note", "correction"})
_LEFT = re.compile(r"<[A-Z][A-Z_]*_\d+>|\[[A-Z][A-Z_]*(?: \*{4}\w*)?\]")
"""A placeholder or mask that nothing stands behind."""
_JSON = re.compile(r"\[.*\]", re.S)
_NAME = re.compile(r"[a-z][a-z_]{1,30}")
_STEERING = ("steer", "steer_note", "secret", "attack")

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
_Word = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=1, max_length=40)]


class Proposal(BaseModel):
    """One fact as a model puts it."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    text: _Text
    kind: Literal["identity", "preference", "instruction", "episode"]
    category: _Word
    subject: _Word
    attribute: _Word
    value: _Text
    quote: _Text


class BadReply(ValueError):
    """The answer is no list of proposals; the text is one word for the record."""


@dataclass(slots=True)
class Findings:
    """What is left of a model's answer."""

    candidates: list[Candidate] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)
    """Proposals that were not taken, by the reason."""


def worth_reading(text: str, at: datetime, rules: Rules) -> tuple[Sentence, ...]:
    """The person's own sentences that a model may be given; none where nothing speaks of the person.

    Quotes, code, pasted text and what asks to forget are left out, and a message that would steer is as a whole.
    """
    language = rules.language_of(text)
    try:
        if language.gates["attack"].search(text[:CHARACTERS], timeout=SECONDS):
            return ()
        sentences = own_sentences(text, at, language)
        whole = (one for one in sentences if one.end - one.start == len(one.text) and BLANK not in one.text)
        own = tuple(one for one in whole if not one.gate("forget"))
        return own if any(_first_person(one) for one in own) else ()
    except TimeoutError:
        return ()


def read_reply(reply: str) -> tuple[tuple[Proposal, ...], int]:
    """The proposals of an answer, and how many were malformed; raises BadReply for what is no list."""
    if not reply.strip():
        raise BadReply("empty")
    found = _JSON.search(reply)
    try:
        items = json.loads(found[0]) if found else None
    except (ValueError, RecursionError):
        items = None
    if not isinstance(items, list):
        raise BadReply("not json")
    proposals, malformed = [], 0
    for item in items[:MOST]:
        try:
            proposals.append(Proposal.model_validate(item))
        except ValidationError:
            malformed += 1
    return tuple(proposals), malformed


def judged(
    proposals: Sequence[Proposal], sentences: Sequence[Sentence], masked: Sequence[str], restore: Callable[[str], str]
) -> Findings:
    """Candidates in the order of the answer; `masked` are the sentences as the model saw them, one for one.

    `restore` puts values back in the place of placeholders.
    """
    findings, seen = Findings(), set()
    for proposal in proposals:
        try:
            said = _judged(proposal, sentences, masked, restore)
        except TimeoutError:
            said = "slow"
        if isinstance(said, str):
            findings.rejected[said] += 1
            continue
        key = said.subject, said.attribute, normalised(said.value)
        if key not in seen:
            seen.add(key)
            findings.candidates.append(said)
    return findings


def _judged(
    proposal: Proposal, sentences: Sequence[Sentence], masked: Sequence[str], restore: Callable[[str], str]
) -> Candidate | str:
    place = next((number for number, text in enumerate(masked) if proposal.quote in text), None)
    if place is None:
        return "quote"
    sentence, quote, value = sentences[place], restore(proposal.quote), restore(proposal.value)
    if _LEFT.search(value) or _LEFT.search(restore(proposal.text)):
        return "placeholder"
    span = _found(quote, sentence.spelled(0, sentence.end - sentence.start))
    if span is None:
        return "quote"
    if not set(normalised(value).split()) <= set(normalised(quote).split()) or not normalised(value):
        return "value"
    following = sentences[place + 1] if place + 1 < len(sentences) else None
    return _unstated(sentence, span, value, proposal) or _made(sentence, quote, value, proposal, restore, following)


def _found(quote: str, text: str) -> tuple[int, int] | None:
    """Where the quote stands: placeholders come back as they were said first, so case and blanks may differ."""
    match = re.search(r"\s+".join(map(re.escape, quote.split())), text, re.IGNORECASE)
    return match.span() if match else None


def _unstated(sentence: Sentence, span: tuple[int, int], value: str, proposal: Proposal) -> str:
    """Why the sentence does not state it as true of the speaker; empty where it does."""
    faults = _faults(sentence, span, value, proposal)
    return next((reason for reason, found in faults if found), "")


def _faults(sentence: Sentence, span: tuple[int, int], value: str, proposal: Proposal) -> Iterator[tuple[str, object]]:
    (start, end), text = span, sentence.text
    quote, asked = text[start:end], sentence.gate("question")
    yield "person", not _first_person(sentence)
    yield "no statement", sentence.gate("task") or (asked and asked.start() <= end)
    yield "no statement", text.rstrip().endswith("?") and not asked
    at = text.casefold().find(value.casefold(), start, end)
    yield "hypothetical", sentence.gate("before", text[: at if at >= 0 else end])
    negated = re.search(rf"\b(?:{_NOT[sentence.language.code]})\b", text, re.IGNORECASE)
    yield "negation", negated and proposal.attribute not in _AGAINST
    if proposal.subject == SELF:
        whose = sentence.language.relative.search(quote.lower().lstrip(), timeout=SECONDS)
        yield "subject", whose and proposal.attribute not in {"family", "pets"}
    else:
        yield "subject", not _named(sentence, proposal.subject)
    yield "steering", any(sentence.gate(name, piece) for name in _STEERING for piece in (value, quote))


def _first_person(sentence: Sentence) -> bool:
    words = _I.get(sentence.language.code)
    return bool(words and re.search(rf"(?<![\w']) *(?:{words})(?![\w'])", sentence.text, re.IGNORECASE))


def _named(sentence: Sentence, subject: str) -> bool:
    """Whether the sentence speaks of that relation, by whichever of its words."""
    words = {subject, *(word for word, kept in sentence.language.subjects.items() if kept == subject)}
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", sentence.lowered) for word in words)


def _made(
    sentence: Sentence,
    quote: str,
    value: str,
    proposal: Proposal,
    restore: Callable[[str], str],
    following: Sentence | None,
) -> Candidate | str:
    slot, topic = _slot(sentence, proposal.attribute)
    if slot is None and not _NAME.fullmatch(proposal.attribute.replace(" ", "_")):
        return "attribute"
    if slot and (slot.name in _UNMEANT or slot.kind is FactKind.INSTRUCTION):
        return "instruction"
    categories = _categories(sentence)
    category = slot.category if slot else proposal.category if proposal.category in categories else "other"
    category = special(sentence, f"{quote} {value}") or category
    if category in sentence.language.special and not _remembered(sentence, following):
        return "special"
    return Candidate(
        act="assert",
        text=_shown(slot, topic, proposal, value, quote, restore),
        kind=slot.kind if slot else _kind(proposal),
        category=category,
        subject=proposal.subject,
        attribute=slot.attribute.format(topic=topic) if slot else proposal.attribute.replace(" ", "_"),
        value=value,
        start=sentence.start,
        end=sentence.end,
        explicit=False,  # a model never brings back what was forgotten
        confidence=CONFIDENCE,
        valid_from=sentence.at,
        single=bool(slot and slot.single),
        rivals=slot.rivals if slot else (),
    )


def _slot(sentence: Sentence, attribute: str) -> tuple[Slot | None, str]:
    name = attribute.replace(" ", "_")
    first, _, topic = attribute.replace("_", " ").partition(" ")
    for slot in sentence.language.slots:
        if name in {slot.name, slot.attribute}:
            return (None, "") if "{topic}" in slot.attribute else (slot, "")
        if "{topic}" in slot.attribute and first == slot.name and topic:
            return slot, topic
    return None, ""


def _kind(proposal: Proposal) -> FactKind:
    """What no slot knows is never who somebody is, nor how to answer: only recalled, or a preference."""
    return FactKind.PREFERENCE if proposal.kind == "preference" else FactKind.EPISODE


def _shown(
    slot: Slot | None, topic: str, proposal: Proposal, value: str, quote: str, restore: Callable[[str], str]
) -> str:
    """By the slot's own words, else by the model's where the quote says each of them, else the quote itself."""
    if slot:
        frame = slot.text if proposal.subject == SELF else slot.of
        words = {"value": value, "topic": topic, "date": "", "subject": proposal.subject}
        return capital(frame.format(**words, Subject=capital(proposal.subject)).replace(" ()", ""))
    vocabulary, text = Vocabulary(), restore(proposal.text)
    grounded = set(vocabulary.terms(text)) <= set(vocabulary.terms(quote))
    return capital(text if grounded else quote)


def _categories(sentence: Sentence) -> frozenset[str]:
    return frozenset({*(slot.category for slot in sentence.language.slots), *sentence.language.special})


def _remembered(sentence: Sentence, following: Sentence | None) -> bool:
    """Whether the person said "remember" of this sentence."""
    after = following.gate("remember_back") if following else None
    return bool(sentence.gate("remember") or sentence.gate("remember_back") or after)


def slots_of(rules: Rules) -> Iterator[tuple[str, str]]:
    """The slots that a model may fill, with how each is shown."""
    for slot in rules.language_of("").slots:
        if slot.name not in _UNMEANT and slot.kind is not FactKind.INSTRUCTION:
            yield slot.attribute.replace("{topic}", "film"), slot.text


def told(rejected: Mapping[str, int]) -> tuple[str, ...]:
    """The reasons for the record, such as "learning: 2 quote"."""
    return tuple(f"learning: {count} {reason}" for reason, count in sorted(rejected.items()) if count)
