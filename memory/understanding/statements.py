# SPDX-License-Identifier: Apache-2.0
"""What a sentence states about the person: rules tried on it, and what they find made candidates."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from memory.understanding.candidates import Candidate, normalised
from memory.understanding.rules import Rule, Slot
from memory.understanding.sentences import BLANK, SECONDS, Sentence

SELF = "self"
_DIET = "diet"
"""What one eats is no special category by itself; where its sentence names a condition or a religion, it is."""
_LONGEST_VALUE = 120
_ITEM_WORDS = 4
"""An item of a list has at most these; with a longer one it is a phrase with a comma or an "and" in it."""
_PHRASE_WORDS = 8


def stated(sentence: Sentence, start: int, end: int, explicit: bool) -> Iterator[Candidate]:
    """What the sentence states between two places in it, in its order; a bare correction only without more."""
    found: list[tuple[int, Candidate]] = []
    corrections: list[tuple[int, Candidate]] = []
    for rule, match in _matches(sentence, start, end):
        if not _spoken(sentence, start, match):
            continue
        into = corrections if rule.slot.name == "correction" else found
        into.extend((match.start(), one) for one in _candidates(sentence, rule, match, explicit))
    ordered = [one for _, one in sorted(found or corrections, key=lambda pair: pair[0])]
    yield from (one for one in ordered if not any(_within(one, other) for other in ordered))


def presumed(sentence: Sentence, start: int, explicit: bool) -> Iterator[Candidate]:
    """What a question takes for granted from a place on: "what would my wife Ana like?"."""
    for rule in sentence.language.rules:
        if rule.presumed and any(cue in sentence.lowered for cue in rule.cues):
            for match in list(rule.find.finditer(sentence.text, start, timeout=SECONDS)):
                yield from _candidates(sentence, rule, match, explicit)


def _within(one: Candidate, other: Candidate) -> bool:
    """Whether another rule read more of the same: "going to Madrid" where this is "Madrid"."""
    slot = (one.act, one.subject, one.attribute)
    longer = len(one.value) < len(other.value) and slot == (other.act, other.subject, other.attribute)
    return longer and bool(one.value) and f" {normalised(one.value)} " in f" {normalised(other.value)} "


def _spoken(sentence: Sentence, start: int, match: Any) -> bool:
    """Whether the match starts a clause that the person says of themselves and means as true."""
    before = sentence.text[start : match.start()]
    if sentence.gate("before", before):
        return False
    if not before.strip() or not sentence.gate("speaker", match[0]):
        return True
    return sentence.gate("begin", sentence.text[: match.start()]) is not None


def _matches(sentence: Sentence, start: int, end: int) -> Iterator[tuple[Rule, Any]]:
    lowered = sentence.lowered
    for rule in sentence.language.rules:
        if any(cue in lowered for cue in rule.cues):
            # All at once: the clock of a search runs on while its matches are looked at.
            found = list(rule.find.finditer(sentence.text, start, end, timeout=SECONDS))
            yield from ((rule, match) for match in found)


def _candidates(sentence: Sentence, rule: Rule, match: Any, explicit: bool) -> Iterator[Candidate]:
    groups = match.groupdict()
    spelled = {name: sentence.spelled(*match.span(name)) for name in groups if groups[name]}
    spelled["subject"] = groups.get("subject") or ""
    value = rule.value or spelled.get("value", "")
    if not value and rule.act == "assert":
        return
    if rule.avoid and rule.avoid.search(value, timeout=SECONDS):
        return
    values = list(_items(sentence, value)) if rule.slot.items else [trimmed(sentence, value)]
    for one in values:
        if rule.act == "assert" and not one:
            continue
        if _over(sentence, rule, spelled.get("when", "")):
            continue
        category = _allowed(sentence, rule, f"{spelled.get('what', '')} {one}".strip(), explicit)
        if category is not None:
            yield _candidate(sentence, rule, {**spelled, "value": one}, category, explicit)


def _over(sentence: Sentence, rule: Rule, phrase: str) -> bool:
    """Whether a plan's date lies before the day on which it is told."""
    when = _dated(sentence, rule, phrase) if rule.when == "future" else None
    return when is not None and when.date() < sentence.at.date()


