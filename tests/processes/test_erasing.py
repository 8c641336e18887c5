# SPDX-License-Identifier: Apache-2.0
"""`rapport erase` with a server and without one: nothing of a person in any file, and a receipt that holds."""

import json
from pathlib import Path

import pytest

from memory.ids import new_id
from tests.memory.traces import traces
from tests.running import make_account, rapport, running

pytestmark = [pytest.mark.process, pytest.mark.timeout(240)]

TOLD = ("I live in Brackenmoor.", "My dog is called Marzipanic.")


def test_an_erased_person_is_in_no_file(tmp_path: Path) -> None:
    """A conversation, then a person, erased beside the running server; another without it; all receipts hold."""
    data = tmp_path / "data"
    ana, ben = make_account(data, "ana", "Ana Quillonette"), make_account(data, "ben", "Ben Okri")
    place = new_id()
    with running(data) as server:
        for told in TOLD:
            server.say(ana, told, place)
        server.say(ben, "I live in Trondheim.")
        assert {file for file, _ in traces(data, [ana.scope.person])} >= {"memory.db", "keys.db", "jobs.db"}
        assert rapport(data, "erase", "ben", "--conversation", place, "--yes").returncode == 2
        done = rapport(data, "erase", "ana", "--conversation", place, "--yes")
        assert json.loads(done.stdout)["what"] == "conversation", done.stderr
        assert "Brackenmoor" not in server.say(ana, "Where do I live?")
        refused = rapport(data, "erase", "ana", typed="n\n")
        assert refused.returncode == 1, refused.stderr
        done = rapport(data, "erase", "ana", typed="y\n")
        receipt = json.loads(done.stdout)
        assert (receipt["what"], receipt["searched"]["found"], receipt["jobs"] > 0) == ("person", 0, True)
        assert traces(data, [ana.scope.person]) == set()
        assert "Trondheim" in server.say(ben, "Where do I live?")
        assert rapport(data, "accounts", "list").stdout.split()[0] == "ben"
    (tmp_path / "receipt.json").write_text(done.stdout)
    (tmp_path / "forged.json").write_text(done.stdout.replace('"person"', '"item"'))
    assert "genuine: person" in rapport(data, "erase", "--verify", str(tmp_path / "receipt.json")).stdout
    assert rapport(data, "erase", "--verify", str(tmp_path / "forged.json")).returncode == 1
    assert rapport(data, "erase", "ben", "--yes").returncode == 0
    assert traces(data, [ana.scope.person, ben.scope.person, "Trondheim", *TOLD]) == set()
    verified = rapport(data, "audit", "verify").stdout
    assert "none changed, none missing" in verified
    assert "3 receipts of erasures, all genuine" in verified
