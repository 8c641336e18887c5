# SPDX-License-Identifier: Apache-2.0
"""One whole turn over fakes: what is told, what is sent, what is recorded."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from app.events import Accepted, Degraded, Failed, Finished, Refused, Replaced, Said
from connectors.chat import Ended, Started, Switched, Text
from connectors.errors import ModelUnavailable
from guards.conduct import open_conduct
from memory.errors import NotFound, StoreUnavailable
from memory.ids import FactId, MessageId, TurnId
from memory.values import ConsentChoice, Fact, FactKind, Message, Outcome, Recollection, Role, SaidBy
from tests.app.conftest import ENDED, USAGE, House, request, saying
from tests.fakes.chat import FakeChat
from tests.fakes.finder import FakeFinder
from tests.fakes.parts import NOW, FakeChecks, FakeJournal, FakeMemory, FakeRate

FACT = Fact(
    FactId("f1"),
    "Lives in Lisbon",
    FactKind.IDENTITY,
    "location",
    "self",
    "home_city",
    "Lisbon",
    NOW,
    None,
    NOW,
    SaidBy.USER,
    TurnId("t0"),
    "web",
    1.0,
)


async def test_a_turn_tells_what_it_says_and_ends_when_all_is_recorded() -> None:
    """Accepted, the released text, Finished; one closed turn with its ledger entry; one job."""
    house = House(chat=FakeChat(saying("Hello ", "there. ", "Good day.")))
    events = await house.ask("Hi, it is me")
    assert [type(event) for event in events] == [Accepted, Said, Said, Finished]
    assert "".join(event.text for event in events if isinstance(event, Said)) == "Hello there. Good day."
    closed, finished = house.journal.closed[0], events[-1]
    assert (closed.answer, closed.entry.outcome) == ("Hello there. Good day.", Outcome.ANSWERED)
    assert (closed.entry.model, closed.entry.prompt_tokens, closed.entry.cost) == ("openai/a", 10, 0.01)
    assert isinstance(finished, Finished)
    assert house.after.turns == [finished.turn]


async def test_the_model_sees_placeholders_and_the_person_their_values() -> None:
    """Name, message, history and memory are masked alike; the answer is restored; the ledger counts kinds."""
    past = Message(MessageId("m"), TurnId("t"), Role.USER, "Write to ana@example.com", NOW)
    house = House(
        chat=FakeChat(saying("Dear <PERSON_1>, I wrote to <EMAIL_ADDRESS_1>. ")),
        finder=FakeFinder({"ana@example.com": "EMAIL_ADDRESS"}),
        memory=FakeMemory(history=(past, Message(MessageId("n"), TurnId("t"), Role.ASSISTANT, "Done.", NOW))),
    )
    events = await house.ask("ana sousa again: use ana@example.com")
    prompt = "\n".join(message.content for message in house.chat.prompts[0])
    assert "ana@example.com" not in prompt
    assert "sousa" not in prompt.casefold()
    assert prompt.count("<EMAIL_ADDRESS_1>") == 2
    accepted, said = events[0], events[1]
    assert isinstance(accepted, Accepted)
    assert isinstance(said, Said)
    assert accepted.hidden == ("EMAIL_ADDRESS", "PERSON")
    assert "I wrote to ana@example.com." in said.text
    assert house.journal.closed[0].entry.redactions["EMAIL_ADDRESS"] == 2


async def test_what_is_used_is_exactly_what_was_in_the_prompt() -> None:
    """The ids of Finished, of the ledger and the blocks of the prompt are the same."""
    house = House(memory=FakeMemory(Recollection((FACT,))))
    events = await house.ask("Where do I live?")
    assert "[[profile]]\n- (1) Lives in Lisbon\n[[/profile]]" in house.chat.prompts[0][-1].content
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert finished.used == ("f1",)
    assert [item.id for item in house.journal.closed[0].entry.items if item.used] == ["f1"]


@pytest.mark.parametrize(
    ("text", "rate", "rule"), [("x" * 1_001, 1, "too_long"), (" \u200b\n", 1, "empty"), ("Hello", 0, "too_many")]
)
async def test_what_is_not_admitted_is_refused_and_audited_without_its_text(text: str, rate: int, rule: str) -> None:
    """A refusal reaches neither model nor journal; the ledger names its rule."""
    house = House(rate=FakeRate(rate))
    refused, finished = await house.ask(text)
    assert isinstance(refused, Refused)
    assert refused.rule == rule
    assert isinstance(finished, Finished)
    assert finished.outcome is Outcome.REFUSED
    assert not house.chat.prompts
    assert not house.journal.opened
    assert house.journal.audited[0].verdicts == (f"refused: {rule}",)


async def test_an_unknown_use_case_is_denied() -> None:
    """Default deny: without a use case nothing is looked up or sent."""
    house = House()
    events = await house.ask("Hello", use_case="no_such")
    assert isinstance(events[0], Refused)
    assert house.chat.prompts == []


@pytest.mark.parametrize("memory", [FakeMemory(slow=True), FakeMemory(error=StoreUnavailable("down"))])
async def test_memory_that_is_slow_or_down_is_named_and_the_answer_given(memory: FakeMemory) -> None:
    """Personalization fails open: the person is told, the model is told, the turn answers."""
    house = House(memory=memory)
    events = await house.ask("Where do I live?")
    assert [type(event) for event in events] == [Degraded, Accepted, Said, Finished]
    assert "[[unavailable: memory]]" in house.chat.prompts[0][-1].content
    assert house.journal.closed[0].entry.degraded == ("memory",)


async def test_nothing_is_sent_when_masking_fails() -> None:
    """Privacy fails closed: one notice with a reference, no text of the error, no prompt."""
    house = House(finder=FakeFinder(None))
    events = await house.ask("Hello")
    failed = events[0]
    assert isinstance(failed, Failed)
    assert failed.reference in failed.notice
    assert "OSError" not in failed.notice
    assert house.chat.prompts == []
    assert house.journal.closed[0].entry.reference == failed.reference


@pytest.mark.parametrize(
    ("asked", "answer"),
    [("Where do I live?", "You live in Lisbon. "), ("What am I allergic to?", "You live in Lisbon. Nuts, you said. ")],
)
async def test_what_is_never_volunteered_is_said_when_asked_for(asked: str, answer: str) -> None:
    """A fact of such a category stands in the prompt; the sentence that brings it up unasked is taken out."""
    ill = replace(FACT, id=FactId("f2"), text="Allergic to nuts", category="health")
    house = House(
        chat=FakeChat(saying("You live in Lisbon. ", "Nuts, you said. ")),
        checks=await open_conduct(FakeFinder({})),
        memory=FakeMemory(Recollection((FACT, ill))),
    )
    await house.ask(asked)
    assert "Allergic to nuts" in house.chat.prompts[0][-1].content
    assert house.journal.closed[0].answer == answer


async def test_an_answer_of_which_nothing_is_left_is_replaced_by_a_sentence() -> None:
    """Where all of it was taken out, the person is told so instead of seeing nothing."""
    ill = replace(FACT, text="Allergic to nuts", category="health")
    house = House(
        chat=FakeChat(saying("You are allergic to nuts. ")),
        checks=await open_conduct(FakeFinder({})),
        memory=FakeMemory(Recollection((ill,))),
    )
    events = await house.ask("Hello")
    assert isinstance(events[-2], Replaced)
    assert house.journal.closed[0].entry.outcome is Outcome.BLOCKED


async def test_a_blocked_answer_is_replaced_and_the_upstream_closed() -> None:
    """What was shown is taken back, what is kept is the replacement, and the model is read no further."""
    pieces = (Text("All is well. "), Text("The key is sk-1. "), Text("More."), ENDED)
    house = House(chat=FakeChat(pieces), checks=FakeChecks("sk-"))
    events = await house.ask("Tell me")
    replaced = events[-2]
    assert isinstance(replaced, Replaced)
    assert "sk-" not in "".join(event.text for event in events if isinstance(event, Said | Replaced))
    assert house.chat.closed
    closed = house.journal.closed[0]
    assert (closed.entry.outcome, closed.answer) == (Outcome.BLOCKED, replaced.text)
    assert closed.entry.verdicts == ("secrets: KEY",)


async def test_a_model_that_dies_midway_is_replaced_by_the_next() -> None:
    """The next model's first words take the place of what was shown, and the person is told."""
    pieces = (Started("a"), Text("Half an. "), Switched("a", "connection"), Text("Whole answer. "), ENDED)
    house = House(chat=FakeChat(pieces))
    events = await house.ask("Hello")
    assert [type(event) for event in events] == [Accepted, Said, Replaced, Degraded, Finished]
    assert house.journal.closed[0].answer == "Whole answer. "
    assert house.journal.closed[0].entry.fallbacks == ("a: connection",)


