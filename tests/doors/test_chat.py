# SPDX-License-Identifier: Apache-2.0
"""What the page shows of a turn."""

import asyncio
import logging
from typing import Any

import pytest

from app.events import Accepted, Degraded, Failed, Finished, Refused, Replaced, Said
from memory.ids import TurnId
from memory.values import Learned, Outcome
from tests.doors.conftest import Place
from tests.doors.guest import Talk
from tests.fakes.rapport import fact

TURN = TurnId("turn")


def finished(learned: Learned) -> Finished:
    """The end of an answered turn."""
    return Finished(TURN, Outcome.ANSWERED, "local/concierge", learned, ())


async def _talk(place: Place, *script: object) -> Talk:
    """Says hello to an assistant that plays this script."""
    place.rapport.talker.script = script  # type: ignore[assignment]
    guest = place.guest()
    await guest.sign_in()
    async with guest.talk() as talk:
        await talk.say("hello")
    return talk


async def test_text_is_streamed_in_few_writes_and_ends_whole(place: Place) -> None:
    """Two hundred pieces come in a handful of events, and none is lost or moved."""
    pieces = [Said(f"{n} ") for n in range(200)]
    talk = await _talk(place, Accepted(TURN, ()), *pieces)
    assert talk.shown == ["".join(piece.text for piece in pieces)]
    assert 1 <= len(talk.heard("stream_start")) + len(talk.heard("stream_token")) < 20


async def test_the_first_piece_does_not_wait_for_the_second(place: Place) -> None:
    """It is shown while the rest is still being thought of."""
    place.rapport.talker.script = (Said("First. "), 0.4, Said("Second."))
    guest = place.guest()
    await guest.sign_in()
    async with guest.talk() as talk:
        message = await talk.send("client_message", "hello")
        await talk.until(lambda: talk.shown == ["First. "])
        assert not talk.done(message)
        await talk.until(lambda: talk.done(message))
        assert talk.shown == ["First. Second."]


async def test_a_replaced_answer_stands_alone(place: Place) -> None:
    """Nothing of what was said before remains, and what follows goes after it."""
    talk = await _talk(place, Said("Half an "), 0.1, Said("answer"), Replaced("Another answer"), Said(", whole."))
    assert talk.shown == ["Another answer, whole."]


async def test_what_is_missing_is_told_beside_the_answer(place: Place) -> None:
    """A notice has a message of its own, marked as one by its id."""
    talk = await _talk(place, Degraded("history", "Without your history."), Said("Hello."))
    assert talk.shown == ["Without your history.", "Hello."]
    ids = [step["id"] for step in talk.steps.values() if step["type"] == "assistant_message"]
    assert [id.startswith("notice-") for id in ids] == [True, False]


@pytest.mark.parametrize("event", [Refused("Too long.", "too_long"), Failed("Could not. Reference: ab12", "ab12")])
async def test_a_turn_without_an_answer_says_so(place: Place, event: Refused | Failed) -> None:
    """Its notice is all that is shown."""
    talk = await _talk(place, event)
    assert talk.shown == [event.notice]


