# SPDX-License-Identifier: Apache-2.0
"""Sealing: one key a person, wrapped by a master key that is proven at the start."""

import asyncio
import base64
import stat
from pathlib import Path

import pytest

from memory.errors import KeyUnusable
from memory.ids import Scope
from memory.store.sealed import Keyring, PersonKey, load_master_key, open_keyring
from tests.memory.files import bytes_of

MASTER = bytes(range(32))


def url(folder: Path) -> str:
    """The key store's address."""
    return f"sqlite+aiosqlite:///{folder}/keys.db"


def test_what_is_sealed_opens_again() -> None:
    """A text comes back under the same key and the same purpose."""
    key = PersonKey(MASTER)
    assert key.unseal(key.seal("Lissabon 🌊", "fact:1"), "fact:1") == "Lissabon 🌊"


def test_sealing_twice_gives_two_ciphertexts() -> None:
    """Equal texts are not seen to be equal."""
    key = PersonKey(MASTER)
    assert key.seal("yes", "fact:1") != key.seal("yes", "fact:1")


@pytest.mark.parametrize("case", ["purpose", "key", "bytes", "short", "empty"])
def test_what_does_not_fit_does_not_open(case: str) -> None:
    """Another purpose, another key, changed or missing bytes raise KeyUnusable."""
    key, blob = PersonKey(MASTER), PersonKey(MASTER).seal("text", "fact:1")
    broken = {"bytes": blob[:-1] + bytes([blob[-1] ^ 1]), "short": blob[:9], "empty": b""}.get(case, blob)
    reader = PersonKey(MASTER[::-1]) if case == "key" else key
    with pytest.raises(KeyUnusable):
        reader.unseal(broken, "fact:2" if case == "purpose" else "fact:1")


def test_digests_and_derived_keys_are_the_persons_own() -> None:
    """The same text has the same digest under one key and another under another."""
    one, two = PersonKey(MASTER), PersonKey(MASTER[::-1])
    assert one.digest("Lisbon") == PersonKey(MASTER).digest("Lisbon") != two.digest("Lisbon")
    assert one.derive("vectors/1") == PersonKey(MASTER).derive("vectors/1") != one.derive("vectors/2")
    assert len(one.derive("vectors/1")) == 32


async def test_a_key_outlives_the_process(tmp_path: Path, anna: Scope) -> None:
    """What was sealed before opens after the store was closed and opened again."""
    async with open_keyring(url(tmp_path), MASTER) as keyring:
        blob = (await keyring.of(anna)).seal("text", "fact:1")
    async with open_keyring(url(tmp_path), MASTER) as keyring:
        assert (await keyring.of(anna)).unseal(blob, "fact:1") == "text"


async def test_people_have_different_keys(keyring: Keyring, anna: Scope, ben: Scope) -> None:
    """Nobody opens what another's key sealed."""
    blob = (await keyring.of(anna)).seal("text", "fact:1")
    stranger = await keyring.of(ben)
    with pytest.raises(KeyUnusable):
        stranger.unseal(blob, "fact:1")


async def test_a_key_is_made_once(tmp_path: Path, anna: Scope) -> None:
    """Two stores that are asked for a new person's key at once agree on one."""
    async with open_keyring(url(tmp_path), MASTER) as one, open_keyring(url(tmp_path), MASTER) as two:
        first, second, third = await asyncio.gather(one.of(anna), two.of(anna), one.of(anna))
        assert first.derive("x") == second.derive("x") == third.derive("x")


async def test_a_destroyed_key_opens_nothing(tmp_path: Path, anna: Scope) -> None:
    """After destroy, the person's old texts stay closed, and the wrapped key's bytes are in no file."""
    async with open_keyring(url(tmp_path), MASTER) as keyring:
        blob = (await keyring.of(anna)).seal("text", "fact:1")
        assert anna.person.encode() in bytes_of(tmp_path)
        await keyring.destroy(anna)
        assert anna.person.encode() not in bytes_of(tmp_path)
        fresh = await keyring.of(anna)
        with pytest.raises(KeyUnusable):
            fresh.unseal(blob, "fact:1")


async def test_another_master_key_is_refused_at_the_start(tmp_path: Path, anna: Scope) -> None:
    """A wrong master key raises KeyUnusable, which says what to do, and changes nothing."""
    async with open_keyring(url(tmp_path), MASTER) as keyring:
        blob = (await keyring.of(anna)).seal("text", "fact:1")
    with pytest.raises(KeyUnusable, match="not the one that sealed"):
        async with open_keyring(url(tmp_path), MASTER[::-1]):
            pass
    async with open_keyring(url(tmp_path), MASTER) as keyring:
        assert (await keyring.of(anna)).unseal(blob, "fact:1") == "text"


def test_the_master_key_file_is_made_once_for_its_owner(tmp_path: Path) -> None:
    """The first start writes a 0600 file, the second reads the same key."""
    file = tmp_path / "keys" / "master.key"
    key = load_master_key(None, file)
    assert (len(key), stat.S_IMODE(file.stat().st_mode)) == (32, 0o600)
    assert load_master_key(None, file) == key


def test_a_master_key_from_the_environment_needs_no_file(tmp_path: Path) -> None:
    """A base64 value is taken as it is and nothing is written."""
    assert load_master_key(base64.b64encode(MASTER).decode(), tmp_path / "master.key") == MASTER
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", ["", "short", "not base64 !", base64.b64encode(b"x" * 31).decode()])
def test_a_malformed_master_key_is_refused(value: str, tmp_path: Path) -> None:
    """Anything but 32 bytes in base64 raises KeyUnusable, which names the variable and not the value."""
    with pytest.raises(KeyUnusable, match="RAPPORT_MASTER_KEY must hold 32 bytes") as caught:
        load_master_key(value, tmp_path / "master.key")
    assert not value or value not in str(caught.value)


def test_a_master_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """A file with wider rights raises KeyUnusable with the command that mends it."""
    file = tmp_path / "master.key"
    load_master_key(None, file)
    file.chmod(0o644)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        load_master_key(None, file)


def test_a_damaged_master_key_file_is_refused(tmp_path: Path) -> None:
    """A file that holds something else raises KeyUnusable and is not written over."""
    file = tmp_path / "master.key"
    file.touch(0o600)
    with pytest.raises(KeyUnusable, match="must hold 32 bytes"):
        load_master_key(None, file)
    assert file.read_bytes() == b""


def test_a_place_without_a_folder_is_refused(tmp_path: Path) -> None:
    """A master key file that cannot be made raises KeyUnusable, which says what to do."""
    (tmp_path / "file").touch()
    with pytest.raises(KeyUnusable, match="make it readable, or set RAPPORT_MASTER_KEY"):
        load_master_key(None, tmp_path / "file" / "master.key")
