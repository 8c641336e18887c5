# SPDX-License-Identifier: Apache-2.0
"""A throw-away PostgreSQL on a free loopback port, for the claims that must hold on both dialects."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from memory.ids import new_id
from tests.prepare import find

BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server that runs."""

    folder: Path
    port: int

    def new_store(self) -> str:
        """The URL of an empty schema, which is its role's own: cheaper by far than a database."""
        name = "t" + new_id().replace("-", "")
        psql = (found("psql"), "-q", "-h", str(self.folder), "-p", str(self.port), "-U", "rapport", "-d", "postgres")
        subprocess.run((*psql, "-c", f"CREATE ROLE {name} LOGIN; CREATE SCHEMA AUTHORIZATION {name}"), check=True)
        return f"postgresql+asyncpg://{name}@127.0.0.1:{self.port}/postgres"


@contextmanager
def running_cluster() -> Iterator[Cluster | None]:
    """Starts one, as nobody where the tests run as root (PostgreSQL refuses root); None if not installed."""
    if not all(map(find, ("initdb", "pg_ctl", "psql"))):
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="rapport-pg-"))
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    cluster = Cluster(folder, free_port())
    data = str(folder / "data")
    settings = f"-p {cluster.port} -k {folder} -c fsync=off -c listen_addresses=127.0.0.1"
    log = str(folder / "log")
    try:
        _run(user, found("initdb"), "-D", data, "-U", "rapport", "-A", "trust", "--no-sync")
        _run(user, found("pg_ctl"), "start", "-D", data, "-w", "-l", log, "-o", settings)
        yield cluster
    finally:
        _run(user, found("pg_ctl"), "stop", "-D", data, "-m", "immediate")
        shutil.rmtree(folder, ignore_errors=True)


def found(command: str) -> str:
    """The command's path, once it is known to be there."""
    return find(command) or command


def _run(user: str | None, *command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=user, cwd="/")


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
