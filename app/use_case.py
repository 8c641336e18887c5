# SPDX-License-Identifier: Apache-2.0
"""The boundaries of a use case, read from use_cases/*.yaml; what a file does not allow is denied."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from app.numbering import Numbering, Region, check_numbers, check_regions, local_of
from guards.demands import Claims, Demands
from guards.generalizing import GENERALIZED
from guards.kinds import KINDS, LITERAL
from guards.patterns.scans import Local
from memory.values import ConsentChoice


class UseCaseError(ValueError):
    """A use case file does not load; the text is one sentence: file, field, how to mend it."""


class Level(StrEnum):
    """How far an answer may look back."""

    NONE = "none"
    SESSION = "session"
    FULL = "full"


Role = Literal["user", "admin", "agent", "evaluator", "privacy_officer"]
Treatment = Literal["pseudonym", "mask", "generalize", "keep", "block"]
_MASKED = frozenset(KINDS) - {LITERAL}
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
_Kind = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
_Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*(?::\d{1,5})?$")]


class UseCase(BaseModel):
    """What one use case allows; its name is its file's.

    A field's description is the advice that a person gets who wrote it wrong.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    purpose: _Text = Field(
        description="say in a sentence what personal data is used for here; without a purpose it does not load"
    )
    level: Level = Field(
        default=Level.NONE, description="write none, session (this conversation only) or full (across conversations)"
    )
    audience: frozenset[Role] = Field(
        default=frozenset(),
        description="list the roles that may use it, of user, admin, agent, evaluator, privacy_officer",
    )
    tone: str = Field(default="", description="say in a few words how answers should sound")
    categories: frozenset[_Name] = Field(
        default=frozenset(), description="list the categories of facts that may be used, such as location, likes"
    )
    never_volunteered: frozenset[_Name] = Field(
        default=frozenset(), description="list the categories that are used only when the person brings them up"
    )
    memories: int = Field(default=0, ge=0, le=50, description="write how many memories an answer may use, 0 to 50")
    passages: int = Field(default=0, ge=0, le=20, description="write how many passages it may use, 0 to 20")
    characters: int = Field(
        default=6_000, ge=500, le=100_000, description="write how long each part may get, 500 to 100000 characters"
    )
    knowledge: bool = Field(default=False, description="write true where documents may be cited, or false")
    masking: Mapping[_Kind, Treatment] = Field(
        default_factory=dict,
        description="write KIND: pseudonym, mask, generalize, keep or block; of the kinds left out AGE, TITLE, "
        "NATIONALITY, LOCATION and ORGANIZATION are kept, all others pseudonyms",
    )
    regions: tuple[Region, ...] | None = Field(
        default=None,
        description="list the countries whose telephone numbers people write without a country code, as two letters "
        'such as DE, with "NO" in quotes, or leave it out for twelve common ones',
    )
    numbers: Mapping[_Kind, Numbering] = Field(
        default_factory=dict,
        validate_default=True,
        description='write KIND: {forms: ["RP-999999"], after: [order]}, in quotes, with 9 for any digit and A for any '
        "letter; after names words of which one must stand before it, and may be left out",
    )
    models: tuple[_Text, ...] | None = Field(
        default=None, description="list the models that may answer, or leave it out for all in RAPPORT_MODELS"
    )
    learn_with_model: bool | None = Field(
        default=None, description="write true or false, or leave it out to go by RAPPORT_LEARN_WITH_MODEL"
    )
    allowed_hosts: frozenset[_Host] = Field(
        default=frozenset(), description="list bare host names in lower case, such as docs.example.org"
    )
    deadline_ms: int = Field(
        default=400, ge=10, le=10_000, description="write how long gathering may take, 10 to 10000 milliseconds"
    )
    history_turns: int = Field(
        default=0, ge=0, le=100, description="write how many earlier turns the model sees, 0 to 100"
    )
    claims: Claims = Field(
        default=Claims.FREE,
        description="write free, noted or sourced: what becomes of figures and promises that no source stands for",
    )
    competitors: frozenset[_Text] = Field(
        default=frozenset(), description="list the names that an answer does not bring up by itself"
    )
    barred_topics: Mapping[_Text, frozenset[_Text]] = Field(
        default_factory=dict, description="write TOPIC: [words and phrases that no answer uses]"
    )
    answer_characters: int = Field(
        default=0,
        ge=0,
        le=100_000,
        description="write how long an answer may get, 0 for any or up to 100000 characters",
    )
    answer_format: Literal["text", "json"] = Field(
        default="text", description="write text, or json where an answer is one JSON value and nothing else"
    )

    @field_validator("masking")
    @classmethod
    def _maskable(cls, masking: Mapping[str, str]) -> Mapping[str, str]:
        unknown = sorted(set(masking) - _MASKED)
        if unknown:
            raise PydanticCustomError("advice", f"{unknown[0]} is no kind: take one of {', '.join(sorted(_MASKED))}")
        for kind, treatment in masking.items():
            if treatment == "generalize" and kind not in GENERALIZED:
                able = ", ".join(sorted(GENERALIZED))
                raise PydanticCustomError("advice", f"{kind} has no general form: generalize one of {able}, or mask it")
        return masking

    @field_validator("regions")
    @classmethod
    def _at_home(cls, regions: tuple[str, ...] | None) -> tuple[str, ...] | None:
        check_regions(regions or ())
        return regions

    @field_validator("numbers")
    @classmethod
    def _described(cls, numbers: Mapping[str, Numbering], info: ValidationInfo) -> Mapping[str, Numbering]:
        check_numbers(numbers, info.data.get("masking", {}))
        return numbers

    def local(self) -> Local:
        """What it adds to the search for personal data."""
        return local_of(self.regions, self.numbers)


