# SPDX-License-Identifier: Apache-2.0
"""The loopback provider itself: what it keeps, and that it also runs alone."""

import asyncio
import base64
import sys

import httpx
import pytest

from tests.provider import Provider, Reply

ASKED = {"model": "first", "messages": [{"role": "user", "content": "I am <PERSON_1>"}]}


async def test_it_keeps_every_byte(provider: Provider) -> None:
    """Request line, headers and body are kept as sent, by model."""
    async with httpx.AsyncClient(trust_env=False) as client:
        await client.post(f"{provider.base_url}/chat/completions", json=ASKED, headers={"x-mark": "seen"})
    assert provider.requests("first") == 1
    for part in (b"POST /v1/chat/completions", b"x-mark: seen", b"I am <PERSON_1>"):
        assert part in provider.raw


async def test_replies_come_in_order_and_the_last_stays(provider: Provider) -> None:
    """A script is played once, and its end again and again."""
    provider.script("first", Reply("500"), Reply("echo"))
    async with httpx.AsyncClient(trust_env=False) as client:
        answers = [await client.post(f"{provider.base_url}/chat/completions", json=ASKED) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [500, 200, 200]
    assert answers[2].json()["choices"][0]["message"]["content"] == "Hello <PERSON_1>, nice to see you."


@pytest.mark.process
async def test_it_runs_as_a_process_of_its_own() -> None:
    """It prints its base, takes scripts, and gives back what it received."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.provider", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    base = (await process.stdout.readline()).decode().strip()
    root = base.removesuffix("/v1")
    async with httpx.AsyncClient(trust_env=False) as client:
        await client.post(f"{root}/script", json={"model": "first", "replies": [{"kind": "ok", "text": "Yes."}]})
        answer = await client.post(f"{base}/chat/completions", json=ASKED)
        received = (await client.get(f"{root}/received")).json()
        counts = (await client.get(f"{root}/counts")).json()
    process.terminate()
    await process.wait()
    assert answer.json()["choices"][0]["message"]["content"] == "Yes."
    assert b"I am <PERSON_1>" in base64.b64decode(received[0])
    assert counts == {"requests": {"first": 1}, "disconnects": 0}
