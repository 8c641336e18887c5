# SPDX-License-Identifier: Apache-2.0
"""A doubt is one line of the prompt, about a fact that is in it, and the concierge asks it too."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.concierge import concierge_answer
from connectors.errors import ModelUnavailable
from memory.ids import FactId, TurnId
from memory.values import Fact, FactKind, Recollection, SaidBy
from tests.app.conftest import House
from tests.fakes.chat import FakeChat
from tests.fakes.parts import NOW, FakeMemory

TOLD = NOW - timedelta(days=500)
HOME = Fact(
    FactId("f1"), "Lives in Lisbon", FactKind.IDENTITY, "location", "self", "home_city", "Lisbon",
    TOLD, None, TOLD, SaidBy.USER, TurnId("t1"), "web", 0.9,
)  # fmt: skip
NEAR = "Which restaurants are near me?"


@pytest.mark.parametrize(
    ("fact", "text", "doubted"),
    [
        (HOME, NEAR, True),
        (replace(HOME, confirmed_at=NOW), NEAR, False),
        (replace(HOME, category="outside"), NEAR, False),
        (HOME, "Tell me a joke.", False),
    ],
)
async def test_an_old_fact_that_matters_is_asked_about(fact: Fact, text: str, doubted: bool) -> None:
    """One line names it by its number; asked once, noted with the turn; not where the use case keeps it out."""
    house = House(memory=FakeMemory(Recollection((fact,))))
    await house.ask(text)
    (prompt,) = house.chat.prompts
    lines = [line for line in prompt[-1].content.splitlines() if line.startswith("[[doubt")]
    assert lines == (["[[doubt: 1]]"] if doubted else [])
    assert ("Do you still live in Lisbon?" in concierge_answer(prompt)) is doubted
    assert house.doubts.asked == ([HOME.id] if doubted else [])


async def test_a_question_that_nobody_saw_was_not_asked() -> None:
    """Where no model answered, the person may be asked another time."""
    chat = FakeChat([ModelUnavailable("auth", "openai/a")])
    house = House(chat=chat, memory=FakeMemory(Recollection((HOME,))))
    await house.ask(NEAR)
    assert house.doubts.asked == []
