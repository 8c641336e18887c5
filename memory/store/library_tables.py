# SPDX-License-Identifier: Apache-2.0
"""The tables of added documents: they are nobody's personal data, so they are in clear."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, Text
from sqlmodel import Field, SQLModel

from memory.store.tables import Moment, cascading


class DocumentRow(SQLModel, table=True):
    """An added document; `digest` is of its bytes, its mark and the reader's version."""

    __tablename__ = "document"
    __table_args__ = (Index("ix_document_path", "path", unique=True), Index("ix_document_source", "source"))
    id: str = Field(sa_type=String(36), primary_key=True)
    path: str = Field(sa_type=String(255))
    source: str = Field(sa_type=Text)
    digest: str = Field(sa_type=String(64))
    title: str = Field(sa_type=String(255))
    internal: bool
    marked: bool
    passages: int
    added_at: datetime = Field(sa_type=Moment)


class DocumentPassageRow(SQLModel, table=True):
    """One passage of it, in its order."""

    __tablename__ = "document_passage"
    document: str = Field(sa_type=String(36), primary_key=True, sa_column_args=(cascading("document.id"),))
    number: int = Field(primary_key=True)
    passage: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)


class TextVectorRow(SQLModel, table=True):
    """The vector of a text of a document, by the text's SHA-256: little-endian float32."""

    __tablename__ = "text_vector"
    digest: str = Field(sa_type=String(64), primary_key=True)
    vector: bytes = Field(sa_type=LargeBinary)
