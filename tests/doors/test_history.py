# SPDX-License-Identifier: Apache-2.0
"""The history sidebar: one's own conversations, and no write of Chainlit's."""

from typing import Any

from memory.ids import new_id
from tests.doors.conftest import Place
from tests.doors.guest import Guest

NO_FILTER = {"feedback": None, "userId": None, "search": None}


async def _talked(place: Place, *texts: str) -> tuple[Guest, list[str]]:
    """Somebody with a conversation for each text."""
    guest, threads = place.guest(), []
    await guest.sign_in()
    for text in texts:
        async with guest.talk() as talk:
            await talk.say(text)
            threads.append(talk.thread)
    return guest, threads


async def _listed(guest: Guest, first: int = 20, cursor: str | None = None, **filter: Any) -> dict[str, Any]:
    body = {"pagination": {"first": first, "cursor": cursor}, "filter": NO_FILTER | filter}
    answer = await guest.ask("POST", "/project/threads", body)
    assert answer.status_code == 200
    return dict(answer.json())


async def test_the_sidebar_lists_ones_own_conversations_newest_first_page_by_page(place: Place) -> None:
    """A cursor leads from page to page."""
    guest, _ = await _talked(place, "one", "two", "three")
    first = await _listed(guest, first=2)
    rest = await _listed(guest, first=2, cursor=first["pageInfo"]["endCursor"])
    assert [thread["name"] for thread in first["data"]] == ["three", "two"]
    assert [thread["name"] for thread in rest["data"]] == ["one"]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)


async def test_search_looks_through_ones_own(place: Place) -> None:
    """And leaves out what does not match."""
    guest, _ = await _talked(place, "about tea", "about cake")
    assert [thread["name"] for thread in (await _listed(guest, search="tea"))["data"]] == ["about tea"]


async def test_a_list_for_another_person_is_ones_own(place: Place) -> None:
    """Whoever the filter names is not looked at."""
    owner, _ = await _talked(place, "secret")
    stranger, _ = await _talked(place, "mine")
    listed = await _listed(stranger, userId=owner.account.scope.person)
    assert [thread["name"] for thread in listed["data"]] == ["mine"]


async def test_a_conversation_is_resumed_with_its_messages_and_goes_on(place: Place) -> None:
    """Under the same id, as the page asks for it."""
    guest, (thread,) = await _talked(place, "hello")
    async with guest.talk(thread=thread) as talk:
        await talk.until(lambda: talk.heard("resume_thread"))
        steps = talk.heard("resume_thread")[0]["steps"]
        assert [(step["type"], step["output"]) for step in steps] == [
            ("user_message", "hello"), ("run", ""), ("assistant_message", "Hello."),
        ]  # fmt: skip
        await talk.say("again")
    assert {request.conversation for request in place.rapport.talker.asked} == {thread}


async def test_a_resumed_message_keeps_its_id_when_it_is_edited(place: Place) -> None:
    """So that the journal knows which one it was."""
    guest, (thread,) = await _talked(place, "hello")
    async with guest.talk(thread=thread) as talk:
        await talk.until(lambda: talk.heard("resume_thread"))
        stored = talk.heard("resume_thread")[0]["steps"][0]["id"]
        await talk.send("edit_message", "changed", stored)
        await talk.until(lambda: len(place.rapport.talker.asked) == 2)
    assert [request.message for request in place.rapport.talker.asked] == [stored, stored]


async def test_a_conversation_is_renamed_and_deleted_by_its_owner(place: Place) -> None:
    """From the sidebar's menu."""
    guest, (thread,) = await _talked(place, "hello")
    assert (await guest.ask("PUT", "/project/thread", {"threadId": thread, "name": "Tea"})).status_code == 200
    assert (await guest.ask("GET", f"/project/thread/{thread}")).json()["name"] == "Tea"
    assert (await guest.ask("DELETE", "/project/thread", {"threadId": thread})).status_code == 200
    assert (await guest.ask("GET", f"/project/thread/{thread}")).status_code == 404


async def test_deleting_a_conversation_stops_what_is_being_answered_in_it(place: Place) -> None:
    """Nothing is written after it is gone."""
    guest, (thread,) = await _talked(place, "hello")
    async with guest.talk(thread=thread) as talk:
        await talk.until(lambda: talk.heard("resume_thread"))
        place.rapport.talker.script = (30.0,)
        await talk.send("client_message", "wait for it")
        await talk.until(lambda: place.rapport.talker.running == 1)
        await guest.ask("DELETE", "/project/thread", {"threadId": thread})
    assert place.rapport.talker.running == 0


async def test_anothers_conversation_answers_as_one_that_never_was(place: Place) -> None:
    """Read, rename and delete: the same 404, and nothing is changed."""
    owner, (thread,) = await _talked(place, "secret")
    stranger, _ = await _talked(place)
    for id in (thread, new_id()):
        answers = [
            await stranger.ask("GET", f"/project/thread/{id}"),
            await stranger.ask("PUT", "/project/thread", {"threadId": id, "name": "x"}),
            await stranger.ask("DELETE", "/project/thread", {"threadId": id}),
        ]
        assert [(answer.status_code, answer.json()) for answer in answers] == [
            (404, {"detail": "Thread not found"})
        ] * 3
    assert (await owner.ask("GET", f"/project/thread/{thread}")).json()["name"] == "secret"


async def test_chainlit_writes_nothing(place: Place) -> None:
    """Neither messages nor titles nor a session's contents, whatever its callbacks hand the data layer."""
    guest, (thread,) = await _talked(place, "hello")
    messages = place.rapport.transcript.said[thread]
    assert [message.text for message in messages] == ["hello", "Hello."]
    got = (await guest.ask("GET", f"/project/thread/{thread}")).json()
    assert (got["name"], got["metadata"], got["tags"]) == ("hello", {}, [])
