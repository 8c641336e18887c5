# SPDX-License-Identifier: Apache-2.0
"""An assistant of fakes, one field a part."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.admission import Admission
from app.answering import Checks
from app.boundaries import Bounds
from app.context import Context
from app.events import TurnEvent
from app.masking import Masking
from app.notices import read_notices
from app.recording import Recorder
from app.request import Request
from app.settings import HOUSE
from app.turn import Assistant
from app.use_case import UseCase, read_use_cases
from connectors.chat import Ended, Piece, Text, Usage
from guards.masking import Masker
from guards.personal import LocalFinder
from memory.ids import DEFAULT_TENANT, ConversationId, MessageId, PersonId, Scope, new_id
from tests.fakes.chat import FakeChat
from tests.fakes.finder import FakeFinder
from tests.fakes.parts import NOW, FakeAfter, FakeChecks, FakeDoubts, FakeJournal, FakeMemory, FakeRate
from tests.fakes.screen import FakeScreen

USAGE = Usage("openai/a", 10, 5, 0.01)
ENDED = Ended(USAGE, "stop")


def saying(*texts: str) -> tuple[Piece, ...]:
    """A model's pieces for an answer that ends well."""
    return (*(Text(text) for text in texts), ENDED)


@dataclass
class House:
    """Fakes to set up, and the assistant over them."""

    chat: FakeChat = field(default_factory=lambda: FakeChat(saying("Hello there. ")))
    finder: LocalFinder = field(default_factory=lambda: FakeFinder({}))
    checks: Checks = field(default_factory=FakeChecks)
    memory: FakeMemory = field(default_factory=FakeMemory)
    journal: FakeJournal = field(default_factory=FakeJournal)
    after: FakeAfter = field(default_factory=FakeAfter)
    rate: FakeRate = field(default_factory=FakeRate)
    doubts: FakeDoubts = field(default_factory=FakeDoubts)
    screen: FakeScreen = field(default_factory=FakeScreen)
    recorder: Recorder | None = None
    use_cases: Mapping[str, UseCase] = field(default_factory=lambda: read_use_cases(HOUSE / "use_cases"))

    def assistant(self) -> Assistant:
        """The real assistant, wired to the fakes."""
        memory = self.memory
        return Assistant(
            admission=Admission(self.rate, 1_000, self.screen),
            bounds=Bounds(self.use_cases, memory),
            context=Context(memory, memory, memory, self.screen, lambda: NOW, self.doubts),
            masking=Masking(Masker(self.finder), "canary-7"),
            chat=self.chat,
            checks=self.checks,
            recorder=self.recorder or Recorder(self.journal, self.after, self.after, lambda: NOW, doubts=self.doubts),
            notices=read_notices(HOUSE / "public" / "strings"),
        )

    async def ask(self, text: str = "Hello", **given: str) -> list[TurnEvent]:
        """All events of one turn."""
        return [event async for event in self.assistant().respond(request(text, **given))]


def request(text: str = "Hello", use_case: str = "personal_chat", name: str = "Ana Sousa") -> Request:
    """A message of a person in a new conversation."""
    scope = Scope(DEFAULT_TENANT, PersonId(new_id()))
    ids = ConversationId(new_id()), MessageId(new_id()), MessageId(new_id())
    return Request(scope, name, "user", "test", ids[0], use_case, text, ids[1], ids[2])
