# SPDX-License-Identifier: Apache-2.0
"""`rapport knowledge`: add, list and remove the documents that may be cited."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from app.settings import Settings

Runs = Callable[[Callable[[Settings], Coroutine[Any, Any, None]]], None]
"""Runs a command's work with the settings."""

HELP = "Add, list and remove the documents that may be cited: Markdown, HTML, PDF and plain text."


def mount(app: typer.Typer, run: Runs) -> None:
    """Puts the commands under `rapport knowledge`."""
    commands = typer.Typer(no_args_is_help=True, help=HELP)
    app.add_typer(commands, name="knowledge")

    @commands.command("add")
    def add(
        path: Annotated[Path, typer.Argument(help="A file, or a folder with all that is below it.")],
        internal: Annotated[
            bool | None,
            typer.Option(
                "--internal/--public",
                help="Only for use cases without end users; a document added before keeps its mark when left out.",
            ),
        ] = None,
        prune: Annotated[
            bool, typer.Option("--prune", help="Remove those added from there whose files are gone.")
        ] = False,
    ) -> None:
        """Add documents, or take in what changed; a running server cites them at once."""
        from app.doors.collection import add as work

        run(lambda settings: work(settings, path, internal, prune))

    @commands.command("list")
    def list_() -> None:
        """List the documents, one a line: id, path, title."""
        from app.doors.collection import show as work

        run(work)

    @commands.command("remove")
    def remove(
        named: Annotated[str, typer.Argument(metavar="ID", help="Its id or path, as `list` shows it.")],
    ) -> None:
        """Remove a document; a running server cites it no more."""
        from app.doors.collection import remove as work

        run(lambda settings: work(settings, named))
