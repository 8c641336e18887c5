# SPDX-License-Identifier: Apache-2.0
"""Stands before Chainlit: of its routes only those listed here exist, most for the signed-in alone.

What is not listed answers 404: documentation, MCP, sharing, uploads, elements, feedback, actions, other
ways to sign in, the embedded copilot. A later Chainlit's new route is shut until somebody lists it.
"""

import re

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.doors.login import SignIn
from app.doors.visitor import visiting

UUID4 = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"

OPEN = (
    ("GET", r"/auth/config"),
    ("GET", r"/project/translations"),
    ("GET", r"/health"),
)
"""Needs no account: what the sign-in page is made of. The socket has a guard of its own."""

SIGNED_IN = (
    ("GET", r"/user"),
    ("GET", r"/project/settings"),
    ("POST", r"/project/threads"),
    ("GET", rf"/project/thread/{UUID4}"),
    ("PUT", r"/project/thread"),
    ("DELETE", r"/project/thread"),
)
"""Answers for the visitor's own conversations only."""

SOCKET = "/ws/socket.io"


class Porter:
    """Lets a request through to Chainlit, or answers 404 or 401."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open = _compiled(OPEN)
        self._signed_in = _compiled(SIGNED_IN)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path == SOCKET or path.startswith(SOCKET + "/"):
            await self._app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        elif self._open.fullmatch(f"{scope['method']} {path}"):
            await self._app(scope, receive, send)
        elif self._signed_in.fullmatch(f"{scope['method']} {path}"):
            await self._for_visitor(scope, receive, send)
        else:
            await JSONResponse({"detail": "Not found"}, 404)(scope, receive, send)

    async def _for_visitor(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One credential is looked at, the cookie; Chainlit would take a header too."""
        del MutableHeaders(scope=scope)["authorization"]
        sign_in: SignIn = scope["state"]["door"].sign_in
        who = await sign_in.by_token(token_of(HTTPConnection(scope)), "page")
        if who is None:
            await JSONResponse({"detail": "Please sign in."}, 401)(scope, receive, send)
            return
        with visiting(who):
            await self._app(scope, receive, send)


def token_of(connection: HTTPConnection) -> str | None:
    """The token in the request's cookie."""
    from chainlit.auth import get_token_from_cookies

    return get_token_from_cookies(connection.cookies)  # type: ignore[no-any-return]


def _compiled(routes: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"{method} {path}" for method, path in routes))
