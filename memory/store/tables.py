# SPDX-License-Identifier: Apache-2.0
"""The tables of the memory database: clear ids, times, flags and keyed digests; everything else sealed.

Sealed columns open under "<what>:<id of the row>": identifier, name, title, vault, message, episode, fact.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel, col

from memory.ids import Scope

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
COUNTED = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite counts up an INTEGER PRIMARY KEY only."""


class Moment(TypeDecorator[datetime]):
    """A point in time, kept as microseconds since 1970 UTC, so that all dialects agree to the last digit."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """A time without a zone is a mistake of the caller's: it raises ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times must have a zone")
        return (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Always in UTC."""
        return None if value is None else EPOCH + value * MICROSECOND


class Owned(Protocol):
    """A row that belongs to one person."""

    tenant: str
    person: str


def owned_by(scope: Scope, row: type[Owned]) -> ColumnElement[bool]:
    """The condition that a row is this person's; part of every statement about a person's rows."""
    return (col(row.tenant) == scope.tenant) & (col(row.person) == scope.person)


def cascading(column: str) -> ForeignKey:
    """A reference whose row goes with the one it refers to."""
    return ForeignKey(column, ondelete="CASCADE")


class PersonRow(SQLModel, table=True):
    """An account; the identifier is looked up by its digest under the master key."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_login", "tenant", "login", unique=True),)
    id: str = Field(sa_type=String(36), primary_key=True)
    tenant: str = Field(sa_type=String(64))
    login: str = Field(sa_type=String(64))
    identifier: bytes = Field(sa_type=LargeBinary)
    name: bytes = Field(sa_type=LargeBinary)
    role: str = Field(sa_type=String(20))
    demo: bool
    password: str = Field(sa_type=String(255))
    failures: int
    locked_until: datetime | None = Field(sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)


class ConsentRow(SQLModel, table=True):
    """One choice of a person's; the newest row counts, none is ever changed."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_person", "tenant", "person", "number"),)
    number: int | None = Field(default=None, sa_type=COUNTED, primary_key=True)
    tenant: str = Field(sa_type=String(64))
    person: str = Field(sa_type=String(36))
    choice: str = Field(sa_type=String(20))
    channel: str = Field(sa_type=String(40))
    chosen_at: datetime = Field(sa_type=Moment)


class ConversationRow(SQLModel, table=True):
    """A conversation with its sealed title and vault (placeholder -> value, as JSON)."""

    __tablename__ = "conversation"
    __table_args__ = (Index("ix_conversation_person", "tenant", "person", "updated_at"),)
    id: str = Field(sa_type=String(36), primary_key=True)
    tenant: str = Field(sa_type=String(64))
    person: str = Field(sa_type=String(36))
    title: bytes = Field(sa_type=LargeBinary)
    vault: bytes | None = Field(default=None, sa_type=LargeBinary)
    use_case: str = Field(sa_type=String(64))
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


class TurnRow(SQLModel, table=True):
    """A turn: open until what it left is written, then learned; indexed once its vectors are."""

    __tablename__ = "turn"
    __table_args__ = (
        Index("ix_turn_person", "tenant", "person"),
        Index("ix_turn_conversation", "conversation", "position"),
        Index("ix_turn_answer", "answer"),
        Index("ix_turn_pending", "status", "indexed"),
    )
    id: str = Field(sa_type=String(36), primary_key=True)
    tenant: str = Field(sa_type=String(64))
    person: str = Field(sa_type=String(36))
    conversation: str = Field(sa_type=String(36), sa_column_args=(cascading("conversation.id"),))
    position: int
    use_case: str = Field(sa_type=String(64))
    channel: str = Field(sa_type=String(40))
    message: str = Field(sa_type=String(36))
    answer: str = Field(sa_type=String(36))
    learnable: bool
    status: str = Field(sa_type=String(10))
    indexed: bool
    opened_at: datetime = Field(sa_type=Moment)


class MessageRow(SQLModel, table=True):
    """One message; its position is the turn's times 100, plus its place in the turn."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_person", "tenant", "person"),
        Index("ix_message_conversation", "conversation", "position"),
        Index("ix_message_turn", "turn"),
    )
    id: str = Field(sa_type=String(36), primary_key=True)
    tenant: str = Field(sa_type=String(64))
    person: str = Field(sa_type=String(36))
    conversation: str = Field(sa_type=String(36), sa_column_args=(cascading("conversation.id"),))
    turn: str = Field(sa_type=String(36), sa_column_args=(cascading("turn.id"),))
    role: str = Field(sa_type=String(10))
    text: bytes = Field(sa_type=LargeBinary)
    position: int = Field(sa_type=BigInteger)
    created_at: datetime = Field(sa_type=Moment)


class EpisodeRow(SQLModel, table=True):
    """One side of a turn as it may be recalled."""

    __tablename__ = "episode"
    __table_args__ = (
        Index("ix_episode_person", "tenant", "person", "position"),
        Index("ix_episode_turn", "turn", "tenant", "person"),
    )
    id: str = Field(sa_type=String(36), primary_key=True)
    tenant: str = Field(sa_type=String(64))
    person: str = Field(sa_type=String(36))
    conversation: str = Field(sa_type=String(36))
    turn: str = Field(sa_type=String(36), sa_column_args=(cascading("turn.id"),))
    role: str = Field(sa_type=String(10))
    text: bytes = Field(sa_type=LargeBinary)
    occurred_at: datetime = Field(sa_type=Moment)
    position: int = Field(sa_type=BigInteger)
    indexed: bool


