# SPDX-License-Identifier: Apache-2.0
"""`rapport erase`: a person or a conversation gone from this machine's stores, and the receipt of it."""

import asyncio
import json
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import typer

from app.bootstrap import open_stores
from app.doors.owner import reach
from app.doors.upkeep import find_account
from app.jobs.clearing import JobFile
from app.residence import Residence, prepare_folder, reside, resident
from app.settings import Settings
from memory.accounts import Account, Accounts
from memory.erasure.erasing import Erasure, Everywhere
from memory.erasure.receipts import genuine
from memory.errors import NotebookError
from memory.ids import ConversationId, Scope
from memory.vectors.index_server import open_index

PATIENCE_S = 3600


async def erase(settings: Settings, identifier: str, conversation: str, sure: bool) -> None:
    """Asks, erases through the running server where there is one, and prints the receipt."""
    data = prepare_folder(settings.data)
    account = await _find(settings, identifier)
    what = f"conversation {conversation} of {identifier}" if conversation else f"everything about {identifier}"
    if not sure:
        typer.confirm(f"Erase {what} for good?", abort=True, err=True)
    owner = resident(data)
    if owner and owner.url:
        receipt = await _by_server(owner, account.scope, conversation)
    else:
        receipt = await _by_ourselves(settings, account.scope, conversation)
    _tell(receipt)


async def check(settings: Settings, file: Path) -> None:
    """Says whether this installation signed the receipt; exits with 1 where it did not."""
    try:
        text = await asyncio.to_thread(file.read_text, "utf-8", "replace")
    except OSError as error:
        raise NotebookError(f"The receipt {file} cannot be read ({error.strerror}).") from error
    prepare_folder(settings.data)
    async with open_stores(settings) as stores:
        signed = genuine(text, stores.keyring.signing)
    if not signed:
        typer.secho("This receipt was not signed here, or was changed since.", fg="red", err=True)
        raise SystemExit(1)
    said = json.loads(text)
    typer.echo(f"The receipt is genuine: {said['what']} erased at {said['ended_at']}.")


async def _find(settings: Settings, identifier: str) -> Account:
    async with open_stores(settings) as stores:
        return await find_account(Accounts(stores.database, stores.keyring), identifier)


async def _by_server(owner: Residence, scope: Scope, conversation: str) -> str:
    order = {"tenant": scope.tenant, "person": scope.person, "conversation": conversation}
    async with reach(owner, PATIENCE_S) as client:
        answer = (await client.post("/local/erase", json=order)).json()
    if "refused" in answer:
        raise NotebookError(answer["refused"])
    return str(answer["receipt"])


async def _by_ourselves(settings: Settings, scope: Scope, conversation: str) -> str:
    async with AsyncExitStack() as stack:
        stack.enter_context(reside(settings.data))
        stores = await stack.enter_async_context(open_stores(settings))
        index = await stack.enter_async_context(open_index(settings.data / "index", settings.index_url))
        jobs = JobFile(settings.data / "jobs.db")
        places = Everywhere(stores.database, stores.keyring, index, jobs, settings.data)
        erasure, now = Erasure(places, lambda scope: None), datetime.now(UTC)
        if conversation:
            return await erasure.conversation(scope, ConversationId(conversation), now)
        return await erasure.person(scope, now)


def _tell(receipt: str) -> None:
    """One line for people, and the receipt itself on standard output."""
    said = json.loads(receipt)
    key = " The key is destroyed." if said["key_destroyed"] else ""
    rows, searched = sum(said["rows"].values()), said["searched"]
    left = f"{searched['found']} of {searched['files']} files hold anything of it"
    typer.echo(f"Erased: {rows} rows, {said['vectors']} vectors.{key} Searched afterwards: {left}.", err=True)
    for pending in said["pending"]:
        typer.echo(f"Pending: {pending}", err=True)
    typer.echo(receipt)
