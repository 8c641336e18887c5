# SPDX-License-Identifier: Apache-2.0
"""One's memory from the terminal and by commands, beside a running server: the page knows at once."""

import json
from pathlib import Path

import pytest

from memory.accounts import Account
from tests.running import PASSWORD, Running, make_account, rapport

pytestmark = [pytest.mark.process, pytest.mark.timeout(240)]


def _chat(folder: Path, *lines: str) -> str:
    done = rapport(folder, "chat", "ana", typed="\n".join([PASSWORD, *lines, "/quit", ""]))
    assert done.returncode == 0, done.stderr
    return " ".join(done.stdout.split())


def test_what_the_terminal_does_binds_the_server_at_once(folder: Path, ana: Account, server: Running) -> None:
    """Hide, show, correct, history, pause, resume, forget: by the numbers of the last list."""
    question = "What is my rabbit called?"
    shown = _chat(folder, "My rabbit is called Nib.", "/memory nib", "/hide 1", "/memory nib", "/hide 7", "/frobnicate")
    assert "(hidden: not used)" in shown
    assert "Write a number of the last list" in shown
    assert "There is no command /frobnicate" in shown
    assert "Nib" not in server.say(ana, question)
    shown = _chat(folder, "/memory nib", "/show 1", "/correct 1 My rabbit is called Nub", "/history 1", "/pause")
    assert "Rabbit: Nib (until 20" in shown
    assert "Nub" not in server.say(ana, question)
    server.say(ana, "My rabbit is called Nab.")
    shown = _chat(folder, "/resume", question, "/memory nub", "/forget 1")
    assert "Nub" in shown.partition("Resumed")[2].partition("1. ")[0]
    assert "Forgotten." in shown
    assert not {"Nub", "Nab"} & set(server.say(ana, question).replace(".", " ").split())


def test_whether_a_memory_helped_is_said_in_the_terminal(folder: Path, ana: Account, server: Running) -> None:
    """By the number of the last answer's list; shown there, and taken back when said again."""
    server.say(ana, "My parrot is called Kiwi.")
    judged = ("/nothelpful 1", "/why")
    shown = _chat(folder, "/why", "What is my parrot called?", "/why", "/helped 99", *judged, *judged)
    assert "Nothing that is remembered was used." in shown
    assert "/why shows it" in shown
    assert shown.count("(did not help)") == 1
    assert "(did not help)" in shown.partition("Noted:")[2].partition("Taken back.")[0]


def test_a_memory_moves_to_another_machine(folder: Path, ana: Account, server: Running, tmp_path: Path) -> None:
    """Exported beside a running server to a file of one's own, imported where none runs, twice without doubles."""
    file, other = tmp_path / "ana.json", tmp_path / "data"
    done = rapport(folder, "export", "ana", str(file))
    assert (done.returncode, file.stat().st_mode & 0o077) == (0, 0), done.stderr
    assert "is there already" in rapport(folder, "export", "ana", str(file)).stderr
    make_account(other, "ana", "Ana")
    for new in (True, False):
        done = rapport(other, "import", "ana", str(file))
        assert ("Facts: 0 new, 0 into history" not in done.stdout) is new, done.stderr
    (tmp_path / "broken.json").write_text('{"facts": [{"text": ""}]}', "utf-8")
    done = rapport(other, "import", "ana", str(tmp_path / "broken.json"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "facts.0.text" in done.stderr
    assert "Traceback" not in done.stderr
    rapport(other, "export", "ana", str(tmp_path / "again.json"))
    told = [
        {fact["text"] for fact in json.loads(one.read_text("utf-8"))["facts"]}
        for one in (file, tmp_path / "again.json")
    ]
    assert told[0] == told[1]
    assert "Lives in Trondheim" in told[0]
