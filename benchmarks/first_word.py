# SPDX-License-Identifier: Apache-2.0
"""What Rapport adds before the first word, over a bare Router call to the same loopback provider."""

import asyncio
import os
import tempfile
import time
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.bootstrap import Rapport, open_assistant
from app.events import Said
from app.request import Request
from app.residence import prepare_folder
from app.settings import read_settings
from benchmarks.people import somebody
from benchmarks.provider import provider_process
from benchmarks.table import Report, percentile
from memory.accounts import Account
from memory.ids import ConversationId, MessageId, new_id

FACTS = 1_000
ROUNDS = 80
WARM = 10
SETTLE_S = 0.15
"""After each call, so that what LiteLLM and our jobs do afterwards is not billed to the other."""
MODEL = "openai/bench"
QUESTIONS = (
    "Where did I put the telescope, and is it still for sale?",
    "Which of my things were presents?",
    "What is in the summer house that needs a repair?",
    "Tell me about the kayak in the garage.",
    "How old is the piano in my studio?",
)


async def measure(data: Path | None, facts: int = FACTS, rounds: int = ROUNDS) -> Report:
    """Bare call and whole turn in alternation; `data` is not used, the person is invented."""
    with tempfile.TemporaryDirectory() as folder, provider_process(sentence="Glad to hear from you. ") as url:
        os.environ.update(OPENAI_API_KEY="bench", OPENAI_API_BASE=url)
        settings = read_settings(
            data=prepare_folder(Path(folder) / "data"),
            models=MODEL,
            turns_per_minute=100_000,
            log_level="ERROR",
        )
        async with open_assistant(settings) as rapport:
            account = await somebody(rapport, await rapport.parts(), facts)
            await _opened(rapport, account)
            bare, ours = await _alternate(rapport, account, rounds)
    return _report(bare, ours, facts)


async def _alternate(rapport: Rapport, account: Account, rounds: int) -> tuple[list[float], list[float]]:
    bare, ours, router = [], [], _router()
    conversation = ConversationId(new_id())
    for number in range(rounds + WARM):
        if number % 10 == 0:
            conversation = ConversationId(new_id())
        question = QUESTIONS[number % len(QUESTIONS)]
        one = await _bare(router, question)
        await asyncio.sleep(SETTLE_S)
        two = await _ours(rapport, account, conversation, question)
        await asyncio.sleep(SETTLE_S)
        if number >= WARM:
            bare.append(one)
            ours.append(two)
    return bare, ours


async def _opened(rapport: Rapport, account: Account) -> None:
    """Waits until the person's memories are loaded: so many, never indexed, take half a minute the first time."""
    notebook = await rapport.notebook()
    await notebook.recall(
        account.scope, QUESTIONS[0], conversation=ConversationId(new_id()), now=datetime.now(UTC), limit=1
    )


def _router() -> Any:
    from litellm import Router

    return Router(model_list=[{"model_name": MODEL, "litellm_params": {"model": MODEL}}], num_retries=0)


async def _bare(router: Any, question: str) -> float:
    started = time.perf_counter()
    stream = await router.acompletion(
        model=MODEL,
        messages=[{"role": "user", "content": question}],
        stream=True,
        stream_options={"include_usage": True},
    )
    first = 0.0
    async for chunk in stream:
        if not first and chunk.choices and chunk.choices[0].delta.content:
            first = time.perf_counter()
    return (first - started) * 1000


async def _ours(rapport: Rapport, account: Account, conversation: ConversationId, question: str) -> float:
    request = Request(
        account.scope,
        account.name,
        account.role,
        "bench",
        conversation,
        "personal_chat",
        question,
        MessageId(new_id()),
        MessageId(new_id()),
    )
    assistant, first = await rapport.assistant(), 0.0
    started = time.perf_counter()
    async with aclosing(assistant.respond(request)) as events:
        async for event in events:
            if not first and isinstance(event, Said):
                first = time.perf_counter()
    return (first - started) * 1000


def _report(bare: list[float], ours: list[float], facts: int) -> Report:
    rows, figures = [], {}
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        one, two = percentile(bare, share), percentile(ours, share)
        rows.append((name, f"{one:.1f}", f"{two:.1f}", f"{two - one:.1f}"))
        figures[f"{name}_bare_ms"], figures[f"{name}_ms"] = one, two
        figures[f"{name}_overhead_ms"] = two - one
    columns = ("", "bare Router (ms)", "Rapport (ms)", "Rapport adds (ms)")
    title = f"First word, {len(ours)} turns in alternation, {facts} facts for the person"
    return Report(title, columns, rows, figures)
