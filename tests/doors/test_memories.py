# SPDX-License-Identifier: Apache-2.0
"""What the panel does with one's memory: search, hide, pause, export, import; and whose it is."""

import asyncio

import httpx
import pytest

from app.doors.portability import LONGEST
from memory.ids import new_id
from tests.doors.conftest import Place
from tests.doors.guest import MEANT, Guest
from tests.fakes.rapport import fact


async def _with_fact(place: Place, text: str) -> tuple[Guest, str]:
    guest, known = place.guest(), fact(text)
    place.rapport.memory.known[known.id] = (guest.account.scope, known)
    await guest.sign_in()
    return guest, known.id


async def _send(guest: Guest, content: bytes, more: str = "", **headers: str) -> httpx.Response:
    """A file, as the panel sends it."""
    given = MEANT | {"Cookie": guest.cookie} | headers
    async with httpx.AsyncClient(base_url=guest.url, headers=given, timeout=60) as client:
        return await client.post(f"/rapport/import{more}", content=content)


async def test_a_search_is_for_words_or_for_what_a_category_is_called(place: Place) -> None:
    """Either fits, and only one's own."""
    guest, _ = await _with_fact(place, "Lives in Lisbon")
    await _with_fact(place, "Lives in Lisbon too")
    for question, count in (("search=Lisbon", 1), ("search=x&category=diet&category=location", 1), ("search=x", 0)):
        assert len((await guest.ask("GET", f"/rapport/memory?{question}")).json()["facts"]) == count
    assert (await guest.ask("GET", f"/rapport/memory?search={'x' * 201}")).status_code == 422


async def test_a_fact_is_hidden_and_shown_again(place: Place) -> None:
    """Each time under the version that the person saw; it stays in the list."""
    guest, id = await _with_fact(place, "Lives in Lisbon")
    for hidden, version in ((True, 1), (False, 2)):
        answer = await guest.ask("PUT", f"/rapport/memory/{id}/hidden", {"hidden": hidden, "version": version})
        assert (answer.json()["hidden"], answer.json()["version"]) == (hidden, version + 1)
        (listed,) = (await guest.ask("GET", "/rapport/memory")).json()["facts"]
        assert listed["hidden"] is hidden


async def test_what_was_changed_meanwhile_is_not_written_over(place: Place) -> None:
    """409 for a version that is no longer the newest, whatever was to be done; the fact stays as it is."""
    guest, id = await _with_fact(place, "Lives in Lisbon")
    await guest.ask("PUT", f"/rapport/memory/{id}/hidden", {"hidden": True, "version": 1})
    stale = [
        await guest.ask("PUT", f"/rapport/memory/{id}/hidden", {"hidden": False, "version": 1}),
        await guest.ask("PATCH", f"/rapport/memory/{id}", {"text": "Lives in Rome", "version": 1}),
    ]
    assert [answer.status_code for answer in stale] == [409, 409]
    (listed,) = (await guest.ask("GET", "/rapport/memory")).json()["facts"]
    assert (listed["text"], listed["hidden"]) == ("Lives in Lisbon", True)


async def test_anothers_fact_has_no_history_and_cannot_be_hidden(place: Place) -> None:
    """The same 404 as for one that never was."""
    _, theirs = await _with_fact(place, "Lives in Lisbon")
    stranger, _ = await _with_fact(place, "Lives in Oslo")
    for id in (theirs, new_id()):
        answers = [
            await stranger.ask("GET", f"/rapport/memory/{id}/history"),
            await stranger.ask("PUT", f"/rapport/memory/{id}/hidden", {"hidden": True, "version": 1}),
        ]
        assert [(answer.status_code, answer.json()) for answer in answers] == [(404, {"detail": "Not found"})] * 2


async def test_only_what_is_remembered_can_be_paused(place: Place) -> None:
    """409 before the choice to be remembered, and 200 after it; resuming is choosing it again."""
    guest = place.guest()
    await guest.sign_in()
    answers = [
        (await guest.ask("PUT", "/rapport/consent", {"choice": choice})).status_code
        for choice in ("paused", "remember", "paused")
    ]
    assert answers == [409, 200, 200]
    assert (await guest.ask("GET", "/rapport/me")).json()["consent"] == "paused"


async def test_an_export_is_a_file_to_save(place: Place) -> None:
    """Of the person who asks; nobody else gets one."""
    guest, _ = await _with_fact(place, "Lives in Lisbon")
    answer = await guest.ask("GET", "/rapport/export")
    assert answer.json() == {"name": guest.account.name}
    assert answer.headers["content-disposition"].startswith('attachment; filename="rapport-20')
    assert answer.headers["cache-control"] == "no-store"
    assert (await place.guest().ask("GET", "/rapport/export")).status_code == 401


async def test_a_file_is_brought_in_for_its_sender_and_indexed(place: Place) -> None:
    """As it is, however long it is up to the limit; `forgotten` only where it is asked for."""
    guest, _ = await _with_fact(place, "Lives in Lisbon")
    content = b'["I like tea"]' + b" " * 200_000
    assert (await _send(guest, content)).json()["added"] == 1
    await _send(guest, b"[]", "?forgotten=true")
    scope = guest.account.scope
    assert place.rapport.memory.brought[-2:] == [(scope, content, False), (scope, b"[]", True)]
    for _ in range(500):  # indexed once the answer is out
        if len(place.rapport.memory.indexed) > 1:
            break
        await asyncio.sleep(0.01)
    assert place.rapport.memory.indexed[-2:] == [scope, scope]


async def test_a_broken_file_comes_back_with_its_faults(place: Place) -> None:
    """422, each fault a sentence with its place."""
    guest, _ = await _with_fact(place, "Lives in Lisbon")
    answer = await _send(guest, b"broken")
    assert (answer.status_code, answer.json()["detail"]) == (
        422, ["facts.0.text: Field required.", "Nothing was imported."],
    )  # fmt: skip


@pytest.mark.parametrize(("headers", "status"), [({"X-Rapport": "0"}, 403), ({"Cookie": ""}, 401)])
async def test_a_file_comes_from_the_page_and_from_somebody(place: Place, headers: dict[str, str], status: int) -> None:
    """Another site's form and nobody bring nothing in."""
    guest, _ = await _with_fact(place, "Lives in Lisbon")
    before = len(place.rapport.memory.brought)
    assert (await _send(guest, b"[]", **headers)).status_code == status
    assert len(place.rapport.memory.brought) == before


async def test_a_file_over_the_limit_is_refused(place: Place) -> None:
    """413 by the length that it names, before it is read."""
    guest, _ = await _with_fact(place, "Lives in Lisbon")
    assert (await _send(guest, b" " * (LONGEST + 1))).status_code == 413
