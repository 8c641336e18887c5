# SPDX-License-Identifier: Apache-2.0
"""A file of learning rules as it is written, read and checked for its form; what it says stands in rules/en.yaml."""

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from memory.errors import NotebookError
from memory.understanding.candidates import Act
from memory.values import FactKind

GATES = frozenset(
    (
        *("break", "between", "clause", "lead", "trim", "question", "resume", "request", "tag", "unkept"),
        *("quoted", "staged", "tail", "task", "before", "speaker", "begin", "attack", "steer", "steer_note", "secret"),
        *("remember", "remember_back", "nothing", "forget", "forget_all", "forget_nothing", "forget_lead"),
    )
)
"""What every language must say: see the comments in rules/en.yaml."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WrittenSlot(_Strict):
    """One thing that can be known."""

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
    shown: dict[str, str] = {}


class WrittenRule(_Strict):
    """One pattern that fills a slot."""

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
    presumed: bool = False


class WrittenEdit(_Strict):
    """What is dropped, or put where a subject is left out."""

    find: str
    cues: tuple[str, ...]
    put: str = ""


class WrittenReference(_Strict):
    """Whom a pronoun means."""

    mention: str
    """Where the person names one of theirs, as <subject>."""
    pronoun: str
    means: dict[str, frozenset[str]]
    """For each pronoun those whom it can mean."""
    put: dict[str, str]
    """For each pronoun what is put for it, with {} for whom it means."""


class Rulebook(_Strict):
    """A whole file."""

    language: str
    votes: frozenset[str]
    parts: dict[str, str]
    subjects: dict[str, str]
    slots: dict[str, WrittenSlot]
    rules: list[WrittenRule]
    gates: dict[str, list[str]]
    special: dict[str, str]
    filler: list[str]
    cues: dict[str, tuple[str, ...]] = {}
    spoken: dict[str, str] = {}
    dropped: list[WrittenEdit] = []
    left_out: list[WrittenEdit] = []
    reference: WrittenReference | None = None


def read_rulebook(file: Path) -> Rulebook:
    """The file's content; raises NotebookError that names the file and the entry."""
    try:
        content = Rulebook.model_validate(yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER))
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
