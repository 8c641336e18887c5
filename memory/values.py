# SPDX-License-Identifier: Apache-2.0
"""What memory hands out: plain values, never rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from memory.ids import ConversationId, EpisodeId, FactId, MessageId, TurnId


class FactKind(StrEnum):
    """What sort of thing a fact is; profile kinds are always in context, episodes are recalled."""

    IDENTITY = "identity"
    PREFERENCE = "preference"
    INSTRUCTION = "instruction"
    EPISODE = "episode"


class SaidBy(StrEnum):
    """Where a statement comes from; only a person's own words make facts."""

    USER = "user"
    AGENT = "agent"
    RECORD = "system_of_record"
    INFERRED = "inferred"


class Role(StrEnum):
    """Who a message is from."""

    USER = "user"
    ASSISTANT = "assistant"
    NOTICE = "notice"


class Outcome(StrEnum):
    """How a turn ended."""

    ANSWERED = "answered"
    BLOCKED = "blocked"
    REFUSED = "refused"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class ConsentChoice(StrEnum):
    """Be remembered across conversations, within this one only, or not for a while: nothing learned or recalled."""

    UNDECIDED = "undecided"
    REMEMBER = "remember"
    SESSION = "session"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Origin:
    """What a file says of where an imported fact comes from."""

    said_by: SaidBy
    channel: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a person said about themselves."""

    id: FactId
    text: str
    """A sentence in the third person or the person's own words, e.g. "Lives in Lisbon"."""
    kind: FactKind
    category: str
    """contact, location, work, family, pets, likes, dislikes, diet, health, address, other ..."""
    subject: str
    """Whom it is about: "self" or a relation such as "sister"."""
    attribute: str
    """The slot, e.g. "home_city"; single-valued slots are superseded, others are added."""
    value: str
    valid_from: datetime
    valid_to: datetime | None
    """None while it holds; set when a newer statement superseded it."""
    recorded_at: datetime
    said_by: SaidBy
    source_turn: TurnId
    channel: str
    confidence: float
    """0 to 1; 1 for an explicit "remember"."""
    hidden: bool = False
    """Kept and shown to its person, never recalled."""
    version: int = 1
    origin: Origin | None = None
    """Of an imported fact alone: it never takes the place of what the person said here."""
    confirmed_at: datetime | None = None
    """When the person last said it again, if they did."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A memory that matched, with its scores and where it comes from."""

    id: str
    """A FactId or an EpisodeId."""
    kind: str
    """Either fact or episode."""
    text: str
    occurred_at: datetime
    score: float
    """The fused score, 0 to 1 within one recall."""
    scores: Mapping[str, float]
    """By signal: words, meaning, recency ..."""
    source_turn: TurnId
    said_by: SaidBy
    categories: frozenset[str] = frozenset()
    """A fact's own; of an episode those of what was learned from its turn, and what its words give away."""
    beside: str = ""
    """The id of the memory that it is shown with; empty for what matched itself."""


@dataclass(frozen=True, slots=True)
class Recollection:
    """What is known for this turn: the profile always, the rest as recalled, best first."""

    profile: tuple[Fact, ...] = ()
    recalled: tuple[Recalled, ...] = ()
    doubt: FactId | None = None
    """One of these facts that may hold no longer, and that the person may be asked about."""
    beside: tuple[Recalled, ...] = ()
    """What helps to understand the others: lines said right before and after, and facts at odds with one of them."""
    at_odds: tuple[tuple[FactId, FactId], ...] = ()
    """Facts of these, a newer and an older, that contradict each other or may."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document that may be cited."""

    id: str
    """Stable: document path, heading and number, e.g. "returns.md#refunds-1"."""
    title: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation as its person may see it."""

    id: MessageId
    turn: TurnId
    role: Role
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation's head line in the history."""

    id: ConversationId
    title: str
    created_at: datetime
    updated_at: datetime
    use_case: str


@dataclass(frozen=True, slots=True)
class UsedItem:
    """One line of a manifest in the ledger: what was considered, and what became of it."""

    id: str
    kind: str
    """fact, episode, passage, field."""
    used: bool
    why: str
    """E.g. "profile", "recalled", "over the cap", "late"."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """The record of one turn: no content, no person in clear."""

    turn: TurnId
    conversation: ConversationId
    use_case: str
    channel: str
    outcome: Outcome
    items: tuple[UsedItem, ...] = ()
    redactions: Mapping[str, int] = field(default_factory=dict)
    """Masked values by kind, e.g. {"EMAIL_ADDRESS": 1}."""
    model: str = ""
    fallbacks: tuple[str, ...] = ()
    """One "model: reason" per model that failed before the one that answered."""
    verdicts: tuple[str, ...] = ()
    """One "validator: verdict" per check that did not pass."""
    degraded: tuple[str, ...] = ()
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    """US dollars; 0 where the price is unknown."""
    timings: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds per stage."""
    reference: str = ""
    """The failure's id in the log, when there was one."""


@dataclass(frozen=True, slots=True)
class OpenedTurn:
    """A turn as it starts: the person's own words, kept before anything can fail."""

    turn: TurnId
    conversation: ConversationId
    use_case: str
    channel: str
    message: MessageId
    answer: MessageId
    """The id that the answer's message will have."""
    text: str
    learnable: bool
    """False for prefilled or pasted text, and where consent does not reach beyond the session."""
    at: datetime
    infer: bool = False
    """Whether a model may read it too, once it is closed."""


@dataclass(frozen=True, slots=True)
class ClosedTurn:
    """A turn as it ends; written with what was learned in one transaction."""

    opened: OpenedTurn
    answer: str
    """What the person was shown (restored); empty when nothing was."""
    notices: tuple[str, ...]
    entry: LedgerEntry
    vault: Mapping[str, str]
    """Placeholder -> value of this conversation, to be sealed."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Learned:
    """What a turn changed in memory, for the "memory updated" notice and the jobs."""

    added: tuple[Fact, ...] = ()
    superseded: tuple[FactId, ...] = ()
    forgotten: tuple[FactId, ...] = ()
    episodes: tuple[EpisodeId, ...] = ()
