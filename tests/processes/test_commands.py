# SPDX-License-Identifier: Apache-2.0
"""The `rapport` commands, beside a running server and without one."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.residence import reside
from memory.accounts import Account
from memory.ids import new_id
from tests.running import PASSWORD, Running, free_port, make_account, rapport

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]


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
    assert "names are found by the built-in model" in done.stdout
    assert "RAPPORT_MODELS=openai/gpt-4o-mini" in done.stdout
    assert "sk-test" not in done.stdout + done.stderr


def test_the_doctor_says_what_is_wrong(folder: Path, server: Running) -> None:
    """A missing key and a missing name model are named, and the doctor ends with 1."""
    wrong = {"RAPPORT_MODELS": "anthropic/claude-haiku-4-5", "RAPPORT_NAMES": "spacy:no_such_model"}
    done = rapport(folder, "doctor", ANTHROPIC_API_KEY="", **wrong)
    assert done.returncode == 1
    assert "ANTHROPIC_API_KEY" in done.stdout
    assert "The spaCy model no_such_model does not load" in done.stdout


def test_the_index_is_rebuilt_by_the_running_server(folder: Path, ana: Account, server: Running) -> None:
    """`rapport reindex` goes through it, and it remembers as before."""
    done = rapport(folder, "reindex")
    assert done.returncode == 0, done.stderr
    assert "Rebuilt the index" in done.stdout
    assert "Trondheim" in server.say(ana, "Where do I live?")


def test_bytes_that_are_no_text_end_nothing(folder: Path, ana: Account, server: Running) -> None:
    """Piped into the terminal they are answered like any message, and the next one too."""
    environment = {**os.environ, "RAPPORT_DATA": str(folder), "RAPPORT_MODELS": ""}
    typed = PASSWORD.encode() + b"\n\xff\xfe\x00\x1b[2J\nWhere do I live?\n"
    command = [sys.executable, "-m", "app.doors.cli", "chat", "ana"]
    done = subprocess.run(command, env=environment, input=typed, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert b"Trondheim" in done.stdout
    assert done.stderr == b""


@pytest.mark.parametrize("command", ["chat", "reindex"])
def test_a_server_that_does_not_answer_is_named(tmp_path: Path, command: str) -> None:
    """A hung or broken server is one sentence with its address, never a traceback."""
    data = tmp_path / "data"
    make_account(data, "ana", "Ana Sousa")
    with reside(data, f"http://127.0.0.1:{free_port()}") as owner:
        arguments = [command, "ana"] if command == "chat" else [command]
        done = rapport(data, *arguments, typed=f"{PASSWORD}\nHello.\n")
    assert done.returncode == 2, done.stderr
    assert f"Rapport at {owner.url}" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_accounts_are_added_listed_and_removed(tmp_path: Path) -> None:
    """With a password from a pipe; too weak a one is refused in one sentence."""
    data = tmp_path / "data"
    added = rapport(data, "accounts", "add", "ben", "--name", "Ben Okri", typed=f"{PASSWORD}\n")
    assert added.returncode == 0, added.stderr
    assert rapport(data, "accounts", "list").stdout.split() == ["ben", "user", "Ben", "Okri"]
    assert rapport(data, "accounts", "add", "cleo", typed="short\n").returncode == 2
    assert rapport(data, "accounts", "remove", "ben").returncode == 0
    assert rapport(data, "accounts", "list").stdout.split() == []


def test_a_turn_is_inspected_without_its_values(folder: Path, ana: Account, server: Running) -> None:
    """`rapport audit turns` names it, `rapport audit turn` shows prompt, answer and verdicts, masked."""
    server.say(ana, "ana here: my e-mail is ana.sousa@kittiwake.example. What is my e-mail?")
    newest = rapport(folder, "audit", "turns", "--last", "1").stdout.split()
    done = rapport(folder, "audit", "turn", newest[2])
    assert done.returncode == 0, done.stderr
    for part in ("Outcome: answered", "Hidden: EMAIL_ADDRESS", "== Sent, system ==", "== Came back ==", "== Shown"):
        assert part in done.stdout
    assert "<PERSON_1> here: my e-mail is <EMAIL_ADDRESS_1>." in done.stdout
    assert not [value for value in ("sousa", "kittiwake", "ana ") if value in done.stdout.lower()]
    absent = rapport(folder, "audit", "turn", new_id())
    assert (absent.returncode, absent.stdout) == (2, "")
    assert "Nothing is kept of such a turn" in absent.stderr


def test_a_changed_record_is_found(copied: Path) -> None:
    """`rapport audit verify` holds for an honest record and names the entry that was changed."""
    assert "none changed, none missing" in rapport(copied, "audit", "verify").stdout
    with sqlite3.connect(copied / "memory.db") as database:
        database.execute("UPDATE ledger SET entry = replace(entry, 'terminal', 'web') WHERE number = 1")
    database.close()
    done = rapport(copied, "audit", "verify")
    assert done.returncode == 1
    assert "changed at entry 1" in done.stderr
