# SPDX-License-Identifier: Apache-2.0
"""What a person does with their memory on the page: hide, search, pause, take along, bring in."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.tab import Tab, open_tab
from tests.running import Running, make_account, running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

TOLD = "I live in Lisbon, my cat is Miso, and I like tea."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for this file, without a language model."""
    data = tmp_path_factory.mktemp("control") / "data"
    for name in ("ana", "ben"):
        make_account(data, name, name.title())
    with running(data) as server:
        yield server


def test_hide_search_pause_export_and_import(server: Running, chromium: Browser, tmp_path: Path) -> None:
    """Each verb of the panel binds from the next message, is said plainly, and is undone as easily."""
    with open_tab(chromium, server.url) as tab:
        tab.sign_in("ana")
        tab.say(TOLD)
        tab.new_chat()
        assert "Lisbon" in tab.say("Where do I live?")
        _hide(tab)
        _search(tab)
        file = _export(tab, tmp_path)
        _pause(tab)
    with open_tab(chromium, server.url, width=380, dark=True, language="de-DE") as tab:
        tab.sign_in("ben")
        _import(tab, file, tmp_path)
        tab.page.reload()
        tab.page.wait_for_selector("#chat-input")
        assert "Lisbon" not in tab.say("Where do I live?")  # it came hidden, and stays so
        assert "Miso" in tab.say("What is my cat called?")
        assert tab.violations == []


def _hide(tab: Tab) -> None:
    with tab.memory():
        fact = tab.fact("Lives in Lisbon")
        assert fact.get_by_test_id("fact-conversation").inner_text() == f"in “{TOLD}”"
        tab.shoot("control-light")
        fact.get_by_test_id("fact-hide").focus()
        tab.page.keyboard.press("Enter")
        expect(fact.get_by_test_id("fact-hidden")).to_be_visible()
        assert tab.focused == "fact-hide"
        tab.shoot("control-hidden-light")
    assert "Lisbon" not in tab.say("Where do I live?")


def _search(tab: Tab) -> None:
    with tab.memory():
        groups = tab.page.get_by_test_id("group").locator("h3")
        expect(groups).to_have_count(3)
        for sought, found in (("teas", "Likes tea"), ("Places", "Lives in Lisbon"), ("miso", "Miso")):
            tab.page.get_by_label("Search what is remembered").fill(sought)
            expect(tab.page.get_by_test_id("fact")).to_have_count(1)
            expect(tab.page.get_by_test_id("fact-text")).to_contain_text(found)
        tab.page.get_by_label("Search what is remembered").fill("submarine")
        expect(tab.page.get_by_test_id("memory-status")).to_have_text("Nothing that is remembered fits.")


def _export(tab: Tab, folder: Path) -> Path:
    with tab.memory(), tab.page.expect_download() as saving:
        tab.page.get_by_test_id("export").click()
    file = folder / "export.json"
    saving.value.save_as(file)
    exported = json.loads(file.read_text(encoding="utf-8"))
    assert {fact["text"]: fact["hidden"] for fact in exported["facts"]}["Lives in Lisbon"] is True
    assert TOLD in {message["text"] for message in exported["messages"]}
    return file


def _pause(tab: Tab) -> None:
    with tab.memory():
        tab.page.get_by_test_id("pause").focus()
        tab.page.keyboard.press("Enter")
        expect(tab.page.get_by_test_id("pause")).to_have_text("Resume")
        assert tab.focused == "pause"
        expect(tab.page.get_by_test_id("import-file")).to_be_disabled()
        tab.shoot("control-paused-light")
    expect(tab.page.get_by_test_id("paused-mark")).to_be_visible()
    tab.new_chat()
    assert "tea" not in tab.say("What do I like?")
    tab.say("I like black coffee.")
    tab.page.reload()
    expect(tab.page.get_by_test_id("paused-mark")).to_be_visible()
    with tab.memory():
        tab.page.get_by_test_id("pause").click()
        expect(tab.page.get_by_test_id("pause")).to_have_text("Pause")
    tab.new_chat()
    answer = tab.say("What do I like?")
    assert "tea" in answer
    assert "coffee" not in answer


def _import(tab: Tab, file: Path, folder: Path) -> None:
    broken = folder / "broken.json"
    broken.write_text('{"facts": [{"text": ""}]}', encoding="utf-8")
    with tab.memory():
        field, result = tab.page.get_by_label("Eine Datei importieren"), tab.page.get_by_test_id("import-result")
        field.set_input_files(broken)
        expect(result).to_contain_text("facts.0.text")
        tab.shoot("control-broken-narrow-dark")
        field.set_input_files(file)
        expect(result).to_contain_text("Angaben: 3 neu")
        expect(tab.page.get_by_test_id("fact")).to_have_count(3)
        tab.shoot("control-imported-narrow-dark")
        tab.page.locator("#memory-panel .rp-body").evaluate("e => e.scrollTo(0, 0)")
        tab.shoot("control-narrow-dark")
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= 380
