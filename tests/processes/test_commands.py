# SPDX-License-Identifier: Apache-2.0
"""The `rapport` commands, beside a running server and without one."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from memory.accounts import Account
from tests.running import PASSWORD, Running, make_account, rapport, running

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that this file's server has, and its commands are pointed at."""
    return tmp_path_factory.mktemp("commands") / "data"


@pytest.fixture(scope="module")
def ana(folder: Path) -> Account:
    """Somebody who is remembered."""
    return make_account(folder, "ana", "Ana Sousa")


@pytest.fixture(scope="module")
def server(folder: Path, ana: Account) -> Iterator[Running]:
    """The server, with one turn on record."""
    with running(folder) as server:
        server.say(ana, "I live in Trondheim.")
        yield server


def test_the_terminal_talks_through_the_running_server(folder: Path, ana: Account, server: Running) -> None:
    """`rapport chat` knows what the page was told, and the page what the terminal was told."""
    done = rapport(folder, "chat", "ana", typed=f"{PASSWORD}\nWhere do I live?\nMy dog is called Pixel.\n/quit\n")
    assert done.returncode == 0, done.stderr
    assert "You are talking to an AI." in done.stdout
    assert "Trondheim" in done.stdout
    assert "remembered: 1" in done.stdout
    assert "Pixel" in server.say(ana, "What is my dog called?")


def test_the_terminal_opens_for_its_password_alone(folder: Path, server: Running) -> None:
    """A wrong password is one sentence, and no turn."""
    done = rapport(folder, "chat", "ana", typed="wrong password\nWhere do I live?\n")
    assert done.returncode == 2
    assert "do not go together" in done.stderr
    assert "Trondheim" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_the_doctor_says_what_is_set_up(folder: Path, server: Running) -> None:
    """Folder, accounts, turns, models; and for a key that is found, the exact line that would use it."""
    done = rapport(folder, "doctor", OPENAI_API_KEY="sk-test")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Rapport runs at {server.url}" in done.stdout
    assert "1 accounts" in done.stdout
    assert "models in order: local/concierge" in done.stdout
    assert "RAPPORT_MODELS=openai/gpt-4o-mini" in done.stdout
    assert "sk-test" not in done.stdout + done.stderr


def test_the_doctor_says_what_is_wrong(folder: Path, server: Running) -> None:
    """A missing key is named, and the doctor ends with 1."""
    done = rapport(folder, "doctor", RAPPORT_MODELS="anthropic/claude-haiku-4-5", ANTHROPIC_API_KEY="")
    assert done.returncode == 1
    assert "ANTHROPIC_API_KEY" in done.stdout


def test_the_index_is_rebuilt_by_the_running_server(folder: Path, ana: Account, server: Running) -> None:
    """`rapport reindex` goes through it, and it remembers as before."""
    done = rapport(folder, "reindex")
    assert done.returncode == 0, done.stderr
    assert "Rebuilt the index" in done.stdout
    assert "Trondheim" in server.say(ana, "Where do I live?")


def test_accounts_are_added_listed_and_removed(tmp_path: Path) -> None:
    """With a password from a pipe; too weak a one is refused in one sentence."""
    data = tmp_path / "data"
    added = rapport(data, "accounts", "add", "ben", "--name", "Ben Okri", typed=f"{PASSWORD}\n")
    assert added.returncode == 0, added.stderr
    assert rapport(data, "accounts", "list").stdout.split() == ["ben", "user", "Ben", "Okri"]
    assert rapport(data, "accounts", "add", "cleo", typed="short\n").returncode == 2
    assert rapport(data, "accounts", "remove", "ben").returncode == 0
    assert rapport(data, "accounts", "list").stdout.split() == []


def test_a_changed_record_is_found(tmp_path: Path) -> None:
    """`rapport audit verify` holds for an honest record and names the entry that was changed."""
    data = tmp_path / "data"
    account = make_account(data, "ana", "Ana Sousa")
    with running(data) as server:
        for said in ("Hello.", "I live in Trondheim.", "Thank you!"):
            server.say(account, said)
    assert "3 entries, none changed" in rapport(data, "audit", "verify").stdout
    with sqlite3.connect(data / "memory.db") as database:
        database.execute("UPDATE ledger SET entry = replace(entry, 'terminal', 'web') WHERE number = 2")
    database.close()
    done = rapport(data, "audit", "verify")
    assert done.returncode == 1
    assert "changed at entry 2" in done.stderr
