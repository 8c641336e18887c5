# SPDX-License-Identifier: Apache-2.0
"""`rapport serve`: the page on its address, demo accounts, and what is found to be set."""

import asyncio
import errno
import gc
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import typer
import uvicorn

from app.bootstrap import Parts, Rapport, open_assistant
from app.doors.local import local_routes
from app.doors.server import create_app
from app.residence import prepare_folder, reside
from app.settings import Settings, SettingsError
from memory.ids import DEFAULT_TENANT

DEMO = ("demo", "guest")
"""Two accounts, so that a newcomer can see that one never sees the other's memory."""


async def serve(settings: Settings) -> None:
    """Serves until it is told to stop; every obstacle is one sentence."""
    data, begin = prepare_folder(settings.data), asyncio.Event()
    listener = listen(settings.host, settings.port)
    with listener, reside(data, settings.url) as residence:
        async with open_assistant(settings, begin) as rapport:
            await _greet(settings, rapport)

            @asynccontextmanager
            async def opened() -> AsyncIterator[Rapport]:
                begin.set()
                yield rapport

            app = create_app(opened, settings, [local_routes(residence.token)])
            config = uvicorn.Config(app, loop="asyncio", log_level="warning", lifespan="on", server_header=False)
            await _until_told(uvicorn.Server(config), rapport, listener)


async def _until_told(server: uvicorn.Server, rapport: Rapport, listener: socket.socket) -> None:
    """Serves; when the heavy parts cannot be opened, or kept, it ends with what kept them from it."""

    def told(parts: "asyncio.Future[Parts] | asyncio.Future[None]") -> None:
        server.should_exit = server.should_exit or parts.cancelled() or parts.exception() is not None
        gc.freeze()  # what is loaded stays: the collector need not look through it again, 0.2 s each time

    rapport.opening.add_done_callback(told)
    rapport.keeping.add_done_callback(told)
    await server.serve(sockets=[listener])
    for parts in (rapport.opening, rapport.keeping):
        if parts.done():
            parts.result()


def listen(host: str, port: int) -> socket.socket:
    """Binds the address; raises SettingsError where it is taken or not to be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"Port {port} is in use: stop what listens there, or set RAPPORT_PORT to another."
            ) from None
        raise SettingsError(
            f"Rapport cannot listen on {host} port {port} ({error.strerror}): mend RAPPORT_HOST or RAPPORT_PORT."
        ) from None
    return listener


async def _greet(settings: Settings, rapport: Rapport) -> None:
    people = await rapport.accounts.all(DEFAULT_TENANT)
    if not settings.loopback:
        if any(account.demo for account in people):
            raise SettingsError(
                "Demo accounts are refused beyond this machine: remove them with `rapport accounts remove demo` "
                "and `rapport accounts remove guest`, or set RAPPORT_HOST=127.0.0.1."
            )
        if not people:
            raise SettingsError("Nobody can sign in yet: add somebody with `rapport accounts add NAME` first.")
    made = [] if people else [(name, await _demo(rapport, name)) for name in DEMO]
    typer.echo(f"Rapport {datetime.now():%H:%M:%S}  {settings.url}")
    for name, password in made:
        typer.echo(f"  sign in as {name} with the password {password}  (shown only this once)")
    if not made:
        typer.echo("  sign in with your account; `rapport accounts list` names them")
    if not settings.models:
        typer.echo("  no language model is set: the built-in concierge answers; `rapport doctor` says more")


async def _demo(rapport: Rapport, name: str) -> str:
    password = secrets.token_urlsafe(9)
    await rapport.accounts.create(DEFAULT_TENANT, name, name.title(), password, demo=True)
    return password
