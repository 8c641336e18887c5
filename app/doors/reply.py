# SPDX-License-Identifier: Apache-2.0
"""A turn's events on the screen: text as it comes, joined to a few writes a second, and truthful notices."""

import asyncio
from contextlib import suppress

import chainlit as cl
from chainlit.context import context

from app.doors.history import NOTICE
from app.events import Accepted, Degraded, Failed, Finished, Refused, Replaced, Said, TurnEvent
from app.notices import Notices
from memory.ids import MessageId, new_id
from memory.values import Learned

EVERY = 0.045
"""Seconds between two writes to the screen; a write costs 0.26 ms of CPU whatever its length."""


class Reply:
    """One answer in the page; the first piece is shown at once, later ones are joined."""

    def __init__(self, answer: MessageId, say: Notices) -> None:
        self._message = cl.Message(content="", id=answer)
        self._say = say
        self._waiting: list[str] = []
        self._flushing: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()

    async def show(self, event: TurnEvent) -> None:
        """Shows one event; the ones that a person need not see are passed over."""
        match event:
            case Said(text):
                self._waiting.append(text)
                if self._flushing is None or self._flushing.done():
                    self._flushing = asyncio.create_task(self._write_soon())
            case Replaced(text):
                await self._settle()
                await self._message.stream_token(text, is_sequence=True)
            case Refused(text, _) | Degraded(_, text) | Failed(text, _):
                await self._settle()
                await self.tell(text)
            case Finished(learned=learned):
                await self._settle()
                await self._toast(learned)
            case Accepted():
                pass

    async def tell(self, text: str) -> None:
        """A notice of its own, beside the answer."""
        await cl.Message(content=text, id=NOTICE + new_id()).send()

    async def end(self) -> None:
        """The answer is complete, or as complete as it will be."""
        await self._settle()
        if self._message.content:
            await self._message.send()

    async def _write_soon(self) -> None:
        await self._write()
        while not self._hurry.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY):
                    await self._hurry.wait()
            if not self._waiting:
                return
            await self._write()

    async def _write(self) -> None:
        text = "".join(self._waiting)
        self._waiting.clear()
        await self._message.stream_token(text)

    async def _settle(self) -> None:
        """Whatever waits is written, in order, before anything else is."""
        if self._flushing is not None:
            self._hurry.set()
            await asyncio.gather(self._flushing, return_exceptions=True)
            self._hurry.clear()
            self._flushing = None
        if self._waiting:
            await self._write()

    async def _toast(self, learned: Learned) -> None:
        if learned.forgotten:
            await context.emitter.send_toast(self._say("forgotten"), "info")
        if count := len(learned.added):
            words = self._say("learned_one" if count == 1 else "learned_many")
            await context.emitter.send_toast(words.format(count=count), "info")
