# SPDX-License-Identifier: Apache-2.0
"""Who and what: the ids that every house of memory speaks of."""

from dataclasses import dataclass
from typing import NewType
from uuid import UUID, uuid4

TenantId = NewType("TenantId", str)
PersonId = NewType("PersonId", str)
ConversationId = NewType("ConversationId", str)
TurnId = NewType("TurnId", str)
MessageId = NewType("MessageId", str)
FactId = NewType("FactId", str)
EpisodeId = NewType("EpisodeId", str)

DEFAULT_TENANT = TenantId("default")


@dataclass(frozen=True, slots=True)
class Scope:
    """The one person whose memory may be touched; an argument without default everywhere."""

    tenant: TenantId
    person: PersonId


def canonical(id: str) -> bool:
    """Whether it is a UUID as this house writes it; ids from outside that are not belong to nobody."""
    try:
        return str(UUID(id)) == id
    except ValueError:
        return False


def new_id() -> str:
    """A random UUID4 in its canonical form."""
    return str(uuid4())
