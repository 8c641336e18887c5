# SPDX-License-Identifier: Apache-2.0
"""A throw-away Chroma server on a free loopback port, for the claims that must hold on it too.

It is what `chroma run` starts, without the imports of its command line.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.memory.postgres import free_port

PATIENCE = 60


@contextmanager
def running_chroma(folder: Path) -> Iterator[str]:
    """Its URL, once it answers; the server's files lie in the folder."""
    port = free_port()
    said = ["chroma", "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    command = [sys.executable, "-c", f"import chromadb_rust_bindings; chromadb_rust_bindings.cli({said!r})"]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            _await(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()


def _await(url: str) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            if httpx.get(f"{url}/api/v2/heartbeat").is_success:
                return
        except httpx.TransportError:
            assert time.monotonic() < until, "the Chroma server did not start"
        time.sleep(0.1)
