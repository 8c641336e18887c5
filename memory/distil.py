# SPDX-License-Identifier: Apache-2.0
"""A person's message becomes candidate facts, by rules alone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from memory.candidates import EVERYTHING, Candidate, normalised
from memory.rules import Language, Rule, Rules
from memory.sentences import BLANK, CHARACTERS, SECONDS, Sentence, own_sentences
from memory.values import FactKind

SELF = "self"
_LONGEST_VALUE = 120
_LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True)
class _Reading:
    """One sentence being read."""

    text: str
    """The whole message, for the person's own spelling."""
    sentence: Sentence
    at: datetime
    language: Language

    def gate(self, name: str, text: str | None = None, start: int = 0, end: int | None = None) -> Any:
        """The gate's first match in the sentence or in another text."""
        searched = self.sentence.text if text is None else text
        stop = len(searched) if end is None else end
        return self.language.gates[name].search(searched, start, stop, timeout=SECONDS)

    def spelled(self, start: int, end: int) -> str:
        """A piece of the sentence as the person wrote it."""
        return self.text[self.sentence.start + start : self.sentence.start + end]


def distil(text: str, at: datetime, rules: Rules) -> tuple[Candidate, ...]:
    """Candidates in the order of the text; never raises on any text.

    Looks at the first 6,000 characters and 60 sentences of 400 characters. Text that would steer the
    assistant, or that a pattern cannot get through in time, yields nothing at all. About a millisecond
    for 300 characters; the first date in the process costs some 300 ms more, for loading dateparser.
    """
    try:
        return tuple(found for language in rules.languages for found in _read(text, at, language))
    except TimeoutError:
        return ()


def _read(text: str, at: datetime, language: Language) -> Iterator[Candidate]:
    if language.gates["attack"].search(text[:CHARACTERS], timeout=SECONDS):
        return
    sentences = [_Reading(text, one, at, language) for one in own_sentences(text, language)]
    for number, reading in enumerate(sentences, 1):
        kept = any(following.gate("remember_back") for following in sentences[number : number + 1])
        seen: set[tuple[str, ...]] = set()
        for found in _sentence(reading, kept):
            key = (found.act, found.subject, found.attribute, normalised(found.value))
            if key not in seen:
                seen.add(key)
                yield found


def _sentence(reading: _Reading, kept: bool) -> Iterator[Candidate]:
    forget = reading.gate("forget")
    if forget and not reading.gate("before", reading.sentence.text[: forget.start()]):
        yield from _forgotten(reading, *forget.span("what"))
        start, explicit = forget.end(), False
    else:
        start, explicit = _remember(reading)
        if explicit and reading.gate("nothing", reading.sentence.text[start:]):
            return
    back = reading.gate("remember_back", start=start)
    if back and back.start() == 0:
        return
    end = min(_statement_end(reading, start), back.start() if back else CHARACTERS)
    explicit = explicit or kept or back is not None
    found = list(_stated(reading, start, end, explicit))
    if not found and explicit:
        found = list(_note(reading, start, end))
    yield from found


def _remember(reading: _Reading) -> tuple[int, bool]:
    found = reading.gate("remember")
    return (found.end(), True) if found else (0, False)


def _statement_end(reading: _Reading, start: int) -> int:
    """Where statements end and a question, a task or play begins."""
    text = reading.sentence.text
    question, task = reading.gate("question", start=start), reading.gate("task", start=start)
    asked = text.rstrip().endswith("?")
    if asked and reading.gate("tag"):
        return start
    if asked and not question and not (start and reading.gate("question", end=start)):
        return start
    return min(found.start() if found else len(text) for found in (question, task))


def _stated(reading: _Reading, start: int, end: int, explicit: bool) -> Iterator[Candidate]:
    found: list[tuple[int, Candidate]] = []
    corrections: list[tuple[int, Candidate]] = []
    for rule, match in _matches(reading, start, end):
        if reading.gate("before", reading.sentence.text[start : match.start()]):
            continue
        into = corrections if rule.slot.name == "correction" else found
        into.extend((match.start(), one) for one in _candidates(reading, rule, match, explicit))
    for _, candidate in sorted(found or corrections, key=lambda pair: pair[0]):
        yield candidate


def _matches(reading: _Reading, start: int, end: int) -> Iterator[tuple[Rule, Any]]:
    lowered = reading.sentence.lowered
    for rule in reading.language.rules:
        if any(cue in lowered for cue in rule.cues):
            for match in rule.find.finditer(reading.sentence.text, start, end, timeout=SECONDS):
                yield rule, match


def _candidates(reading: _Reading, rule: Rule, match: Any, explicit: bool) -> Iterator[Candidate]:
    groups = match.groupdict()
    spelled = {name: reading.spelled(*match.span(name)) for name in groups if groups[name]}
    value = rule.value or spelled.get("value", "")
    if not value and rule.act == "assert":
        return
    if rule.avoid and rule.avoid.search(value, timeout=SECONDS):
        return
    values = list(_items(reading, value)) if rule.slot.items else [_trimmed(reading, value)]
    for one in values:
        if rule.act == "assert" and not one:
            continue
        category = _allowed(reading, rule, one, explicit)
        if category is not None:
            yield _candidate(reading, rule, {**spelled, "value": one}, category, explicit)


def _items(reading: _Reading, value: str) -> Iterator[str]:
    """The items of "a, b and c", up to where another clause begins."""
    for part in reading.language.gates["between"].split(value, timeout=SECONDS):
        item = _trimmed(reading, part or "")
        if not item or reading.gate("clause", item) or len(item.split()) > 7:
            return
        yield item


