# SPDX-License-Identifier: Apache-2.0
"""Use cases and the boundaries they draw."""

from pathlib import Path

import pytest

from app.use_case import Boundary, Denied, UseCase, UseCaseError, bound, read_use_cases
from guards.demands import Claims, Demands
from memory.understanding.rules import read_rules
from memory.values import ConsentChoice

HOUSE = Path(__file__).parent.parent.parent


def written(folder: Path, text: str) -> str:
    """What reading a folder with this one file says."""
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UseCaseError) as raised:
        read_use_cases(folder)
    return str(raised.value)


def test_the_shipped_use_cases_load() -> None:
    """Personal chat uses no documents, customer support does, and the mapping cannot be changed."""
    shipped = read_use_cases(HOUSE / "use_cases")
    assert {name: use_case.knowledge for name, use_case in shipped.items()} == {
        "customer_support": True,
        "personal_chat": False,
    }
    with pytest.raises(TypeError):
        shipped["another"] = shipped["personal_chat"]  # type: ignore[index]


def test_personal_chat_may_use_whatever_can_be_learned() -> None:
    """Every category of the rules is allowed there, and the special ones are never volunteered."""
    languages = read_rules(HOUSE / "rules").languages
    special = {name for language in languages for name in language.special}
    learned = {slot.category for language in languages for slot in language.slots} | special
    use_case = read_use_cases(HOUSE / "use_cases")["personal_chat"]
    assert learned <= use_case.categories
    assert use_case.never_volunteered == special


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("level: full", "a.yaml: purpose is missing: say in a sentence"),
        ("purpose: ''", "a.yaml: purpose is not usable: say in a sentence"),
        ("purpose: '  '", "a.yaml: purpose is not usable"),
        ("", "a.yaml: purpose is missing"),
        ("purpose: x\nlevle: full", "a.yaml: levle is no field: take one of purpose, level"),
        ("purpose: x\nlevel: all", "a.yaml: level is not usable: write none, session"),
        ("purpose: x\naudience: [everybody]", "a.yaml: audience is not usable: list the roles"),
        ("purpose: x\nmemories: 900", "a.yaml: memories is not usable: write how many"),
        ("purpose: x\nmasking: {PERSON: hide}", "a.yaml: masking is not usable: write KIND"),
        ("purpose: x\nmasking: {PRESON: mask}", "a.yaml: masking is not usable: PRESON is no kind: take one of A"),
        ("purpose: x\nmasking: {SECRET: generalize}", "a.yaml: masking is not usable: SECRET has no general form: gen"),
        ("purpose: x\nallowed_hosts: ['https://a.example']", "a.yaml: allowed_hosts is not usable: list bare"),
        ("- purpose", "a.yaml: it is no mapping of fields"),
        ("purpose: [x\nlevel: full", "a.yaml is no YAML at line"),
    ],
)
def test_a_wrong_file_gets_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    """The sentence names the file, the field and how to mend it."""
    said = written(tmp_path, text)
    assert said.startswith(sentence)
    assert said.endswith(".")
    assert "\n" not in said


def test_a_folder_without_use_cases_is_refused(tmp_path: Path) -> None:
    """Nothing could be allowed, so the start says what to set."""
    with pytest.raises(UseCaseError, match="set RAPPORT_USE_CASES"):
        read_use_cases(tmp_path)


def test_what_a_file_does_not_allow_is_denied() -> None:
    """A use case with nothing but a purpose has no audience, and opens nothing to those it is given to."""
    assert bound(UseCase(purpose="x"), ConsentChoice.REMEMBER, "user") == Denied("role outside the audience")
    boundary = bound(UseCase(purpose="x", audience=frozenset({"user"})), ConsentChoice.REMEMBER, "user")
    assert isinstance(boundary, Boundary)
    opened = (boundary.remember, boundary.recall, boundary.knowledge, boundary.allows("location"))
    assert opened == (False,) * 4
    assert (boundary.max_memories, boundary.max_passages, boundary.history_turns) == (0, 0, 0)


@pytest.mark.parametrize(
    ("level", "consent", "remembers"),
    [
        ("full", ConsentChoice.REMEMBER, True),
        ("full", ConsentChoice.SESSION, False),
        ("full", ConsentChoice.PAUSED, False),
        ("full", ConsentChoice.UNDECIDED, False),
        ("session", ConsentChoice.REMEMBER, False),
        ("none", ConsentChoice.REMEMBER, False),
    ],
)
def test_memory_needs_both_the_level_and_the_consent(level: str, consent: ConsentChoice, remembers: bool) -> None:
    """Nothing is recalled or learned unless the use case is full and the person chose to be remembered."""
    use_case = UseCase.model_validate(
        {
            "purpose": "x",
            "level": level,
            "audience": ["user"],
            "categories": ["likes"],
            "memories": 5,
            "history_turns": 3,
        }
    )
    boundary = bound(use_case, consent, "user")
    assert isinstance(boundary, Boundary)
    assert (boundary.remember, boundary.recall, boundary.allows("likes")) == (remembers,) * 3
    assert boundary.max_memories == (5 if remembers else 0)
    assert boundary.history_turns == (0 if level == "none" else 3)


@pytest.mark.parametrize(
    ("audience", "role", "internal"),
    [({"agent", "admin"}, "agent", True), ({"agent", "user"}, "agent", False), ({"agent", "user"}, "user", False)],
)
def test_internal_documents_are_for_use_cases_without_end_users(audience: set[str], role: str, internal: bool) -> None:
    """Even an agent is not given them in a use case that end users have too."""
    use_case = UseCase.model_validate({"purpose": "x", "audience": list(audience), "knowledge": True, "passages": 3})
    boundary = bound(use_case, ConsentChoice.REMEMBER, role)
    assert isinstance(boundary, Boundary)
    assert boundary.internal is internal


def test_what_is_asked_of_answers_reaches_the_turn() -> None:
    """Claims, competitors, barred topics, length and format; nothing is asked where nothing is written."""
    written = {
        "purpose": "x",
        "audience": ["user"],
        "claims": "sourced",
        "competitors": ["Veltron"],
        "barred_topics": {"gambling": ["casino"]},
        "answer_characters": 900,
        "answer_format": "json",
    }
    full, bare = (
        bound(UseCase.model_validate(one), ConsentChoice.REMEMBER, "user")
        for one in (written, {"purpose": "x", "audience": ["user"]})
    )
    assert isinstance(full, Boundary)
    assert isinstance(bare, Boundary)
    topics = {"gambling": frozenset({"casino"})}
    assert full.demands == Demands(Claims.SOURCED, frozenset({"Veltron"}), topics, 900, True)
    assert bare.demands == Demands()
