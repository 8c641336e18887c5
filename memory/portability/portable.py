# SPDX-License-Identifier: Apache-2.0
"""The open form in which a person's memory leaves and comes back: docs/export-format.md says it in full."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from memory.understanding.intake import LONGEST
from memory.values import Conversation, Fact, FactKind, Message, Role, SaidBy

FORMAT = "rapport-export/1"
PARTS = ("consent", "facts", "conversations", "messages", "feedback")
"""The lists of the file, in their order."""
HEAD = ("format", "exported_at", "exported_by", "name")
"""What stands before them, each a text."""
TEXT = 200_000
"""Characters of a message."""
AHEAD = timedelta(days=1)
"""How far another machine's clock may be ahead."""


def _past(moment: datetime) -> datetime:
    if moment > datetime.now(UTC) + AHEAD:
        raise ValueError("lies in the future")
    return moment


_Id = Annotated[str, StringConstraints(min_length=1, max_length=100)]
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
_Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
_Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]
_Past = Annotated[AwareDatetime, AfterValidator(_past)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Evidence(_Strict):
    """Where in a message of a turn it was said, in characters."""

    turn: _Id
    start: int = Field(ge=0, le=TEXT)
    end: int = Field(ge=0, le=TEXT)


class Elsewhere(_Strict):
    """Of a fact that was imported there already: who said it at first, where and when."""

    said_by: SaidBy = SaidBy.USER
    channel: _Short = "file"
    recorded_at: _Past


class FactEntry(_Strict):
    """One fact; only its text is needed, and one without an attribute is read as a plain sentence."""

    text: _Said
    id: _Id | None = None
    kind: FactKind = FactKind.EPISODE
    category: _Name = "other"
    subject: _Short = "self"
    attribute: _Short | None = None
    value: Annotated[str, StringConstraints(max_length=LONGEST)] = ""
    valid_from: AwareDatetime | None = None
    valid_to: AwareDatetime | None = None
    recorded_at: _Past | None = None
    superseded_at: _Past | None = None
    superseded_by: _Id | None = None
    said_by: SaidBy = SaidBy.USER
    channel: _Short = "file"
    confidence: float = Field(default=1.0, ge=0.0, le=1.0)
    hidden: bool = False
    turn: _Id | None = None
    conversation: _Id | None = None
    """For readers of the file; the turn says the same."""
    evidence: tuple[Evidence, ...] = Field(default=(), max_length=1000)
    origin: Elsewhere | None = None

    @property
    def former(self) -> bool:
        """Whether it held once and does not now."""
        return self.valid_to is not None or self.superseded_at is not None or self.superseded_by is not None


class ConversationEntry(_Strict):
    """The head line of a conversation."""

    id: _Id
    title: Annotated[str, StringConstraints(max_length=1000)] = ""
    use_case: _Name = "personal_chat"
    created_at: _Past
    updated_at: _Past | None = None


class MessageEntry(_Strict):
    """One message; those of a turn stand together, and those of a conversation in their order."""

    id: _Id
    conversation: _Id
    turn: _Id | None = None
    """Without it, each message of the person's begins a turn."""
    role: Role
    text: Annotated[str, StringConstraints(max_length=TEXT)]
    at: _Past
    channel: _Short = "file"
    recallable: bool = True
    """False for what was said while nothing was to be remembered."""


class ChoiceEntry(_Strict):
    """A choice of consent; for the person to read, since choices are made where they hold."""

    choice: _Short
    channel: _Short
    chosen_at: AwareDatetime


class FeedbackEntry(_Strict):
    """Whether a memory helped in a turn; for the person to read, since the answers stay where they were given."""

    turn: _Id
    helped: bool
    chosen_at: AwareDatetime
    fact: _Id | None = None
    """The memory, where it is a fact."""
    said_in: _Id | None = None
    """The turn that the memory is of, where it is something said."""
    role: Role | None = None


MODELS: Mapping[str, type[BaseModel]] = {
    "consent": ChoiceEntry,
    "facts": FactEntry,
    "conversations": ConversationEntry,
    "messages": MessageEntry,
    "feedback": FeedbackEntry,
}


def faults_of(part: str, number: int, error: ValidationError) -> tuple[str, ...]:
    """A sentence for each fault, with its place; never with what was written there."""
    found = []
    for fault in error.errors(include_input=False, include_url=False, include_context=False):
        place = ".".join(str(step)[:40] for step in (part, number, *fault["loc"]))
        found.append(f"{place}: {fault['msg'].removeprefix('Value error, ')}.")
    return tuple(found)


def fact_entry(
    fact: Fact, conversation: str | None, evidence: Sequence[tuple[str, int, int]], ended: tuple[datetime, str] | None
) -> dict[str, Any]:
    """A fact as it leaves; `ended` says since when it is known not to hold, and its successor or an empty id."""
    entry: dict[str, Any] = {
        "id": fact.id,
        "text": fact.text,
        "kind": fact.kind,
        "category": fact.category,
        "subject": fact.subject,
        "attribute": fact.attribute,
        "value": fact.value,
        "valid_from": fact.valid_from.isoformat(),
        "recorded_at": fact.recorded_at.isoformat(),
        "said_by": fact.said_by,
        "channel": fact.channel,
        "confidence": fact.confidence,
        "hidden": fact.hidden,
        "turn": fact.source_turn,
        "evidence": [{"turn": turn, "start": start, "end": end} for turn, start, end in evidence],
    }
    if conversation:
        entry["conversation"] = conversation
    if fact.valid_to:
        entry["valid_to"] = fact.valid_to.isoformat()
    if ended:
        entry["superseded_at"] = ended[0].isoformat()
        entry |= {"superseded_by": ended[1]} if ended[1] else {}
    if fact.origin:
        told = {"said_by": fact.origin.said_by, "channel": fact.origin.channel}
        entry["origin"] = told | {"recorded_at": fact.origin.recorded_at.isoformat()}
    return entry


def conversation_entry(head: Conversation) -> dict[str, Any]:
    """A conversation's head line as it leaves."""
    times = {"created_at": head.created_at.isoformat(), "updated_at": head.updated_at.isoformat()}
    return {"id": head.id, "title": head.title, "use_case": head.use_case} | times


def message_entry(message: Message, conversation: str, channel: str, recallable: bool) -> dict[str, Any]:
    """A message as it leaves."""
    entry: dict[str, Any] = {"id": message.id, "conversation": conversation, "turn": message.turn}
    entry |= {"role": message.role, "text": message.text, "at": message.created_at.isoformat()}
    return entry | {"channel": channel, "recallable": recallable}
