# SPDX-License-Identifier: Apache-2.0
"""The web server: our own routes first, then Chainlit behind its porter, all of it under our headers."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.staticfiles import StaticFiles

from app.doors.face import Rapport
from app.doors.root import PUBLIC, prepare_root, translate
from app.notices import read_notices
from app.settings import Settings, SettingsError

if TYPE_CHECKING:
    from app.doors.login import SignIn, Tries
    from app.doors.socket import SocketGuard


@dataclass(frozen=True, slots=True)
class Door:
    """What the routes need; `request.state.door`."""

    rapport: Rapport
    sign_in: "SignIn"
    tries: "Tries"
    guard: "SocketGuard"


class State(TypedDict):
    """What every request finds in its state."""

    door: Door


Opens = Callable[[], AbstractAsyncContextManager[Rapport]]
"""Opens Rapport for the server's life time."""


def own_origins(settings: Settings) -> tuple[str, ...]:
    """Where the page may come from: the server's own address by its names, and what is allowed besides."""
    near = settings.loopback or settings.host in ("0.0.0.0", "::")
    hosts = [*(["127.0.0.1", "localhost"] if near else []), settings.host]
    own = [f"http://[{host}]" if ":" in host else f"http://{host}" for host in hosts]
    ported = own if settings.port == 80 else [f"{origin}:{settings.port}" for origin in own]
    return tuple(dict.fromkeys([*ported, *(origin.rstrip("/") for origin in settings.allowed_origins)]))


def create_app(opens: Opens, settings: Settings, routers: Sequence[APIRouter] = ()) -> FastAPI:
    """The app for `uvicorn --loop asyncio`; importing Chainlit costs 1.6 s here, and only here.

    One per process, as Chainlit keeps one configuration: a second takes the first one's place. Raises
    SettingsError when the data folder is not usable; the start fails when there is no way to sign in.
    """
    root = prepare_root(settings)
    import chainlit.config
    from chainlit.server import app as chainlit_app
    from chainlit.server import build_dir, get_html_template

    from app.doors.assets import Assets
    from app.doors.entrance import entrance
    from app.doors.erasing import router as erasing
    from app.doors.feedback import router as feedback
    from app.doors.headers import OwnOrigin, SecurityHeaders, content_policy, own_page
    from app.doors.memories import router as memories
    from app.doors.pages import router
    from app.doors.portability import IMPORT, LONGEST
    from app.doors.portability import router as portability
    from app.doors.porter import Porter

    logging.getLogger("chainlit").setLevel(logging.ERROR)  # it warns of every missing translation, on every page
    translate(Path(chainlit.config.APP_ROOT), Path(chainlit.config.TRANSLATIONS_DIR))
    page, origins = own_page(get_html_template("")), own_origins(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[State]:
        async with opens() as rapport:
            door = _open_door(rapport, root, settings)
            yield {"door": door}
            await door.guard.close()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    assets = Assets(Path(build_dir) / "assets", root / "assets")
    for routes in (router, memories, feedback, portability, erasing, entrance(page), assets.routes(), *routers):
        app.include_router(routes)
    app.mount("/public", StaticFiles(directory=PUBLIC))
    app.mount("/", Porter(chainlit_app))
    for face in (app, chainlit_app):
        face.add_exception_handler(RequestValidationError, _malformed)
    app.add_middleware(OwnOrigin, origins=origins, roomy={IMPORT: LONGEST})
    app.add_middleware(SecurityHeaders, policy=content_policy(page, origins))
    return app


async def _malformed(request: Request, error: Exception) -> JSONResponse:
    """FastAPI's own answer repeats what was sent, and fails where that is no JSON, such as NaN."""
    return JSONResponse({"detail": "The request is malformed."}, 422)


def _open_door(rapport: Rapport, root: Path, settings: Settings) -> Door:
    """Hands our callbacks, data layer and socket handlers to Chainlit; refuses to go on without a sign-in."""
    from chainlit.auth import require_login
    from chainlit.auth.jwt import get_jwt_secret

    from app.doors.login import Revoked, SignIn, Tries
    from app.doors.socket import SocketGuard
    from app.doors.web import WebDoor

    sign_in = SignIn(rapport.accounts, Revoked(root / "revoked", settings.session_hours * 3600))
    door = WebDoor(rapport, sign_in, read_notices(PUBLIC / "strings"))
    door.register()
    guard = SocketGuard(door, sign_in, own_origins(settings))
    guard.register()
    if not require_login() or not get_jwt_secret():
        raise SettingsError("The web door does not open without a way to sign in and a secret.")
    return Door(rapport, sign_in, Tries(settings.limits_url), guard)
