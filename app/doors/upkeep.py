# SPDX-License-Identifier: Apache-2.0
"""The operator's commands: accounts, reindex, audit."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict

import typer

from app.bootstrap import open_assistant, open_stores
from app.doors.owner import reach
from app.residence import prepare_folder, reside, resident
from app.settings import Settings
from memory.accounts import Account, Accounts
from memory.erasure.receipts import genuine, issued
from memory.errors import NotFound
from memory.ids import DEFAULT_TENANT
from memory.ledger import Ledger


async def reindex(settings: Settings) -> None:
    """Rebuilds the index, through the running server where there is one."""
    data = prepare_folder(settings.data)
    owner = resident(data)
    if owner and owner.url:
        async with reach(owner, 3600) as client:
            count = (await client.post("/local/reindex")).json()["items"]
    else:
        with reside(data):
            async with open_assistant(settings) as rapport:
                count = await (await rapport.notebook()).reindex()
    typer.echo(f"Rebuilt the index: {count} memories.")


async def consolidate(settings: Settings) -> None:
    """Consolidates everybody's memory, through the running server where there is one."""
    data = prepare_folder(settings.data)
    owner = resident(data)
    if owner and owner.url:
        async with reach(owner, 3600) as client:
            done = (await client.post("/local/consolidate")).json()
    else:
        with reside(data):
            async with open_assistant(settings) as rapport:
                done = asdict(await (await rapport.parts()).upkeep.run(all=True))
    typer.echo(
        f"Consolidated {done['people']} people: {done['conversations']} old conversations thinned, "
        f"{done['summaries']} of them summarized; {done['dropped']} entries dropped from recall, "
        f"{done['over']} of them over the cap. The transcripts are as they were."
    )


async def verify(settings: Settings) -> None:
    """Checks the hash chain of the record and the receipts of erasures; exits with 1 where one is broken."""
    prepare_folder(settings.data)
    async with open_stores(settings) as stores:
        found = await Ledger(stores.database, stores.keyring).verify(DEFAULT_TENANT)
        receipts = await issued(stores.database, DEFAULT_TENANT)
        forged = [receipt for receipt in receipts if not genuine(receipt, stores.keyring.signing)]
    if forged:
        typer.secho(f"{len(forged)} of {len(receipts)} receipts of erasures were changed.", fg="red", err=True)
        raise SystemExit(1)
    if not found.ok:
        typer.secho(f"The record was changed at entry {found.broken_at}.", fg="red", err=True)
        raise SystemExit(1)
    typer.echo(f"The record holds: {found.entries} entries, none changed, none missing.")
    if receipts:
        typer.echo(f"{len(receipts)} receipts of erasures, all genuine.")


async def add_account(settings: Settings, identifier: str, name: str, role: str) -> None:
    """Adds an account and says what they sign in with."""
    async with _accounts(settings) as known:
        await known.create(DEFAULT_TENANT, identifier, name, new_password(), role=role)
    typer.echo(f"{identifier} may sign in now.")


async def list_accounts(settings: Settings) -> None:
    """Prints one account a line."""
    async with _accounts(settings) as known:
        for account in await known.all(DEFAULT_TENANT):
            note = "  (demo)" if account.demo else ""
            typer.echo(f"{account.identifier}  {account.role}  {account.name}{note}")


async def set_password(settings: Settings, identifier: str) -> None:
    """Sets a new password for an account."""
    async with _accounts(settings) as known:
        await known.set_password((await find_account(known, identifier)).scope, new_password())
    typer.echo(f"{identifier} has a new password.")


def new_password() -> str:
    """Asks twice at a terminal; reads one line from a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


@asynccontextmanager
async def _accounts(settings: Settings) -> AsyncIterator[Accounts]:
    prepare_folder(settings.data)
    async with open_stores(settings) as stores:
        yield Accounts(stores.database, stores.keyring)


async def find_account(known: Accounts, identifier: str) -> Account:
    """The account that signs in so, in any case of letters; raises NotFound."""
    for account in await known.all(DEFAULT_TENANT):
        if account.identifier.casefold() == identifier.casefold():
            return account
    raise NotFound(f"Nobody signs in as {identifier}: `rapport accounts list` names who does.")
