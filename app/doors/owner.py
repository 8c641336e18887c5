# SPDX-License-Identifier: Apache-2.0
"""The server that owns the stores, as the other `rapport` commands of this machine reach it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from app.residence import Residence
from memory.errors import StoreUnavailable


@asynccontextmanager
async def reach(owner: Residence, patience_s: float) -> AsyncIterator[httpx.AsyncClient]:
    """A client of its local door; waits so long for an answer. Never by a proxy.

    Raises StoreUnavailable where it does not answer, or not as it should.
    """

    async def checked(response: httpx.Response) -> None:
        response.raise_for_status()

    try:
        async with httpx.AsyncClient(
            base_url=owner.url,
            headers={"Authorization": f"Bearer {owner.token}"},
            timeout=httpx.Timeout(10, read=patience_s),
            trust_env=False,
            event_hooks={"response": [checked]},
        ) as client:
            yield client
    except httpx.HTTPError as error:
        raise StoreUnavailable(
            f"Rapport at {owner.url} (process {owner.pid}) does not answer: see what it printed, or stop it and start "
            "it again."
        ) from error
