# SPDX-License-Identifier: Apache-2.0
"""The rules of learning: read from rules/<language>.yaml, checked, and compiled when their language is first spoken.

Patterns are written with the parts of their file: <part> stands for a part, <value:part> for a named
group around it, and a space for any white space. Nothing else is added to the `regex` package's syntax.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import regex
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from memory.candidates import Act
from memory.errors import NotebookError
from memory.values import FactKind

Pattern = Any
"""A compiled pattern of `regex`, which ships no types."""

GATES = frozenset(
    (
        *("break", "between", "clause", "lead", "trim", "question", "request", "tag"),
        *("quoted", "tail", "task", "before", "speaker", "begin", "attack", "steer", "steer_note", "secret"),
        *("remember", "remember_back", "nothing", "forget", "forget_all", "forget_nothing", "forget_lead"),
    )
)
"""What every language must say: see the comments in rules/en.yaml."""

SHARED = ("attack", "steer", "steer_note", "secret")
"""Gates that hold in every language's words whatever a message is written in: attacks mix languages."""

FIRST = "en"
"""The language of a message that no stop word gives away."""

_VOTERS = 400
"""Characters that are looked at to guess the language."""
_WORD = re.compile(r"[^\W\d_]+")

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FLAGS = regex.IGNORECASE | regex.MULTILINE | regex.V0
_PART = regex.compile(r"(?<!\?P)<(?:(\w+):)?([a-z_]+)>")
_SPACE = regex.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]| [?*]|[ ]")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Slot(_Strict):
    kind: FactKind
    category: str
    single: bool
    text: str
    of: str = ""
    attribute: str = ""
    items: bool = False
    screened: bool = False
    rivals: tuple[str, ...] = ()
    aka: tuple[str, ...] = ()


class _Rule(_Strict):
    slot: str
    find: str
    cues: tuple[str, ...]
    act: Act = "assert"
    avoid: str = ""
    subject: str = "self"
    value: str = ""
    when: Literal["past", "future"] = "past"
    confidence: float = 0.9
    kind: FactKind | None = None
    category: str = ""


class _File(_Strict):
    language: str
    votes: frozenset[str]
    parts: dict[str, str]
    subjects: dict[str, str]
    slots: dict[str, _Slot]
    rules: list[_Rule]
    gates: dict[str, list[str]]
    special: dict[str, str]
    filler: list[str]


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


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of every language, to be shared by all turns; a language costs its compiling at first use."""

    _files: Mapping[str, _File]
    _compiled: dict[str, Language] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[Language, ...]:
        """All of them, compiled, in the order of their files' names."""
        return tuple(self._language(code) for code in self._files)

    def language_of(self, text: str) -> Language:
        """The language whose stop words the text's start has most of; English where none leads."""
        words = _WORD.findall(text[:_VOTERS].lower())
        votes = {code: sum(word in file.votes for word in words) for code, file in self._files.items()}
        first = FIRST if FIRST in votes else next(iter(votes))
        best = max(votes, key=lambda code: (votes[code], code == first))
        return self._language(best)

    def _language(self, code: str) -> Language:
        if code not in self._compiled:
            self._compiled[code] = _made(self._files[code], tuple(self._files.values()))
        return self._compiled[code]


def read_rules(folder: Path) -> Rules:
    """Reads and checks every *.yaml of the folder and compiles the first language; takes about a second.

    Raises NotebookError with a sentence that names the file and the entry when one is not usable; a wrong
    pattern of another language raises it when that language is first met.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise NotebookError(f"No learning rules (*.yaml) in {folder}: set RAPPORT_RULES to the rules folder.")
    rules = Rules({content.language: content for content in map(_read, files)})
    rules.language_of("")
    return rules


def _read(file: Path) -> _File:
    try:
        content = _File.model_validate(yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER))
        missing = GATES - content.gates.keys()
        if missing:
            raise ValueError(f"gates lacks {', '.join(sorted(missing))}")
        return content
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        entry = ".".join(str(part) for part in first["loc"]) or "the file"
        raise NotebookError(f"Learning rules {file.name}: {entry}: {first['msg']}.") from error
    except (OSError, UnicodeError, yaml.YAMLError, ValueError) as error:
        raise NotebookError(f"Learning rules {file.name} are not usable: {error}.") from error


def _made(file: _File, all_files: Sequence[_File]) -> Language:
    try:
        return _compiled(file, all_files)
    except (ValueError, KeyError, regex.error) as error:
        raise NotebookError(f"Learning rules {file.language}.yaml are not usable: {error}.") from error


def _parts(file: _File) -> dict[str, str]:
    parts: dict[str, str] = {}
    for name, pattern in file.parts.items():
        parts[name] = _filled(pattern, parts)
    return parts


def _compiled(file: _File, all_files: Sequence[_File]) -> Language:
    parts = _parts(file)
    shared = {
        name: _any([_filled(one, _parts(other)) for other in all_files for one in other.gates[name]], {})
        for name in SHARED
    }
    slots = {name: _slot(name, slot) for name, slot in file.slots.items()}
    return Language(
        code=file.language,
        subjects=file.subjects,
        slots=tuple(slots.values()),
        rules=tuple(_rule(rule, slots, parts) for rule in file.rules),
        gates={name: shared.get(name) or _any(patterns, parts) for name, patterns in file.gates.items()},
        special={name: _any([pattern], parts) for name, pattern in file.special.items()},
        relative=_any([r"^(?:<my> )?(?P<subject><relative>)(?:'s)?\b\s*"], parts),
        filler=frozenset(file.filler),
    )


def _slot(name: str, slot: _Slot) -> Slot:
    given = slot.model_dump()
    return Slot(**{**given, "name": name, "attribute": slot.attribute or name, "of": slot.of or slot.text})


def _rule(rule: _Rule, slots: Mapping[str, Slot], parts: Mapping[str, str]) -> Rule:
    slot = slots[rule.slot]
    slot = replace(slot, kind=rule.kind or slot.kind, category=rule.category or slot.category)
    return Rule(
        slot=slot,
        act=rule.act,
        find=_any([r"(?<![\p{L}\p{N}'])(?:" + rule.find + ")"], parts),
        cues=tuple(cue.lower() for cue in rule.cues),
        avoid=_any([rule.avoid], parts) if rule.avoid else None,
        subject=rule.subject,
        value=rule.value,
        when=rule.when,
        confidence=rule.confidence,
    )


def _any(patterns: Sequence[str], parts: Mapping[str, str]) -> Pattern:
    return regex.compile("|".join(f"(?:{_filled(pattern, parts)})" for pattern in patterns), _FLAGS)


def _filled(pattern: str, parts: Mapping[str, str]) -> str:
    spaced = _SPACE.sub(lambda m: _white(m[0]), pattern)
    return str(_PART.sub(lambda m: f"(?P<{m[1]}>{parts[m[2]]})" if m[1] else parts[m[2]], spaced))


def _white(piece: str) -> str:
    return {" ": r"\s+", " ?": r"\s*", " *": r"\s*"}.get(piece, piece)
