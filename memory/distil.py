# SPDX-License-Identifier: Apache-2.0
"""A person's message becomes candidate facts, by rules alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from memory.understanding.candidates import EVERYTHING, Act, Candidate, normalised
from memory.understanding.reference import referred
from memory.understanding.rules import Language, Rules
from memory.understanding.sentences import BLANK, CHARACTERS, SECONDS, Sentence, own_sentences
from memory.understanding.statements import SELF, capital, presumed, special, stated, trimmed
from memory.understanding.wording import plain
from memory.values import FactKind

_LONGEST_NOTE = 300


def distil(text: str, at: datetime, rules: Rules) -> tuple[Candidate, ...]:
    """Candidates in the order of the text, by the rules of its language; never raises on any text.

    Looks at the first 6,000 characters and 60 sentences of 400 characters. Text that would steer the
    assistant, or that a pattern cannot get through in time, yields nothing at all. About a millisecond
    for 300 characters; the first date in the process costs some 300 ms more, for loading dateparser,
    and the first message in a language its compiling.
    """
    try:
        return tuple(_read(text, at, rules.language_of(text)))
    except TimeoutError:
        return ()


def _read(text: str, at: datetime, language: Language) -> Iterator[Candidate]:
    if language.gates["attack"].search(text[:CHARACTERS], timeout=SECONDS):
        return
    sentences = [plain(sentence) for sentence in own_sentences(text, at, language)]
    if any(sentence.gate("unkept") for sentence in sentences):
        return
    sentences = [referred(one, before) for before, one in zip((None, *sentences), sentences, strict=False)]
    for number, sentence in enumerate(sentences, 1):
        if sentence.gate("staged"):
            return
        kept = any(following.gate("remember_back") for following in sentences[number : number + 1])
        kept = kept or (number == 2 and _bare(sentences[0]))
        seen: set[tuple[str, ...]] = set()
        for found in _of(sentence, kept):
            key = (found.act, found.subject, found.attribute, normalised(found.value))
            if key not in seen:
                seen.add(key)
                yield found


def _bare(sentence: Sentence) -> bool:
    """Whether a message's first sentence says no more than "make a note for me": it means the next one."""
    found = sentence.gate("remember_back")
    return found is not None and found.start() == 0


def _of(sentence: Sentence, kept: bool) -> Iterator[Candidate]:
    forget = sentence.gate("forget")
    if forget and not sentence.gate("before", sentence.text[: forget.start()]):
        end = min(_statement_end(sentence, 0), forget.start())
        yield from stated(sentence, 0, end, explicit=False)
        yield from _forgotten(sentence, *forget.span("what"))
        start, explicit = forget.end(), False
    else:
        start, explicit = _remember(sentence)
        if explicit and sentence.gate("nothing", sentence.text[start:]):
            return
    back = sentence.gate("remember_back", start=start)
    if back and back.start() == 0:
        return
    end = min(_statement_end(sentence, start), back.start() if back else CHARACTERS)
    explicit = explicit or kept or back is not None
    found = list(stated(sentence, start, end, explicit))
    again = _answered(sentence, start, end)
    if again is not None:
        found += stated(sentence, again, _statement_end(sentence, again), explicit)
    if not found and explicit:
        found = list(_note(sentence, start, end))
    if not forget and not sentence.gate("task"):
        found += presumed(sentence, end, explicit)
    yield from found


def _remember(sentence: Sentence) -> tuple[int, bool]:
    found = sentence.gate("remember")
    return (found.end(), True) if found else (0, False)


def _statement_end(sentence: Sentence, start: int) -> int:
    """Where statements end and a question, a task or play begins."""
    text = sentence.text
    request, task = sentence.gate("request", start=start), sentence.gate("task", start=start)
    question = None if request else sentence.gate("question", start=start)
    asked = request is None and text.rstrip().endswith("?")
    if asked and sentence.gate("tag"):
        return start
    if asked and not question and not (start and sentence.gate("question", end=start)):
        return max(start, _last_clause(text))
    return min(found.start() if found else len(text) for found in (question, task))


def _last_clause(text: str) -> int:
    """Where the last clause begins, which alone is asked: "my son loves trains, any museums?"; 0 if it is the only."""
    return max(text.rfind(mark) for mark in (", ", "; ", " – ", " - ", " — ")) + 1


def _answered(sentence: Sentence, start: int, end: int) -> int | None:
    """Where the person goes on about themselves after a question or wish that has no mark: "what helps, I hate it"."""
    if end > start or sentence.text.rstrip().endswith("?") or sentence.gate("task"):
        return None
    again = sentence.gate("resume", start=end)
    return int(again.end()) if again else None


def _note(sentence: Sentence, start: int, end: int) -> Iterator[Candidate]:
    """What the person asked to remember and no rule understands, in their own words."""
    slot = next(one for one in sentence.language.slots if one.name == "note")
    value = trimmed(sentence, sentence.spelled(start, min(end, len(sentence.text))))
    blanked = BLANK in sentence.text[start:end]
    if blanked or len(value) > _LONGEST_NOTE or len(value.split()) < 2:
        return
    if any(sentence.gate(name, value) for name in ("nothing", "steer", "steer_note", "secret")):
        return
    if sentence.gate("before", sentence.text[:start]):
        return
    yield replace(
        _commanded(sentence, "assert", value),
        text=capital(slot.text.format(value=value)),
        kind=slot.kind,
        category=special(sentence, value) or slot.category,
        attribute=slot.attribute,
    )


def _commanded(sentence: Sentence, act: Act, value: str) -> Candidate:
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
        valid_from=sentence.at,
    )


def _forgotten(sentence: Sentence, start: int, end: int) -> Iterator[Candidate]:
    """What "forget ..." means: all, a statement, a slot by its everyday name, or words."""
    what = sentence.spelled(start, end).strip()
    if sentence.gate("forget_nothing", what):
        return
    asked = _commanded(sentence, "forget", what)
    if sentence.gate("forget_all", what):
        yield replace(asked, attribute=EVERYTHING, value="")
        return
    claims = [one for one in stated(sentence, start, end, explicit=True) if one.act == "assert" and one.attribute]
    if claims:
        yield from (replace(one, act="forget") for one in claims)
        return
    lead = sentence.gate("forget_lead", what)
    yield from _named(sentence, asked, what[lead.end() :] if lead else what)


def _named(sentence: Sentence, asked: Candidate, phrase: str) -> Iterator[Candidate]:
    language = sentence.language
    relative = language.relative.search(phrase.lower(), timeout=SECONDS)
    if relative:
        said = relative["subject"]
        asked = replace(asked, subject=language.subjects.get(said, said))
        phrase = phrase[relative.end() :]
    words = [word for word in normalised(phrase).split() if word not in language.filler]
    names = {normalised(phrase), " ".join(words)}
    slots = [slot for slot in language.slots if names & {normalised(name) for name in slot.aka}]
    if slots:
        yield from (replace(asked, attribute=slot.attribute, value="") for slot in slots)
    elif words:
        yield replace(asked, value=" ".join(words))
    elif relative:
        yield replace(asked, value=asked.subject)