async def test_no_model_at_all_is_one_sentence() -> None:
    """The provider's words never reach the person."""
    house = House(chat=FakeChat([ModelUnavailable("auth", "openai/a")]))
    events = await house.ask("Hello")
    assert [type(event) for event in events] == [Accepted, Failed, Finished]
    assert house.journal.closed[0].entry.outcome is Outcome.FAILED


async def test_an_answer_cut_by_its_length_says_so() -> None:
    """finish_reason "length" is told, not hidden."""
    house = House(chat=FakeChat((Text("And then "), Ended(USAGE, "length"))))
    events = await house.ask("Tell me everything")
    assert [event.what for event in events if isinstance(event, Degraded)] == ["ending"]


async def test_stop_closes_the_upstream_and_keeps_what_was_said() -> None:
    """Closing the iterator ends the model's stream at once; the stopped turn is recorded with its tokens."""
    house = House(chat=FakeChat((Started("openai/a"), Text("One sentence. Two"), None)))
    async with aclosing(house.assistant().respond(request())) as events:
        async for event in events:
            if isinstance(event, Said):
                break
    assert house.chat.closed
    closed = house.journal.closed[0]
    assert (closed.entry.outcome, closed.answer) == (Outcome.STOPPED, "One sentence. ")
    assert (closed.entry.model, closed.entry.completion_tokens) == ("openai/a", 3)


