# SPDX-License-Identifier: Apache-2.0
"""The rules of learning: read from rules/<language>.yaml, checked, and compiled pattern by pattern at first use.

Patterns are written with the parts of their file: <part> stands for a part, <value:part> for a named
group around it, and a space for any white space. Nothing else is added to the `regex` package's syntax.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import regex

from memory.errors import NotebookError
from memory.understanding.candidates import Act
from memory.understanding.patterns import Pattern
from memory.understanding.rulebook import (
    Rulebook,
    WrittenEdit,
    WrittenReference,
    WrittenRule,
    WrittenSlot,
    read_rulebook,
)
from memory.values import FactKind

SHARED = ("attack", "steer", "steer_note", "secret")
"""Gates that hold in every language's words whatever a message is written in: attacks mix languages."""

FIRST = "en"
"""The language of a message that no stop word gives away."""

_VOTERS = 400
"""Characters that are looked at to guess the language."""
_WORD = re.compile(r"[^\W\d_]+")

_PART = regex.compile(r"(?<!\?P)<(?:(\w+):)?([a-z_]+)>")
_START = r"(?<![\p{L}\p{N}'](?=[\p{L}\p{N}]))"
"""Where a rule's match may start: not in the middle of a word."""
_RELATIVE = r"^(?:<my> |the (?=\p{L}+'s\b))?(?P<subject><relative>)(?:'s)?\b\s*"
_SPACE = regex.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]| [?*]|[ ]")


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing that can be known."""

    name: str
    kind: FactKind
    category: str
    single: bool
    """One value at a time: a new one supersedes the old."""
    text: str
    """How it is shown, with {value}, {topic} and {date}."""
    of: str
    """The same for another subject, with {Subject}."""
    attribute: str
    items: bool
    """The value may be a list, each item of which is a fact of its own."""
    screened: bool
    """The value is free text, so that special categories are looked for in it."""
    rivals: tuple[str, ...]
    aka: tuple[str, ...]
    """What a person may call it in "forget my ..."."""
    shown: tuple[tuple[Pattern, str], ...]
    """How the values that match a pattern are shown instead."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern that fills a slot."""

    slot: Slot
    act: Act
    find: Pattern
    cues: tuple[str, ...]
    """Lower-case strings; the pattern is tried only where one of them occurs."""
    avoid: Pattern | None
    """A value that matches this is not one."""
    subject: str
    value: str
    """A fixed value, where the pattern only says that there is one."""
    when: Literal["past", "future"]
    """Which way an incomplete date such as "in May" is read."""
    confidence: float
    presumed: bool
    """What it finds is taken for granted in a question too: "what would my wife Ana like?"."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What is dropped from a sentence, or put where nothing stands, so that it is in plain wording."""

    find: Pattern
    cues: tuple[str, ...]
    put: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Whom a pronoun means, see memory/understanding/reference.py."""

    mention: Pattern
    pronoun: Pattern
    means: Mapping[str, frozenset[str]]
    put: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Language:
    """The compiled rules of one language."""

    code: str
    subjects: Mapping[str, str]
    """Words for a relation to the one word under which it is kept."""
    slots: tuple[Slot, ...]
    rules: tuple[Rule, ...]
    gates: Mapping[str, Pattern]
    special: Mapping[str, Pattern]
    """Categories of GDPR art. 9 and the words that give them away."""
    relative: Pattern
    filler: frozenset[str]
    spoken: Mapping[str, str]
    """What is written in haste to how the rules spell it, both in lower case: "im" to "i'm"."""
    dropped: tuple[Edit, ...]
    """What says nothing: "tbh", and "really" between subject and verb."""
    left_out: tuple[Edit, ...]
    """Where a subject is left out, and the one to put there."""
    reference: Reference | None

    def patterns(self) -> Iterator[Pattern]:
        """All of them."""
        yield from (*self.gates.values(), *self.special.values(), self.relative)
        yield from (edit.find for edit in (*self.dropped, *self.left_out))
        yield from (rule.find for rule in self.rules)
        yield from (rule.avoid for rule in self.rules if rule.avoid)
        yield from (pattern for slot in self.slots for pattern, _ in slot.shown)
        yield from (self.reference.mention, self.reference.pronoun) if self.reference else ()


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of every language, to be shared by all turns; a pattern costs its compiling at first use."""

    languages: tuple[Language, ...]
    """In the order of their files' names."""
    votes: Mapping[str, frozenset[str]]
    """The stop words of each language."""

    def check(self) -> None:
        """Compiles every pattern, in seconds; raises NotebookError that names the file and entry of a wrong one."""
        for language in self.languages:
            for pattern in language.patterns():
                pattern.compiled()

    def language_of(self, text: str) -> Language:
        """The language whose stop words the text's start has most of; English where none leads."""
        words = _WORD.findall(text[:_VOTERS].lower())
        votes = {code: sum(word in stop for word in words) for code, stop in self.votes.items()}
        first = FIRST if FIRST in votes else next(iter(votes))
        best = max(votes, key=lambda code: (votes[code], code == first))
        return next(language for language in self.languages if language.code == best)


