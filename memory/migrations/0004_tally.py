# SPDX-License-Identifier: Apache-2.0
"""A tally of each person's memories, counted by the database itself, so that no writer can forget to."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WATCHED = {
    "fact": "tenant, person, payload, valid_from, valid_to, recorded_at, superseded_at, source_turn, hidden, version",
    "episode": "tenant, person, conversation, turn, role, text, occurred_at, position",
}
"""The columns whose change may change a recall; that a row was indexed does not."""
ADDED = (
    "INSERT INTO tally (tenant, person, added, changed) VALUES (NEW.tenant, NEW.person, 1, 0) "
    "ON CONFLICT (tenant, person) DO UPDATE SET added = tally.added + 1"
)
CHANGED = "UPDATE tally SET changed = changed + 1 WHERE tenant = {row}.tenant AND person = {row}.person"


def upgrade() -> None:
    """Makes the table, three triggers on each of the two tables that are recalled, and an index that finds a turn's.

    SQLite takes the index of which a statement names the most columns: all episodes of a person, instead of a turn's.
    """
    op.drop_index("ix_episode_turn", "episode")
    op.create_index("ix_episode_turn", "episode", ["turn", "tenant", "person"])
    op.create_table(
        "tally",
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("person", sa.String(36), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "person"),
    )
    counts = {"added": ADDED, "updated": CHANGED.format(row="NEW"), "removed": CHANGED.format(row="OLD")}
    for table, columns in WATCHED.items():
        events = {"added": "INSERT", "updated": f"UPDATE OF {columns}", "removed": "DELETE"}
        for name, event in events.items():
            _trigger(f"tally_{table}_{name}", f"AFTER {event} ON {table} FOR EACH ROW", counts[name])


def _trigger(name: str, when: str, statement: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {name} {when} BEGIN {statement}; END")
        return
    body = f"BEGIN {statement}; RETURN NULL; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$ {body} $body$")
    op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()")
