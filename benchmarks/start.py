# SPDX-License-Identifier: Apache-2.0
"""How soon the page and the first answer are there after the start, and how much memory stays in use."""

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.table import Report, percentile
from memory.accounts import Account
from memory.ids import new_id
from tests.running import free_port, make_account, running, wait_for_page

ROUNDS = 5
BARE = "import chainlit as cl\n\n@cl.on_message\nasync def on_message(m):\n    await cl.Message('Hello').send()\n"


async def measure(data: Path | None, rounds: int = ROUNDS) -> Report:
    """Starts Rapport and a bare Chainlit app in alternation; `data` is not used."""
    pages: list[float] = []
    answers: list[float] = []
    memory: list[float] = []
    bare: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        account = await asyncio.to_thread(make_account, folder / "data", "bench", "Maria Lopes")
        (folder / "bare").mkdir()
        (folder / "bare" / "hello.py").write_text(BARE, encoding="utf-8")
        for _ in range(rounds + 1):
            bare.append(await asyncio.to_thread(_bare, folder / "bare"))
            page, answer, resident_mb = await asyncio.to_thread(_ours, folder / "data", account)
            pages.append(page)
            answers.append(answer)
            memory.append(resident_mb)
    return _report(pages[1:], answers[1:], memory[1:], bare[1:])


def _ours(data: Path, account: Account) -> tuple[float, float, float]:
    started = time.perf_counter()
    with running(data) as server:
        page = time.perf_counter() - started
        answered = 0.0
        for event in server.events(account, "Hello, who are you?", new_id()):
            if event["event"] == "Said" and not answered:
                answered = time.perf_counter() - started
        return page, answered, _resident_mb(server.process.pid)


def _bare(folder: Path) -> float:
    port = free_port()
    command = [sys.executable, "-m", "chainlit", "run", "hello.py", "--headless", "--port", str(port)]
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, text=True) as process:
        try:
            wait_for_page(f"http://127.0.0.1:{port}/", process, 60)
            return time.perf_counter() - started
        finally:
            process.terminate()
            process.wait(timeout=30)


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ValueError("the system does not say how much memory is in use")


def _report(pages: list[float], answers: list[float], memory: list[float], bare: list[float]) -> Report:
    figures = {
        "page_s": percentile(pages, 0.5),
        "first_answer_s": percentile(answers, 0.5),
        "resident_mb": percentile(memory, 0.5),
        "bare_page_s": percentile(bare, 0.5),
    }
    rows = [
        ("page (s)", f"{figures['bare_page_s']:.2f}", f"{figures['page_s']:.2f}"),
        ("first answer (s)", "", f"{figures['first_answer_s']:.2f}"),
        ("resident memory (MB)", "", f"{figures['resident_mb']:.0f}"),
    ]
    return Report(f"Start, median of {len(pages)}", ("", "bare Chainlit app", "Rapport"), rows, figures)
