# SPDX-License-Identifier: Apache-2.0
"""The boundary of a turn: the use case, the person's consent and role, before anything is looked up."""

import logging
from collections.abc import Mapping
from typing import Protocol

from app.request import Request
from app.use_case import Boundary, Denied, UseCase, bound
from memory.errors import NotebookError
from memory.ids import Scope
from memory.values import ConsentChoice

log = logging.getLogger("rapport.boundaries")


class Consents(Protocol):
    """What a person agreed to."""

    async def current(self, scope: Scope) -> ConsentChoice:
        """The choice in force; undecided until one was made."""
        ...


class Bounds:
    """Default deny: an unknown use case, role or an unreadable consent opens nothing."""

    def __init__(self, use_cases: Mapping[str, UseCase], consent: Consents) -> None:
        self._use_cases = use_cases
        self._consent = consent

    async def of(self, request: Request) -> Boundary | Denied:
        """The boundary that holds for this whole turn."""
        use_case = self._use_cases.get(request.use_case)
        if use_case is None:
            return Denied("unknown use case")
        return bound(use_case, await self._choice(request.scope), request.role)

    async def _choice(self, scope: Scope) -> ConsentChoice:
        try:
            return await self._consent.current(scope)
        except NotebookError as error:
            log.warning("consent is unreadable, nothing is recalled or kept: %s", type(error).__name__)
            return ConsentChoice.UNDECIDED
