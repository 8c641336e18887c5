# SPDX-License-Identifier: Apache-2.0
"""Whatever stands in the way of a start is one sentence that says what to do, never a traceback."""

import shutil
import socket
import sqlite3
import subprocess
from pathlib import Path

import pytest

from app.residence import prepare_folder, reside
from app.settings import HOUSE
from memory.accounts import Account
from tests.running import make_account, rapport, running

pytestmark = pytest.mark.process


def assert_one_sentence(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """The command failed, said these words in one line, and showed no traceback."""
    said = done.stderr.strip()
    assert done.returncode == 2, done.stdout + done.stderr
    assert all(word in said for word in words), said
    assert "Traceback" not in done.stdout + done.stderr
    assert len(said.splitlines()) == 1, said


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    """RAPPORT_ANSWER_SECONDS=soon stops the start with the variable's name."""
    done = rapport(tmp_path / "data", "serve", RAPPORT_ANSWER_SECONDS="soon")
    assert_one_sentence(done, "RAPPORT_ANSWER_SECONDS", ".env.example")


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    """Somebody else listens there: stop them or take another port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = rapport(tmp_path / "data", "serve", RAPPORT_PORT=str(port))
    assert_one_sentence(done, f"Port {port} is in use", "RAPPORT_PORT")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A file where the data folder should be is not overwritten."""
    (tmp_path / "data").write_text("mine")
    assert_one_sentence(rapport(tmp_path / "data", "serve"), "RAPPORT_DATA", "cannot be written to")
    assert (tmp_path / "data").read_text() == "mine"


def test_a_second_process_is_told_who_is_there(tmp_path: Path) -> None:
    """The embedded stores have one owner; the second start names it."""
    data = prepare_folder(tmp_path / "data")
    with reside(data, "http://127.0.0.1:8123"):
        assert_one_sentence(rapport(data, "serve"), "already runs at http://127.0.0.1:8123", "RAPPORT_DATA")


def test_an_unknown_model_is_named(tmp_path: Path) -> None:
    """A model that no provider offers stops the start, before anybody waits for an answer."""
    done = rapport(tmp_path / "data", "serve", RAPPORT_MODELS="no-such-provider/model")
    assert_one_sentence(done, "RAPPORT_MODELS", "no-such-provider/model")


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    """A known provider without its key stops the start with the key's name."""
    environment = {"RAPPORT_MODELS": "anthropic/claude-haiku-4-5", "ANTHROPIC_API_KEY": ""}
    assert_one_sentence(rapport(tmp_path / "data", "serve", **environment), "ANTHROPIC_API_KEY", "RAPPORT_MODELS")


def test_a_wrong_use_case_is_named(tmp_path: Path) -> None:
    """A use case without a purpose does not load, and neither does the server."""
    shutil.copytree(HOUSE / "use_cases", tmp_path / "cases")
    (tmp_path / "cases" / "personal_chat.yaml").write_text("purpose: ''\n")
    done = rapport(tmp_path / "data", "serve", RAPPORT_USE_CASES=str(tmp_path / "cases"))
    assert_one_sentence(done, "personal_chat.yaml", "purpose")


def test_a_wrong_rule_is_named(tmp_path: Path) -> None:
    """A learning rule that cannot be read stops the start with its file's name."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "en.yaml").write_text("rules: [")
    done = rapport(tmp_path / "data", "serve", RAPPORT_RULES=str(tmp_path / "rules"))
    assert_one_sentence(done, "en.yaml")


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    """A database that a newer Rapport wrote is neither migrated nor changed."""
    make_account(tmp_path / "data", "ana", "Ana")
    file = tmp_path / "data" / "memory.db"
    with sqlite3.connect(file) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    assert_one_sentence(rapport(tmp_path / "data", "serve"), "newer")
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
        assert database.execute("SELECT count(*) FROM person").fetchone() == (1,)
    database.close()


def test_a_wrong_master_key_is_refused(tmp_path: Path) -> None:
    """Another key cannot open what people said; nothing is made anew with it."""
    make_account(tmp_path / "data", "ana", "Ana")
    key = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="  # 32 bytes, for this test
    assert_one_sentence(rapport(tmp_path / "data", "serve", RAPPORT_MASTER_KEY=key), "RAPPORT_MASTER_KEY")


@pytest.mark.parametrize("missing", ["master.key", "keys.db"])
def test_missing_keys_are_refused_and_nothing_is_made_anew(missing: str, tmp_path: Path) -> None:
    """Without the master key, or without the keys, it says which file to put back; put back, all is as before."""
    make_account(tmp_path / "data", "ana", "Ana")
    file, aside = tmp_path / "data" / "keys" / missing, tmp_path / "aside"
    memory = (tmp_path / "data" / "memory.db").read_bytes()
    file.rename(aside)
    assert_one_sentence(rapport(tmp_path / "data", "serve"), missing, "put", "back")
    assert missing == "keys.db" or not file.exists()
    assert (tmp_path / "data" / "memory.db").read_bytes() == memory
    shutil.copy(aside, file)
    done = rapport(tmp_path / "data", "accounts", "list")
    assert done.returncode == 0, done.stderr
    assert "Ana" in done.stdout


def test_demo_accounts_stay_on_this_machine(tmp_path: Path) -> None:
    """With nobody but demo accounts the server does not listen beyond loopback."""
    done = rapport(tmp_path / "data", "serve", RAPPORT_HOST="0.0.0.0")
    assert_one_sentence(done, "rapport accounts add")


def test_a_half_written_index_is_rebuilt(copied: Path, ana: Account) -> None:
    """Garbage in the index's folder costs nothing that was said: the index is made anew."""
    files = [file for file in (copied / "index").rglob("*") if file.is_file()]
    for file in files:
        file.write_bytes(b"not an index")
    with running(copied) as server:
        assert "Trondheim" in server.say(ana, "Where do I live?")
    assert files