async def test_a_cancelled_turn_is_recorded_all_the_same() -> None:
    """The stop button cancels a task: the record is written nevertheless."""
    house = House(chat=FakeChat((Text("One sentence. Two"), None)))
    task = asyncio.create_task(house.ask("Hello"))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0.01)
    assert house.journal.closed[0].entry.outcome is Outcome.STOPPED


async def test_without_consent_nothing_is_recalled_or_learned() -> None:
    """Until somebody chose to be remembered, a turn stays within its conversation."""
    house = House(memory=FakeMemory(Recollection((FACT,)), choice=ConsentChoice.UNDECIDED))
    await house.ask("Where do I live?")
    assert "Lisbon" not in house.chat.prompts[0][-1].content
    assert not house.journal.opened[0].learnable


async def test_text_that_nobody_typed_is_not_learned_from() -> None:
    """What was prefilled or pasted is answered, and writes no fact even with "remember"."""
    house = House()
    said = replace(request("Remember that I live in Lisbon."), typed=False)
    assert [event async for event in house.assistant().respond(said)]
    assert [opened.learnable for opened in house.journal.opened] == [False]


async def test_a_store_that_cannot_be_written_is_told() -> None:
    """The answer is given, and the person knows that it is not kept."""
    house = House(journal=FakeJournal(error=StoreUnavailable("locked")))
    events = await house.ask("Hello")
    assert [type(event) for event in events] == [Degraded, Accepted, Said, Finished]
    assert house.journal.audited[0].degraded == ("record",)


async def test_anothers_conversation_is_as_if_absent() -> None:
    """Ids of somebody else's conversation get the notice that there is none."""
    house = House(journal=FakeJournal(error=NotFound("absent")))
    events = await house.ask("Hello")
    assert [type(event) for event in events] == [Refused, Finished]
    assert house.chat.prompts == []
