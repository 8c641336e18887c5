# SPDX-License-Identifier: Apache-2.0
"""A browser's tab on Rapport: what a person does there, what they see, and what the page did meanwhile."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from playwright.sync_api import Browser, FloatRect, Locator, Page

from tests.running import PASSWORD

STEP = '[data-step-type="assistant_message"] [id^="step-"]'
ANSWER = f'{STEP}:not([id^="step-notice-"])'
SHOTS = os.environ.get("RAPPORT_SHOTS")
"""A folder for screenshots; none are made without it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of "Why this answer"."""

    number: int
    kind: str
    text: str


class Tab:
    """One tab in a profile of its own; at its end nothing is left of it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.hosts: set[str] = set()
        """Every host that the page asked for anything, sockets included."""
        self.console: list[str] = []
        page.set_default_timeout(30_000)
        page.on("request", lambda request: self._asked(request.url))
        page.on("websocket", lambda socket: self._asked(socket.url))
        page.on("console", lambda message: self.console.append(message.text))
        page.on("pageerror", lambda error: self.console.append(f"pageerror: {error}"))

    def _asked(self, url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob"):
            self.hosts.add(urlsplit(url).netloc)

    def sign_in(self, identifier: str) -> None:
        """Opens the page and signs in."""
        self.page.goto(self.url)
        self.page.fill("#email", identifier)
        self.page.fill("#password", PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector("#chat-input")

    def consent(self, choice: str = "remember") -> None:
        """Answers the first-run question."""
        self.page.click(f"[data-testid=consent-{choice}]")
        self.page.wait_for_selector("[data-testid=consent]", state="detached")

    def send(self, text: str) -> None:
        """Writes a message and sends it, without waiting for the answer."""
        self.page.fill("#chat-input", text)
        self.page.wait_for_selector("#chat-submit:enabled")
        self.page.press("#chat-input", "Enter")
        self.page.locator('[data-step-type="user_message"]').last.get_by_text(text).wait_for()

    def say(self, text: str) -> str:
        """Sends a message, waits until its turn is over, and gives the last answer."""
        before = self.page.locator(STEP).count()
        self.send(text)
        self.page.locator(STEP).nth(before).wait_for()
        self.settle()
        return self.answers[-1] if self.answers else ""

    def settle(self) -> None:
        """Waits until nothing is being answered."""
        self.page.wait_for_selector("#chat-submit")

    @property
    def answers(self) -> list[str]:
        """The answers on the screen, oldest first."""
        return self._texts(f"{ANSWER} .message-content")

    @property
    def notices(self) -> list[str]:
        """The notices on the screen, oldest first."""
        return self._texts("[data-testid=notice] .message-content")

    @property
    def questions(self) -> list[str]:
        """The person's own messages on the screen, oldest first."""
        return self._texts('[data-step-type="user_message"] .message-content')

    def _texts(self, selector: str) -> list[str]:
        return [" ".join(text.split()) for text in self.page.locator(selector).all_inner_texts()]

    def new_chat(self) -> None:
        """Begins another conversation."""
        self.page.click("#new-chat-button")
        self.page.wait_for_selector("[data-testid=ai-notice]")

    @contextmanager
    def why(self) -> Iterator[Locator]:
        """Opens "Why this answer" of the last answer, and closes it."""
        self.page.locator("[data-testid=why-button]").last.click()
        self.page.wait_for_selector("[data-testid=why-model]")
        yield self.page.locator("#why-panel")
        self.page.keyboard.press("Escape")
        self.page.wait_for_selector("#why-panel", state="detached")

    @property
    def reasons(self) -> list[Reason]:
        """What the open panel lists."""
        items = self.page.locator("[data-testid=why-item]").all()
        return [
            Reason(
                int(item.get_attribute("data-number") or 0),
                item.get_attribute("data-kind") or "",
                item.locator("[data-testid=why-text]").inner_text(),
            )
            for item in items
        ]

    @contextmanager
    def memory(self) -> Iterator[Locator]:
        """Opens "What I know about you", and closes it."""
        self.page.click("[data-testid=memory-button]")
        self.page.wait_for_selector("[data-testid=facts]", state="attached")
        yield self.page.locator("#memory-panel")
        self.page.keyboard.press("Escape")
        self.page.wait_for_selector("#memory-panel", state="detached")

    @property
    def facts(self) -> list[str]:
        """What the open panel lists."""
        return self._texts("[data-testid=fact-text]")

    def fact(self, text: str) -> Locator:
        """One fact in the open panel."""
        said = self.page.get_by_test_id("fact-text").filter(has_text=text)
        return self.page.locator("[data-testid=fact]").filter(has=said)

    @property
    def conversations(self) -> list[str]:
        """The titles in the sidebar, newest first."""
        return self._texts("#thread-history li")

    @property
    def focused(self) -> str:
        """The test id of what has the keyboard, or its id, or its tag."""
        return str(
            self.page.evaluate("(e => e.dataset.testid ?? (e.id || e.tagName.toLowerCase()))(document.activeElement)")
        )

    @property
    def violations(self) -> list[str]:
        """What the content security policy stopped, and errors of the page's own."""
        return [line for line in self.console if re.search("Content Security Policy|^pageerror|Refused to", line)]

    def shoot(self, name: str, left: int = 0) -> None:
        """Keeps a screenshot where RAPPORT_SHOTS says, without so much of the left; waits for movements to end."""
        size = self.page.viewport_size
        if SHOTS and size:
            self.page.wait_for_timeout(400)
            clip = FloatRect(x=left, y=0, width=size["width"] - left, height=size["height"])
            self.page.screenshot(path=Path(SHOTS) / f"{name}.png", clip=clip)


@contextmanager
def open_tab(
    browser: Browser, url: str, *, width: int = 1200, dark: bool = False, language: str = "en-GB"
) -> Iterator[Tab]:
    """A tab of this width in light or dark."""
    context = browser.new_context(
        viewport={"width": width, "height": 720}, color_scheme="dark" if dark else "light", locale=language
    )
    tab = Tab(context.new_page(), url)
    try:
        yield tab
    except BaseException:
        tab.shoot(f"failed-{uuid4()}")
        raise
    finally:
        context.close()
