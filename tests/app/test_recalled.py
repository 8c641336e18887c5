# SPDX-License-Identifier: Apache-2.0
"""What was recalled on its way into the prompt: categories, lines beside it, facts at odds."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.manifest import choose
from app.settings import HOUSE
from app.use_case import Boundary, bound, read_use_cases
from guards.conduct import open_conduct
from memory.ids import FactId, TurnId
from memory.values import ConsentChoice, Fact, FactKind, Recalled, Recollection, SaidBy
from tests.app.conftest import House as Turn
from tests.app.conftest import saying
from tests.fakes.chat import FakeChat
from tests.fakes.finder import FakeFinder
from tests.fakes.parts import NOW, FakeMemory
from tests.memory.remembering import person, remembering


def line(
    id: str, text: str, *categories: str, kind: str = "episode", beside: str = "", kindred: float = 1.0
) -> Recalled:
    """Something that the person said."""
    scores = {"kindred": kindred}
    known = frozenset(categories)
    return Recalled(id, kind, text, NOW, 0.9, scores, TurnId("t"), SaidBy.USER, known, beside)


def fact(id: str, text: str, category: str = "likes") -> Fact:
    """One of the profile."""
    said = (FactKind.PREFERENCE, category, "self", "likes", text, NOW, None, NOW, SaidBy.USER, TurnId("t"), "web", 1.0)
    return Fact(FactId(id), text, *said)


async def turn(known: Recollection, text: str = "Hello", use_case: str = "personal_chat") -> tuple[str, dict[str, str]]:
    """The last message of the prompt, and what the ledger says of each item: why, or nothing where it was used."""
    house = Turn(memory=FakeMemory(known))
    await house.ask(text, use_case=use_case)
    items = house.journal.closed[0].entry.items
    return house.chat.prompts[0][-1].content, {item.id: "" if item.used else item.why for item in items}


@pytest.mark.parametrize(("use_case", "shown"), [("personal_chat", True), ("customer_support", False)])
async def test_what_is_recalled_keeps_to_the_categories_of_the_use_case(use_case: str, shown: bool) -> None:
    """A health note, in an episode or a fact, and what stands beside it reach no prompt of customer support."""
    recalled = (
        line("e1", "My lamp is for the hospital", "other", "health"),
        line("f1", "Takes metformin", "health", kind="fact"),
        line("e2", "My lamp is broken"),
    )
    near = (line("e3", "Which lamp is it?", beside="e1"), line("e4", "I am diabetic", "health", beside="e2"))
    prompt, why = await turn(Recollection((), recalled, beside=near), "What of my lamp?", use_case)
    for text in ("hospital", "metformin", "Which lamp", "diabetic"):
        assert (text in prompt) is shown
    assert "My lamp is broken" in prompt
    dropped = {"e1": "outside the use case", "f1": "outside the use case", "e4": "outside the use case"}
    assert why == {"e1": "", "e3": "", "f1": "", "e2": "", "e4": ""} | (
        {} if shown else dropped | {"e3": "beside what is not used"}
    )


async def test_what_was_said_of_ones_health_is_dropped_in_support_from_the_real_memory(tmp_path: Path) -> None:
    """A fact by its category, what was said by the facts that it taught or by its words, and the answers to it."""
    use_cases = read_use_cases(HOUSE / "use_cases")
    async with remembering(tmp_path) as memory:
        me = person()
        await memory.tell(me, "Remember that I am allergic to peanuts in my parcels", "No peanuts in parcels, noted.")
        await memory.tell(me, "My parcel went to the hospital after my chemotherapy", "Parcels do reach hospitals.")
        await memory.tell(me, "The last parcel was crushed by the courier", "Was the parcel insured?")
        found = await memory.ask(
            me, "Which parcel had peanuts, went to the hospital, or was crushed by the courier?", limit=12
        )
    chosen = {}
    for name in ("customer_support", "personal_chat"):
        boundary = bound(use_cases[name], ConsentChoice.REMEMBER, "user")
        assert isinstance(boundary, Boundary)
        chosen[name] = " ".join(item.text for item in choose(found, (), boundary, ()).used)
    for word in ("peanuts", "chemotherapy"):
        assert word in chosen["personal_chat"]
        assert word not in chosen["customer_support"]
    assert "crushed by the courier" in chosen["customer_support"]


@pytest.mark.parametrize(("kindred", "kept"), [(0.0, "Good day. "), (1.0, "Good day. You take metformin. ")])
async def test_a_recalled_fact_is_not_volunteered(kindred: float, kept: str) -> None:
    """Where the message neither says a word of it nor a kindred one, the sentence that brings it up goes."""
    note = line("f1", "Takes metformin", "health", kind="fact", kindred=kindred)
    house = Turn(
        chat=FakeChat(saying("Good day. ", "You take metformin. ")),
        checks=await open_conduct(FakeFinder({})),
        memory=FakeMemory(Recollection((), (note,))),
    )
    await house.ask("Which train goes to Porto?")
    assert house.journal.closed[0].answer == kept


async def test_a_line_beside_a_memory_stands_right_after_it_and_counts() -> None:
    """Each is an item of its own; memories come before what stands beside them where the cap is reached."""
    recalled = tuple(line(f"e{n}", f"Memory {n}") for n in range(5))
    near = (line("n0", "Beside memory 0", beside="e0"), line("n4", "Beside memory 4", beside="e4"))
    prompt, why = await turn(Recollection((), recalled, beside=near), use_case="customer_support")
    assert prompt.startswith(
        "[[memory 1 | 2026-11-22 | you said]]\nMemory 0\n[[/memory 1]]\n"
        "[[memory 2 | 2026-11-22 | you said]]\nBeside memory 0\n[[/memory 2]]\n"
    )
    assert list(why.items()) == [*[(id, "") for id in ("e0", "n0", "e1", "e2", "e3", "e4")], ("n4", "over the cap")]


async def test_facts_at_odds_are_named_with_their_dates() -> None:
    """One line names both, the newer first, whether both stand in the profile or one comes beside the other."""
    new, old = fact("f2", "Dislikes cooking"), replace(fact("f1", "Likes cooking"), valid_from=NOW.replace(year=2024))
    pair = ((new.id, old.id),)
    both, _ = await turn(Recollection((old, new), at_odds=pair))
    beside = replace(line("f1", "Likes cooking", "likes", kind="fact", beside="f2"), occurred_at=NOW.replace(year=2024))
    one, _ = await turn(Recollection((new,), beside=(beside,), at_odds=pair))
    denied, why = await turn(Recollection((new,), beside=(replace(beside, categories=frozenset({"x"})),), at_odds=pair))
    assert "[[at odds: 2 of 2026-11-22, 1 of 2024-11-22]]" in both
    assert "[[at odds: 1 of 2026-11-22, 2 of 2024-11-22]]" in one
    assert "[[memory 2 | 2024-11-22 | you said]]\nLikes cooking\n" in one
    assert "at odds" not in denied
    assert why == {"f2": "", "f1": "outside the use case"}
