# SPDX-License-Identifier: Apache-2.0
"""What is kept of a turn for those who look after privacy: never a value."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from app.recording import Recorder
from app.tracing import Tracing
from guards.errors import MaskingFailed
from guards.masking import Masker
from guards.personal import Finding
from memory.ids import MessageId, Scope, TurnId
from memory.traces import Trace
from memory.values import Message, Role
from tests.app.conftest import House, saying
from tests.fakes.chat import FakeChat
from tests.fakes.finder import FakeFinder
from tests.fakes.parts import NOW, FakeMemory

FOUND = {"ana@example.com": "EMAIL_ADDRESS", "tom@example.com": "EMAIL_ADDRESS"}


@dataclass
class FakeTraces:
    """Keeps what it is given, in memory."""

    kept: list[Trace] = field(default_factory=list)
    expired: list[datetime] = field(default_factory=list)

    async def keep(self, scope: Scope, turn: TurnId, trace: Trace, at: datetime) -> bool:
        self.kept.append(trace)
        return True

    async def expire(self, before: datetime) -> int:
        self.expired.append(before)
        return 0


class Faulty(FakeFinder):
    """Fails once the answer is there."""

    async def find_all(self, texts: Sequence[str]) -> tuple[tuple[Finding, ...], ...]:
        if any("Dear" in text for text in texts):
            raise MaskingFailed("personal data could not be searched for: OSError")
        return await super().find_all(texts)


async def traced(finder: FakeFinder, days: int = 30) -> list[Trace]:
    """What is kept of one turn whose answer repeats what it was told, invents a placeholder and names another."""
    past = Message(MessageId("m"), TurnId("t"), Role.USER, "Write to ana@example.com", NOW)
    traces, house = FakeTraces(), House(
        chat=FakeChat(saying("Dear <PERSON_1>, <EMAIL_ADDRESS_1> and <PERSON_7>: tom@example.com. ")),
        finder=finder,
        memory=FakeMemory(history=(past, past)),
    )  # fmt: skip
    tracing = Tracing(Masker(finder), traces, days, lambda: NOW)
    recorder = Recorder(house.journal, house.after, house.after, lambda: NOW, traces=tracing)
    house.recorder = recorder
    await house.ask("ana sousa: use it")
    await recorder.settle()
    return traces.kept


async def test_a_trace_holds_placeholders_and_no_value() -> None:
    """Prompt, answer and what was shown, with the turn's placeholders; what the model named of itself has one too."""
    (trace,) = await traced(FakeFinder(FOUND))
    assert [role for role, _ in trace.sent] == ["system", "user", "user"]
    assert trace.sent[1][1] == "Write to <EMAIL_ADDRESS_1>"
    assert trace.shown == "Dear <PERSON_1>, <EMAIL_ADDRESS_1> and [unknown]: <EMAIL_ADDRESS_2>. "
    assert trace.came.startswith("Dear <PERSON_1>, <EMAIL_ADDRESS_1> and")
    texts = "\n".join([*(text for _, text in trace.sent), trace.came, trace.shown]).lower()
    assert not [value for value in ("sousa", "ana@", "tom@") if value in texts]


@pytest.mark.parametrize(("finder", "days"), [(Faulty(FOUND), 30), (FakeFinder(FOUND), 0)])
async def test_none_is_kept_where_it_cannot_or_shall_not_be(finder: FakeFinder, days: int) -> None:
    """A search that fails keeps nothing and breaks nothing; 0 days keep nothing at all."""
    assert await traced(finder, days) == []


async def test_traces_expire_before_the_day_s_other_work() -> None:
    """All that is older than the days; with 0 days all."""
    traces, done = FakeTraces(), []

    async def work() -> None:
        done.append(len(traces.expired))

    for days in (30, 0):
        await Tracing(Masker(FakeFinder({})), traces, days, lambda: NOW).daily(work)()
    assert traces.expired == [NOW - timedelta(days=30), NOW]
    assert done == [1, 2]
