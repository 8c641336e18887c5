# SPDX-License-Identifier: Apache-2.0
"""Signing in and out."""

import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from socketio.exceptions import ConnectionError as Refused

from app.doors.login import Revoked, Tries
from tests.doors.conftest import Place


async def test_the_right_password_opens_with_a_cookie_that_scripts_and_other_sites_cannot_use(
    place: Place,
) -> None:
    """The cookie is HttpOnly and SameSite=strict, and holds an opaque id."""
    guest = place.guest()
    answer = await guest.sign_in()
    cookie = answer.headers["set-cookie"]
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    me = (await guest.ask("GET", "/user")).json()
    assert (me["identifier"], me["display_name"]) == (guest.account.scope.person, guest.account.name)
    assert me["metadata"] == {"role": "user"}


async def test_a_wrong_password_and_an_unknown_name_answer_alike(place: Place) -> None:
    """Nothing tells a stranger which names exist."""
    known = await place.guest().sign_in(password="wrong")
    stranger = place.guest()
    place.rapport.accounts.everybody.pop()
    unknown = await stranger.sign_in()
    assert known.status_code == unknown.status_code == 401
    assert known.json() == unknown.json()


async def test_too_many_tries_for_a_name_are_refused(place: Place) -> None:
    """After ten tries in a minute even the right password waits."""
    guest = place.guest()
    codes = [(await guest.sign_in(password="wrong")).status_code for _ in range(10)]
    late = await guest.sign_in()
    assert set(codes) <= {401, 429}
    assert late.status_code == 429
    assert late.headers["retry-after"] == "60"


async def test_tries_are_counted_by_address_too() -> None:
    """Another name from the same address does not start anew."""
    tries = Tries("async+memory://", per_address=3, per_name=10)
    assert [await tries.hit("192.0.2.1", f"name-{n}") for n in range(4)] == [True, True, True, False]
    assert await tries.hit("192.0.2.2", "name-0")


async def test_a_logged_out_token_is_refused_by_page_and_socket(place: Place) -> None:
    """Signing out revokes the token itself, not only the browser's copy."""
    guest = place.guest()
    await guest.sign_in()
    assert (await guest.ask("POST", "/logout")).status_code == 200
    assert (await guest.ask("GET", "/user")).status_code == 401
    assert (await guest.ask("GET", "/rapport/me")).status_code == 401
    with pytest.raises(Refused):
        async with guest.talk():
            pass


async def test_signing_out_closes_the_open_sockets(place: Place) -> None:
    """A page that is still open elsewhere with this token goes quiet at once."""
    guest = place.guest()
    await guest.sign_in()
    async with guest.talk() as talk:
        await talk.say("hello")
        await guest.ask("POST", "/logout")
        await talk.closed()


async def test_a_removed_account_is_refused_though_its_token_still_holds(place: Place) -> None:
    """The account is looked at on every request."""
    guest = place.guest()
    await guest.sign_in()
    place.rapport.accounts.everybody.remove(guest.account)
    assert (await guest.ask("GET", "/user")).status_code == 401


async def test_a_new_password_ends_every_sign_in_with_the_old_one(place: Place) -> None:
    """Page and open socket are refused at once, and the new password opens."""
    guest = place.guest()
    await guest.sign_in()
    async with guest.talk() as talk:
        await talk.say("hello")
        renewed = replace(guest.account, password="another-pass")
        place.rapport.accounts.everybody[place.rapport.accounts.everybody.index(guest.account)] = renewed
        assert (await guest.ask("GET", "/rapport/me")).status_code == 401
        await talk.send("client_message", "hello again")
        await talk.closed()
    assert (await guest.sign_in(password="another-pass")).status_code == 200
    assert (await guest.ask("GET", "/rapport/me")).status_code == 200


@pytest.mark.parametrize("token", ["", "not.a.token", "forged", "endless"])
async def test_what_we_did_not_sign_opens_nothing(place: Place, token: str) -> None:
    """Neither another secret's token nor one without an end."""
    guest = place.guest()
    person: dict[str, Any] = {"identifier": guest.account.scope.person, "metadata": {"role": "admin"}}
    until = {"exp": datetime.now(UTC) + timedelta(hours=1), "iat": datetime.now(UTC)}
    secret = (place.rapport.settings.data / "web" / "secret").read_text().strip()
    made = {"forged": (person | until, "x" * 64), "endless": (person, secret)}
    if token in made:
        token = jwt.encode(*made[token], algorithm="HS256")
    guest.cookie = f"access_token={token}"
    assert (await guest.ask("GET", "/user")).status_code == 401


async def test_a_token_in_a_header_opens_nothing(place: Place) -> None:
    """The cookie is the one credential that is read."""
    guest = place.guest()
    await guest.sign_in()
    bearer = f"Bearer {guest.cookie.partition('=')[2]}"
    async with httpx.AsyncClient(base_url=place.url, headers={"Authorization": bearer}) as client:
        assert (await client.get("/user")).status_code == 401


def test_the_secret_is_the_owners_alone(place: Place) -> None:
    """The file that signs sign-ins has mode 0600."""
    secret = place.rapport.settings.data / "web" / "secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert len(secret.read_text().strip()) >= 64


def test_a_restart_forgets_no_logged_out_token(tmp_path: Path) -> None:
    """What was revoked stands in a file until it would have expired."""
    now = [1000.0]
    file = tmp_path / "revoked"
    Revoked(file, 60, lambda: now[0]).add("token")
    assert "token" in Revoked(file, 60, lambda: now[0])
    assert "other" not in Revoked(file, 60, lambda: now[0])
    assert "token" not in file.read_text()
    now[0] = 1100.0
    assert "token" not in Revoked(file, 60, lambda: now[0])