@dataclass(frozen=True, slots=True)
class Boundary:
    """What one turn may use; decided before anything is looked up."""

    purpose: str
    tone: str
    remember: bool
    """Whether this turn may be learned from."""
    recall: bool
    """Whether memory of other conversations may be looked at."""
    categories: frozenset[str]
    never_volunteered: frozenset[str]
    max_memories: int
    max_passages: int
    characters: int
    """How much text each section of the prompt may take."""
    knowledge: bool
    masking: Mapping[str, str]
    """By kind: pseudonym, mask, generalize, keep or block; a kind that is not here is a pseudonym, or kept if mild."""
    models: tuple[str, ...] | None
    """The models that may answer; None for all that are configured."""
    allowed_hosts: frozenset[str]
    deadline_s: float
    history_turns: int
    infer: bool | None = None
    """Whether a model may read the turn to learn from it; None where the use case leaves it to the settings."""
    demands: Demands = field(default_factory=Demands)
    """What is asked of an answer."""
    local: Local = field(default_factory=Local)
    """What is added to the search for personal data."""
    internal: bool = False
    """Whether internal documents may be cited: never in a use case that end users are among the audience of."""
    wary: bool = False
    """Whether the message may be an attack, so that neither memory nor documents are looked at."""

    def closed(self) -> "Boundary":
        """The same without memory, documents and learning, for a message that may be an attack."""
        return replace(self, wary=True, remember=False, recall=False, knowledge=False, max_memories=0, max_passages=0)

    def allows(self, category: str) -> bool:
        """Whether facts of this category may be used."""
        return category in self.categories


@dataclass(frozen=True, slots=True)
class Denied:
    """Nothing may be used, and the turn is refused."""

    reason: str


def bound(use_case: UseCase, consent: ConsentChoice, role: str) -> Boundary | Denied:
    """The boundary of a turn: the use case, narrowed by consent; denied to roles outside the audience."""
    if role not in use_case.audience:
        return Denied("role outside the audience")
    remembers = use_case.level is Level.FULL and consent is ConsentChoice.REMEMBER
    return Boundary(
        purpose=use_case.purpose,
        tone=use_case.tone,
        remember=remembers,
        recall=remembers,
        categories=use_case.categories if remembers else frozenset(),
        never_volunteered=use_case.never_volunteered,
        max_memories=use_case.memories if remembers else 0,
        max_passages=use_case.passages if use_case.knowledge else 0,
        characters=use_case.characters,
        knowledge=use_case.knowledge,
        masking=use_case.masking,
        models=use_case.models,
        allowed_hosts=use_case.allowed_hosts,
        deadline_s=use_case.deadline_ms / 1000,
        history_turns=0 if use_case.level is Level.NONE else use_case.history_turns,
        infer=use_case.learn_with_model,
        demands=_demands(use_case),
        local=use_case.local(),
        internal="user" not in use_case.audience,
    )


def _demands(use_case: UseCase) -> Demands:
    length, json = use_case.answer_characters, use_case.answer_format == "json"
    return Demands(use_case.claims, use_case.competitors, use_case.barred_topics, length, json)


def read_use_cases(folder: Path) -> Mapping[str, UseCase]:
    """Every use case of the folder by its name; raises UseCaseError for the first file that is wrong."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise UseCaseError(f"No use case (*.yaml) in {folder}: set RAPPORT_USE_CASES to the use cases' folder.")
    return MappingProxyType({file.stem: _read(file) for file in files})


def _read(file: Path) -> UseCase:
    try:
        content: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeError) as error:
        raise UseCaseError(f"{file.name} cannot be read: make it a UTF-8 text file that is yours.") from error
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise UseCaseError(f"{file.name} is no YAML at line {line}: mend its indentation or quotes.") from error
    try:
        return UseCase.model_validate({} if content is None else content)
    except ValidationError as error:
        raise UseCaseError(_advice(file, error)) from error


def _advice(file: Path, error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if name not in UseCase.model_fields:
        known = ", ".join(UseCase.model_fields)
        wrong = f"{name} is no field" if name else "it is no mapping of fields"
        return f"{file.name}: {wrong}: take one of {known}."
    if first["type"] == "advice":
        return f"{file.name}: {name} is not usable: {first['msg']}."
    wrong = "is missing" if first["type"] == "missing" and len(first["loc"]) == 1 else "is not usable"
    return f"{file.name}: {name} {wrong}: {UseCase.model_fields[name].description}."
