# SPDX-License-Identifier: Apache-2.0
"""One's memory as a file, for the panel: taken along, and brought in."""

import dataclasses
import logging
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from fastapi import APIRouter, BackgroundTasks, Depends, HTTPException, Request
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from app.doors.face import Notebook
from app.doors.pages import Who, meant, opened_notebook
from memory.errors import NotebookError
from memory.ids import Scope

log = logging.getLogger("rapport.web")

LONGEST = 16 << 20
"""Bytes of a file that may be brought in by the page; the command takes any."""
IMPORT = "/rapport/import"

router = APIRouter(dependencies=[Depends(meant)])


@router.get("/rapport/export")
async def export(request: Request, who: Who) -> StreamingResponse:
    """All that is kept of the person, as a file to save: docs/export-format.md."""
    now = datetime.now(UTC)
    async with opened_notebook(request) as notebook:
        file = notebook.export(who.scope, now, name=who.name)
    headers = {"Content-Disposition": f'attachment; filename="rapport-{now:%Y-%m-%d}.json"'}
    return StreamingResponse(file, media_type="application/json", headers=headers)


@router.post(IMPORT)
async def bring_in(request: Request, who: Who, after: BackgroundTasks, forgotten: bool = False) -> dict[str, Any]:
    """Takes in such a file, or a plain list of facts; what became of it, or 422 with each of its faults."""
    file = BytesIO()
    try:
        async for piece in request.stream():
            file.write(piece)
    except ClientDisconnect:
        raise HTTPException(413, "The file is too large for the page: use `rapport import`.") from None
    file.seek(0)
    async with opened_notebook(request) as notebook:
        tally = await notebook.bring_in(who.scope, file, datetime.now(UTC), forgotten=forgotten)
        after.add_task(_index, notebook, who.scope)
    return dataclasses.asdict(tally)


async def _index(notebook: Notebook, scope: Scope) -> None:
    """What is broken off here is done at the next start."""
    try:
        await notebook.index_import(scope)
    except NotebookError as error:
        log.warning("an import was not indexed: %s", type(error).__name__)