def _trimmed(reading: _Reading, value: str) -> str:
    gates = reading.language.gates
    kept, previous = value.strip(), None
    while kept != previous:
        previous = kept
        kept = gates["trim"].sub("", gates["lead"].sub("", kept, timeout=SECONDS), timeout=SECONDS).strip()
    return kept


def _allowed(reading: _Reading, rule: Rule, value: str, explicit: bool) -> str | None:
    """The category under which the value may be kept, or None."""
    if BLANK in value or len(value) > _LONGEST_VALUE:
        return None
    if reading.gate("steer", value) or reading.gate("secret", value):
        return None
    category = rule.slot.category
    if rule.slot.screened:
        category = _special(reading, value) or category
    return None if category in reading.language.special and not explicit else category


def _special(reading: _Reading, value: str) -> str | None:
    special = reading.language.special
    return next((name for name in special if special[name].search(value, timeout=SECONDS)), None)


def _candidate(
    reading: _Reading, rule: Rule, spelled: dict[str, str], category: str, explicit: bool
) -> Candidate:
    slot, value = rule.slot, spelled["value"]
    what = " ".join(word for word in (spelled.get("what", ""), value) if word)
    subject = _subject(reading, rule, spelled)
    when = _dated(reading, rule, spelled.get("when", ""))
    topic = spelled.get("topic", "").lower()
    future = rule.when == "future"
    words = {"value": what, "topic": topic, "date": f"{when:%Y-%m-%d}" if when else ""}
    shown = (slot.text if subject == SELF else slot.of).format(
        **words, Subject=subject[:1].upper() + subject[1:]
    )
    return Candidate(
        act=rule.act,
        text=_capital(shown.replace(" ()", "")),
        kind=slot.kind,
        category=category,
        subject=subject,
        attribute="" if "old" in spelled else slot.attribute.format(topic=topic),
        value=what,
        start=reading.sentence.start,
        end=reading.sentence.end,
        explicit=explicit,
        confidence=1.0 if explicit else rule.confidence,
        valid_from=when if when and not future and when < reading.at else reading.at,
        single=slot.single,
        rivals=slot.rivals,
        replaces=spelled.get("old", "").strip(),
    )


def _subject(reading: _Reading, rule: Rule, spelled: dict[str, str]) -> str:
    said = spelled.get("subject", "").lower()
    return reading.language.subjects.get(said, said) or rule.subject


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _dated(reading: _Reading, rule: Rule, phrase: str) -> datetime | None:
    """The date that the phrase means, seen from the message's time; None when nobody can say."""
    if not phrase:
        return None
    import dateparser  # loads for 130 ms

    found = dateparser.parse(
        phrase,
        languages=[reading.language.code],
        settings={
            "RELATIVE_BASE": reading.at.replace(tzinfo=None),
            "PREFER_DATES_FROM": rule.when,
            "PREFER_DAY_OF_MONTH": "first",
        },
    )
    return found.replace(tzinfo=reading.at.tzinfo) if found else None


def _note(reading: _Reading, start: int, end: int) -> Iterator[Candidate]:
    """What the person asked to remember and no rule understands, in their own words."""
    slot = next(one for one in reading.language.slots if one.name == "note")
    value = _trimmed(reading, reading.spelled(start, min(end, len(reading.sentence.text))))
    blanked = BLANK in reading.sentence.text[start:end]
    if blanked or len(value) > _LONGEST_NOTE or len(value.split()) < 2:
        return
    if any(reading.gate(name, value) for name in ("nothing", "steer", "steer_note", "secret")):
        return
    if reading.gate("before", reading.sentence.text[:start]):
        return
    yield replace(
        _blank_candidate(reading, "assert", value),
        text=_capital(slot.text.format(value=value)),
        kind=slot.kind,
        category=_special(reading, value) or slot.category,
        attribute=slot.attribute,
    )


def _blank_candidate(reading: _Reading, act: Any, value: str) -> Candidate:
    sentence = reading.sentence
    return Candidate(
        act=act,
        text=value,
        kind=FactKind.EPISODE,
        category="other",
        subject=SELF,
        attribute="",
        value=value,
        start=sentence.start,
        end=sentence.end,
        explicit=True,
        confidence=1.0,
        valid_from=reading.at,
    )


def _forgotten(reading: _Reading, start: int, end: int) -> Iterator[Candidate]:
    """What "forget ..." means: all, a statement, a slot by its everyday name, or words."""
    what = reading.spelled(start, end).strip()
    if reading.gate("forget_nothing", what):
        return
    asked = _blank_candidate(reading, "forget", what)
    if reading.gate("forget_all", what):
        yield replace(asked, attribute=EVERYTHING, value="")
        return
    stated = [
        one for one in _stated(reading, start, end, explicit=True) if one.act == "assert" and one.attribute
    ]
    if stated:
        yield from (replace(one, act="forget") for one in stated)
        return
    lead = reading.gate("forget_lead", what)
    yield from _named(reading, asked, what[lead.end() :] if lead else what)


def _named(reading: _Reading, asked: Candidate, phrase: str) -> Iterator[Candidate]:
    language = reading.language
    relative = language.relative.search(phrase.lower(), timeout=SECONDS)
    if relative:
        said = relative["subject"]
        asked = replace(asked, subject=language.subjects.get(said, said))
        phrase = phrase[relative.end() :]
    words = [word for word in normalised(phrase).split() if word not in language.filler]
    names = {normalised(phrase), " ".join(words)}
    slots = [slot for slot in language.slots if names & {normalised(name) for name in slot.aka}]
    if slots and words:
        yield from (replace(asked, attribute=slot.attribute, value="") for slot in slots)
    elif words:
        yield replace(asked, value=" ".join(words))
    elif relative:
        yield replace(asked, value=asked.subject)
