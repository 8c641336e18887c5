# SPDX-License-Identifier: Apache-2.0
"""`rapport knowledge`, beside a running server."""

from pathlib import Path

import pytest

from memory.accounts import Account
from memory.ids import new_id
from tests.running import Running, rapport

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]


def asked(server: Running, account: Account, text: str) -> list[str]:
    """The ids of the passages that were in the prompt of a help turn."""
    events = list(server.events(account, text, new_id(), use_case="customer_support"))
    (done,) = [event for event in events if event["event"] == "Finished"]
    return [str(id) for id in done["used"] if "#" in str(id)]  # type: ignore[attr-defined]  # it is a list


def test_documents_come_and_go_beside_a_running_server(
    folder: Path, ana: Account, server: Running, tmp_path: Path
) -> None:
    """Added, they are cited by the next turn, the internal ones by none; removed, they are not."""
    handbook = tmp_path / "handbook"
    handbook.mkdir()
    (handbook / "lanterns.md").write_text("# Lanterns\n\n## Refills\n\nA paraffin refill for a lantern is 11 crowns.\n")
    (handbook / "staff.md").write_text("# Internal: Lanterns\n\nA paraffin refill for a lantern costs us 2 crowns.\n")
    (handbook / "broken.pdf").write_bytes(b"%PDF-1.4 and no more")
    question = "How much is a paraffin refill for a lantern?"
    done = rapport(folder, "knowledge", "add", str(handbook))
    assert (done.returncode, done.stdout) == (1, "Documents: 2 added, 0 replaced, 0 unchanged, 1 not readable.\n")
    assert done.stderr == "broken.pdf is no sound PDF; open it in a viewer and save it again.\n"
    assert asked(server, ana, question)[:1] == ["handbook/lanterns.md#refills-1"]
    assert "internal:" not in " ".join(asked(server, ana, question))
    (handbook / "broken.pdf").unlink()
    (handbook / "lanterns.md").unlink()
    done = rapport(folder, "knowledge", "add", str(handbook), "--prune")
    assert (done.returncode, done.stdout) == (0, "Documents: 0 added, 0 replaced, 1 unchanged, 1 removed.\n")
    assert "handbook/lanterns.md#refills-1" not in asked(server, ana, question)
    listed = rapport(folder, "knowledge", "list").stdout
    assert "internal" in listed
    assert "handbook/staff.md" in listed
    assert rapport(folder, "knowledge", "remove", listed.split()[0]).returncode == 0
    assert "handbook" not in rapport(folder, "knowledge", "list").stdout
