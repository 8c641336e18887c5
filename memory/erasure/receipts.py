# SPDX-License-Identifier: Apache-2.0
"""Receipts of erasures: JSON that says what went, when and how much of it, signed by the installation.

Ed25519 over the canonical JSON of everything but `signature`, under a key derived from the master key; the
receipt names the public half as `signed_by`. It holds no personal data: `subject` is a digest under the
master key, which tells nobody who it was.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlmodel import col

from memory.ids import TenantId
from memory.store.database import Database
from memory.store.tables import ErasureRow

VERSION = 1
POSTGRESQL = (
    "PostgreSQL keeps deleted rows in its files until VACUUM FULL, and in its log and backups until they are "
    "recycled: the operator's to do. All texts among them are sealed."
)
CHROMA = (
    "The Chroma server keeps deleted vectors in its files until it is compacted (`chroma vacuum` and a reindex): "
    "the operator's to do. They were turned by a key that is destroyed with its person."
)
"""What stands under `pending` where a store is not files of our own."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an erasure did."""

    id: str
    what: str
    """item, conversation or person."""
    subject: str
    began_at: str
    ended_at: str
    rows: Mapping[str, int]
    """Rows that went, by table."""
    vectors: int
    jobs: int
    """Entries of the job queue that went."""
    key_destroyed: bool
    searched: Mapping[str, int]
    """Afterwards: `files` and `bytes` that were read, and in how many of the files one of its ids was `found`."""
    pending: Sequence[str]
    """What is still to be done, and by whom."""


def signed(receipt: Receipt, key: Ed25519PrivateKey) -> str:
    """The receipt as it is handed out."""
    content = {"receipt": VERSION} | asdict(receipt) | {"signed_by": _public(key)}
    return json.dumps(content | {"signature": key.sign(_canonical(content)).hex()}, indent=2, sort_keys=True)


def genuine(text: str, key: Ed25519PrivateKey) -> bool:
    """Whether this installation signed it, and nothing in it was changed since."""
    try:
        content = json.loads(text)
        signature = bytes.fromhex(content.pop("signature"))
        key.public_key().verify(signature, _canonical(content))
    except (ValueError, TypeError, AttributeError, KeyError, InvalidSignature, RecursionError):
        return False
    return bool(content.get("signed_by") == _public(key))


async def issued(database: Database, tenant: TenantId) -> tuple[str, ...]:
    """Every receipt of the tenant, oldest first."""
    done = select(col(ErasureRow.receipt)).where(col(ErasureRow.tenant) == tenant, col(ErasureRow.receipt).is_not(None))
    async with database.read() as session:
        return tuple(str(text) for text in await session.scalars(done.order_by(col(ErasureRow.began_at))))


def moment(at: datetime) -> str:
    """A time as receipts write it, to the second."""
    return at.isoformat(timespec="seconds")


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()
