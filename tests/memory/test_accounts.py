# SPDX-License-Identifier: Apache-2.0
"""Accounts: made, checked and locked."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from memory.accounts import Account, Accounts
from memory.errors import NotebookError, NotFound
from memory.ids import DEFAULT_TENANT, Scope, TenantId
from memory.store.database import Database
from memory.store.sealed import Keyring
from tests.memory.files import bytes_of
from tests.memory.postgres import BOTH

PASSWORD = "many small blue boats"  # a test account's
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def accounts(database: Database, keyring: Keyring) -> Accounts:
    """With a hash that costs little."""
    return Accounts(database, keyring, CHEAP)


async def make(accounts: Accounts, identifier: str = "Anna@Example.org") -> Account:
    """An account."""
    return await accounts.create(DEFAULT_TENANT, identifier, "Anna", PASSWORD)


@BOTH
async def test_the_right_password_opens_the_account(accounts: Accounts, now: datetime) -> None:
    """The identifier is matched in any case and with spaces around it."""
    account = await make(accounts)
    assert await accounts.verify(DEFAULT_TENANT, " anna@EXAMPLE.org ", PASSWORD, now) == account
    assert (account.identifier, account.name, account.role) == ("Anna@Example.org", "Anna", "user")


async def test_what_does_not_match_opens_nothing(accounts: Accounts, now: datetime) -> None:
    """A wrong password, an unknown identifier and another tenant all give None."""
    await make(accounts)
    assert await accounts.verify(DEFAULT_TENANT, "anna@example.org", "wrong", now) is None
    assert await accounts.verify(DEFAULT_TENANT, "nobody", PASSWORD, now) is None
    assert await accounts.verify(DEFAULT_TENANT, "\0\ud800", "\0\ud800" * 2000, now) is None
    assert await accounts.verify(TenantId("other"), "anna@example.org", PASSWORD, now) is None


@BOTH
async def test_five_failures_lock_for_fifteen_minutes(accounts: Accounts, now: datetime) -> None:
    """After five failures in a row not even the right password opens, until the time has passed."""
    await make(accounts)
    for _ in range(5):
        assert await accounts.verify(DEFAULT_TENANT, "anna@example.org", "wrong", now) is None
    soon, later = now + timedelta(minutes=14), now + timedelta(minutes=15, seconds=1)
    assert await accounts.verify(DEFAULT_TENANT, "anna@example.org", PASSWORD, soon) is None
    assert await accounts.verify(DEFAULT_TENANT, "anna@example.org", PASSWORD, later) is not None


async def test_a_success_starts_the_count_anew(accounts: Accounts, now: datetime) -> None:
    """Four failures, a success and four failures do not lock."""
    await make(accounts)
    for word in ("wrong", "wrong", "wrong", "wrong", PASSWORD, "wrong", "wrong", "wrong", "wrong"):
        await accounts.verify(DEFAULT_TENANT, "anna@example.org", word, now)
    assert await accounts.verify(DEFAULT_TENANT, "anna@example.org", PASSWORD, now) is not None


@BOTH
async def test_guesses_at_once_are_counted_too(accounts: Accounts, now: datetime) -> None:
    """Twenty wrong guesses in parallel lock the account."""
    await make(accounts)
    guesses = (accounts.verify(DEFAULT_TENANT, "anna@example.org", f"guess {n}", now) for n in range(20))
    assert await asyncio.gather(*guesses) == [None] * 20
    assert await accounts.verify(DEFAULT_TENANT, "anna@example.org", PASSWORD, now) is None


async def test_a_locked_account_is_locked_across_restarts(database: Database, keyring: Keyring, now: datetime) -> None:
    """The counter is in the database, not in the process."""
    await make(Accounts(database, keyring, CHEAP))
    for _ in range(5):
        await Accounts(database, keyring, CHEAP).verify(DEFAULT_TENANT, "anna@example.org", "wrong", now)
    again = Accounts(database, keyring, CHEAP)
    assert await again.verify(DEFAULT_TENANT, "anna@example.org", PASSWORD, now) is None


@BOTH
async def test_an_identifier_is_taken_once(accounts: Accounts) -> None:
    """The same identifier in another spelling is refused with a sentence."""
    await make(accounts)
    with pytest.raises(NotebookError, match="choose another"):
        await make(accounts, "ANNA@example.ORG")
    assert len(await accounts.all(DEFAULT_TENANT)) == 1


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaa", "Anna@example.org", "x" * 1001])
async def test_a_weak_password_is_refused(accounts: Accounts, password: str) -> None:
    """Too short, too long, one letter over and over, or the identifier itself."""
    with pytest.raises(NotebookError):
        await accounts.create(DEFAULT_TENANT, "anna@example.org", "Anna", password)
    assert await accounts.all(DEFAULT_TENANT) == ()


async def test_an_account_needs_names_and_a_known_role(accounts: Accounts) -> None:
    """Empty names and unknown roles are refused."""
    for identifier, name, role in (("", "Anna", "user"), ("anna", " ", "user"), ("anna", "Anna", "king")):
        with pytest.raises(NotebookError):
            await accounts.create(DEFAULT_TENANT, identifier, name, PASSWORD, role=role)


async def test_accounts_are_found_by_scope(accounts: Accounts, anna: Scope) -> None:
    """Get gives the account, None for an unknown person and for the same person in another tenant."""
    account = await make(accounts)
    assert await accounts.get(account.scope) == account
    assert await accounts.get(anna) is None
    assert await accounts.get(Scope(TenantId("other"), account.scope.person)) is None


async def test_a_new_password_replaces_the_old_and_unlocks(accounts: Accounts, now: datetime) -> None:
    """After set_password only the new one opens, at once."""
    account = await make(accounts)
    for _ in range(5):
        await accounts.verify(DEFAULT_TENANT, "anna@example.org", "wrong", now)
    await accounts.set_password(account.scope, "other small red boats")
    assert await accounts.verify(DEFAULT_TENANT, "anna@example.org", PASSWORD, now) is None
    renewed = await accounts.verify(DEFAULT_TENANT, "anna@example.org", "other small red boats", now)
    assert renewed is not None
    assert replace(renewed, generation=account.generation) == account


async def test_a_generation_lasts_as_long_as_the_password(accounts: Accounts) -> None:
    """It is the same at every look, another one after every new password, the same one twice included."""
    account = await make(accounts)
    assert await accounts.get(account.scope) == account
    seen = {account.generation}
    for password in ("other small red boats", PASSWORD):
        await accounts.set_password(account.scope, password)
        now = await accounts.get(account.scope)
        assert now is not None
        seen.add(now.generation)
    assert len(seen) == 3


async def test_nobody_changes_an_absent_account(accounts: Accounts, anna: Scope) -> None:
    """Set_password raises NotFound for an unknown person."""
    with pytest.raises(NotFound):
        await accounts.set_password(anna, PASSWORD)


async def test_no_name_is_on_the_disk(accounts: Accounts, tmp_path: Path) -> None:
    """Identifier, name and password are in no file in clear."""
    await accounts.create(DEFAULT_TENANT, "zebra@example.org", "Quagga", PASSWORD)
    found = bytes_of(tmp_path).lower()
    assert not [word for word in (b"zebra", b"quagga", b"boats") if word in found]
