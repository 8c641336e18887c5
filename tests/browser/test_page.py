# SPDX-License-Identifier: Apache-2.0
"""What a person finds on the page: notice, choice, history and panels, by mouse and by keyboard."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.tab import Tab, open_tab
from tests.running import Running, make_account, running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

REMEMBERED = ("ana", "ben", "cleo", "dora", "ines")
NEW = ("emil", "fay")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for this file, without a language model; the new ones were not asked for consent yet."""
    data = tmp_path_factory.mktemp("page") / "data"
    for name in (*REMEMBERED, *NEW):
        make_account(data, name, name.title(), remember=name in REMEMBERED)
    with running(data) as server:
        yield server


def test_the_notice_stands_before_the_first_word(server: Running, chromium: Browser) -> None:
    """That it is an AI is said before anything is written, and stays below the box afterwards."""
    with open_tab(chromium, server.url) as tab:
        tab.sign_in("ana")
        notice = tab.page.get_by_test_id("ai-notice")
        expect(notice).to_be_visible()
        assert "not a person" in notice.inner_text()
        tab.shoot("welcome-light")
        tab.say("Hello!")
        assert tab.page.get_by_text("You are talking to an AI. It can be wrong").is_visible()


def test_the_page_asks_no_other_host_and_breaks_no_policy(server: Running, chromium: Browser) -> None:
    """From the sign-in over an answer and both panels to a reload."""
    with open_tab(chromium, server.url) as tab:
        tab.sign_in("ana")
        tab.say("I like green tea.")
        with tab.why():
            assert tab.page.get_by_test_id("why-model").inner_text() == "the built-in assistant (no language model)"
        with tab.memory():
            assert "Likes green tea" in tab.facts
        tab.page.reload()
        tab.page.wait_for_selector("[data-testid=why-button]")
        assert tab.hosts == {urlsplit(server.url).netloc}
        assert tab.violations == []


def test_an_answer_cites_what_the_panel_lists(server: Running, chromium: Browser) -> None:
    """What was told in one chat is recalled in the next, and each number in the answer is a line of the panel."""
    with open_tab(chromium, server.url, width=1600) as tab:
        tab.sign_in("ines")
        tab.say("Hi, my name is Ines. I live in Lisbon, and I prefer short answers.")
        tab.new_chat()
        assert "Ines" in tab.say("Hello!")
        answer = tab.say("Where do I live?")
        assert "Lisbon" in answer
        tab.page.click("#sidebar-trigger-button")
        with tab.why():
            lines = {reason.number: reason.text for reason in tab.reasons}
            tab.shoot("screenshot", left=380)
        cited = [lines[int(number)] for number in re.findall(r"\[(\d+)\]", answer)]
        assert cited == ["Lives in Lisbon"]


def test_whether_a_memory_helped_is_said_and_taken_back_by_keyboard(server: Running, chromium: Browser) -> None:
    """Each memory has two switches; one that is on is so when the panel opens again, and off when pressed again."""
    with open_tab(chromium, server.url, width=400) as tab:
        tab.sign_in("ines")
        tab.say("My parrot is called Kiwi.")
        tab.new_chat()
        tab.say("What is my parrot called?")
        on, status = tab.page.locator("[data-testid=helped] [aria-pressed=true]"), tab.page.get_by_test_id("why-status")
        with tab.why():
            switches = tab.page.get_by_test_id("helped-no")
            expect(switches).to_have_count(len(tab.reasons))
            switches.first.focus()
            tab.page.keyboard.press("Enter")
            expect(on).to_have_text("Not helpful here")
            expect(status).to_contain_text("Noted.")
            tab.shoot("helped-400")
        with tab.why():
            expect(on).to_have_text("Not helpful here")
            on.press("Space")
            expect(status).to_have_text("Taken back.")
            expect(on).to_have_count(0)


