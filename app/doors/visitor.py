# SPDX-License-Identifier: Apache-2.0
"""Who is asking: the signed-in person of a request or a socket event, and nobody else's ids.

The variable below is the one thing that Chainlit's callbacks need and that it does not hand them: its data
layer is asked for threads by id alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

from memory.ids import Scope


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person, as the account is now."""

    scope: Scope
    name: str
    role: str
    by: Literal["page", "socket"]
    """Whether a request of the page asks, or an event of the socket."""


_visitor: ContextVar[Visitor | None] = ContextVar("visitor", default=None)


def visitor() -> Visitor | None:
    """Whoever asks in this task, or None."""
    return _visitor.get()


@contextmanager
def visiting(who: Visitor) -> Iterator[None]:
    """Everything inside is done for this person, tasks started inside included."""
    token = _visitor.set(who)
    try:
        yield
    finally:
        _visitor.reset(token)
