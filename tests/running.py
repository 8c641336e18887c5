# SPDX-License-Identifier: Apache-2.0
"""A whole Rapport in a process of its own, for tests and benchmarks that use or kill it from outside.

Beside it a model provider in another process, and `rapport` commands run to their end.
"""

import asyncio
import base64
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from app.bootstrap import open_stores
from app.residence import prepare_folder, resident
from app.settings import HOUSE, read_settings
from memory.accounts import Account, Accounts
from memory.consent import Consent
from memory.ids import DEFAULT_TENANT, new_id
from memory.values import ConsentChoice

PASSWORD = "correct horse battery staple"  # a test account's, on a throw-away store


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers."""

    url: str
    token: str
    process: subprocess.Popen[str]
    log: Path

    def events(self, account: Account, text: str, conversation: str, **ids: str) -> Iterator[dict[str, object]]:
        """The events of one turn through the local door, as they arrive."""
        body = {
            "tenant": account.scope.tenant,
            "person": account.scope.person,
            "name": account.name,
            "role": account.role,
            "conversation": conversation,
            "message": new_id(),
            "answer": new_id(),
            "use_case": "personal_chat",
            "text": text,
            **ids,
        }
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        content = json.dumps(body)  # in ASCII, so that half a character can be sent too
        with httpx.stream(
            "POST", f"{self.url}/local/turn", content=content, headers=headers, timeout=60, trust_env=False
        ) as answer:
            answer.raise_for_status()
            for line in answer.iter_lines():
                yield json.loads(line)

    def say(self, account: Account, text: str, conversation: str | None = None) -> str:
        """Sends a message and gives what the person is shown in the end."""
        shown = ""
        for event in self.events(account, text, conversation or new_id()):
            if event["event"] in {"Said", "Replaced"}:
                shown = (shown if event["event"] == "Said" else "") + str(event["text"])
        return shown


@contextmanager
def running(data: Path, environment: Mapping[str, str] | None = None, wait_s: float = 120) -> Iterator[Running]:
    """Starts `rapport serve` on a free port, waits for its page, and stops it at the end.

    Its deadlines are long, so that a busy machine degrades no answer; `environment` may set others.
    """
    port = free_port()
    log = data.parent / f"{data.name}-server.log"
    settings = {
        **os.environ,
        "RAPPORT_DATA": str(data),
        "RAPPORT_PORT": str(port),
        "RAPPORT_MODELS": "",
        "RAPPORT_TURNS_PER_MINUTE": "10000",
        "RAPPORT_FIRST_TOKEN_SECONDS": "30",
        "RAPPORT_USE_CASES": str(patient(data.parent)),
        "PYTHONUNBUFFERED": "1",
        **(environment or {}),
    }
    command = [sys.executable, "-m", "app.doors.cli", "serve"]
    with (
        log.open("a", encoding="utf-8") as output,
        subprocess.Popen(command, env=settings, cwd=HOUSE, stdout=output, stderr=output, text=True) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for_page(url, process, wait_s)
            owner = resident(data)
            assert owner is not None, log.read_text(encoding="utf-8")
            yield Running(url, owner.token, process, log)
        finally:
            process.terminate()
            process.wait(timeout=30)


def patient(folder: Path) -> Path:
    """The shipped use cases with ten seconds to look things up."""
    copied = folder / "use_cases"
    shutil.copytree(HOUSE / "use_cases", copied, dirs_exist_ok=True)
    for file in copied.glob("*.yaml"):
        file.write_text(re.sub(r"(?m)^deadline_ms: \d+$", "deadline_ms: 10000", file.read_text("utf-8")), "utf-8")
    return copied


def wait_for_page(url: str, process: subprocess.Popen[str], wait_s: float) -> None:
    """Polls the page; fails at once where the process has ended."""
    ends = time.monotonic() + wait_s
    while time.monotonic() < ends:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        try:
            if httpx.get(url, timeout=5, follow_redirects=True, trust_env=False).status_code < 500:
                return
        except httpx.TransportError:
            time.sleep(0.02)
    raise TimeoutError(f"nothing answered at {url} within {wait_s} s")


def make_account(data: Path, identifier: str, name: str, remember: bool = True) -> Account:
    """An account on a store that no server has open yet; with consent to be remembered unless told otherwise.

    Runs in a thread, since a browser's event loop may be running in this one.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _make_account(data, identifier, name, remember)).result()


async def _make_account(data: Path, identifier: str, name: str, remember: bool) -> Account:
    async with open_stores(read_settings(_env_file=None, data=prepare_folder(data))) as stores:
        account = await Accounts(stores.database, stores.keyring).create(DEFAULT_TENANT, identifier, name, PASSWORD)
        if remember:
            consent = Consent(stores.database)
            await consent.choose(account.scope, ConsentChoice.REMEMBER, "test", datetime.now(UTC))
        return account


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenAI-compatible provider in a process of its own; see tests/provider."""

    root: str

    @property
    def settings(self) -> dict[str, str]:
        """What makes a server use it, as its only model before the concierge."""
        return {"RAPPORT_MODELS": "openai/test", "OPENAI_API_BASE": f"{self.root}/v1", "OPENAI_API_KEY": "sk-test"}

    def script(self, *replies: Mapping[str, object]) -> None:
        """Answers the next requests so, in order; the last reply stays."""
        body = {"model": "test", "replies": replies}
        httpx.post(f"{self.root}/script", json=body, trust_env=False).raise_for_status()

    def received(self) -> list[bytes]:
        """Every request's bytes, oldest first."""
        return [base64.b64decode(raw) for raw in httpx.get(f"{self.root}/received", trust_env=False).json()]

    def prompts(self) -> list[str]:
        """The last message of every request, oldest first: what the model was asked."""
        bodies = [json.loads(raw.partition(b"\r\n\r\n")[2]) for raw in self.received()]
        return [str(body["messages"][-1]["content"]) for body in bodies]

    def disconnects(self) -> int:
        """How often a client went away before its answer was complete."""
        return int(httpx.get(f"{self.root}/counts", trust_env=False).json()["disconnects"])


@contextmanager
def providing() -> Iterator[Provider]:
    """Starts a provider on a free port and stops it at the end."""
    command = [sys.executable, "-m", "tests.provider"]
    with subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Provider(process.stdout.readline().strip().removesuffix("/v1"))
        finally:
            process.terminate()


def rapport(data: Path, *arguments: str, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs a `rapport` command to its end, with these lines as its input."""
    environment = {
        **os.environ,
        "RAPPORT_DATA": str(data),
        "RAPPORT_PORT": str(free_port()),
        "RAPPORT_MODELS": "",
        **settings,
    }
    command = [sys.executable, "-m", "app.doors.cli", *arguments]
    return subprocess.run(
        command, env=environment, cwd=HOUSE, input=typed, capture_output=True, text=True, timeout=90, check=False
    )


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
