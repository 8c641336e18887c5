# SPDX-License-Identifier: Apache-2.0
"""A key per person, wrapped by a master key: what a person said is sealed, and gone once the key is.

Keys lie in a database of their own. A sealed value is one version byte, a random nonce of 12 bytes, and
AES-256-GCM's output.
"""

import asyncio
import hashlib
import hmac
import os
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import ColumnElement, Select, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from memory.errors import KeyUnusable
from memory.ids import PersonId, Scope, TenantId
from memory.store.engine import WRITING, answering, checkpoint, make_engine
from memory.store.keys import KEY_STORE, erased_person, master_check, person_key

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = b"\x01"
CHECK = b"rapport master key"


class PersonKey:
    """One person's data key: seals, opens and digests; never leaves the process."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._cipher = AESGCM(self.derive("seal/1"))
        self._digest = self.derive("digest/1")

    def seal(self, text: str, about: str) -> bytes:
        """Ciphertext that opens only under the same `about`, e.g. "fact:<id>"; a few microseconds."""
        return _seal(self._cipher, _bytes(text), _bytes(about))

    def unseal(self, blob: bytes, about: str) -> str:
        """The text; raises KeyUnusable where key, `about` or bytes are not those of the sealing."""
        return _unseal(self._cipher, blob, _bytes(about)).decode(errors="surrogatepass")

    def digest(self, text: str) -> str:
        """HMAC-SHA256 in hex: equal texts are seen to be equal by this person's key alone."""
        return hmac.digest(self._digest, _bytes(text), "sha256").hex()

    def derive(self, label: str) -> bytes:
        """32 bytes for one purpose, by HKDF-SHA256; the same for the same label."""
        return _derive(self._data, label)


class Keyring:
    """Every person's key, unwrapped when first asked for and then kept in memory."""

    def __init__(self, engine: AsyncEngine, master: bytes) -> None:
        self._engine = engine
        self._wrapping = AESGCM(_derive(master, "wrap/1"))
        self._digest = _derive(master, "digest/1")
        self.signing = Ed25519PrivateKey.from_private_bytes(_derive(master, "receipt/1"))
        """Signs receipts; its public half names this installation."""
        self._keys: dict[Scope, PersonKey] = {}
        self._making = asyncio.Lock()

    async def of(self, scope: Scope) -> PersonKey:
        """The person's key, made and written to disk at first use."""
        key = self._keys.get(scope)
        if key is None:
            async with self._making:
                data = await self._load(scope) or await self._make(scope) or await self._load(scope)
                key = self._keys[scope] = PersonKey(data or b"")
        return key

    async def destroy(self, scope: Scope) -> None:
        """Deletes the key and its bytes: what it sealed stays closed for good, in backups too."""
        async with self._making:
            self._keys.pop(scope, None)
            with answering(self._engine):
                async with self._engine.execution_options(**WRITING).begin() as connection:
                    await connection.execute(delete(person_key).where(_row(scope)))
            await checkpoint(self._engine)

    async def erase(self, scope: Scope, at: datetime) -> bytes | None:
        """Destroys the key for good: none is ever made for this person again. The wrapped key, if there was one.

        In one transaction with the entry in the list of the erased; twice is as once.
        """
        entry = {"subject": self.subject(scope), "at": int(at.timestamp() * 1_000_000)}
        async with self._making:
            self._keys.pop(scope, None)
            with answering(self._engine):
                async with self._engine.execution_options(**WRITING).begin() as connection:
                    gone = delete(person_key).where(_row(scope)).returning(person_key.c.wrapped)
                    wrapped: bytes | None = (await connection.execute(gone)).scalar()
                    if await connection.scalar(_listed(entry["subject"])) is None:
                        await connection.execute(insert(erased_person).values(entry))
            await checkpoint(self._engine)
        return wrapped

    async def erased(self) -> frozenset[str]:
        """The subjects that were erased."""
        with answering(self._engine):
            async with self._engine.connect() as connection:
                return frozenset(await connection.scalars(select(erased_person.c.subject)))

    async def people(self) -> tuple[Scope, ...]:
        """Everybody who has a key."""
        with answering(self._engine):
            async with self._engine.connect() as connection:
                rows = await connection.execute(select(person_key.c.tenant, person_key.c.person))
                return tuple(Scope(TenantId(tenant), PersonId(person)) for tenant, person in rows)

    def subject(self, scope: Scope) -> str:
        """How an erased person stands in receipts and in the list of the erased: a digest under the master key."""
        return self.digest(f"subject\0{scope.tenant}\0{scope.person}")

    def digest(self, text: str) -> str:
        """HMAC-SHA256 in hex under the master key, for what must be found before the person is known."""
        return hmac.digest(self._digest, _bytes(text), "sha256").hex()

    async def prove(self) -> None:
        """Holds the master key against the one that this store began with; raises KeyUnusable."""
        with answering(self._engine):
            async with self._engine.execution_options(**WRITING).begin() as connection:
                await connection.run_sync(KEY_STORE.create_all)
                proof = (await connection.execute(select(master_check.c.proof))).scalar()
                if proof is None:
                    proof = _seal(self._wrapping, CHECK, CHECK)
                    await connection.execute(insert(master_check).values(id=1, proof=proof))
        try:
            _unseal(self._wrapping, proof, CHECK)
        except KeyUnusable as error:
            raise KeyUnusable(
                "This master key is not the one that sealed these keys; put back the original "
                "RAPPORT_MASTER_KEY or master key file, nothing was changed."
            ) from error

    async def _load(self, scope: Scope) -> bytes | None:
        with answering(self._engine):
            async with self._engine.connect() as connection:
                found = await connection.execute(select(person_key.c.wrapped).where(_row(scope)))
                wrapped = found.scalar()
        return None if wrapped is None else _unseal(self._wrapping, wrapped, _about(scope))

    async def _make(self, scope: Scope) -> bytes | None:
        data = os.urandom(KEY_BYTES)
        wrapped = _seal(self._wrapping, data, _about(scope))
        row = {"tenant": scope.tenant, "person": scope.person, "wrapped": wrapped}
        with answering(self._engine):
            try:
                async with self._engine.execution_options(**WRITING).begin() as connection:
                    if await connection.scalar(_listed(self.subject(scope))) is not None:
                        raise KeyUnusable("This person was erased: nothing is kept for them any more.")
                    await connection.execute(insert(person_key).values(row))
            except IntegrityError:  # another process was first
                return None
        return data


