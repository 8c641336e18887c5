# SPDX-License-Identifier: Apache-2.0
"""The data folder and its one owner: embedded stores are never opened by two processes."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.settings import SettingsError
from memory.errors import StoreInUse


@dataclass(frozen=True, slots=True)
class Residence:
    """Where the owner of the stores can be reached by other `rapport` commands on this machine."""

    pid: int
    url: str
    """The server's local address, or empty while a command without a server holds the stores."""
    token: str
    """Opens the server's local routes; readable by the owner of the data folder only."""


def prepare_folder(data: Path) -> Path:
    """Makes the data folder with mode 0700; raises SettingsError when it cannot be written to."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        data.chmod(0o700)
        (data / "keys").mkdir(exist_ok=True, mode=0o700)
        probe = data / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SettingsError(
            f"RAPPORT_DATA names {data}, which cannot be written to ({error.strerror}): "
            "choose a folder that you own, or change its permissions."
        ) from None
    return data


def resident(data: Path) -> Residence | None:
    """Who owns the stores now, or None."""
    lock = data / "lock"
    try:
        with lock.open("r+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return Residence(**json.loads(file.read()))
    except (OSError, ValueError, TypeError):
        return None
    return None


@contextmanager
def reside(data: Path, url: str = "") -> Iterator[Residence]:
    """Owns the stores until the end; raises StoreInUse with who owns them and what to do."""
    descriptor = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreInUse(_in_use(data, file.read())) from None
        residence = Residence(os.getpid(), url, secrets.token_urlsafe(32))
        file.seek(0)
        file.truncate()
        file.write(json.dumps({"pid": residence.pid, "url": residence.url, "token": residence.token}))
        file.flush()
        try:
            yield residence
        finally:
            file.seek(0)
            file.truncate()


def _in_use(data: Path, content: str) -> str:
    try:
        owner = Residence(**json.loads(content))
    except (ValueError, TypeError):
        return f"Another process uses the data in {data}: wait for it to end, or set RAPPORT_DATA elsewhere."
    where = f" at {owner.url}" if owner.url else ""
    return (
        f"Rapport already runs{where} (process {owner.pid}) with the data in {data}: "
        "use that one, stop it first, or set RAPPORT_DATA to another folder."
    )
