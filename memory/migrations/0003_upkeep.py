# SPDX-License-Identifier: Apache-2.0
"""What follows turns: inference, doubts, consolidation."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "inference",
        sa.Column("turn", sa.String(36), nullable=False),
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("person", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["turn"], ["turn.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("turn"),
    )
    op.create_index("ix_inference_person", "inference", ["tenant", "person"])
    op.create_index("ix_inference_status", "inference", ["status"])
    op.create_table(
        "doubt",
        sa.Column("fact", sa.String(36), nullable=False),
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("person", sa.String(36), nullable=False),
        sa.Column("conversation", sa.String(36), nullable=False),
        sa.Column("turn", sa.String(36), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["fact"], ["fact.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("fact"),
    )
    op.create_index("ix_doubt_person", "doubt", ["tenant", "person"])
    op.create_table(
        "upkeep",
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("person", sa.String(36), nullable=False),
        sa.Column("ledger_read", sa.BigInteger(), nullable=False),
        sa.Column("uses", sa.LargeBinary(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "person"),
    )
