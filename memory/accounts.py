# SPDX-License-Identifier: Apache-2.0
"""Who may sign in: accounts with sealed names, argon2 hashes, and a lock-out after repeated failures."""

import asyncio
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from memory.errors import KeyUnusable, NotebookError, NotFound, StaleVersion
from memory.ids import PersonId, Scope, TenantId, new_id
from memory.store.database import Database
from memory.store.sealed import Keyring, PersonKey
from memory.store.tables import PersonRow

ROLES = ("user", "admin", "agent", "evaluator", "privacy_officer")
FAILURES = 5
LOCKED = timedelta(minutes=15)
SHORTEST, LONGEST = 8, 1000
"""Characters of a password; NIST SP 800-63B 5.1.1.2 asks for at least 8, and for no rules of composition."""


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in."""

    scope: Scope
    identifier: str
    """What is typed to sign in, as it was given."""
    name: str
    role: str
    demo: bool
    """Made for a demonstration: refused where the server listens beyond loopback."""
    generation: str
    """Another one with every new password: whoever signed in before is not signed in any more."""


async def require_people_keys(database: Database, keyring: Keyring) -> None:
    """Raises KeyUnusable where there are people and not one key: what they said would stay closed for good."""
    async with database.read() as session:
        somebody = await session.scalar(select(col(PersonRow.id)).limit(1))
    if somebody is not None and not await keyring.people():
        raise KeyUnusable(
            "The key store keys.db holds no key, and the memory database holds people; put keys.db back from its "
            "backup, or start with an empty data folder. Nothing that they said was changed."
        )


class Accounts:
    """Makes and checks accounts; the hash is reckoned in a thread, some 50 ms and 64 MiB each."""

    def __init__(self, database: Database, keyring: Keyring, hasher: PasswordHasher | None = None) -> None:
        self._database = database
        self._keyring = keyring
        self._hasher = hasher or PasswordHasher()
        self._nobody = ""

    async def create(
        self,
        tenant: TenantId,
        identifier: str,
        name: str,
        password: str,
        *,
        role: str = "user",
        demo: bool = False,
    ) -> Account:
        """A new account; raises NotebookError where something is missing, weak or taken."""
        _check(identifier, name, role)
        _check_password(password, identifier)
        hashed = await asyncio.to_thread(self._hasher.hash, password)
        scope = Scope(tenant, PersonId(new_id()))
        generation = _generation(await self._keyring.of(scope), hashed)
        account = Account(scope, identifier.strip(), name.strip(), role, demo, generation)
        row = await self._row(account, hashed)
        try:
            async with self._database.write() as session:
                await session.execute(insert(PersonRow).values(row))
        except StaleVersion as error:
            await self._keyring.destroy(scope)
            raise NotebookError("There is an account with this sign-in name already; choose another.") from error
        return account

    async def verify(self, tenant: TenantId, identifier: str, password: str, now: datetime) -> Account | None:
        """The account if the password is right and it is not locked; a wrong one takes as long as none.

        Each attempt is counted before the hash is reckoned, so that guesses in parallel are counted too.
        """
        row = await self._attempt(self._login(tenant, identifier), now)
        hashed = await self._decoy() if row is None else row.password
        right = await asyncio.to_thread(self._matches, hashed, password[:LONGEST])
        if row is None or not right:
            return None
        async with self._database.write() as session:
            mine = update(PersonRow).where(col(PersonRow.id) == row.id)
            await session.execute(mine.values(failures=0, locked_until=None))
        return _account(row, await self._keyring.of(_scope(row)))

    async def get(self, scope: Scope) -> Account | None:
        """The account, or None."""
        async with self._database.read() as session:
            row = await _find(session, scope)
        return None if row is None else _account(row, await self._keyring.of(scope))

    async def all(self, tenant: TenantId) -> tuple[Account, ...]:
        """Every account of the tenant, oldest first."""
        wanted = select(PersonRow).where(col(PersonRow.tenant) == tenant).order_by(col(PersonRow.created_at))
        async with self._database.read() as session:
            rows = (await session.scalars(wanted)).all()
        return tuple([_account(row, await self._keyring.of(_scope(row))) for row in rows])

    async def set_password(self, scope: Scope, password: str) -> None:
        """Replaces the password, unlocks, and ends every sign-in; raises NotFound, NotebookError where it is weak."""
        account = await self.get(scope)
        if account is None:
            raise NotFound("There is no such account.")
        _check_password(password, account.identifier)
        hashed = await asyncio.to_thread(self._hasher.hash, password)
        mine = update(PersonRow).where(col(PersonRow.id) == scope.person, col(PersonRow.tenant) == scope.tenant)
        async with self._database.write() as session:
            await session.execute(mine.values(password=hashed, failures=0, locked_until=None))

    async def _attempt(self, login: str, now: datetime) -> PersonRow | None:
        async with self._database.write() as session:
            wanted = select(PersonRow).where(col(PersonRow.login) == login).with_for_update()
            row = await session.scalar(wanted)
            if row is None or (row.locked_until is not None and row.locked_until > now):
                return None
            failures = row.failures + 1
            locked = now + LOCKED if failures >= FAILURES else None
            mine = update(PersonRow).where(col(PersonRow.id) == row.id)
            await session.execute(mine.values(failures=failures % FAILURES, locked_until=locked))
            return row

    async def _row(self, account: Account, hashed: str) -> dict[str, object]:
        key = await self._keyring.of(account.scope)
        person = account.scope.person
        return {
            "id": person,
            "tenant": account.scope.tenant,
            "login": self._login(account.scope.tenant, account.identifier),
            "identifier": key.seal(account.identifier, f"identifier:{person}"),
            "name": key.seal(account.name, f"name:{person}"),
            "role": account.role,
            "demo": account.demo,
            "password": hashed,
            "failures": 0,
            "locked_until": None,
            "created_at": datetime.now(UTC),
        }

    def _login(self, tenant: TenantId, identifier: str) -> str:
        typed = unicodedata.normalize("NFKC", identifier).strip().casefold()
        return self._keyring.digest(f"login\0{tenant}\0{typed}")

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (Argon2Error, InvalidHashError, UnicodeEncodeError):
            return False

    async def _decoy(self) -> str:
        if not self._nobody:
            self._nobody = await asyncio.to_thread(self._hasher.hash, new_id())
        return self._nobody


async def _find(session: AsyncSession, scope: Scope) -> PersonRow | None:
    wanted = select(PersonRow).where(col(PersonRow.id) == scope.person, col(PersonRow.tenant) == scope.tenant)
    return await session.scalar(wanted)


def _scope(row: PersonRow) -> Scope:
    return Scope(TenantId(row.tenant), PersonId(row.id))


def _account(row: PersonRow, key: PersonKey) -> Account:
    identifier, name = key.unseal(row.identifier, f"identifier:{row.id}"), key.unseal(row.name, f"name:{row.id}")
    return Account(_scope(row), identifier, name, row.role, row.demo, _generation(key, row.password))


def _generation(key: PersonKey, hashed: str) -> str:
    return key.digest(f"password:{hashed}")[:32]


def _check(identifier: str, name: str, role: str) -> None:
    if not identifier.strip() or not name.strip() or not (identifier + name).isprintable():
        raise NotebookError("An account needs a sign-in name and a display name.")
    if role not in ROLES:
        raise NotebookError(f"There is no such role; choose one of {', '.join(ROLES)}.")


def _check_password(password: str, identifier: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST or not password.isprintable():
        raise NotebookError(f"A password needs {SHORTEST} to {LONGEST} characters that can be typed.")
    if password.casefold() == identifier.strip().casefold() or len(set(password)) < 4:
        raise NotebookError("This password is too easy to guess; take several words that are not your name.")