class FactRow(SQLModel, table=True):
    """A fact or an earlier version of one; what it says, even its category, is in the sealed payload.

    Current are the rows whose superseded_at is null. The turn is no foreign key: a fact outlives its
    conversation.
    """

    __tablename__ = "fact"
    __table_args__ = (
        Index("ix_fact_person", "tenant", "person", "superseded_at"),
        Index("ix_fact_turn", "source_turn"),
        Index("ix_fact_successor", "superseded_by"),
    )
    id: str = Field(sa_type=String(36), primary_key=True)
    tenant: str = Field(sa_type=String(64))
    person: str = Field(sa_type=String(36))
    payload: bytes = Field(sa_type=LargeBinary)
    slot_digest: str = Field(sa_type=String(64))
    value_digest: str = Field(sa_type=String(64))
    valid_from: datetime = Field(sa_type=Moment)
    valid_to: datetime | None = Field(sa_type=Moment)
    recorded_at: datetime = Field(sa_type=Moment)
    superseded_at: datetime | None = Field(sa_type=Moment)
    superseded_by: str | None = Field(sa_type=String(36))
    source_turn: str = Field(sa_type=String(36))
    hidden: bool
    indexed: bool
    version: int


class EvidenceRow(SQLModel, table=True):
    """Where a fact was said: a span of the person's message of that turn, in characters of the clear text."""

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_person", "tenant", "person"), Index("ix_evidence_turn", "turn"))
    fact: str = Field(sa_type=String(36), primary_key=True, sa_column_args=(cascading("fact.id"),))
    turn: str = Field(sa_type=String(36), primary_key=True)
    span_start: int = Field(primary_key=True)
    span_end: int
    tenant: str = Field(sa_type=String(64))
    person: str = Field(sa_type=String(36))


class TombstoneRow(SQLModel, table=True):
    """A forgotten statement, as a digest under the person's key: enough not to learn it again."""

    __tablename__ = "tombstone"
    tenant: str = Field(sa_type=String(64), primary_key=True)
    person: str = Field(sa_type=String(36), primary_key=True)
    digest: str = Field(sa_type=String(64), primary_key=True)
    made_at: datetime = Field(sa_type=Moment)


class LedgerRow(SQLModel, table=True):
    """One link of a tenant's chain; the person is a digest under the person's own key."""

    __tablename__ = "ledger"
    __table_args__ = (Index("ix_ledger_turn", "turn", unique=True), Index("ix_ledger_who", "tenant", "who"))
    tenant: str = Field(sa_type=String(64), primary_key=True)
    number: int = Field(sa_type=BigInteger, primary_key=True)
    turn: str = Field(sa_type=String(36))
    who: str = Field(sa_type=String(64))
    recorded_at: datetime = Field(sa_type=Moment)
    entry: str = Field(sa_type=Text)
    previous: str = Field(sa_type=String(64))
    hash: str = Field(sa_type=String(64))


class LedgerHeadRow(SQLModel, table=True):
    """The end of a tenant's chain, signed under the master key, so that a cut-off chain is seen."""

    __tablename__ = "ledger_head"
    tenant: str = Field(sa_type=String(64), primary_key=True)
    entries: int = Field(sa_type=BigInteger)
    hash: str = Field(sa_type=String(64))
    seal: str = Field(sa_type=String(64))


class StrayVectorRow(SQLModel, table=True):
    """An id that SQL has let go of and the vector index may still hold; written with the deletion itself."""

    __tablename__ = "stray_vector"
    id: str = Field(sa_type=String(36), primary_key=True)
    tenant: str = Field(sa_type=String(64))
    made_at: datetime = Field(sa_type=Moment)


class ErasureRow(SQLModel, table=True):
    """An erasure: begun until it has its signed receipt; whose it was stands here only until then."""

    __tablename__ = "erasure"
    __table_args__ = (Index("ix_erasure_tenant", "tenant", "began_at"),)
    id: str = Field(sa_type=String(36), primary_key=True)
    tenant: str = Field(sa_type=String(64))
    what: str = Field(sa_type=String(12))
    subject: str = Field(sa_type=String(64))
    person: str | None = Field(sa_type=String(36))
    turns: str | None = Field(sa_type=Text)
    counted: str = Field(sa_type=Text)
    vectors: int
    began_at: datetime = Field(sa_type=Moment)
    receipt: str | None = Field(sa_type=Text)


class TallyRow(SQLModel, table=True):
    """How often a person's facts and episodes were added to and changed; counted by triggers, never written here."""

    __tablename__ = "tally"
    tenant: str = Field(sa_type=String(64), primary_key=True)
    person: str = Field(sa_type=String(36), primary_key=True)
    added: int = Field(sa_type=BigInteger)
    changed: int = Field(sa_type=BigInteger)
