# SPDX-License-Identifier: Apache-2.0
"""START HERE: one whole turn, top to bottom.

A door hands over a `Request` and shows the events that come back; it knows nothing else of a turn.
Privacy and guards fail closed: an error there ends the turn. Personalization fails open: what is
late or down is named in a `Degraded` event, and the answer is given without it.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from app.admission import Admission, Turned
from app.answering import Answer, Checks
from app.boundaries import Bounds
from app.context import Context
from app.events import Accepted, TurnEvent
from app.manifest import choose
from app.masking import MaskedTurn, Masking
from app.notices import Notices, speaking
from app.prompt import compose
from app.recording import Recorder, TurnRecord
from app.request import Request
from app.use_case import Boundary, Denied
from connectors.chat import Chat
from connectors.errors import ConnectorError
from guards.errors import GuardError
from memory.errors import NotebookError
from memory.values import Outcome


class Assistant:
    """The one assistant behind every door."""

    def __init__(
        self,
        *,
        admission: Admission,
        bounds: Bounds,
        context: Context,
        masking: Masking,
        chat: Chat,
        checks: Checks,
        recorder: Recorder,
        notices: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._admission, self._bounds, self._context, self._masking = admission, bounds, context, masking
        self._chat, self._checks, self._recorder, self._notices = chat, checks, recorder, notices

    async def respond(self, request: Request) -> AsyncGenerator[TurnEvent, None]:
        """Yields what the person is to see, and `Finished` last, when all is recorded.

        Closing the iterator stops the turn: the upstream is closed at once, what was said is kept.
        """
        record, say = TurnRecord(request), speaking(self._notices, request.language)
        try:
            async with aclosing(self._turn(request, record, say)) as events:
                async for event in events:
                    yield event
        except (GuardError, ConnectorError, NotebookError) as error:
            yield record.fail(say, error)
        except (asyncio.CancelledError, GeneratorExit):
            record.outcome = Outcome.STOPPED
            raise
        finally:  # 9. Record, 10. Learn: in one transaction, however the turn ended.
            learned = await self._recorder.close(record)
        yield record.finished(learned)

    async def _turn(self, request: Request, record: TurnRecord, say: Notices) -> AsyncGenerator[TurnEvent, None]:
        # 1. Admit: size, unicode, rate, attacks. 2. Bound: what may be used, decided before anything is looked up.
        admitted, boundary = await asyncio.gather(self._admission.admit(request), self._bounds.of(request))
        if isinstance(admitted, Turned):
            yield record.refuse(say(admitted.rule), admitted.why)
            return
        record.verdicts.extend(admitted.notes)

        if isinstance(boundary, Denied):
            yield record.refuse(say("denied"), boundary.reason)
            return
        boundary = boundary.closed() if admitted.wary else boundary

        # 3. Gather: memory, passages and history at once, while the person's own words are kept. 4. Choose.
        opening = self._recorder.open(record, admitted.text, boundary.remember and request.typed, boundary.infer)
        self._masking.ahead(boundary, admitted.text)
        with record.stage("gather"):
            found = await self._context.gather(request, boundary, admitted.text, opening)
            record.manifest = choose(found.recollection, found.passages, boundary, found.unavailable, found.planted)
        for part in (*found.unavailable, *(() if await opening else ("record",))):
            yield record.degrade(say, part)
        if found.attack:
            yield record.refuse(say("attack"), f"attack: {found.attack}")
            return

        # 5. Mask: everything bound for the model, through one pseudonymizer.
        with record.stage("mask"):
            masked = await self._masking.mask(request, boundary, found, record.manifest, admitted.text)
            record.vault, record.redactions = masked.vault, dict(masked.kinds)
        if masked.blocked:
            yield record.refuse(say("blocked_kind"), f"masking: {masked.blocked}")
            return
        yield Accepted(record.turn, tuple(sorted(masked.message_kinds)))
        async with aclosing(self._answer(boundary, record, masked, say)) as events:
            async for event in events:
                yield event

    async def _answer(
        self, boundary: Boundary, record: TurnRecord, masked: MaskedTurn, say: Notices
    ) -> AsyncGenerator[TurnEvent, None]:
        # 6. Compose, 7. Stream, 8. Release: nothing is shown that was not checked and restored.
        messages = compose(self._masking.system(boundary), record.manifest, masked)
        ground = self._masking.ground(boundary, masked, messages)
        record.answer = Answer(self._chat, self._checks, messages, masked.vault, ground, say, boundary.models)
        with record.stage("answer"):
            async with aclosing(record.answer.events()) as events:
                async for event in events:
                    yield event
        record.outcome = record.answer.outcome
        for part in record.answer.shortcomings():
            yield record.degrade(say, part)
