# SPDX-License-Identifier: Apache-2.0
"""The SQL that a turn waits for, built once: building a statement costs more than SQLite takes to run it."""

from sqlalchemy import BindParameter, ColumnElement, Table, bindparam, func, insert, select, update
from sqlmodel import SQLModel, col

from memory.ids import Scope
from memory.store.tables import (
    ConsentRow,
    ConversationRow,
    EpisodeRow,
    LedgerHeadRow,
    LedgerRow,
    MessageRow,
    Owned,
    TurnRow,
)


def table_of(row: type[SQLModel]) -> Table:
    """The plain table, for statements that need no objects."""
    table: Table = row.__table__  # type: ignore[attr-defined]
    return table


def named_by(scope: Scope, row: type[Owned]) -> ColumnElement[bool]:
    """As owned_by, beside a list of ids: written so that SQLite looks the ids up, and not all of the person's rows."""
    return ((col(row.tenant) + "") == scope.tenant) & ((col(row.person) + "") == scope.person)


_conversation = table_of(ConversationRow)
_turn = table_of(TurnRow)
_message = table_of(MessageRow)
_head = table_of(LedgerHeadRow)
_consent = table_of(ConsentRow)


def _own(table: Table) -> ColumnElement[bool]:
    return (table.c.tenant == bindparam("of_tenant")) & (table.c.person == bindparam("of_person"))


_named: BindParameter[str] = bindparam("conversation")
LOOK = select(
    select(_conversation.c.tenant).where(_conversation.c.id == _named).scalar_subquery(),
    select(_conversation.c.person).where(_conversation.c.id == _named).scalar_subquery(),
    select(func.max(_turn.c.position)).where(_turn.c.conversation == _named).scalar_subquery(),
    select(_message.c.conversation).where(_message.c.id == bindparam("message")).scalar_subquery(),
    select(_message.c.conversation).where(_message.c.id == bindparam("answer")).scalar_subquery(),
)
"""Whose the conversation is, its last turn, and the conversations that the two message ids stand in."""

CHOICE = select(_consent.c.choice).where(_own(_consent)).order_by(_consent.c.number.desc()).limit(1)
"""The newest choice of consent."""

LATEST = (
    select(_message)
    .where(_own(_message), _message.c.conversation == _named)
    .order_by(_message.c.position.desc())
    .limit(bindparam("last"))
)
"""The last messages of a conversation, newest first."""

VAULT = select(_conversation.c.vault).where(_own(_conversation), _conversation.c.id == _named)
"""What a conversation's placeholders stand for, sealed."""

NEW_CONVERSATION = insert(_conversation)
NEW_TURN = insert(_turn)
NEW_MESSAGE = insert(_message)
NEW_EPISODE = insert(table_of(EpisodeRow))
NEW_LINK = insert(table_of(LedgerRow))
NEW_HEAD = insert(_head)

TOUCH = (
    update(_conversation)
    .where(
        _conversation.c.id == bindparam("of_conversation"),
        _conversation.c.tenant == bindparam("of_tenant"),
        _conversation.c.person == bindparam("of_person"),
    )
    .values(updated_at=bindparam("at"))
)
TOUCH_VAULT = TOUCH.values(vault=bindparam("sealed"))

CLAIM = (
    update(_turn)
    .where(
        _turn.c.id == bindparam("of_turn"),
        _turn.c.tenant == bindparam("of_tenant"),
        _turn.c.person == bindparam("of_person"),
        _turn.c.status == bindparam("from_status"),
    )
    .values(status=bindparam("to_status"))
    .returning(_turn.c.position)
)
"""Changes a turn's status and returns its position; nothing where it is another's or at another status."""

CHAIN_END = select(_head.c.entries, _head.c.hash).where(_head.c.tenant == bindparam("of_tenant")).with_for_update()
MOVE_END = (
    update(_head)
    .where(_head.c.tenant == bindparam("of_tenant"))
    .values(entries=bindparam("to_entries"), hash=bindparam("to_hash"), seal=bindparam("to_seal"))
)
