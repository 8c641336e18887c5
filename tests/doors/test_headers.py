# SPDX-License-Identifier: Apache-2.0
"""What every answer carries, and which requests are not even looked at."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from app.doors.headers import SecurityHeaders, content_policy, own_page
from tests.doors.conftest import Place


@pytest.mark.parametrize("path", ["/", "/login", "/rapport/me", "/user", "/nothing", "/public/rapport.js", "/logo"])
async def test_every_answer_carries_the_security_headers(place: Place, path: str) -> None:
    """Pages, files, refusals and errors alike."""
    headers = (await place.guest().ask("GET", path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


async def test_the_policy_allows_no_evaluation_and_no_other_host(place: Place) -> None:
    """Scripts come from files of ours or match a digest; images cannot carry anything out."""
    answer = await place.guest().ask("GET", "/")
    rules = dict(rule.strip().split(" ", 1) for rule in answer.headers["content-security-policy"].split(";"))
    assert re.fullmatch(r"'self'( 'sha256-[\w+/=]{44}'){2}", rules["script-src"])
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "'self' data: blob:"
    assert rules["base-uri"] == "'none'"
    assert all(
        host.split("//")[1].split(":")[0] in {"127.0.0.1", "localhost"} for host in rules["connect-src"].split()[1:]
    )


async def test_the_page_names_no_other_host(place: Place) -> None:
    """No font, style or preview from elsewhere, and our own panels in their place."""
    page = (await place.guest().ask("GET", "/")).text
    assert re.findall(r"https?://[^\"' )]*", page) == []
    assert '<script src="/public/rapport.js" type="module">' in page
    assert '<link rel="stylesheet" href="/public/fonts/inter.css">' in page


async def test_a_link_cannot_put_words_into_the_composer(place: Place) -> None:
    """Prefilled text would be sent as if the person had typed it, so the page drops it."""
    answer = await place.guest().ask("GET", "/?prompt=remember%20that")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://other.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
     {"Sec-Fetch-Site": "same-site"}],
)  # fmt: skip
async def test_what_another_site_sends_is_refused(place: Place, headers: dict[str, str]) -> None:
    """A page elsewhere cannot act with the visitor's cookie."""
    guest = place.guest()
    await guest.sign_in()
    for method, path in (("POST", "/logout"), ("PUT", "/rapport/consent"), ("DELETE", "/project/thread")):
        assert (await guest.ask(method, path, {}, **headers)).status_code == 403
    assert (await guest.ask("GET", "/user")).status_code == 200


async def test_a_changing_request_must_name_itself(place: Place) -> None:
    """A form cannot send the header that our page sends."""
    guest = place.guest()
    await guest.sign_in()
    answer = await guest.ask("PUT", "/rapport/consent", {"choice": "remember"}, **{"X-Rapport": ""})
    assert answer.status_code == 403


async def test_another_hosts_name_is_not_answered(place: Place) -> None:
    """A name that somebody else's DNS points here opens nothing."""
    assert (await place.guest().ask("GET", "/", Host="rebound.example")).status_code == 421


async def test_a_body_over_the_limit_is_refused(place: Place) -> None:
    """Whether its length is told or not."""
    guest = place.guest()
    await guest.sign_in()
    assert (await guest.ask("PUT", "/project/thread", {"name": "x" * 70_000})).status_code == 413
    headers = {"Cookie": guest.cookie, "X-Rapport": "1", "Content-Type": "application/json"}
    async with httpx.AsyncClient(base_url=place.url, headers=headers) as client:
        assert (await client.put("/rapport/consent", content=_endless())).status_code == 400


async def _endless() -> AsyncIterator[bytes]:
    yield b'{"choice": "'
    for _ in range(200):
        yield b"x" * 1000


async def _tls(app: Any) -> list[tuple[bytes, bytes]]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    scope = {"type": "http", "scheme": "https", "method": "GET", "path": "/login", "headers": []}
    await SecurityHeaders(app, "default-src 'none'")(scope, receive, send)
    return list(sent[0]["headers"])


async def test_over_https_cookies_are_secure_and_the_browser_is_told_to_stay(place: Place) -> None:
    """Chainlit marks its cookie so only for other sites' frames."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = Response()
        response.set_cookie("access_token", "x", httponly=True)
        await response(scope, receive, send)

    headers = await _tls(app)
    assert any(name == b"set-cookie" and value.endswith(b"; Secure") for name, value in headers)
    assert any(name == b"strict-transport-security" for name, _ in headers)


def test_frames_can_be_allowed_by_name() -> None:
    """For an embedding that an operator asked for."""
    assert "frame-ancestors https://help.example" in content_policy("", [], ["https://help.example"])


def test_foreign_links_of_every_shape_go() -> None:
    """Links over several lines too."""
    html = '<link\n  href="https://fonts.example/css2"\n  rel="stylesheet"\n/><link href="/own.css">'
    assert own_page(html) == '<link href="/own.css">'