async def test_no_exception_text_reaches_the_person_or_the_log(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """They get a reference, which is found in the log; what was said so far stays."""
    with caplog.at_level(logging.DEBUG):
        talk = await _talk(place, Said("Half "), 0.1, ValueError("the secret words"))
    assert talk.shown[0] == "Half "
    reference = talk.shown[1].rpartition(" ")[2]
    assert reference in caplog.text
    assert "secret words" not in str(talk.events)
    assert "secret words" not in caplog.text


async def test_stop_closes_the_turn_at_once_and_keeps_what_was_said(place: Place) -> None:
    """The assistant's iterator is closed before the page is told."""
    place.rapport.talker.script = (Said("Half an answer"), 30.0, Said("never"))
    guest = place.guest()
    await guest.sign_in()
    async with guest.talk() as talk:
        await talk.send("client_message", "hello")
        await talk.until(lambda: talk.shown == ["Half an answer"])
        await talk.client.emit("stop")
        await talk.until(lambda: len(talk.shown) == 2)
        assert place.rapport.talker.closed == 1
        assert talk.shown == ["Half an answer", "Stopped at your request. What was said so far is kept."]
        place.rapport.talker.script = (Said("Again."),)
        await talk.say("and now?")
    assert talk.shown[-1] == "Again."
    assert "manually" not in str(talk.events)


async def test_one_turn_at_a_time_in_a_conversation(place: Place) -> None:
    """Messages sent at once are answered one after another, in their order."""
    place.rapport.talker.script = (0.05, Said("Hello."))
    guest = place.guest()
    await guest.sign_in()
    async with guest.talk() as talk:
        sent = [await talk.send("client_message", text) for text in ("one", "two", "three")]
        await talk.until(lambda: all(talk.done(message) for message in sent))
    assert place.rapport.talker.most == 1
    assert [request.text for request in place.rapport.talker.asked] == ["one", "two", "three"]


async def test_an_edited_message_is_answered_anew_with_the_same_id(place: Place) -> None:
    """What came after it goes from the page; the answer has a new id."""
    guest = place.guest()
    await guest.sign_in()
    async with guest.talk() as talk:
        first = await talk.say("I like tea")
        await talk.say("and cake")
        await talk.send("edit_message", "I like coffee", first)
        await talk.until(lambda: len(place.rapport.talker.asked) == 3 and talk.shown == ["Hello."])
    asked = place.rapport.talker.asked
    assert (asked[0].message, asked[2].text) == (asked[2].message, "I like coffee")
    assert len({request.answer for request in asked}) == 3


async def test_an_edit_can_be_stopped(place: Place) -> None:
    """It is a turn like any other."""
    guest = place.guest()
    await guest.sign_in()
    async with guest.talk() as talk:
        message = await talk.say("one")
        place.rapport.talker.script = (30.0,)
        await talk.send("edit_message", "two", message)
        async with asyncio.timeout(5):
            while place.rapport.talker.running == 0:  # noqa: ASYNC110  # the server runs in another loop
                await asyncio.sleep(0.01)
        await talk.client.emit("stop")
        await talk.until(lambda: any("Stopped" in text for text in talk.shown))
    assert place.rapport.talker.running == 0


@pytest.mark.parametrize(
    ("metadata", "typed"),
    [
        ({"location": "http://127.0.0.1:8000/#pasted"}, False),
        ({"location": "http://127.0.0.1:8000/thread/1"}, True),
        ({"location": 7, "pasted": False, "stored": True}, True),
        (["#pasted"], True),
    ],
)
async def test_a_page_can_say_that_a_text_was_pasted_and_nothing_else(place: Place, metadata: Any, typed: bool) -> None:
    """The mark lowers the trust, also of what is edited later; nothing that a browser says raises it."""
    guest = place.guest()
    await guest.sign_in()
    async with guest.talk() as talk:
        message = await talk.say("I live in Oslo", metadata=metadata)
        await talk.send("edit_message", "I live in Bergen", message)
        await talk.until(lambda: len(place.rapport.talker.asked) == 2)
    assert [request.typed for request in place.rapport.talker.asked] == [typed, typed]


async def test_only_ones_own_message_of_this_conversation_can_be_edited(place: Place) -> None:
    """An answer's id, or one from elsewhere, changes nothing."""
    guest = place.guest()
    await guest.sign_in()
    async with guest.talk() as elsewhere:
        other = await elsewhere.say("elsewhere")
    async with guest.talk() as talk:
        await talk.say("one")
        answer = next(id for id, step in talk.steps.items() if step["type"] == "assistant_message")
        for id in (answer, other):
            await talk.send("edit_message", "changed", id)
        await talk.say("two")
    assert [request.text for request in place.rapport.talker.asked] == ["elsewhere", "one", "two"]


@pytest.mark.parametrize(
    ("learned", "words"),
    [
        (Learned(added=(fact("Lives in Lisbon"),)), "Remembered one thing"),
        (Learned(added=(fact("a"), fact("b"))), "Remembered 2 things"),
        (Learned(forgotten=(fact("a").id,)), "Forgotten"),
    ],
)
async def test_what_was_learned_is_said_without_its_content(place: Place, learned: Learned, words: str) -> None:
    """A short word at the edge of the page."""
    talk = await _talk(place, Said("Hello."), finished(learned))
    assert [toast["message"].startswith(words) for toast in talk.heard("toast")] == [True]


async def test_a_message_during_the_start_is_told_to_wait_and_then_answered(place: Place) -> None:
    """The page is there before the models are."""
    place.rapport.ready = False
    talk = await _talk(place, Said("Hello."))
    assert talk.shown == [
        "I am still starting. Your message is kept and will be answered in a moment.", "Hello.",
    ]  # fmt: skip


async def test_a_message_that_is_far_too_long_reaches_the_turn_that_refuses_it(place: Place) -> None:
    """Half a million characters are no reason to drop the line."""
    guest = place.guest()
    await guest.sign_in()
    async with guest.talk() as talk:
        await talk.say("x" * 500_000)
    assert len(place.rapport.talker.asked[0].text) == 500_000


async def test_notices_are_in_the_persons_language(place: Place) -> None:
    """As the browser asks for it."""
    place.rapport.talker.script = (ValueError(),)
    guest = place.guest()
    await guest.sign_in()
    async with guest.talk(headers={"Accept-Language": "de-AT,de;q=0.9"}) as talk:
        await talk.say("hallo")
    assert talk.shown[0].startswith("Bei uns ist etwas schiefgegangen.")
    assert place.rapport.talker.asked[0].language == "de-AT"
