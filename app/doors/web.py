# SPDX-License-Identifier: Apache-2.0
"""The web door: what Chainlit calls when somebody signs in, writes, resumes or stops."""

import asyncio
import logging
import traceback
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import chainlit as cl
from chainlit.config import config
from chainlit.context import context

from app.doors.face import Rapport
from app.doors.history import History
from app.doors.login import SignIn
from app.doors.reply import Reply
from app.doors.visitor import Visitor, visitor
from app.notices import Notices, speaking
from app.request import Request
from memory.ids import ConversationId, MessageId, new_id

log = logging.getLogger("rapport.web")


class Talks:
    """The turns that are running: one at a time in a conversation, each can be stopped."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._running: dict[str, set[asyncio.Task[Any]]] = defaultdict(set)

    async def run(self, conversation: str, turn: Callable[[], Awaitable[None]]) -> None:
        """Runs a turn when those before it are done; forgets the conversation when it falls quiet."""
        task = asyncio.current_task()
        if task is not None:
            self._running[conversation].add(task)
        try:
            async with self._locks[conversation]:
                await turn()
        finally:
            if task is not None:
                self._running[conversation].discard(task)
            if not self._running[conversation]:
                del self._running[conversation], self._locks[conversation]

    async def stop(self, conversation: str) -> None:
        """Cancels what runs or waits there, and waits until it has cleaned up after itself."""
        tasks = [task for task in self._running.get(conversation, ()) if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class WebDoor:
    """Chainlit's callbacks over one Rapport."""

    def __init__(self, rapport: Rapport, sign_in: SignIn, words: Mapping[str, Mapping[str, str]]) -> None:
        self.rapport, self.sign_in, self.talks = rapport, sign_in, Talks()
        self._words = words

    def register(self) -> None:
        """Hands the callbacks to Chainlit; a later door of the same process takes this one's place."""
        import chainlit.data

        config.project.user_session_timeout = int(self.rapport.settings.session_hours * 3600)
        cl.password_auth_callback(self.sign_in.by_password)
        cl.on_message(self.on_message)
        cl.on_chat_resume(self.on_resume)
        cl.data_layer(self._history)
        chainlit.data._data_layer, chainlit.data._data_layer_initialized = None, False

    def _history(self) -> History:
        return History(self.rapport.accounts, self.rapport.transcript, self.talks.stop)

    async def on_resume(self, thread: dict[str, Any]) -> None:
        """Nothing is kept in the session: the turn reads a resumed conversation from the transcript."""

    async def on_message(self, message: cl.Message) -> None:
        """Answers one message; nothing that goes wrong here reaches the person but a reference."""
        who = visitor()
        if who is None:
            return
        await self.talks.run(context.session.thread_id, lambda: self._answer(who, message))

    async def _answer(self, who: Visitor, message: cl.Message) -> None:
        say = speaking(self._words, context.session.language)
        request = self._request(who, message)
        reply = Reply(request.answer, say)
        try:
            await self._stream(request, reply, say)
        except asyncio.CancelledError:
            await reply.end()
            await reply.tell(say("stopped"))
            raise
        except Exception as error:
            await reply.end()
            await reply.tell(say("broken").format(reference=_logged(error)))
        else:
            await reply.end()

    async def _stream(self, request: Request, reply: Reply, say: Notices) -> None:
        if not self.rapport.ready:
            await reply.tell(say("starting"))
        assistant = await self.rapport.assistant()
        async with aclosing(assistant.respond(request)) as events:  # type: ignore[type-var]  # a generator, closed at once
            async for event in events:
                await reply.show(event)

    def _request(self, who: Visitor, message: cl.Message) -> Request:
        return Request(
            scope=who.scope,
            name=who.name,
            role=who.role,
            channel="web",
            conversation=ConversationId(context.session.thread_id),
            use_case=self.rapport.settings.use_case,
            text=message.content,
            message=_message_id(who, message),
            answer=MessageId(new_id()),
            typed=not (message.metadata or {}).get("pasted"),
            language=context.session.language,
        )


def _message_id(who: Visitor, message: cl.Message) -> MessageId:
    """The browser's id within the person's own space of ids, so that it can name nobody else's message."""
    if (message.metadata or {}).get("stored"):
        return MessageId(message.id)
    return MessageId(str(uuid5(NAMESPACE_URL, f"rapport:{who.scope.person}:{message.id}")))


def _logged(error: Exception) -> str:
    """Logs where it happened, never an exception's text, which may hold what a person said."""
    reference = new_id()[:8]
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    where = " > ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames)
    log.error("message failed: %s at %s (reference %s)", type(error).__name__, where, reference)
    return reference
