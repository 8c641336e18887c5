# SPDX-License-Identifier: Apache-2.0
"""The documents of this data folder, as the `rapport knowledge` commands change and show them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.doors.owner import reach
from app.residence import prepare_folder, resident
from app.settings import HOUSE, Settings
from connectors.embedding import open_minilm
from memory.documents import files as documents
from memory.documents.librarian import File, Librarian, Taken, gather, gone
from memory.documents.library import Library
from memory.errors import NotKept, StoreUnavailable
from memory.store.database import open_database

PATIENCE_S = 600


async def add(settings: Settings, path: Path, internal: bool | None, prune: bool) -> None:
    """Adds each file by itself and says what became of them; ends with 1 where one could not be read."""
    faults: list[str] = []
    async with _library(settings) as library, open_minilm(HOUSE / "connectors" / "minilm") as encoder:
        held = {one.path: one for one in await library.holdings()}
        lost = gone(path, tuple(held.values()))
        files = await asyncio.to_thread(_files, path, bool(lost))
        librarian, taken = Librarian(library, encoder), Counter[Taken]()
        with _progress(len(files)) as advance:
            for file in files:
                advance(file.path)
                try:
                    taken[await librarian.take(file, held, internal)] += 1
                except NotKept as error:
                    faults.append(str(error))
        if prune and lost:
            await library.remove([one.id for one in lost])
    await _tell_server(settings)
    counts = [f"{taken[kind]} {kind}" for kind in Taken]
    counts += [f"{len(lost)} removed" if prune else f"{len(lost)} gone, which --prune removes"] if lost else []
    typer.echo(f"Documents: {', '.join([*counts, *([f'{len(faults)} not readable'] if faults else [])])}.")
    for fault in faults:
        typer.secho(fault, fg="red", err=True)
    if faults:
        raise SystemExit(1)


def _files(path: Path, lost: bool) -> list[File]:
    """None where all is gone that was once added from there."""
    return [] if lost and not path.exists() else gather(path)


async def show(settings: Settings) -> None:
    """Prints one added document a line, and where the others come from."""
    async with _library(settings) as library:
        held = await library.holdings()
    for one in held:
        mark = "internal" if one.internal else "public"
        typer.echo(
            f"{one.id[:8]}  {mark:8}  {one.added_at:%Y-%m-%d}  {one.path}  {one.title}  ({one.passages} passages)"
        )
    shipped = documents.files(settings.knowledge) if settings.knowledge.is_dir() else []
    typer.echo(f"{len(held)} added; {len(shipped)} in {settings.knowledge}, read at every start.")


async def remove(settings: Settings, named: str) -> None:
    """Takes a document away with its passages and vectors."""
    async with _library(settings) as library:
        found = await library.find(named)
        await library.remove([found.id])
    await _tell_server(settings)
    typer.echo(f"{found.path} is cited no more.")


@asynccontextmanager
async def _library(settings: Settings) -> AsyncIterator[Library]:
    """Beside a running server too: both write to the same database, one at a time."""
    prepare_folder(settings.data)
    async with open_database(settings.memory_url) as database:
        yield Library(database)


async def _tell_server(settings: Settings) -> None:
    """A running server looks by itself before it searches; told, it has read all before anybody asks."""
    owner = resident(settings.data)
    if owner and owner.url:
        try:
            async with reach(owner, PATIENCE_S) as client:
                await client.post("/local/knowledge")
        except StoreUnavailable:
            typer.echo("The running server will take the change in when it is next asked.", err=True)


class _Advance:
    """Moves the bar on by one file."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=total, file="")
        self._started = False

    def __call__(self, file: str) -> None:
        self._progress.update(self._task, advance=int(self._started), file=file)
        self._started = True


@contextmanager
def _progress(total: int) -> Iterator[_Advance]:
    """On standard error, and only where that is a terminal."""
    console = Console(stderr=True)
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[file]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield _Advance(progress, total)
