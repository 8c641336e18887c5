# SPDX-License-Identifier: Apache-2.0
"""What the checks find in an answer reaches the person and the ledger."""

from dataclasses import replace

import pytest

from app.boundaries import Bounds
from app.events import Degraded, Replaced, Said, TurnEvent
from app.settings import HOUSE
from app.use_case import UseCase, read_use_cases
from connectors.chat import Text
from connectors.concierge import concierge_answer
from guards.conduct import Conduct, open_conduct
from guards.declarations import Tell
from memory.values import Outcome, Passage, Recollection
from tests.app.conftest import ENDED, House, request, saying
from tests.app.test_turn import FACT
from tests.fakes.chat import FakeChat
from tests.fakes.finder import FakeFinder
from tests.fakes.parts import FakeMemory

PASSAGES = (Passage("returns.md#1", "Returns", "Returns are free within 30 days.", 0.9),)


async def told(house: House, text: str, **demands: object) -> list[TurnEvent]:
    """The events of a turn in customer support, with other demands where given."""
    case = read_use_cases(HOUSE / "use_cases")["customer_support"].model_copy(update=demands)
    assistant = house.assistant()
    assistant._bounds = Bounds({"customer_support": UseCase.model_validate(case.model_dump())}, house.memory)
    asked = request(text, use_case="customer_support")
    return [event async for event in assistant.respond(asked)]


@pytest.fixture
async def checks() -> Conduct:
    """The real checks, without a finder or a model."""
    return await open_conduct(FakeFinder({}))


async def test_what_was_taken_out_is_told_and_recorded(checks: Conduct) -> None:
    """A figure and a promise that no source stands for: the rest is said, two notices follow."""
    house = House(
        chat=FakeChat(saying("Returns are free [1]. ", "They cost €5. ", "We will refund you twice. ", "Bye. ")),
        checks=checks,
        memory=FakeMemory(passages=PASSAGES),
    )
    events = await told(house, "What do returns cost?")
    said = "".join(event.text for event in events if isinstance(event, Said))
    assert said == "Returns are free [1]. They cost [unconfirmed]. Bye. "
    assert [event.what for event in events if isinstance(event, Degraded)] == [Tell.FIGURES_OUT, Tell.PROMISE_OUT]
    entry = house.journal.closed[0].entry
    assert (entry.verdicts, entry.outcome) == (("grounding: price", "promises: money"), Outcome.ANSWERED)


async def test_an_answer_that_is_long_enough_is_ended_and_its_model_stopped(checks: Conduct) -> None:
    """The person is told; nothing more is read from the model."""
    endless = (Text("So it goes. ") for _ in range(10_000))
    house = House(chat=FakeChat(endless), checks=checks)
    events = await told(house, "Tell me", answer_characters=30)
    assert "".join(event.text for event in events if isinstance(event, Said)) == "So it goes. So it goes. "
    assert [event.what for event in events if isinstance(event, Degraded)] == ["ending"]
    assert sum(1 for _ in endless) > 9_990
    assert house.chat.closed == 1


async def test_a_topic_that_is_barred_is_not_spoken_of(checks: Conduct) -> None:
    """Where nothing else was said, a sentence says so; the prompt says it too."""
    house = House(chat=FakeChat(saying("Bet on red at the casino. ")), checks=checks)
    events = await told(house, "A tip?", barred_topics={"gambling": frozenset({"casino"})})
    replaced = [event.text for event in events if isinstance(event, Replaced)]
    assert replaced == ["I do not speak of that here. Please ask about something else."]
    assert house.journal.closed[0].entry.verdicts == ("barred_topics: gambling", "emptiness: nothing")
    assert "Do not speak of these here" in house.chat.prompts[0][0].content


@pytest.mark.parametrize(("says", "shown"), [('Here: {"a": 1}', '{"a": 1}'), ("No.", None)])
async def test_an_answer_that_must_be_json_is_that_or_none(checks: Conduct, says: str, shown: str | None) -> None:
    """Nothing is shown before all of it came."""
    house = House(chat=FakeChat((*(Text(char) for char in says), ENDED)), checks=checks)
    events = await told(house, "Data, please", answer_format="json")
    said = [event.text for event in events if isinstance(event, Said | Replaced)]
    assert said == [shown or "I stopped this answer because it was not valid JSON. Nothing of it was kept. "
                    "Please try again."]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["Hello", "Where do I live?", "What do you know about me?", "Thanks!", "Wo wohne ich?", "How long can I return it?",
     "Can you promise me a refund of $500?", "What is 17 times 3?", "Forget that", "Who are you?"],
)  # fmt: skip
async def test_what_the_concierge_says_passes_unchanged(checks: Conduct, text: str) -> None:
    """With memory and documents, in the strictest use case that ships."""
    spoken: list[str] = []

    class Concierge(FakeChat):
        async def stream(self, messages, models=None):  # type: ignore[no-untyped-def]
            spoken.append(concierge_answer(messages))
            for piece in saying(spoken[0]):
                yield piece

    memory = FakeMemory(Recollection((FACT, replace(FACT, id=FACT.id, text="Pays €39.90 for the phone"))), PASSAGES)
    house = House(chat=Concierge(), checks=checks, memory=memory)
    events = await told(house, text, never_volunteered=frozenset(), categories=frozenset({"location"}))
    assert "".join(event.text for event in events if isinstance(event, Said)) == spoken[0]
    assert house.journal.closed[0].entry.verdicts == ()
