# SPDX-License-Identifier: Apache-2.0
"""The privacy officer's commands: what a model was sent, what came back, what was shown; never a value."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import typer

from app.bootstrap import open_stores
from app.residence import prepare_folder
from app.settings import Settings
from memory.errors import NotFound
from memory.ids import DEFAULT_TENANT, TurnId
from memory.ledger import Ledger
from memory.traces import Trace, Traces
from memory.values import LedgerEntry


async def list_turns(settings: Settings, last: int) -> None:
    """Prints one turn a line: when, which, how it ended, and how much was hidden."""
    prepare_folder(settings.data)
    async with open_stores(settings) as stores:
        traces = Traces(stores.database, stores.keyring, Ledger(stores.database, stores.keyring))
        kept = await traces.recent(DEFAULT_TENANT, last)
        found = [await traces.of_turn(DEFAULT_TENANT, turn) for turn, _ in kept]
    for at, entry, _ in filter(None, found):
        typer.echo(f"{_minute(at)}  {entry.turn}  {entry.use_case}  {entry.outcome}  {_counted(entry.redactions)}")
    if not kept:
        typer.echo(f"No turn is kept; RAPPORT_TRACE_DAYS is {settings.trace_days}.")


async def show_turn(settings: Settings, id: str) -> None:
    """Prints a turn's masked texts and its entry in the record; raises NotFound."""
    prepare_folder(settings.data)
    async with open_stores(settings) as stores:
        ledger = Ledger(stores.database, stores.keyring)
        found = await Traces(stores.database, stores.keyring, ledger).of_turn(
            DEFAULT_TENANT, TurnId(id.strip().lower())
        )
    if found is None:
        raise NotFound(
            "Nothing is kept of such a turn: it may be older than RAPPORT_TRACE_DAYS, or have gone with what its "
            "person forgot. `rapport audit turns` lists what is kept."
        )
    for line in _lines(*found):
        typer.echo(line)


def _lines(at: datetime, entry: LedgerEntry, trace: Trace) -> Iterator[str]:
    yield f"Turn {entry.turn}, {_minute(at)} UTC"
    yield f"Use case: {entry.use_case} ({entry.channel})"
    yield f"Outcome: {entry.outcome}, answered by {entry.model or 'no model'}"
    yield f"Hidden: {_counted(entry.redactions)}"
    yield f"Verdicts: {'; '.join(entry.verdicts) or 'none'}"
    if entry.fallbacks or entry.degraded:
        yield f"Missing: {'; '.join((*entry.fallbacks, *entry.degraded))}"
    for role, text in trace.sent:
        yield from _part(f"Sent, {role}", text)
    yield from _part("Came back", trace.came)
    yield from _part("Shown" if trace.shown != trace.came else "Shown, the same", trace.shown)


def _part(head: str, text: str) -> Iterator[str]:
    yield ""
    yield f"== {head} =="
    yield _printable(text)


def _printable(text: str) -> str:
    """Without what a terminal would obey instead of showing."""
    return "".join(char if char.isprintable() or char in "\n\t" else "\ufffd" for char in text)


def _counted(redactions: Mapping[str, int]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in sorted(redactions.items())) or "nothing"


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
