# SPDX-License-Identifier: Apache-2.0
"""DBOS's clock on every SQLite."""

import time

from app.jobs import clock


def test_every_sqlite_tells_the_time_in_parts_of_a_second() -> None:
    """unixepoch('subsec') is now, as a default of a column too, also where SQLite itself answers NULL."""
    connection = clock.connect(":memory:")
    connection.execute("CREATE TABLE event (at INTEGER NOT NULL DEFAULT (unixepoch('subsec') * 1000), name TEXT)")
    connection.execute("INSERT INTO event (name) VALUES ('begun')")
    (at,) = connection.execute("SELECT at FROM event").fetchone()
    connection.close()
    assert abs(at / 1000 - time.time()) < 60
