# SPDX-License-Identifier: Apache-2.0
"""Statements that come by another way than the chat: what of them may be kept, and into which slot they go."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache

from memory.distil import distil
from memory.understanding.candidates import Candidate
from memory.understanding.rules import Language, Rules, Slot
from memory.understanding.sentences import SECONDS, Sentence
from memory.understanding.statements import SELF, special
from memory.values import FactKind

LONGEST = 500
"""Characters of a statement."""
NOTE = "note"
"""The slot of what no rule understands."""
_LINK = re.compile(r"://|www\.|@|\b[a-z0-9-]+\.[a-z]{2,}\b", re.IGNORECASE)
_OF_USER = re.compile(r"^(?:the )?user(?:'s (?=\w)| (?=\w))", re.IGNORECASE)
_LONGEST_WISH = 40


def refusal(rules: Rules, kind: FactKind, *texts: str) -> str | None:
    """Why these words may not be remembered, or None; as strict as learning is.

    A wish for how to be answered is short and names no address, since it is put before every answer.
    """
    for text in texts:
        gates = rules.language_of(text).gates
        try:
            if gates["attack"].search(text, timeout=SECONDS) or gates["steer"].search(text, timeout=SECONDS):
                return "reads like an instruction to the assistant, and such text is not remembered"
            if gates["secret"].search(text, timeout=SECONDS):
                return "looks like a password or key, and such text is not remembered"
        except TimeoutError:
            return "cannot be read in time, and is not remembered"
    if kind is FactKind.INSTRUCTION and any(len(text) > 2 * _LONGEST_WISH or _LINK.search(text) for text in texts):
        return "is too long for a wish, or names an address, and is not remembered"
    return None


def read_statement(text: str, now: datetime, rules: Rules) -> tuple[Candidate, ...]:
    """What a plain sentence states, in either person ("I live in Lisbon", "Lives in Lisbon"); at least one.

    What neither a rule nor a slot's own wording understands is kept as a note.
    """
    said = _OF_USER.sub("", " ".join(text.split()))
    said = said[:1].upper() + said[1:]
    for asked in (f"Remember that {said}", said):  # the second for other languages than English
        found = [one for one in distil(asked, now, rules) if one.act == "assert" and one.attribute]
        if any(one.attribute != NOTE for one in found):
            return tuple(found)
    own = rules.language_of(said)
    languages = (own, *(language for language in rules.languages if language is not own))
    worded = next((one for language in languages for one in _worded(language, said, now)), None)
    return (worded or _note(own, said, now),)


def single(rules: Rules, attribute: str) -> bool:
    """Whether the slot holds one value at a time."""
    return any(slot.single for slot in _slots(rules, attribute))


def rivals(rules: Rules, attribute: str) -> frozenset[str]:
    """Attributes that cannot hold the same value together with this one."""
    return frozenset(rival for slot in _slots(rules, attribute) for rival in slot.rivals)


def _slots(rules: Rules, attribute: str) -> Iterator[Slot]:
    for language in rules.languages:
        for slot in language.slots:
            head, topic, _ = slot.attribute.partition("{topic}")
            if attribute == slot.attribute or (topic and attribute.startswith(head)):
                yield slot


def _worded(language: Language, said: str, now: datetime) -> Iterator[Candidate]:
    """By the words in which a slot is shown; wishes for answers are left to the rules, which know the good ones."""
    for slot in sorted(language.slots, key=lambda slot: -len(slot.text)):
        match = None if slot.kind is FactKind.INSTRUCTION else _wording(slot.text).fullmatch(said)
        alike = [one for one in language.slots if one.text == slot.text]
        if match and len(alike) == 1 and not slot.text.startswith("{"):
            note = _note(language, said, now)
            topic = match.groupdict().get("topic", "").lower()
            yield replace(
                note,
                kind=slot.kind,
                category=note.category if slot.screened and note.category != "other" else slot.category,
                attribute=slot.attribute.format(topic=topic),
                value=match["value"].strip(),
                single=slot.single,
                rivals=slot.rivals,
            )


@cache
def _wording(text: str) -> re.Pattern[str]:
    literal = re.escape(text.replace(" ({date})", ""))
    named = literal.replace(r"\{value\}", "(?P<value>.+)").replace(r"\{topic\}", r"(?P<topic>\w+)")
    return re.compile(named)


def _note(language: Language, said: str, now: datetime) -> Candidate:
    sentence = Sentence(said, 0, len(said), said, said.lower(), now, language)
    return Candidate(
        act="assert",
        text=said,
        kind=FactKind.EPISODE,
        category=special(sentence, said) or "other",
        subject=SELF,
        attribute=NOTE,
        value=said,
        start=0,
        end=len(said),
        explicit=True,
        confidence=1.0,
        valid_from=now,
    )
