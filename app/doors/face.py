# SPDX-License-Identifier: Apache-2.0
"""What the web door needs of Rapport; bootstrap hands the real thing over."""

from collections.abc import AsyncIterator, Collection
from datetime import datetime
from typing import BinaryIO, Protocol

from app.events import TurnEvent
from app.explanation import Explanation
from app.request import Request
from app.settings import Settings
from memory.ids import ConversationId, FactId, MessageId, Scope, TenantId, TurnId
from memory.portability.incoming import Tally
from memory.provenance import Known
from memory.values import ConsentChoice, Conversation, Fact, Message


class Account(Protocol):
    """Somebody who may sign in."""

    @property
    def scope(self) -> Scope:
        """Whose memory this is."""
        ...

    @property
    def identifier(self) -> str:
        """What is typed to sign in."""
        ...

    @property
    def name(self) -> str:
        """How the person is addressed."""
        ...

    @property
    def role(self) -> str:
        """One of user, admin, agent, evaluator, privacy_officer."""
        ...

    @property
    def generation(self) -> str:
        """Another one with every new password."""
        ...


class Accounts(Protocol):
    """Who may come in."""

    async def verify(self, tenant: TenantId, identifier: str, password: str, now: datetime) -> Account | None:
        """The account, or None for a wrong password, an unknown name or a locked account."""
        ...

    async def get(self, scope: Scope) -> Account | None:
        """The account as it is now, or None when it was removed."""
        ...


class Consents(Protocol):
    """The first-run choice."""

    async def current(self, scope: Scope) -> ConsentChoice:
        """The choice in force."""
        ...

    async def choose(self, scope: Scope, choice: ConsentChoice, channel: str, now: datetime) -> None:
        """Adds a choice to the history; it holds from the next turn. Raises NotKept where nothing can be paused."""
        ...


class Transcripts(Protocol):
    """One's own conversations."""

    async def conversation(self, scope: Scope, id: ConversationId) -> Conversation | None:
        """The conversation, or None if absent or another's."""
        ...

    async def conversations(
        self, scope: Scope, *, limit: int = 30, before: datetime | None = None, search: str | None = None
    ) -> tuple[Conversation, ...]:
        """Newest first."""
        ...

    async def messages(
        self, scope: Scope, conversation: ConversationId, *, last: int | None = None
    ) -> tuple[Message, ...]:
        """Oldest first."""
        ...

    async def rename(self, scope: Scope, id: ConversationId, title: str) -> None:
        """Raises NotFound for another's."""
        ...

    async def delete(self, scope: Scope, id: ConversationId) -> None:
        """Raises NotFound for another's."""
        ...


class Notebook(Protocol):
    """What is remembered about a person."""

    async def look(self, scope: Scope) -> tuple[Known, ...]:
        """What holds now, hidden ones too, newest first."""
        ...

    async def search(self, scope: Scope, sought: str, categories: Collection[str] = ()) -> tuple[Known, ...]:
        """Of these, what says the words or is of a category."""
        ...

    async def history(self, scope: Scope, fact: FactId) -> tuple[Fact, ...]:
        """What it was before, the latest first; raises NotFound for another's."""
        ...

    async def correct(
        self, scope: Scope, fact: FactId, text: str, now: datetime, *, version: int | None = None
    ) -> Fact:
        """The fact that takes the old one's place; raises NotFound for another's, StaleVersion, NotKept."""
        ...

    async def hide(self, scope: Scope, fact: FactId, hidden: bool, version: int) -> Fact:
        """Kept but never recalled, or shown again; raises NotFound for another's, StaleVersion."""
        ...

    async def judge(self, scope: Scope, turn: TurnId, memory: str, helped: bool | None, now: datetime) -> None:
        """Whether a memory helped in a turn, or None for nothing said; raises NotFound for another's."""
        ...

    async def judged(self, scope: Scope, turn: TurnId) -> dict[str, bool]:
        """What was said of the memories of a turn; nothing of another's."""
        ...

    def export(self, scope: Scope, now: datetime, *, name: str = "") -> AsyncIterator[str]:
        """All of it as a file, a piece at a time."""
        ...

    async def bring_in(self, scope: Scope, file: BinaryIO, now: datetime, *, forgotten: bool = False) -> Tally:
        """Takes in a file; raises NotKept with each fault."""
        ...

    async def index_import(self, scope: Scope) -> None:
        """Puts what came in into the index."""
        ...

    async def forget(self, scope: Scope, fact: FactId, now: datetime) -> None:
        """Gone for good; raises NotFound for another's."""
        ...


class Erasure(Protocol):
    """Erases for good; each verb returns the signed receipt and raises NotFound for another's."""

    async def item(self, scope: Scope, fact: FactId, now: datetime) -> str:
        """A fact with its traces."""
        ...

    async def conversation(self, scope: Scope, conversation: ConversationId, now: datetime) -> str:
        """A conversation with what was learned in it."""
        ...

    async def person(self, scope: Scope, now: datetime) -> str:
        """Everything of a person."""
        ...


class Assistant(Protocol):
    """The one assistant behind every door."""

    def respond(self, request: Request) -> AsyncIterator[TurnEvent]:
        """The events of one turn; closing the iterator stops it."""
        ...


class Rapport(Protocol):
    """All of it: what is in SQL at once, the rest once its models are loaded."""

    @property
    def settings(self) -> Settings:
        """Every knob."""
        ...

    @property
    def accounts(self) -> Accounts:
        """Who may come in."""
        ...

    @property
    def consent(self) -> Consents:
        """What people agreed to."""
        ...

    @property
    def transcript(self) -> Transcripts:
        """Conversations."""
        ...

    @property
    def ready(self) -> bool:
        """Whether the heavy parts are open."""
        ...

    async def assistant(self) -> Assistant:
        """Waits until it is open."""
        ...

    async def notebook(self) -> Notebook:
        """Waits until it is open."""
        ...

    async def erasure(self) -> Erasure:
        """Waits until it is open."""
        ...

    async def why(self, scope: Scope, answer: MessageId) -> Explanation | None:
        """Why an answer is as it is; None for another's."""
        ...
