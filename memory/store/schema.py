# SPDX-License-Identifier: Apache-2.0
"""Brings a database's tables to this version; Alembic is loaded only where there is something to do."""

import logging
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from memory.errors import StoreNewer
from memory.migrations import HEAD
from memory.store.engine import WRITING, answering


async def bring_up_to_date(engine: AsyncEngine) -> None:
    """Migrates to the newest revision in one transaction; some milliseconds where it is there already.

    Raises StoreNewer where the database knows a revision that this version does not, StoreUnavailable.
    """
    with answering(engine):
        async with engine.connect() as connection:
            if await connection.run_sync(_revision) == HEAD:
                return
        async with engine.execution_options(**WRITING).begin() as connection:
            await connection.run_sync(_upgrade)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _upgrade(connection: Connection) -> None:
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    folder = str(Path(__file__).parent.with_name("migrations"))
    config = Config()
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("version_locations", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    script = ScriptDirectory.from_config(config)

    def steps(revision: Any, context: Any) -> Any:
        return script._upgrade_revs("head", revision)

    with EnvironmentContext(config, script, fn=steps) as environment:
        environment.configure(connection=connection, transactional_ddl=True)
        try:
            environment.run_migrations()
        except CommandError as error:
            raise StoreNewer(
                "The memory database was written by a newer version of Rapport; install that version again, "
                "or point RAPPORT_DATA at another folder."
            ) from error
