# SPDX-License-Identifier: Apache-2.0
"""`rapport doctor`: what is set up, what is missing, and the exact line that mends it."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import typer

from app.bootstrap import MINILM, open_stores
from app.residence import prepare_folder, resident
from app.settings import Settings
from app.use_case import read_use_cases
from connectors.embedding import open_minilm
from connectors.errors import ConnectorError
from connectors.models import find_ollama, parse, require_keys, suggest
from guards.errors import GuardError
from guards.names import open_recognizer
from memory.accounts import Accounts
from memory.errors import NotebookError
from memory.ids import DEFAULT_TENANT
from memory.ledger import Ledger
from memory.understanding.rules import read_rules


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found: fine, or one sentence that says what to do."""

    fine: bool
    text: str


Look = Callable[[Settings], Awaitable[str]]


async def doctor(settings: Settings) -> None:
    """Prints one line a look; exits with 1 when something must be mended."""
    findings = [await _look(look, settings) for look in (_folder, _stores, _files, _models, _encoder, _names)]
    for finding in findings:
        typer.secho(f"{'ok ' if finding.fine else '!! '} {finding.text}", fg=None if finding.fine else "red")
    for suggestion in await suggest(os.environ, find_ollama):
        typer.echo(f"     {suggestion.found}; to use it, set {suggestion.line}")
    if not all(finding.fine for finding in findings):
        raise SystemExit(1)


async def _look(look: Look, settings: Settings) -> Finding:
    try:
        return Finding(True, await look(settings))
    except (NotebookError, ConnectorError, GuardError, ValueError) as error:
        return Finding(False, str(error))


async def _folder(settings: Settings) -> str:
    owner = resident(prepare_folder(settings.data))
    running = f"; Rapport runs at {owner.url} (process {owner.pid})" if owner and owner.url else ""
    return f"data folder {settings.data}{running}"


async def _stores(settings: Settings) -> str:
    async with open_stores(settings) as stores:
        people = await Accounts(stores.database, stores.keyring).all(DEFAULT_TENANT)
        entries = (await Ledger(stores.database, stores.keyring).verify(DEFAULT_TENANT)).entries
    return f"databases and keys: {len(people)} accounts, {entries} turns on record"


async def _files(settings: Settings) -> str:
    use_cases = read_use_cases(settings.use_cases)
    read_rules(settings.rules).check()
    if settings.use_case not in use_cases:
        raise ValueError(f"RAPPORT_USE_CASE names {settings.use_case}: take one of {', '.join(use_cases)}.")
    return f"use cases {', '.join(use_cases)}; rules"


async def _models(settings: Settings) -> str:
    models = parse(settings.models)
    require_keys(models, os.environ)
    names = ", ".join([*(model.name for model in models), "local/concierge"])
    return f"models in order: {names}"


async def _encoder(settings: Settings) -> str:
    async with open_minilm(MINILM):
        return "embedding model: checksums hold"


async def _names(settings: Settings) -> str:
    async with open_recognizer(settings.names):
        return "names are found by the built-in model" if settings.names == "builtin" else f"names: {settings.names}"