def test_conversations_are_resumed_found_renamed_and_deleted(server: Running, chromium: Browser) -> None:
    """What stands in the sidebar is what was said, also after a reload."""
    with open_tab(chromium, server.url) as tab:
        tab.sign_in("ben")
        tab.say("My dog is called Pixel.")
        said = (tab.questions, tab.answers)
        tab.page.reload()
        tab.page.wait_for_selector("[data-testid=why-button]")
        assert (tab.questions, tab.answers) == said
        tab.new_chat()
        tab.say("Thank you!")
        expect(tab.page.locator("#thread-history li")).to_have_count(2)
        _find(tab, "pixel")
        assert (tab.questions, tab.answers) == said
        assert "Pixel" in tab.say("What is my dog called?")
        _rename(tab, "My dog", "All about Pixel")
        _delete(tab, "Thank you")
        tab.page.reload()
        expect(tab.page.locator("#thread-history li")).to_have_text(["All about Pixel"])
        expect(tab.page.locator('[data-step-type="user_message"]')).to_have_count(2)


def _find(tab: Tab, words: str) -> None:
    tab.page.click("#search-chats-button")
    tab.page.get_by_placeholder("Search conversations...").fill(words)
    found = tab.page.get_by_role("option")
    expect(found).to_have_count(1)
    found.click()
    tab.page.wait_for_selector("[data-testid=why-button]")


def _rename(tab: Tab, old: str, new: str) -> None:
    _menu(tab, old, "#rename-thread")
    tab.page.locator("#name").fill(new)
    tab.page.get_by_role("button", name="Confirm").click()
    expect(tab.page.locator("#thread-history")).to_contain_text(new)


def _delete(tab: Tab, title: str) -> None:
    _menu(tab, title, "#delete-thread")
    tab.page.get_by_role("button", name="Confirm").click()
    expect(tab.page.locator("#thread-history")).not_to_contain_text(title)


def _menu(tab: Tab, title: str, item: str) -> None:
    row = tab.page.locator("#thread-history li").filter(has_text=title)
    row.hover()
    row.locator("[id=thread-options]").click()
    tab.page.click(item)


def test_a_conversation_of_its_own_is_not_carried_into_the_next(server: Running, chromium: Browser) -> None:
    """Whoever chooses "this conversation only" is understood within it and unknown in the next."""
    with open_tab(chromium, server.url) as tab:
        tab.sign_in("emil")
        tab.shoot("consent-light")
        tab.consent("session")
        tab.say("I live in Trondheim.")
        assert "Trondheim" in tab.say("Where do I live?")
        tab.new_chat()
        assert "Trondheim" not in tab.say("Where do I live?")
        with tab.memory():
            assert tab.facts == []


def test_the_choice_is_made_by_keyboard(server: Running, chromium: Browser) -> None:
    """Esc leaves it open, so that it asks again; Tab reaches both choices, and Enter makes one."""
    with open_tab(chromium, server.url) as tab:
        tab.sign_in("fay")
        expect(tab.page.get_by_test_id("consent")).to_be_visible()
        tab.page.keyboard.press("Escape")
        tab.page.reload()
        expect(tab.page.get_by_test_id("consent")).to_be_visible()
        assert tab.focused == "consent-remember"
        tab.page.keyboard.press("Tab")
        assert tab.focused == "consent-session"
        tab.page.keyboard.press("Enter")
        expect(tab.page.get_by_test_id("consent")).to_have_count(0)
        tab.page.reload()
        tab.page.wait_for_selector("[data-testid=memory-button]")
        tab.page.wait_for_load_state("networkidle")
        assert tab.page.get_by_test_id("consent").count() == 0


def test_both_panels_are_used_by_keyboard(server: Running, chromium: Browser) -> None:
    """Tab reaches them, Enter opens them, the focus stays inside, Esc closes them and gives it back."""
    with open_tab(chromium, server.url) as tab:
        tab.sign_in("cleo")
        tab.say("I live in Lisbon.")
        for button, panel in (("memory-button", "memory-panel"), ("why-button", "why-panel")):
            _tab_to(tab, button)
            tab.page.keyboard.press("Enter")
            expect(tab.page.get_by_test_id(panel)).to_be_visible()
            assert tab.page.evaluate(f"document.getElementById('{panel}').contains(document.activeElement)")
            _tab_to(tab, f"{panel}-close")
            tab.page.keyboard.press("Escape")
            expect(tab.page.get_by_test_id(panel)).to_have_count(0)
            assert tab.focused == button


