# SPDX-License-Identifier: Apache-2.0
"""The data folder has one owner, and says who."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.residence import prepare_folder, reside, resident
from app.settings import HOUSE, SettingsError
from memory.errors import StoreInUse

HOLD = """
import sys, pathlib
from app.residence import prepare_folder, reside
with reside(prepare_folder(pathlib.Path(sys.argv[1])), "http://127.0.0.1:8123"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_refused_with_who_and_what_to_do(tmp_path: Path) -> None:
    """Two processes on one embedded store would lose vectors: the second gets one sentence."""
    data = prepare_folder(tmp_path / "data")
    command = [sys.executable, "-c", HOLD, str(data)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=HOUSE, text=True) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        holder.stdout.readline()
        owner = resident(data)
        assert owner is not None
        assert (owner.pid, owner.url) == (holder.pid, "http://127.0.0.1:8123")
        with (
            pytest.raises(StoreInUse, match=r"already runs at http://127.0.0.1:8123 .*RAPPORT_DATA"),
            reside(data),
        ):
            pass
        holder.kill()
    assert resident(data) is None
    with reside(data) as residence:
        assert residence.token


def test_only_the_owner_may_read_the_folder(tmp_path: Path) -> None:
    """Data folder and lock file are closed to everybody else on the machine."""
    data = prepare_folder(tmp_path / "data")
    with reside(data):
        assert data.stat().st_mode & 0o777 == 0o700
        assert (data / "lock").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    """A file in the way, or no permission, says which setting to change."""
    (tmp_path / "data").write_text("a file")
    with pytest.raises(SettingsError, match=r"RAPPORT_DATA names .*cannot be written to"):
        prepare_folder(tmp_path / "data" / "below")
