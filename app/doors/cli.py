# SPDX-License-Identifier: Apache-2.0
"""The `rapport` command: serve, chat, doctor, accounts, reindex, audit."""

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from app.doors.knowledge import mount
from app.lean import spare_imports
from app.settings import Settings, SettingsError, read_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A chat assistant that remembers the people it talks to, and respects them.",
)
accounts = typer.Typer(no_args_is_help=True, help="Add, list and remove the people who may sign in.")
audit = typer.Typer(no_args_is_help=True, help="Look at the record of all turns.")
app.add_typer(accounts, name="accounts")
app.add_typer(audit, name="audit")


def main() -> None:
    """Runs a command; whatever goes wrong is one sentence, never a traceback."""
    from connectors.errors import ConnectorError
    from guards.errors import GuardError
    from memory.errors import NotebookError

    try:
        app()
    except (SettingsError, NotebookError, GuardError, ConnectorError, ValueError) as error:
        typer.secho(f"rapport: {' '.join(str(error).split())}", err=True, fg="red")
        raise SystemExit(2) from None


def _run(work: Callable[[Settings], Coroutine[Any, Any, None]]) -> None:
    settings = read_settings()
    os.umask(0o077)
    spare_imports()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for house in ("rapport", "memory", "guards", "connectors"):
        logging.getLogger(house).setLevel(settings.log_level)
    try:
        asyncio.run(work(settings))
    except KeyboardInterrupt:
        raise SystemExit(130) from None


@app.command()
def serve() -> None:
    """Open the web page and keep it open until Ctrl-C."""
    from app.doors.serving import serve as work

    _run(work)


@app.command()
def chat(
    name: Annotated[str, typer.Argument(help="The name you sign in with.")] = "",
    use_case: Annotated[str, typer.Option(help="Which use case; RAPPORT_USE_CASE when left out.")] = "",
) -> None:
    """Talk in the terminal, with the same memory as on the page."""
    from app.doors.terminal import chat as work

    _run(lambda settings: work(settings, name, use_case or settings.use_case))


@app.command()
def doctor() -> None:
    """Say what is set up, what is missing, and the exact line that mends it."""
    from app.doors.doctor import doctor as work

    _run(work)


@app.command()
def reindex() -> None:
    """Rebuild the index of memories from the database."""
    from app.doors.upkeep import reindex as work

    _run(work)


@app.command()
def consolidate() -> None:
    """Thin old conversations and keep the cap now, as it is done each day."""
    from app.doors.upkeep import consolidate as work

    _run(work)


@app.command("export")
def export_(
    identifier: Annotated[str, typer.Argument(help="Whose memory: what they sign in with.")],
    file: Annotated[Path, typer.Argument(help="The JSON file to write; it must not be there yet.")],
) -> None:
    """Write all that is kept of a person to an open JSON file."""
    from app.doors.luggage import export_memory as work

    _run(lambda settings: work(settings, identifier, file))


@app.command("import")
def import_(
    identifier: Annotated[str, typer.Argument(help="Whose memory it becomes: what they sign in with.")],
    file: Annotated[Path, typer.Argument(help="An exported file, or a list of facts, one a line.")],
    forgotten: Annotated[bool, typer.Option(help="Bring back what the person had forgotten, too.")] = False,
) -> None:
    """Take in a person's memory from a file; the same file again adds nothing."""
    from app.doors.luggage import import_memory as work

    _run(lambda settings: work(settings, identifier, file, forgotten))


@app.command()
def erase(
    identifier: Annotated[str, typer.Argument(help="Who is to be erased: what they sign in with.")] = "",
    conversation: Annotated[str, typer.Option(help="Only this conversation, and what was learned in it.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    verify: Annotated[Path | None, typer.Option(help="Erase nothing; check the receipt in this file.")] = None,
) -> None:
    """Erase a person from every store, with a signed receipt; or check such a receipt."""
    from app.doors import eraser

    if verify is not None:
        _run(lambda settings: eraser.check(settings, verify))
    elif identifier:
        _run(lambda settings: eraser.erase(settings, identifier, conversation, yes))
    else:
        raise ValueError("Name the person to erase, or a receipt with --verify.")


@audit.command("verify")
def verify() -> None:
    """Check that no entry of the record was changed or taken out."""
    from app.doors.upkeep import verify as work

    _run(work)


@audit.command("turns")
def turns(
    last: Annotated[int, typer.Option(min=1, max=1000, help="How many, the newest first.")] = 20,
) -> None:
    """List the turns whose masked prompt and answer are kept."""
    from app.doors.audit import list_turns as work

    _run(lambda settings: work(settings, last))


@audit.command("turn")
def turn(id: Annotated[str, typer.Argument(help="The turn, as `rapport audit turns` or the log names it.")]) -> None:
    """Show what a model was sent in a turn, what came back and what was shown, with placeholders for all values."""
    from app.doors.audit import show_turn as work

    _run(lambda settings: work(settings, id))


@accounts.command("add")
def add(
    identifier: Annotated[str, typer.Argument(help="What they sign in with, e.g. an e-mail address.")],
    name: Annotated[str, typer.Option(help="How they are called; the identifier when left out.")] = "",
    role: Annotated[str, typer.Option(help="user, agent, evaluator, privacy_officer or admin.")] = "user",
) -> None:
    """Add a person; the password is asked for, or read from standard input."""
    from app.doors.upkeep import add_account as work

    _run(lambda settings: work(settings, identifier, name or identifier, role))


@accounts.command("list")
def list_() -> None:
    """List who may sign in."""
    from app.doors.upkeep import list_accounts as work

    _run(work)


@accounts.command("password")
def password(identifier: Annotated[str, typer.Argument(help="Whose password.")]) -> None:
    """Set a new password; it is asked for, or read from standard input."""
    from app.doors.upkeep import set_password as work

    _run(lambda settings: work(settings, identifier))


@accounts.command("remove")
def remove(identifier: Annotated[str, typer.Argument(help="Who is to go.")]) -> None:
    """Erase a person: the account and all that is kept of them, as `rapport erase` does without asking."""
    from app.doors.eraser import erase as work

    _run(lambda settings: work(settings, identifier, "", True))


mount(app, _run)

if __name__ == "__main__":
    main()
