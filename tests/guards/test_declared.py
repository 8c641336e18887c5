# SPDX-License-Identifier: Apache-2.0
"""What validators declare, and that it holds."""

from collections.abc import Sequence
from typing import Any

import pytest

from app.notices import read_notices
from app.settings import HOUSE
from guards.conduct import Conduct, Ground
from guards.declarations import Declaration, Finds, Place, Remedy, Tell, Tools
from tests.fakes.finder import FakeFinder

NO_VALIDATORS = {"__init__", "panel", "table", "verdicts"}
TOOLS = Tools(FakeFinder({}))


class Odd:
    """Answers what it is told to, or raises it."""

    def __init__(self, result: Any) -> None:
        self.result = result

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> Any:
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


@pytest.fixture
def table(conduct: Conduct) -> Sequence[Declaration]:
    """Read once guardrails-ai is imported, which warns of its libraries' libraries."""
    from guards.validators import TABLE

    return TABLE


async def looked(result: Any, remedy: Remedy, closed: bool = False) -> Finds:
    """What a panel makes of a result under a declaration."""
    from guards.validators.panel import Panel

    finds = Finds()
    declaration = Declaration("odd", Place.SENTENCE, remedy, closed, 0.1, lambda tools: Odd(result))
    await Panel([(declaration, Odd(result))]).async_validate("text", {"finds": finds})
    return finds


def test_every_validator_declares(table: Sequence[Declaration]) -> None:
    """Each file of guards/validators stands in the table, by the name that its rules begin with."""
    files = {file.stem for file in (HOUSE / "guards" / "validators").glob("*.py")} - NO_VALIDATORS
    assert {one.validator for one in table} == files
    assert {one.make(TOOLS).rail_alias for one in table} == {f"rapport/{name}" for name in files}  # type: ignore[attr-defined]


def test_a_validator_declares_a_place_once_and_what_it_costs(table: Sequence[Declaration]) -> None:
    """What only marks fails open: the answer stands anyway."""
    assert len({(one.validator, one.place) for one in table}) == len(table)
    assert all(0 < one.ms < 20 for one in table)
    assert not [one.validator for one in table if one.remedy is Remedy.MARK and one.closed]


def test_what_keeps_data_in_fails_closed(table: Sequence[Declaration]) -> None:
    """Leaks, links and secrets stop an answer that could not be looked at."""
    kept_in = {"personal_leak", "volunteered", "links", "secrets", "prompt_leak"}
    assert kept_in <= {one.validator for one in table if one.closed}


def test_a_panel_asks_those_of_its_place_in_the_order_of_the_table(table: Sequence[Declaration]) -> None:
    """Sentences and whole answers have different ones."""
    from guards.validators import panel

    for place in (Place.SENTENCE, Place.ANSWER):
        declared = [one.validator for one in table if one.place is place]
        assert [one.validator for one, _ in panel(place, TOOLS)._members] == declared


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_is_told_has_its_sentence(language: str) -> None:
    """Each Tell stands as a notice beside the answer or in its place."""
    notices = read_notices(HOUSE / "public" / "strings")[language]
    told = {tell for tell in Tell if tell}
    assert all({f"without_{tell}", f"blocked_{tell}"} & set(notices) for tell in told)


async def test_an_error_of_an_open_validator_is_noted_and_the_others_are_asked(conduct: Conduct) -> None:
    """The answer goes on."""
    finds = await looked(RuntimeError("text"), Remedy.BLOCK)
    assert finds.complete
    assert [(find.rule, find.remedy) for find in finds.all] == [("odd: unchecked", Remedy.MARK)]


async def test_an_error_of_a_closed_validator_stops_the_look(conduct: Conduct) -> None:
    """Nothing counts as looked at."""
    with pytest.raises(RuntimeError):
        await looked(RuntimeError("text"), Remedy.MARK, closed=True)


@pytest.mark.parametrize(
    ("said", "declared", "done"),
    [
        ("repaired", Remedy.REPAIR, Remedy.REPAIR),
        ("repaired", Remedy.BLOCK, Remedy.BLOCK),
        ("repaired", Remedy.MARK, Remedy.MARK),
        ("blocked", Remedy.REPAIR, Remedy.BLOCK),
        ("blocked", Remedy.MARK, Remedy.MARK),
        ("marked", Remedy.BLOCK, Remedy.MARK),
        ("passed", Remedy.BLOCK, None),
    ],
)
async def test_a_declaration_limits_what_is_done(
    conduct: Conduct, said: str, declared: Remedy, done: Remedy | None
) -> None:
    """A mark is never more; a repair that names no stretch blocks; after it was shown a repair blocks."""
    from guards.validators.verdicts import blocked, marked, passed, repaired

    results = {"repaired": repaired("odd: this", [(0, 2, "")]), "blocked": blocked("odd: this"), "passed": passed()}
    finds = await looked(results.get(said, marked("odd: this")), declared)
    assert [find.remedy for find in finds.all] == ([done] if done else [])


def test_a_ground_keeps_what_was_worked_out_for_its_answer_alone() -> None:
    """Two answers share nothing."""
    first, second = Ground("c", "s"), Ground("c", "s")
    first.notes["stock"] = 1
    assert (first, second.notes) == (second, {})