def test_a_fact_is_corrected_and_forgotten_by_keyboard(server: Running, chromium: Browser) -> None:
    """Correct, write, save; forget, confirm: no mouse, and the focus is never lost."""
    with open_tab(chromium, server.url) as tab:
        tab.sign_in("cleo")
        tab.say("My cat is called Miso.")
        _tab_to(tab, "memory-button")
        tab.page.keyboard.press("Enter")
        fact = tab.page.get_by_test_id("fact").filter(has_text="Miso")
        fact.get_by_test_id("fact-correct").focus()
        tab.page.keyboard.press("Enter")
        assert tab.focused == "fact-edit"
        tab.page.keyboard.press("Control+A")
        tab.page.keyboard.type("My cat is called Momo")
        _tab_to(tab, "fact-save")
        tab.page.keyboard.press("Enter")
        corrected = tab.page.get_by_test_id("fact").filter(has_text="Momo")
        expect(corrected).to_be_visible()
        assert tab.focused == "fact-correct"
        _tab_to(tab, "fact-forget")
        tab.page.keyboard.press("Enter")
        assert tab.focused == "fact-keep"
        tab.page.keyboard.press("Shift+Tab")
        tab.page.keyboard.press("Enter")
        expect(corrected).to_have_count(0)
        assert tab.page.evaluate("document.getElementById('memory-panel').contains(document.activeElement)")


def _tab_to(tab: Tab, target: str) -> None:
    for _ in range(40):
        if tab.focused == target:
            return
        tab.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {target}")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1200, 380])
def test_it_fits_the_screen_and_the_eyes(server: Running, chromium: Browser, width: int, dark: bool) -> None:
    """Light or dark as the system says, wide or narrow: nothing sticks out, all text can be told from its ground."""
    name = f"{width}-{'dark' if dark else 'light'}"
    with open_tab(chromium, server.url, width=width, dark=dark) as tab:
        tab.sign_in("dora")
        tab.shoot(f"welcome-{name}")
        if "Lisbon" not in tab.say("Where do I live?"):
            tab.say("I live in Lisbon and I prefer short answers. I'm allergic to peanuts.")
            tab.new_chat()
            assert "Lisbon" in tab.say("Where do I live?")
        tab.shoot(f"chat-{name}")
        _assert_fits(tab, width, dark)
        with tab.why():
            tab.page.get_by_test_id("helped-yes").first.click()
            expect(tab.page.get_by_test_id("why-status")).not_to_be_empty()
            tab.shoot(f"why-{name}")
            _assert_fits(tab, width, dark)
        with tab.memory():
            tab.shoot(f"memory-{name}")
            _assert_fits(tab, width, dark)


CONTRAST = """
() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = node => {
    for (; node; node = node.parentElement) {
      const colour = rgb(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const texts = '.message-content p, .rp-panel p, .rp-panel h2, .rp-panel button, .rp-why';
  const shown = [...document.querySelectorAll(texts)].filter(node => node.checkVisibility() && node.innerText.trim());
  return shown.map(node => {
    const [one, other] = [light(rgb(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => b - a);
    return [node.innerText.slice(0, 40), (one + .05) / (other + .05)];
  }).filter(([, contrast]) => contrast < 4.5);
}
"""
"""Visible texts whose contrast to their ground is below 4.5 (WCAG 2.2 AA)."""


def _assert_fits(tab: Tab, width: int, dark: bool) -> None:
    tab.page.evaluate("Promise.all(document.getAnimations().map(one => one.finished.catch(() => 0)))")
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.page.evaluate("document.documentElement.classList.contains('dark')") is dark
    assert tab.page.evaluate(CONTRAST) == []
    for box in (found.bounding_box() for found in tab.page.locator(".rp-panel, #message-composer").all()):
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
