# SPDX-License-Identifier: Apache-2.0
"""Signing in and out: passwords, tries per minute, and tokens that end with the sign-in or the password."""

import hashlib
import hmac
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from app.doors.face import Accounts
from app.doors.visitor import Visitor
from app.rate import MovingWindow
from memory.errors import NotebookError
from memory.ids import DEFAULT_TENANT, PersonId, Scope

if TYPE_CHECKING:
    from chainlit.user import User


class Revoked:
    """Tokens that were logged out, by digest, until they would have expired anyway.

    One line "digest expiry" per token in a file of the data folder, so that a restart forgets none.
    """

    def __init__(self, file: Path, seconds: float, clock: Callable[[], float] = time.time) -> None:
        self._file, self._seconds, self._clock = file, seconds, clock
        self._until = self._read()

    def add(self, token: str) -> None:
        """Refuses this token from now on; written before this returns."""
        until = self._clock() + self._seconds
        self._until[_digest(token)] = until
        descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(f"{_digest(token)} {until:.0f}\n")
            file.flush()
            os.fsync(file.fileno())

    def __contains__(self, token: str) -> bool:
        return _digest(token) in self._until

    def _read(self) -> dict[str, float]:
        if not self._file.exists():
            return {}
        now, known = self._clock(), {}
        for line in self._file.read_text("utf-8").splitlines():
            digest, _, until = line.partition(" ")
            if until.isdigit() and float(until) > now:
                known[digest] = float(until)
        return known


class Tries:
    """How often one may try to sign in: per address, and per address and name."""

    def __init__(self, url: str, per_address: int = 30, per_name: int = 10) -> None:
        self._addresses, self._names = MovingWindow(url, per_address), MovingWindow(url, per_name)

    async def hit(self, address: str, identifier: str) -> bool:
        """Counts one try; False when there were too many in the last minute. Names are counted by digest."""
        if not await self._addresses.hit("sign-in", address):
            return False
        return await self._names.hit("sign-in", address, _digest(identifier.casefold())[:16])


class SignIn:
    """The only judge of who somebody is: by password once, by the token's cookie from then on."""

    def __init__(self, accounts: Accounts, revoked: Revoked) -> None:
        self._accounts, self._revoked = accounts, revoked

    async def by_password(self, username: str, password: str) -> "User | None":
        """Chainlit's user, who is an opaque id with a role; None when the account does not open."""
        from chainlit.user import User

        if not username or not password:
            return None
        account = await self._accounts.verify(DEFAULT_TENANT, username, password, datetime.now(UTC))
        if account is None:
            return None
        return User(
            identifier=account.scope.person, display_name=account.name, metadata={"generation": account.generation}
        )

    async def by_token(self, token: str | None, by: Literal["page", "socket"]) -> Visitor | None:
        """The account as it is now; None for a token that is forged, expired, logged out or of an older password."""
        from chainlit.auth import decode_jwt

        if not token or token in self._revoked:
            return None
        try:
            signed = decode_jwt(token)
            person, generation = signed.identifier, str(signed.metadata.get("generation", ""))
        except Exception:  # whatever is wrong with a stranger's token, it opens nothing
            return None
        try:
            account = await self._accounts.get(Scope(DEFAULT_TENANT, PersonId(person)))
        except NotebookError:
            return None
        if account is None or not hmac.compare_digest(account.generation.encode(), generation.encode()):
            return None
        return Visitor(account.scope, account.name, account.role, by)

    def sign_out(self, token: str) -> None:
        """Refuses this token from now on."""
        self._revoked.add(token)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
