# SPDX-License-Identifier: Apache-2.0
"""The tables of what follows turns: reading with a model, asking about doubts, consolidating, traces, feedback."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, String
from sqlmodel import Field, SQLModel

from memory.store.tables import Moment, cascading


class InferenceRow(SQLModel, table=True):
    """A turn that a model may read too: waiting until it has been read, or given up."""

    __tablename__ = "inference"
    __table_args__ = (Index("ix_inference_person", "tenant", "person"), Index("ix_inference_status", "status"))
    turn: str = Field(sa_type=String(36), primary_key=True, sa_column_args=(cascading("turn.id"),))
    tenant: str = Field(sa_type=String(64))
    person: str = Field(sa_type=String(36))
    version: int
    status: str = Field(sa_type=String(10))
    attempts: int


class DoubtRow(SQLModel, table=True):
    """When a person was last asked whether a fact still holds, and in which turn."""

    __tablename__ = "doubt"
    __table_args__ = (Index("ix_doubt_person", "tenant", "person"),)
    fact: str = Field(sa_type=String(36), primary_key=True, sa_column_args=(cascading("fact.id"),))
    tenant: str = Field(sa_type=String(64))
    person: str = Field(sa_type=String(36))
    conversation: str = Field(sa_type=String(36))
    turn: str = Field(sa_type=String(36))
    asked_at: datetime = Field(sa_type=Moment)


class UpkeepRow(SQLModel, table=True):
    """A person's last consolidation; sealed, under "uses:<person>", which memories were used when."""

    __tablename__ = "upkeep"
    tenant: str = Field(sa_type=String(64), primary_key=True)
    person: str = Field(sa_type=String(36), primary_key=True)
    ledger_read: int = Field(sa_type=BigInteger)
    uses: bytes = Field(sa_type=LargeBinary)
    done_at: datetime = Field(sa_type=Moment)


class TraceRow(SQLModel, table=True):
    """What a model was sent in a turn, its answer and what was shown, all masked; sealed under "trace:<turn>"."""

    __tablename__ = "trace"
    __table_args__ = (Index("ix_trace_person", "tenant", "person"), Index("ix_trace_made", "made_at"))
    turn: str = Field(sa_type=String(36), primary_key=True, sa_column_args=(cascading("turn.id"),))
    tenant: str = Field(sa_type=String(64))
    person: str = Field(sa_type=String(36))
    made_at: datetime = Field(sa_type=Moment)
    masked: bytes = Field(sa_type=LargeBinary)


class FeedbackRow(SQLModel, table=True):
    """Whether a memory helped in a turn, as the person says: 1 or -1. The memory is a fact or an episode."""

    __tablename__ = "feedback"
    __table_args__ = (
        Index("ix_feedback_person", "tenant", "person"),
        Index("ix_feedback_fact", "fact"),
        Index("ix_feedback_episode", "episode"),
    )
    turn: str = Field(sa_type=String(36), primary_key=True, sa_column_args=(cascading("turn.id"),))
    memory: str = Field(sa_type=String(36), primary_key=True)
    tenant: str = Field(sa_type=String(64))
    person: str = Field(sa_type=String(36))
    fact: str | None = Field(sa_type=String(36), sa_column_args=(cascading("fact.id"),))
    episode: str | None = Field(sa_type=String(36), sa_column_args=(cascading("episode.id"),))
    value: int
    chosen_at: datetime = Field(sa_type=Moment)