def read_rules(folder: Path) -> Rules:
    """Reads every *.yaml of the folder, in some 50 ms; patterns are compiled when they are first used.

    Raises NotebookError with a sentence that names the file and the entry when one is not usable; a wrong
    pattern raises it when it is first met: `check` meets them all.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise NotebookError(f"No learning rules (*.yaml) in {folder}: set RAPPORT_RULES to the rules folder.")
    contents = tuple(map(read_rulebook, files))
    languages = tuple(_made(content, contents) for content in contents)
    return Rules(languages, {content.language: content.votes for content in contents})


def _made(file: Rulebook, all_files: Sequence[Rulebook]) -> Language:
    try:
        return _language(file, all_files)
    except (ValueError, KeyError) as error:
        raise NotebookError(f"Learning rules {file.language}.yaml are not usable: {error}.") from error


def _parts(file: Rulebook) -> dict[str, str]:
    parts: dict[str, str] = {}
    for name, pattern in file.parts.items():
        parts[name] = _filled(pattern, parts)
    return parts


def _language(file: Rulebook, all_files: Sequence[Rulebook]) -> Language:
    parts, place = _parts(file), f"{file.language}.yaml"
    gates = {name: [_filled(one, parts) for one in patterns] for name, patterns in file.gates.items()}
    for name in SHARED:
        gates[name] = [_filled(one, _parts(other)) for other in all_files for one in other.gates[name]]
    slots = {name: _slot(name, slot, f"{place}: {name}") for name, slot in file.slots.items()}
    return Language(
        code=file.language,
        subjects=file.subjects,
        slots=tuple(slots.values()),
        rules=tuple(
            _rule(rule, slots, parts, f"{place}: rule {at} ({rule.slot})") for at, rule in enumerate(file.rules)
        ),
        gates={
            name: _any(patterns, f"{place}: gate {name}", file.cues.get(name, ())) for name, patterns in gates.items()
        },
        special={name: _any([_filled(one, parts)], f"{place}: {name}") for name, one in file.special.items()},
        relative=_any([_filled(_RELATIVE, parts)], f"{place}: relative"),
        filler=frozenset(file.filler),
        spoken=file.spoken,
        dropped=tuple(_edit(one, parts, f"{place}: dropped") for one in file.dropped),
        left_out=tuple(_edit(one, parts, f"{place}: left_out") for one in file.left_out),
        reference=_reference(file.reference, parts, f"{place}: reference") if file.reference else None,
    )


def _edit(edit: WrittenEdit, parts: Mapping[str, str], place: str) -> Edit:
    return Edit(_any([_filled(edit.find, parts)], place), tuple(cue.lower() for cue in edit.cues), edit.put)


def _reference(written: WrittenReference, parts: Mapping[str, str], place: str) -> Reference:
    mention, pronoun = (_any([_filled(one, parts)], place) for one in (written.mention, written.pronoun))
    return Reference(mention, pronoun, written.means, written.put)


def _slot(name: str, slot: WrittenSlot, place: str) -> Slot:
    given = slot.model_dump()
    shown = tuple((_any([pattern], place), text) for pattern, text in slot.shown.items())
    named = {"name": name, "attribute": slot.attribute or name, "of": slot.of or slot.text, "shown": shown}
    return Slot(**{**given, **named})


def _rule(rule: WrittenRule, slots: Mapping[str, Slot], parts: Mapping[str, str], place: str) -> Rule:
    slot = slots[rule.slot]
    slot = replace(slot, kind=rule.kind or slot.kind, category=rule.category or slot.category)
    return Rule(
        slot=slot,
        act=rule.act,
        find=_any([_START + "(?:" + _filled(rule.find, parts) + ")"], place),
        cues=tuple(cue.lower() for cue in rule.cues),
        avoid=_any([_filled(rule.avoid, parts)], place) if rule.avoid else None,
        subject=rule.subject,
        value=rule.value,
        when=rule.when,
        confidence=rule.confidence,
        presumed=rule.presumed,
    )


def _any(patterns: Sequence[str], place: str, cues: tuple[str, ...] = ()) -> Pattern:
    return Pattern("|".join(f"(?:{pattern})" for pattern in patterns), place, cues)


def _filled(pattern: str, parts: Mapping[str, str]) -> str:
    spaced = _SPACE.sub(lambda m: _white(m[0]), pattern)
    return str(_PART.sub(lambda m: f"(?P<{m[1]}>{parts[m[2]]})" if m[1] else parts[m[2]], spaced))


def _white(piece: str) -> str:
    return {" ": r"\s+", " ?": r"\s*", " *": r"\s*"}.get(piece, piece)
