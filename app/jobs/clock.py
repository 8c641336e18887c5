# SPDX-License-Identifier: Apache-2.0
"""The clock that DBOS asks SQLite for: on Python 3.12 and newer it counts on SQLite 3.42, and Debian 12 has 3.40."""

import sqlite3
import time

SINCE = (3, 42)
"""The first SQLite whose unixepoch() knows 'subsec'; older ones answer NULL, and DBOS does not start."""


def connect(*arguments: object, **options: object) -> sqlite3.Connection:
    """A connection as sqlite3's own, with unixepoch('subsec') where SQLite lacks it; for `connect_args`' factory."""
    connection = sqlite3.Connection(*arguments, **options)  # type: ignore[arg-type]
    if sqlite3.sqlite_version_info < SINCE:
        connection.create_function("unixepoch", -1, _unixepoch)
    return connection


def _unixepoch(*arguments: object) -> float:
    """Seconds since 1970; DBOS asks for no other moment than now."""
    return time.time()
