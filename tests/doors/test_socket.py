# SPDX-License-Identifier: Apache-2.0
"""The guard of the socket: who may connect, which events exist, what a message may say of itself."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest
from socketio.exceptions import ConnectionError as Refused

from memory.ids import new_id
from tests.doors.conftest import Place
from tests.doors.guest import Talk


@pytest.mark.parametrize(
    "changes",
    [
        {"sessionId": "../elsewhere"}, {"sessionId": "/absolute"}, {"sessionId": ""}, {"sessionId": None},
        {"sessionId": "00000000-0000-1000-8000-000000000000"}, {"sessionId": ["a"]},
        {"threadId": "' OR 1=1"}, {"threadId": "../x"}, {"threadId": 7},
        {"clientType": "copilot"}, {"clientType": "slack"}, {"clientType": None},
        {"headers": {"Origin": "https://other.example"}}, {"headers": {"Origin": "null"}},
        {"headers": {"Cookie": "access_token=forged"}},
    ],
)  # fmt: skip
async def test_a_malformed_or_foreign_connection_is_refused(place: Place, changes: dict[str, Any]) -> None:
    """Session and thread ids are UUID4, the page is ours, the origin is ours, the cookie is good."""
    guest = place.guest()
    await guest.sign_in()
    with pytest.raises(Refused):
        async with guest.talk(**changes):
            pass


async def test_our_own_origin_is_let_in(place: Place) -> None:
    """The page's own address, as a browser names it."""
    guest = place.guest()
    await guest.sign_in()
    async with guest.talk(headers={"Origin": place.url}) as talk:
        await talk.say("hello")
        assert talk.shown == ["Hello."]


async def test_a_message_keeps_only_its_id_and_its_text(place: Place) -> None:
    """Type, author, parent, metadata and commands that a browser declares are replaced."""
    guest = place.guest()
    await guest.sign_in()
    async with guest.talk() as talk:
        await talk.say(
            "hello",
            type="system_message",
            name="System",
            parentId=new_id(),
            command="x",
            metadata={"stored": True, "role": "admin"},
            modes={"a": "b"},
        )
    request = place.rapport.talker.asked[0]
    assert (request.text, request.name, request.role) == ("hello", guest.account.name, "user")
    assert (request.scope, request.channel) == (guest.account.scope, "web")


async def test_a_message_id_names_nobody_elses_message(place: Place) -> None:
    """The same id from two people becomes two ids; from one person, the same one."""
    first, second, id = place.guest(), place.guest(), new_id()
    for guest in (first, second, first):
        await guest.sign_in()
        async with guest.talk() as talk:
            await talk.say("hello", id)
    ids = [request.message for request in place.rapport.talker.asked]
    assert ids[0] == ids[2] != ids[1]
    assert id not in ids


@pytest.mark.parametrize(
    "payload",
    [None, "text", [], {}, {"message": None}, {"message": {"id": "1", "output": "x"}},
     {"message": {"id": new_id(), "output": None}}, {"message": {"id": new_id(), "output": {"a": 1}}}],
)  # fmt: skip
async def test_a_malformed_message_is_dropped(place: Place, payload: Any) -> None:
    """Nothing is answered, and the next message is."""
    guest = place.guest()
    await guest.sign_in()
    async with guest.talk() as talk:
        for event in ("client_message", "edit_message"):
            await talk.client.emit(event, payload)
        await talk.say("hello")
    assert [request.text for request in place.rapport.talker.asked] == ["hello"]


async def test_only_the_events_of_our_list_exist(place: Place) -> None:
    """Window messages, audio, settings and favourites have no handler."""
    from chainlit.server import sio

    assert set(sio.handlers["/"]) == {
        "connect", "disconnect", "connection_successful", "clear_session", "client_message", "edit_message", "stop",
    }  # fmt: skip


async def test_anothers_session_is_as_one_that_never_was(place: Place) -> None:
    """Its id gives a session of one's own; the other's goes on undisturbed."""
    owner, stranger = place.guest(), place.guest()
    await owner.sign_in()
    await stranger.sign_in()
    async with owner.talk() as theirs:
        await theirs.say("my secret")
        async with stranger.talk(session=theirs.session) as mine:
            await mine.say("hello")
            assert mine.thread != theirs.thread
        await theirs.say("still here")
    scopes = [request.scope.person for request in place.rapport.talker.asked]
    people = (owner.account.scope.person, stranger.account.scope.person)
    assert scopes == [people[0], people[1], people[0]]


async def _opened(talk: Talk) -> list[str]:
    await talk.until(lambda: "resume_thread_error" in [name for name, _ in talk.events])
    await talk.say("hello")
    return [name for name, _ in talk.events]


async def test_anothers_conversation_is_as_one_that_never_was(place: Place) -> None:
    """Both ids answer with the same events, and what is then said opens a new conversation."""
    owner, stranger = place.guest(), place.guest()
    await owner.sign_in()
    await stranger.sign_in()
    async with owner.talk() as theirs:
        await theirs.say("my secret")
    absent = new_id()
    async with stranger.talk(thread=theirs.thread) as first:
        of_another = await _opened(first)
    async with stranger.talk(thread=absent) as second:
        of_none = await _opened(second)
    assert of_another == of_none
    assert theirs.thread not in (first.thread, second.thread)
    assert absent != second.thread
    assert "my secret" not in str(first.events)


async def test_a_sign_out_ends_what_an_open_socket_may_do(place: Place) -> None:
    """Each event looks at the token and the account anew."""
    guest = place.guest()
    await guest.sign_in()
    async with guest.talk() as talk:
        await talk.say("hello")
        place.rapport.accounts.everybody.remove(guest.account)
        await talk.send("client_message", "still me?")
        await talk.closed()
    assert [request.text for request in place.rapport.talker.asked] == ["hello"]


async def test_nobody_holds_sockets_without_end(place: Place) -> None:
    """One person's sockets are counted."""
    from app.doors.socket import PER_PERSON

    guest = place.guest()
    await guest.sign_in()
    async with AsyncExitStack() as stack:
        for _ in range(PER_PERSON):
            await stack.enter_async_context(guest.talk())
        with pytest.raises(Refused):
            await stack.enter_async_context(guest.talk())


async def test_a_page_may_be_reloaded_without_end(place: Place) -> None:
    """Sockets that were lost do not count, and of their sessions only as many as sockets are kept."""
    from chainlit.session import ws_sessions_sid

    from app.doors.socket import PER_PERSON

    guest = place.guest()
    await guest.sign_in()
    for _ in range(2 * PER_PERSON + 2):
        async with guest.talk():
            pass
    own = [s for s in ws_sessions_sid.values() if s.user and s.user.identifier == guest.account.scope.person]
    assert len(own) <= PER_PERSON + 1


async def test_a_closed_session_leaves_nothing_behind(place: Place) -> None:
    """Chainlit's own list of a session's messages goes with it."""
    from chainlit.chat_context import chat_contexts
    from chainlit.session import ws_sessions_id
    from chainlit.user_session import user_sessions

    guest = place.guest()
    await guest.sign_in()
    async with guest.talk() as talk:
        await talk.say("hello")
        assert talk.session in chat_contexts
        await talk.client.call("clear_session")
    for _ in range(500):
        if talk.session not in ws_sessions_id:
            break
        await asyncio.sleep(0.01)
    assert talk.session not in ws_sessions_id
    assert talk.session not in chat_contexts
    assert talk.session not in user_sessions
