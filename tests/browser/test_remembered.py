# SPDX-License-Identifier: Apache-2.0
"""The promise itself, in a real browser: told once, remembered after a restart, never shown to the provider."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from connectors.chat import ChatMessage
from connectors.fenced import read_prompt
from tests.browser.tab import Tab, open_tab
from tests.running import Provider, make_account, providing, running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

TOLD = (
    "Hi, my name is Zephyrine. I live in Trondheim. "
    "My e-mail is zephyrine.okafor@kittiwake.example and my phone number is +47 22 85 50 50."
)
AGAIN = "zephyrine here again: ZEPHYRINE.OKAFOR@KITTIWAKE.EXAMPLE or 004722855050. What did I tell you, ZEPHYRINE?"
HIDDEN = ("brunhild", "quastenberg", "zephyrine", "okafor", "kittiwake", "22 85 50 50", "22855050")
"""Parts of the account's name, the said name, the address and the number; in small letters."""


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """A provider that greets by every placeholder it is shown."""
    with providing() as provider:
        provider.script({"kind": "echo"})
        yield provider


def test_what_is_told_is_recalled_after_a_restart_and_gone_once_forgotten(
    tmp_path: Path, provider: Provider, chromium: Browser
) -> None:
    """Told in one chat, restored in another after a restart, unseen by the provider, and gone when forgotten."""
    data = tmp_path / "data"
    make_account(data, "brunhild@quastenberg.example", "Brunhild Quastenberg", remember=False)
    with running(data, provider.settings) as server, open_tab(chromium, server.url) as tab:
        tab.sign_in("brunhild@quastenberg.example")
        tab.consent("remember")
        for said in (TOLD, AGAIN):
            answer = tab.say(said)
            assert "Zephyrine" in answer
            assert "zephyrine.okafor@kittiwake.example" in answer
    with running(data, provider.settings) as server, open_tab(chromium, server.url, dark=True) as tab:
        tab.sign_in("brunhild@quastenberg.example")
        assert "Zephyrine" in tab.say("What do you know about me?")
        assert "+47 22 85 50 50" in tab.answers[-1]
        assert "Lives in Trondheim" in provider.prompts()[-1]
        _assert_reasons_are_the_prompt(tab, provider)
        _correct_and_forget(tab)
        tab.new_chat()
        answer = tab.say("How can I be reached, and where do I live?")
        assert "22 85 50 50" not in answer
        assert "zephyrine.okafor@kittiwake.example" in answer
        prompt = provider.prompts()[-1]
        assert "Lives in Bergen" in prompt
        assert "PHONE" not in prompt
        assert "Trondheim" not in prompt.partition("[[memory")[0]
        tab.shoot("recalled-dark")
    assert _leaked(provider) == []


def _assert_reasons_are_the_prompt(tab: Tab, provider: Provider) -> None:
    """The panel lists the blocks of the prompt, each with its number and its text in clear, and no other."""
    blocks = read_prompt([ChatMessage("user", provider.prompts()[-1])]).blocks
    with tab.why():
        reasons = tab.reasons
        tab.shoot("why-dark")
    assert [reason.number for reason in reasons] == [block.number for block in blocks]
    for reason, block in zip(reasons, blocks, strict=True):
        pattern = re.sub(r"<[A-Z_]+_\d+>", ".+", re.escape(block.text))
        assert re.fullmatch(pattern, reason.text, re.S), (reason, block)


def _correct_and_forget(tab: Tab) -> None:
    with tab.memory():
        assert {"Name: Zephyrine", "Lives in Trondheim", "Phone: +47 22 85 50 50"} <= set(tab.facts)
        tab.fact("Trondheim").get_by_test_id("fact-correct").click()
        tab.page.get_by_test_id("fact-edit").fill("I live in Bergen")
        tab.page.get_by_test_id("fact-save").click()
        tab.fact("Bergen").wait_for()
        tab.fact("22 85 50 50").get_by_test_id("fact-forget").click()
        tab.page.get_by_test_id("fact-forget-yes").click()
        tab.fact("22 85 50 50").wait_for(state="detached")
        tab.shoot("memory-dark")


def _leaked(provider: Provider) -> list[tuple[str, str]]:
    """Each hidden value that stands in a request, with what surrounds it."""
    found = []
    for raw in provider.received():
        text = raw.decode().lower()
        for value in HIDDEN:
            for match in re.finditer(re.escape(value), text):
                found.append((value, text[max(0, match.start() - 60) : match.end() + 20]))
    return found
