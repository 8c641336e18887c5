# SPDX-License-Identifier: Apache-2.0
"""The key store's own tables: apart from the memory database, so that a backup of that one holds no key."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table

KEY_STORE = MetaData()

person_key = Table(
    "person_key",
    KEY_STORE,
    Column("tenant", String(64), primary_key=True),
    Column("person", String(36), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)

master_check = Table(
    "master_check",
    KEY_STORE,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("proof", LargeBinary, nullable=False),
)

erased_person = Table(
    "erased_person",
    KEY_STORE,
    Column("subject", String(64), primary_key=True),
    Column("at", BigInteger, nullable=False),
)
"""Who was erased, as a digest under the master key: replayed on whatever a backup brings back."""