def load_master_key(value: str | None, file: Path, keys: Path | None = None) -> bytes:
    """The 32 bytes of RAPPORT_MASTER_KEY (base64), or of a 0600 file that is made at the first start.

    `keys` is the key store's file: where it is there, no master key is made. Raises KeyUnusable with a sentence that
    says what to do.
    """
    if value is not None:
        return _decode(value, "RAPPORT_MASTER_KEY")
    if keys is not None and keys.exists() and not file.exists():
        raise KeyUnusable(
            f"The master key file {file} is missing, and it sealed the keys in {keys.name}; put it back from its "
            "backup, or set RAPPORT_MASTER_KEY. Nothing was changed."
        )
    try:
        return _read_or_make(file)
    except OSError as error:
        raise KeyUnusable(
            f"The master key file {file} cannot be used ({error.strerror}); "
            "make it readable, or set RAPPORT_MASTER_KEY."
        ) from error


@asynccontextmanager
async def open_keyring(url: str, master: bytes) -> AsyncIterator[Keyring]:
    """Opens the key store and proves the master key; raises KeyUnusable, StoreUnavailable."""
    engine = make_engine(url, durable=True)
    try:
        keyring = Keyring(engine, master)
        await keyring.prove()
        yield keyring
    finally:
        await engine.dispose()


def _read_or_make(file: Path) -> bytes:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if file.stat().st_mode & 0o077:
            raise KeyUnusable(f"Others may read the master key file {file}; run: chmod 600 {file}") from None
        return _decode(file.read_text("ascii", "replace"), str(file))
    key = os.urandom(KEY_BYTES)
    with os.fdopen(handle, "wb") as stream:
        stream.write(b64encode(key) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    return key


def _decode(value: str, source: str) -> bytes:
    try:
        key = b64decode(value.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyUnusable(f"{source} must hold 32 bytes in base64; `openssl rand -base64 32` makes such a key.")
    return key


def _bytes(text: str) -> bytes:
    """Also of what is no valid text: a sign-in page takes anything."""
    return text.encode(errors="surrogatepass")


def _row(scope: Scope) -> ColumnElement[bool]:
    return (person_key.c.tenant == scope.tenant) & (person_key.c.person == scope.person)


def _listed(subject: object) -> Select[tuple[str]]:
    return select(erased_person.c.subject).where(erased_person.c.subject == subject)


def _about(scope: Scope) -> bytes:
    return hashlib.sha256(f"{scope.tenant}\0{scope.person}".encode()).digest()


def _derive(key: bytes, label: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"rapport/{label}".encode()).derive(key)


def _seal(cipher: AESGCM, clear: bytes, about: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + cipher.encrypt(nonce, clear, about)


def _unseal(cipher: AESGCM, blob: bytes, about: bytes) -> bytes:
    try:
        return cipher.decrypt(blob[1 : 1 + NONCE_BYTES], blob[1 + NONCE_BYTES :], about)
    except (InvalidTag, ValueError) as error:
        raise KeyUnusable("A sealed value does not open: its key was destroyed or exchanged.") from error
