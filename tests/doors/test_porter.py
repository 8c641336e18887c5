# SPDX-License-Identifier: Apache-2.0
"""Which routes exist, and for whom."""

import re
from collections.abc import Iterator

import pytest

from memory.ids import new_id
from tests.doors.conftest import Place

SHUT = [
    ("GET", "/docs"), ("GET", "/redoc"), ("GET", "/openapi.json"),
    ("POST", "/mcp"), ("DELETE", "/mcp"),
    ("PUT", "/project/thread/share"), ("GET", f"/project/share/{new_id()}"), ("GET", f"/share/{new_id()}"),
    ("POST", "/project/file"), ("GET", f"/project/file/{new_id()}"),
    ("PUT", "/project/element"), ("DELETE", "/project/element"),
    ("GET", f"/project/thread/{new_id()}/element/{new_id()}"),
    ("PUT", "/feedback"), ("DELETE", "/feedback"), ("POST", "/project/action"),
    ("POST", "/auth/jwt"), ("POST", "/auth/header"), ("GET", "/auth/oauth/github"),
    ("GET", "/auth/oauth/github/callback"), ("POST", "/auth/oauth/azure-ad-hybrid/callback"),
    ("GET", "/copilot/index.js"), ("POST", "/slack/events"), ("POST", "/teams/events"),
    ("GET", "/assets/index.js.map"), ("GET", "/assets/../config.py"), ("GET", "/project/thread/not-an-id"),
    ("GET", "/wherever"),
]  # fmt: skip
"""What Chainlit would offer and we do not."""


@pytest.mark.parametrize(("method", "path"), SHUT)
async def test_what_is_not_listed_does_not_exist(place: Place, method: str, path: str) -> None:
    """Also for somebody who is signed in."""
    guest = place.guest()
    await guest.sign_in()
    answer = await guest.ask(method, path, {} if method != "GET" else None)
    assert answer.status_code == 404


def _theirs() -> Iterator[tuple[str, str]]:
    """Every route that Chainlit has in this version."""
    from chainlit.server import router

    for route in router.routes:
        for method in getattr(route, "methods", None) or ():
            yield method, route.path


async def test_every_route_of_chainlits_is_shut_or_listed_by_us(place: Place) -> None:
    """A new version's new route shows up here before anybody can reach it."""
    known = {
        "/assets/{filename:path}", "/auth/config", "/project/translations", "/health", "/user",
        "/project/settings", "/project/threads", "/project/thread/{thread_id}", "/project/thread",
        "/login", "/logout", "/set-session-cookie", "/favicon", "/logo", "/avatars/{avatar_id:str}",
        "/public/{filename:path}", "/", "/{full_path:path}",
    }  # fmt: skip
    guest = place.guest()
    await guest.sign_in()
    for method, path in set(_theirs()):
        if path in known:
            continue
        for parameter in ("thread_id", "element_id", "file_id"):
            path = path.replace(f"{{{parameter}}}", new_id())  # noqa: PLW2901  # the path as somebody would ask it
        path = path.replace("{provider_id}", "github").replace("{filename:path}", "index.js")  # noqa: PLW2901
        assert (await guest.ask(method, path, {} if method != "GET" else None)).status_code == 404, path


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/user"), ("GET", "/project/settings"), ("POST", "/project/threads"),
        ("GET", f"/project/thread/{new_id()}"), ("PUT", "/project/thread"), ("DELETE", "/project/thread"),
        ("GET", "/rapport/me"), ("GET", "/rapport/memory"), ("PUT", "/rapport/consent"),
        ("PATCH", "/rapport/memory/x"), ("DELETE", "/rapport/memory/x"), ("GET", "/rapport/why/x"),
    ],
)  # fmt: skip
async def test_nobody_gets_in_without_signing_in(place: Place, method: str, path: str) -> None:
    """401, whatever the id."""
    assert (await place.guest().ask(method, path, {} if method != "GET" else None)).status_code == 401


async def test_files_of_the_page_are_not_files_of_the_machine(place: Place) -> None:
    """A path that climbs out of the folder is not found."""
    guest = place.guest()
    for path in ("/public/%2e%2e/pyproject.toml", "/public/..%2fpyproject.toml", "/assets/..%2f..%2fconfig.py"):
        assert (await guest.ask("GET", path)).status_code == 404


async def test_health_needs_no_account_and_says_nothing(place: Place) -> None:
    """A load balancer can ask, by any name."""
    answer = await place.guest().ask("GET", "/health", Host="10.0.0.7")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_scripts_are_packed_once_and_kept_by_the_browser(place: Place) -> None:
    """What is sent is what Chainlit ships, and a browser that cannot unpack gets it as it is."""
    guest = place.guest()
    (name,) = re.findall(r"/assets/(index-[\w-]+\.js)", (await guest.ask("GET", "/")).text)
    packed = await guest.ask("GET", f"/assets/{name}", **{"Accept-Encoding": "gzip"})
    plain = await guest.ask("GET", f"/assets/{name}", **{"Accept-Encoding": "identity"})
    assert (packed.headers["content-encoding"], packed.headers["content-type"][:15]) == ("gzip", "text/javascript")
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert [file.name[: len(name)] for file in (place.rapport.settings.data / "web" / "assets").iterdir()] == [name]
