# SPDX-License-Identifier: Apache-2.0
"""The guard of Chainlit's socket: who may connect, which events exist, and what a message may say of itself.

A browser chooses its session and thread ids, and declares the type, author and parent of what it sends;
here all of that is checked or replaced, for every event anew. Events not named here do not exist.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import chainlit.socket as theirs
from chainlit.auth import get_token_from_cookies
from chainlit.chat_context import chat_context, chat_contexts
from chainlit.config import config
from chainlit.context import init_ws_context
from chainlit.message import Message
from chainlit.server import sio
from chainlit.session import WebsocketSession, ws_sessions_id, ws_sessions_sid
from chainlit.user_session import user_sessions
from socketio.exceptions import ConnectionRefusedError
from starlette.requests import cookie_parser

from app.doors.login import SignIn
from app.doors.porter import UUID4
from app.doors.visitor import Visitor, visiting
from app.doors.web import WebDoor
from memory.errors import NotebookError
from memory.ids import ConversationId, new_id

log = logging.getLogger("rapport.socket")

PER_PERSON = 32
"""Sockets that one person may have open: tabs and devices, not a flood."""

Handler = Callable[[WebsocketSession, Visitor, Any], Awaitable[None]]


class SocketGuard:
    """Takes the place of Chainlit's own handlers."""

    def __init__(self, door: WebDoor, sign_in: SignIn, origins: Sequence[str]) -> None:
        self._door, self._sign_in, self._origins = door, sign_in, frozenset(origins)
        self._tasks: set[asyncio.Task[None]] = set()
        self._orders: WeakKeyDictionary[WebsocketSession, asyncio.Lock] = WeakKeyDictionary()

    def register(self) -> None:
        """Leaves no handler of Chainlit's reachable but through this guard."""
        sio.handlers["/"] = {
            "connect": self.connect,
            "disconnect": self.disconnect,
            "connection_successful": self._guarded(self._begin),
            "clear_session": self.clear_session,
            "client_message": self._guarded(self._message),
            "edit_message": self._guarded(self._edit),
            "stop": self._guarded(self._stop),
        }

    async def connect(self, sid: str, environ: dict[str, Any], auth: Any) -> bool:
        """Lets a signed-in person's page in; every refusal reads the same."""
        token = get_token_from_cookies(cookie_parser(environ.get("HTTP_COOKIE", "")))
        who = await self._sign_in.by_token(token, "socket")
        if who is None or not self._well_formed(environ, auth) or len(_sessions(who, True)) >= PER_PERSON:
            raise ConnectionRefusedError("refused")
        for lost in _sessions(who, False)[:-PER_PERSON]:
            await _forget(lost)
        _sweep()
        with visiting(who):
            wanted = auth.get("threadId") or None
            known = WebsocketSession.get_by_id(auth["sessionId"])
            stolen = known is not None and (known.user is None or known.user.identifier != who.scope.person)
            session_id = new_id() if stolen else auth["sessionId"]
            clean = {"sessionId": session_id, "clientType": "webapp", "userEnv": "{}", "threadId": wanted}
            await theirs.connect(sid, environ, clean)
            session = WebsocketSession.get(sid)
            if session is None:
                raise ConnectionRefusedError("refused")
            session.token, session.environ = token, {}  # the handshake's headers are not kept
            if wanted and session.thread_id == wanted and not await self._own(who, wanted):
                session.thread_id = new_id()  # an id that is not one's own conversation never becomes one
        return True

    def _well_formed(self, environ: dict[str, Any], auth: Any) -> bool:
        origin = environ.get("HTTP_ORIGIN")
        if not isinstance(auth, dict) or (origin is not None and origin not in self._origins):
            return False
        thread = auth.get("threadId") or None
        return (
            auth.get("clientType") == "webapp"
            and _is_uuid4(auth.get("sessionId"))
            and (thread is None or _is_uuid4(thread))
        )

    def _guarded(self, handler: Handler) -> Callable[..., Awaitable[None]]:
        async def guarded(sid: str, payload: Any = None) -> None:
            session = WebsocketSession.get(sid)
            if session is None:
                return
            async with self._orders.setdefault(session, asyncio.Lock()):  # events keep their order
                who = await self._sign_in.by_token(session.token, "socket")
                if who is None:
                    await sio.disconnect(sid)
                    return
                with visiting(who):
                    await handler(session, who, payload)

        return guarded

    async def _begin(self, session: WebsocketSession, who: Visitor, payload: Any) -> None:
        await theirs.connection_successful(session.socket_id)

    async def _message(self, session: WebsocketSession, who: Visitor, payload: Any) -> None:
        message = _plain(payload, who)
        if message is None or not _is_uuid4(message["id"]):
            log.warning("a malformed message was dropped")
            return
        await theirs.message(session.socket_id, {"message": message, "fileReferences": None})

    async def _edit(self, session: WebsocketSession, who: Visitor, payload: Any) -> None:
        wanted = _plain(payload, who)
        if wanted is None:
            return
        init_ws_context(session)
        await self._door.talks.stop(session.thread_id)
        messages = chat_context.get()
        mine = [m for m in messages if m.id == wanted["id"] and m.type == "user_message"]
        if not mine:
            return
        after = messages[messages.index(mine[0]) + 1 :]
        session.current_task = self._follow(_rerun(session, mine[0], after, wanted))

    async def _stop(self, session: WebsocketSession, who: Visitor, payload: Any) -> None:
        init_ws_context(session)
        await self._door.talks.stop(session.thread_id)

    async def clear_session(self, sid: str, payload: object = None) -> None:
        """The page will not come back to this session."""
        if session := WebsocketSession.get(sid):
            session.to_clear = True

    async def disconnect(self, sid: str, reason: object = None) -> None:
        """Keeps the session for a while, so that a page that lost its line finds its answer still coming."""
        if WebsocketSession.get(sid) is not None:
            self._follow(_forget_later(sid, config.project.session_timeout))

    async def sign_out(self, token: str) -> None:
        """Closes the sockets that this token opened."""
        for sid in [sid for sid, session in ws_sessions_sid.items() if session.token == token]:
            await sio.disconnect(sid)

    async def stop(self, conversation: str) -> None:
        """Stops what is being answered in a conversation, and waits for its end."""
        await self._door.talks.stop(conversation)

    async def expel(self, person: str) -> None:
        """Stops what is being answered to a person, closes their sockets and forgets their sessions."""
        sessions = {*ws_sessions_sid.values(), *ws_sessions_id.values()}
        for session in [one for one in sessions if one.user is not None and one.user.identifier == person]:
            await self.stop(session.thread_id)
            await sio.disconnect(session.socket_id)
            await _forget(session)

    async def close(self) -> None:
        """Ends what still waits, at the server's end."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _own(self, who: Visitor, thread_id: str) -> bool:
        try:
            found = await self._door.rapport.transcript.conversation(who.scope, ConversationId(thread_id))
        except NotebookError:
            return False
        return found is not None

    def _follow(self, work: Any) -> "asyncio.Task[None]":
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _rerun(session: WebsocketSession, message: Message, after: Sequence[Message], wanted: dict[str, Any]) -> None:
    """Answers an edited message anew; as a task of the session, so that it can be stopped like any other."""
    context = init_ws_context(session)
    for later in after:
        await later.remove()
    message.metadata = {**(message.metadata or {}), **wanted["metadata"]}
    message.content = wanted["output"]
    await message.update()
    await context.emitter.task_start()
    try:
        await config.code.on_message(message)
    finally:
        await context.emitter.task_end()


def _plain(payload: Any, who: Visitor) -> dict[str, Any] | None:
    """A message with the two fields that a browser may choose, its id and its text; None if unusable."""
    message = payload.get("message") if isinstance(payload, dict) else None
    if not isinstance(message, dict) or not isinstance(message.get("output"), str):
        return None
    if not isinstance(message.get("id"), str) or not re.fullmatch(r"[0-9a-f-]{36}", message["id"]):
        return None
    return {
        "id": message["id"],
        "output": message["output"],
        "name": who.name,
        "type": "user_message",
        "createdAt": None,
        "parentId": None,
        "metadata": {"pasted": True} if _pasted(message.get("metadata")) else {},
        "command": None,
        "modes": None,
        "language": None,
    }


def _pasted(metadata: Any) -> bool:
    """Whether our script marked the page's address, which Chainlit sends along: it can only lower the trust."""
    location = metadata.get("location") if isinstance(metadata, dict) else None
    return isinstance(location, str) and location.endswith("#pasted")


def _is_uuid4(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(UUID4, value) is not None


def _sessions(who: Visitor, open_now: bool) -> list[WebsocketSession]:
    """The person's sessions, oldest first: those with a line to their page, or those that lost it."""
    own = [s for s in ws_sessions_sid.values() if s.user is not None and s.user.identifier == who.scope.person]
    return [session for session in own if sio.manager.is_connected(session.socket_id, "/") is open_now]


def _sweep() -> None:
    """Chainlit never drops a session's messages; those of sessions that are gone go here."""
    for id in [id for id in chat_contexts if id not in ws_sessions_id]:
        del chat_contexts[id]


async def _forget_later(sid: str, seconds: float) -> None:
    """Waits a moment first, since a page's "clear_session" is handled beside the disconnect that follows it."""
    await asyncio.sleep(0.5)
    session = WebsocketSession.get(sid)
    if session is not None and not session.to_clear:
        await asyncio.sleep(seconds)
        session = WebsocketSession.get(sid)  # None when a new socket took the session over
    if session is not None:
        await _forget(session)


async def _forget(session: WebsocketSession) -> None:
    user_sessions.pop(session.id, None)
    chat_contexts.pop(session.id, None)
    await session.delete()
