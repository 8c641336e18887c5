# SPDX-License-Identifier: Apache-2.0
"""The page itself, signing in and out, and the few files that Chainlit would take from its own folder."""

import re
from typing import Annotated

from chainlit.auth import clear_auth_cookie, create_jwt, set_auth_cookie
from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse

from app.doors.porter import UUID4, token_of
from app.doors.root import PUBLIC
from memory.errors import NotebookError


def entrance(page: str) -> APIRouter:
    """Routes that need no account."""
    router = APIRouter()

    async def shell(request: Request) -> Response:
        """The page; a text that a link would put into the composer is dropped, since nobody typed it."""
        if "prompt" in request.query_params:
            return RedirectResponse(request.url.path, 303)
        return HTMLResponse(page)

    async def conversation(request: Request, id: str) -> Response:
        """The page for one conversation; whose it is, is looked at when its messages are asked for."""
        if not re.fullmatch(UUID4, id):
            return RedirectResponse("/", 303)
        return await shell(request)

    for path in ("/", "/login"):
        router.add_api_route(path, shell, methods=["GET", "HEAD"])
    router.add_api_route("/thread/{id}", conversation, methods=["GET"])
    router.add_api_route("/login", sign_in, methods=["POST"])
    router.add_api_route("/logout", sign_out, methods=["POST"])
    router.add_api_route("/set-session-cookie", sticky, methods=["POST"])
    router.add_api_route("/favicon", favicon, methods=["GET"])
    router.add_api_route("/logo", logo, methods=["GET"])
    router.add_api_route("/avatars/{name}", favicon, methods=["GET"])
    return router


async def sign_in(
    request: Request,
    username: Annotated[str, Form(max_length=320)],
    password: Annotated[str, Form(max_length=1024)],
) -> Response:
    """Sets the token's cookie; 401 for whatever is wrong with name or password, 429 for too many tries."""
    door = request.state.door
    address = request.client.host if request.client else "unknown"
    if not await door.tries.hit(address, username):
        raise HTTPException(429, "toomany", {"Retry-After": "60"})
    try:
        user = await door.sign_in.by_password(username, password)
    except NotebookError:
        raise HTTPException(503, "starting") from None
    if user is None:
        raise HTTPException(401, "credentialssignin")
    response = JSONResponse({"success": True})
    set_auth_cookie(request, response, create_jwt(user))
    return response


async def sign_out(request: Request) -> Response:
    """Clears the cookie, refuses its token from now on and closes the sockets that it opened."""
    door, token = request.state.door, token_of(request)
    if token and await door.sign_in.by_token(token, "page"):
        door.sign_in.sign_out(token)
        await door.guard.sign_out(token)
    response = JSONResponse({"success": True})
    clear_auth_cookie(request, response)
    return response


async def sticky() -> Response:
    """Chainlit's page asks for a cookie that a load balancer may hash; one process needs none."""
    return JSONResponse({"message": "not needed"})


async def favicon() -> Response:
    """The sign in the browser's tab, and beside every answer."""
    return FileResponse(PUBLIC / "favicon.svg")


async def logo(theme: str = "light") -> Response:
    """The logo for light or dark."""
    return FileResponse(PUBLIC / ("logo_dark.svg" if theme == "dark" else "logo_light.svg"))
