# SPDX-License-Identifier: Apache-2.0
"""Who and what: the ids that every house of memory speaks of."""

from dataclasses import dataclass
from typing import NewType
from uuid import uuid4

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


def new_id() -> str:
    """A random UUID4 in its canonical form."""
    return str(uuid4())
