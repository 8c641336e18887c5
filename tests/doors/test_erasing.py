# SPDX-License-Identifier: Apache-2.0
"""Erasure at the web door: one's own only, oneself only with the password, and signed out afterwards."""

from memory.ids import new_id
from tests.doors.conftest import Place
from tests.fakes.rapport import fact


async def test_nobody_is_erased_without_their_password(place: Place) -> None:
    """A wrong password, none, another's, and no header are refused, and the account stays."""
    guest, other = place.guest(), place.guest()
    await guest.sign_in()
    for password in ("wrong", other.account.password):
        assert (await guest.ask("POST", "/rapport/erase/me", {"password": password})).status_code == 403
    assert (await guest.ask("POST", "/rapport/erase/me", {})).status_code == 422
    mine = {"password": guest.account.password}
    assert (await guest.ask("POST", "/rapport/erase/me", mine, **{"X-Rapport": "0"})).status_code == 403
    assert (await place.guest().ask("POST", "/rapport/erase/me", mine)).status_code == 401
    assert guest.account in place.rapport.accounts.everybody


async def test_an_erased_person_is_signed_out_everywhere(place: Place) -> None:
    """Account and cookie are gone, their sockets closed and their sessions forgotten; another's stay open."""
    from chainlit.session import ws_sessions_id

    guest, other = place.guest(), place.guest()
    await guest.sign_in()
    await other.sign_in()
    async with guest.talk() as talk, other.talk() as another:
        await talk.say("Hello.")
        await another.say("Hello.")
        answer = await guest.ask("POST", "/rapport/erase/me", {"password": guest.account.password})
        assert (answer.status_code, answer.json()) == (200, {"what": "person"})
        assert 'access_token=""' in answer.headers["set-cookie"]
        await talk.closed()
        await another.say("Still here?")
        people = {session.user.identifier for session in ws_sessions_id.values() if session.user}
        assert guest.account.scope.person not in people
        assert other.account.scope.person in people
    assert (await guest.ask("GET", "/rapport/me")).status_code == 401
    assert (await guest.sign_in()).status_code == 401


async def test_conversations_and_items_are_ones_own(place: Place) -> None:
    """One's own are erased with a receipt; another's and none at all answer 404 and stay."""
    guest, other = place.guest(), place.guest()
    await guest.sign_in()
    await other.sign_in()
    async with guest.talk() as talk:
        await talk.say("Hello.")
    known = fact("Likes tea")
    place.rapport.memory.known[known.id] = (guest.account.scope, known)
    for path in (f"conversation/{talk.thread}", f"item/{known.id}"):
        assert (await other.ask("POST", f"/rapport/erase/{path}")).status_code == 404
        assert (await guest.ask("POST", f"/rapport/erase/{path}")).json() == {"what": path.split("/")[0]}
        assert (await guest.ask("POST", f"/rapport/erase/{path}")).status_code == 404
    assert (await guest.ask("POST", f"/rapport/erase/conversation/{new_id()}")).status_code == 404
