# SPDX-License-Identifier: Apache-2.0
"""The tests' loopback provider in a process of its own, so that its work is not counted as ours."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx


@contextmanager
def provider_process(sentence: str, model: str = "bench") -> Iterator[str]:
    """Starts the provider, scripted to send this sentence in one piece; yields its API base."""
    command = [sys.executable, "-m", "tests.provider", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        script = {"model": model, "replies": [{"kind": "ok", "text": sentence, "cut": "one"}]}
        httpx.post(f"{url.removesuffix('/v1')}/script", json=script).raise_for_status()
        try:
            yield url
        finally:
            process.terminate()
