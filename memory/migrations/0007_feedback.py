# SPDX-License-Identifier: Apache-2.0
"""Whether a memory helped, as the person says; counted in the tally, so that every process ranks by it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CHANGED = "UPDATE tally SET changed = changed + 1 WHERE tenant = {row}.tenant AND person = {row}.person"
EVENTS = {"added": ("INSERT", "NEW"), "updated": ("UPDATE", "NEW"), "removed": ("DELETE", "OLD")}


def upgrade() -> None:
    """Makes the table, whose rows go with the turn, the fact and the episode, and three triggers."""
    op.create_table(
        "feedback",
        sa.Column("turn", sa.String(36), nullable=False),
        sa.Column("memory", sa.String(36), nullable=False),
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("person", sa.String(36), nullable=False),
        sa.Column("fact", sa.String(36), nullable=True),
        sa.Column("episode", sa.String(36), nullable=True),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("chosen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["turn"], ["turn.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["fact"], ["fact.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["episode"], ["episode.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("turn", "memory"),
    )
    op.create_index("ix_feedback_person", "feedback", ["tenant", "person"])
    op.create_index("ix_feedback_fact", "feedback", ["fact"])
    op.create_index("ix_feedback_episode", "feedback", ["episode"])
    for name, (event, row) in EVENTS.items():
        when = f"AFTER {event} ON feedback FOR EACH ROW"
        _trigger(f"tally_feedback_{name}", when, CHANGED.format(row=row))


def _trigger(name: str, when: str, statement: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {name} {when} BEGIN {statement}; END")
        return
    body = f"BEGIN {statement}; RETURN NULL; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$ {body} $body$")
    op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()")
