# SPDX-License-Identifier: Apache-2.0
"""`rapport chat`: the same assistant in a terminal, through the running server where there is one."""

import io
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import typer
from rich.console import Console

from app.bootstrap import Rapport, open_assistant, open_stores
from app.doors.commands import Commands
from app.doors.desk import Ask, attend
from app.doors.owner import reach
from app.events import Degraded, Failed, Finished, Refused, Replaced, Said
from app.request import Request
from app.residence import Residence, prepare_folder, reside, resident
from app.settings import Settings
from app.turn import Assistant
from memory.accounts import Account, Accounts
from memory.consent import Consent
from memory.errors import NotFound
from memory.ids import DEFAULT_TENANT, ConversationId, MessageId, new_id
from memory.values import ConsentChoice

NOTICE = "You are talking to an AI. It can be wrong. Type /help for what you can do, /quit to leave."


@dataclass(frozen=True, slots=True)
class Shown:
    """An event as the terminal shows it."""

    kind: str
    text: str


class Line(Protocol):
    """A way to the assistant: in this process, or through the server."""

    def send(self, request: Request) -> AsyncIterator[Shown]:
        """What the turn tells."""
        ...

    async def ask(self, asked: Mapping[str, object]) -> dict[str, Any]:
        """What the desk answers about the person's memory."""
        ...


async def chat(settings: Settings, name: str, use_case: str) -> None:
    """Signs in, asks once for consent, then talks until /quit or the end of input."""
    data, console = prepare_folder(settings.data), Console(highlight=False)
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # what is no text becomes a sign that says so, and no error
    async with open_stores(settings) as stores:
        account = await _sign_in(Accounts(stores.database, stores.keyring), name)
        await _choose(Consent(stores.database), account, console)
    console.print(NOTICE, style="dim")
    owner = resident(data)
    if owner and owner.url:
        await _talk(Remote(owner), settings, account, use_case, console)
    else:
        with reside(data):
            async with open_assistant(settings) as rapport:
                line = Inside(await rapport.assistant(), rapport)
                await _talk(line, settings, account, use_case, console)


class Inside:
    """The assistant in this process."""

    def __init__(self, assistant: Assistant, rapport: Rapport) -> None:
        self._assistant = assistant
        self._rapport = rapport

    async def ask(self, asked: Mapping[str, object]) -> dict[str, Any]:
        """Done here."""
        return await attend(self._rapport, Ask.model_validate(asked))

    async def send(self, request: Request) -> AsyncIterator[Shown]:
        """Yields what is to be shown; Finished and Accepted are not."""
        async with aclosing(self._assistant.respond(request)) as events:
            async for event in events:
                match event:
                    case Said(text) | Replaced(text):
                        yield Shown(type(event).__name__, text)
                    case Degraded(_, notice) | Refused(notice, _) | Failed(notice, _):
                        yield Shown("Notice", notice)
                    case Finished():
                        yield Shown("Finished", str(len(event.learned.added)))


class Remote:
    """The server that owns the stores, reached over its local door."""

    def __init__(self, owner: Residence) -> None:
        self._owner = owner

    async def ask(self, asked: Mapping[str, object]) -> dict[str, Any]:
        """Done there, as Inside does it."""
        async with reach(self._owner, 300) as client:
            answer: dict[str, Any] = (await client.post("/local/memory", json=dict(asked))).json()
            return answer

    async def send(self, request: Request) -> AsyncIterator[Shown]:
        """Yields the same as Inside does."""
        body = {
            "tenant": request.scope.tenant,
            "person": request.scope.person,
            "name": request.name,
            "role": request.role,
            "conversation": request.conversation,
            "message": request.message,
            "answer": request.answer,
            "use_case": request.use_case,
            "text": request.text,
        }
        async with reach(self._owner, 300) as client, client.stream("POST", "/local/turn", json=body) as response:
            async for line in response.aiter_lines():
                if shown := _shown(json.loads(line)):
                    yield shown


def _shown(event: dict[str, object]) -> Shown | None:
    kind = str(event["event"])
    if kind in {"Said", "Replaced"}:
        return Shown(kind, str(event["text"]))
    if "notice" in event:
        return Shown("Notice", str(event["notice"]))
    learned = event.get("learned")
    return Shown("Finished", str(len(learned["added"]))) if isinstance(learned, dict) else None


async def _talk(line: Line, settings: Settings, account: Account, use_case: str, console: Console) -> None:
    conversation, commands = ConversationId(new_id()), Commands(settings, account, line.ask)
    while (text := _ask(console)) is not None:
        if (done := await commands.obey(text)) is not None:
            console.print("\n".join(done), markup=False)
            continue
        request = Request(
            account.scope,
            account.name,
            account.role,
            "terminal",
            conversation,
            use_case,
            text,
            MessageId(new_id()),
            MessageId(new_id()),
        )
        commands.answer = request.answer
        async for shown in line.send(request):
            _print(console, shown)


def _print(console: Console, shown: Shown) -> None:
    match shown:
        case Shown("Said", text):
            console.print(text, end="", markup=False)
        case Shown("Replaced", text):
            console.print("\n[the answer was replaced]\n", style="dim", markup=False)
            console.print(text, end="", markup=False)
        case Shown("Notice", text):
            console.print(f"({text})", style="yellow", markup=False)
        case Shown("Finished", added):
            note = f"  remembered: {added}" if added != "0" else ""
            console.print(note, style="dim", markup=False)


def _ask(console: Console) -> str | None:
    try:
        text = console.input("> " if sys.stdin.isatty() else "")
    except (EOFError, KeyboardInterrupt):
        return None
    return None if text.strip() == "/quit" else text


async def _sign_in(accounts: Accounts, name: str) -> Account:
    identifier = name or str(typer.prompt("Sign in as"))
    secret = typer.prompt("Password", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    account = await accounts.verify(DEFAULT_TENANT, identifier, secret, datetime.now(UTC))
    if account is None:
        raise NotFound("That name and password do not go together, or the account is locked for a while.")
    return account


async def _choose(consent: Consent, account: Account, console: Console) -> None:
    if await consent.current(account.scope) is not ConsentChoice.UNDECIDED or not sys.stdin.isatty():
        return
    console.print("May Rapport remember what you tell it, across conversations? You can change this at any time.")
    remember = typer.confirm("Remember me", default=False)
    choice = ConsentChoice.REMEMBER if remember else ConsentChoice.SESSION
    await consent.choose(account.scope, choice, "terminal", datetime.now(UTC))
