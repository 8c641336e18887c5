# SPDX-License-Identifier: Apache-2.0
"""Erasing in a real browser: oneself, and what was learned in a conversation that is deleted."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.tab import open_tab
from tests.memory.traces import traces
from tests.running import PASSWORD, make_account, running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_erase_me(tmp_path: Path, chromium: Browser) -> None:
    """A deleted conversation takes what it taught along; then everything goes, with a receipt, and nobody signs in."""
    data = tmp_path / "data"
    account = make_account(data, "ana", "Ana Quillonette")
    with running(data) as server, open_tab(chromium, server.url) as tab:
        tab.sign_in("ana")
        tab.say("I like oat biscuits.")
        tab.new_chat()
        tab.say("I live in Brackenmoor.")
        entry = tab.page.locator("#thread-history li").filter(has_text="Brackenmoor")
        entry.hover()
        entry.locator("[id=thread-options]").click()
        tab.page.click("#delete-thread")
        tab.page.get_by_test_id("forget-too").check()
        tab.shoot("forget-conversation")
        tab.page.get_by_role("alertdialog").get_by_role("button").last.click()
        entry.wait_for(state="detached")
        expect(tab.page.locator("#thread-history li")).to_have_count(1)
        with tab.memory() as panel:
            assert tab.facts == ["Likes oat biscuits"]
            panel.get_by_test_id("erase-me").click()
            panel.get_by_test_id("erase-password").fill("not the password")
            panel.get_by_test_id("erase-yes").click()
            expect(panel.get_by_test_id("erase-status")).to_contain_text("Nothing was erased", timeout=60_000)
            tab.shoot("erase-me-wrong")
            panel.get_by_test_id("erase-password").fill(PASSWORD)
            panel.get_by_test_id("erase-yes").click()
            expect(panel.get_by_test_id("erase-receipt")).to_contain_text("your key is destroyed", timeout=60_000)
            tab.shoot("erased")
            with tab.page.expect_download() as download:
                panel.get_by_test_id("erase-download").click()
            receipt = json.loads(download.value.path().read_text())
            assert (receipt["what"], receipt["searched"]["found"]) == ("person", 0)
        assert traces(data, [account.scope.person]) == set()
        tab.page.wait_for_selector("#password")
        tab.page.fill("#email", "ana")
        tab.page.fill("#password", PASSWORD)
        tab.page.click("button[type=submit]")
        tab.page.get_by_text("Name and password do not match").wait_for()
        assert tab.violations == []
