# SPDX-License-Identifier: Apache-2.0
"""`rapport export` and `rapport import`: a person's memory as a file of this machine."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from app.bootstrap import Stores, open_stores
from app.doors.owner import reach
from app.doors.upkeep import find_account
from app.residence import prepare_folder, resident
from app.settings import Settings
from memory.accounts import Account, Accounts
from memory.errors import NotebookError, NotKept
from memory.portability.exporting import Exporting
from memory.portability.importing import Importing
from memory.portability.incoming import Tally
from memory.understanding.rules import read_rules


async def export_memory(settings: Settings, identifier: str, file: Path) -> None:
    """Writes all that is kept of a person to a new file that only its owner can read."""
    prepare_folder(settings.data)
    async with open_stores(settings) as stores:
        account = await find_account(Accounts(stores.database, stores.keyring), identifier)
        await save(stores, account, file)
    typer.echo(f"All that is kept of {account.identifier} is in {file}.")


async def import_memory(settings: Settings, identifier: str, file: Path, forgotten: bool) -> None:
    """Takes in an exported file or a plain list; the same file again adds nothing."""
    prepare_folder(settings.data)
    async with open_stores(settings) as stores:
        account = await find_account(Accounts(stores.database, stores.keyring), identifier)
        tally = await take_in(settings, stores, account, file, forgotten=forgotten)
    typer.echo("\n".join(told(tally)))


async def save(stores: Stores, account: Account, file: Path) -> None:
    """Writes the file whole or not at all; raises NotKept where it is there already or cannot be written."""
    part = _beside(file)
    pieces = Exporting(stores.database, stores.keyring).stream(account.scope, datetime.now(UTC), name=account.name)
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as output:
            async for piece in pieces:
                output.write(piece)
        part.rename(file)
    except OSError as error:
        raise NotKept(f"{file} cannot be written ({error.strerror}): choose a folder that is yours.") from None
    finally:
        part.unlink(missing_ok=True)


async def take_in(settings: Settings, stores: Stores, account: Account, file: Path, *, forgotten: bool) -> Tally:
    """Brings the file in with a progress bar, then has the running server index it; raises NotKept."""
    importing = Importing(stores.database, stores.keyring, read_rules(settings.rules))
    try:
        with file.open("rb") as source, _progress(file) as bar:
            tally = await importing.bring_in(
                account.scope, source, datetime.now(UTC), forgotten=forgotten, progress=_moved(bar, file)
            )
    except OSError as error:
        raise NotKept(f"{file} cannot be read ({error.strerror}): name a file that is yours.") from None
    owner = resident(settings.data)
    if owner and owner.url:
        ask = {"tenant": account.scope.tenant, "person": account.scope.person, "verb": "index"}
        with suppress(NotebookError):  # at its next start it does so itself
            async with reach(owner, 3600) as client:
                await client.post("/local/memory", json=ask)
    return tally


def _beside(file: Path) -> Path:
    if file.exists():
        raise NotKept(f"{file} is there already: name another file, or move it away.")
    return file.with_name(f"{file.name}.part")


def told(tally: Tally) -> list[str]:
    """What became of a file, in sentences."""
    lines = [f"Facts: {tally.added} new, {tally.former} into history, {tally.known} known already."]
    if tally.turns or tally.turns_known:
        lines.append(f"Turns of conversations: {tally.turns} new, {tally.turns_known} known already.")
    if tally.forgotten:
        lines.append(f"Left out because they were forgotten here: {tally.forgotten} (--forgotten brings them back).")
    if tally.refused:
        lines += [f"Not remembered: {tally.refused}.", *(f"  {reason}" for reason in tally.reasons)]
    return lines


def _progress(file: Path) -> Progress:
    columns = (TextColumn(file.name), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


def _moved(bar: Progress, file: Path) -> Callable[[int], None]:
    task = bar.add_task(file.name, total=file.stat().st_size)
    return lambda done: bar.update(task, completed=done)
