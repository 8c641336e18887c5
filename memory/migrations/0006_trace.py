# SPDX-License-Identifier: Apache-2.0
"""What was sent of a turn, what came back and what was shown: masked, and sealed with the person's key."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "trace",
        sa.Column("turn", sa.String(36), nullable=False),
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("person", sa.String(36), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("masked", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["turn"], ["turn.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("turn"),
    )
    op.create_index("ix_trace_person", "trace", ["tenant", "person"])
    op.create_index("ix_trace_made", "trace", ["made_at"])