def _items(sentence: Sentence, value: str) -> Iterator[str]:
    """The items of "a, b and c", up to where another clause begins; longer phrases stay one."""
    between = sentence.language.gates["between"]
    items = []
    for part in between.split(value, timeout=SECONDS):
        item = trimmed(sentence, part or "")
        if not item or sentence.gate("clause", item):
            break
        items.append(item)
    if max((len(item.split()) for item in items), default=0) <= _ITEM_WORDS:
        yield from items
    elif len(whole := trimmed(sentence, value.split(",", maxsplit=1)[0]).split()) <= _PHRASE_WORDS:
        yield " ".join(whole)


def trimmed(sentence: Sentence, value: str) -> str:
    """The value without what merely leads to it or trails after it."""
    gates = sentence.language.gates
    kept, previous = value.strip(), None
    while kept != previous:
        previous = kept
        kept = gates["trim"].sub("", gates["lead"].sub("", kept, timeout=SECONDS), timeout=SECONDS).strip()
    return kept


def _allowed(sentence: Sentence, rule: Rule, value: str, explicit: bool) -> str | None:
    """The category under which the value may be kept, or None."""
    if BLANK in value or len(value) > _LONGEST_VALUE:
        return None
    if sentence.gate("steer", value) or sentence.gate("secret", value):
        return None
    category = rule.slot.category
    if rule.slot.screened:
        told = sentence.text if category == _DIET else value
        category = special(sentence, told) or category
    return None if category in sentence.language.special and not explicit else category


def special(sentence: Sentence, value: str) -> str | None:
    """The special category of GDPR art. 9 that the value gives away, if any."""
    words = sentence.language.special
    return next((name for name in words if words[name].search(value, timeout=SECONDS)), None)


def _candidate(sentence: Sentence, rule: Rule, spelled: dict[str, str], category: str, explicit: bool) -> Candidate:
    slot, value = rule.slot, spelled["value"]
    what = " ".join(word for word in (spelled.get("what", ""), value) if word)
    subject = _subject(sentence, rule, spelled)
    when = _dated(sentence, rule, spelled.get("when", ""))
    topic = spelled.get("topic", "").lower()
    future = rule.when == "future"
    words = {"value": what, "topic": topic, "date": f"{when:%Y-%m-%d}" if when else ""}
    template = _template(slot, value) if subject == SELF else slot.of
    shown = template.format(**words, Subject=capital(subject), subject=subject)
    return Candidate(
        act=rule.act,
        text=capital(shown.replace(" ()", "")),
        kind=slot.kind,
        category=category,
        subject=subject,
        attribute="" if "old" in spelled else slot.attribute.format(topic=topic),
        value=what,
        start=sentence.start,
        end=sentence.end,
        explicit=explicit,
        confidence=1.0 if explicit else rule.confidence,
        valid_from=when if when and not future and when < sentence.at else sentence.at,
        single=slot.single,
        rivals=slot.rivals,
        replaces=spelled.get("old", "").strip(),
    )


def _template(slot: Slot, value: str) -> str:
    """How the value is shown in clear words: "short answers" for "briefly"."""
    return next((text for pattern, text in slot.shown if pattern.search(value, timeout=SECONDS)), slot.text)


def _subject(sentence: Sentence, rule: Rule, spelled: dict[str, str]) -> str:
    said = spelled.get("subject", "").lower()
    return sentence.language.subjects.get(said, said) or rule.subject


def capital(text: str) -> str:
    """The text with a capital at its start, the rest as it is."""
    return text[:1].upper() + text[1:]


def _dated(sentence: Sentence, rule: Rule, phrase: str) -> datetime | None:
    """The date that the phrase means, seen from the message's time; None when nobody can say."""
    if not phrase:
        return None
    import dateparser  # loads for 130 ms

    found = dateparser.parse(
        phrase,
        languages=[sentence.language.code],
        settings={
            "RELATIVE_BASE": sentence.at.replace(tzinfo=None),
            "PREFER_DATES_FROM": rule.when,
            "PREFER_DAY_OF_MONTH": "first",
        },
    )
    return found.replace(tzinfo=sentence.at.tzinfo) if found else None
