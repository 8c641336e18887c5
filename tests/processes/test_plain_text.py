# SPDX-License-Identifier: Apache-2.0
"""What people say stands nowhere in plain text: not in a file of the data folder, not in the log."""

import base64
from pathlib import Path

import pytest

from tests.doors.guest import Guest
from tests.fakes.rapport import FakeAccount
from tests.running import PASSWORD, make_account, providing, running

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]

CANARIES = (
    "kestrelwood",  # identifier and name of the account
    "quillonette",  # a said name
    "brackenmoor",  # a home
    "thistledown",  # an e-mail address
    "22 85 50 51",  # a phone number
    "marzipanic",  # a liking
    "zeppelinette",  # a question
    "harlequinade",  # a title
    "periwinkled",  # a correction
    "oxidentally",  # the model's answer
    "wrongwordish",  # a password that did not open
    "gobbledegone",  # a malformed request
)
TOLD = (
    "Hi, my name is Quillonette. I live in Brackenmoor and I like marzipanic.",
    "My e-mail is thistledown@example.org and my phone number is +47 22 85 50 51.",
    "What rhymes with zeppelinette?",
)


async def test_no_word_of_a_conversation_is_in_plain_text(tmp_path: Path) -> None:
    """Told, asked, renamed, corrected, forgotten, mistyped, failed: no file and no log holds it, however coded."""
    data = tmp_path / "data"
    account = make_account(data, "kestrelwood@example.org", "Kestrelwood Person")
    with providing() as provider, running(data, provider.settings | {"RAPPORT_LOG_LEVEL": "DEBUG"}) as server:
        server.say(account, "Hello.")
        provider.script({"kind": "ok", "text": "It was oxidentally."}, {"kind": "ok"}, {"kind": "malformed"})
        somebody = FakeAccount(account.scope, "kestrelwood@example.org", account.name, PASSWORD)
        await _converse(Guest(server.url, somebody))
        assert _found(data, server.log) == []
    assert _found(data, server.log) == []


async def _converse(guest: Guest) -> None:
    """A whole conversation through the page's own routes and socket."""
    assert (await guest.sign_in("wrongwordish")).status_code == 401
    assert (await guest.sign_in()).status_code == 200
    async with guest.talk() as talk:
        for told in TOLD:
            await talk.say(told)
        await talk.client.emit("client_message", {"message": {"id": "gobbledegone", "output": "gobbledegone"}})
    assert "oxidentally" in " ".join(talk.shown)
    await guest.ask("PUT", "/project/thread", {"threadId": talk.thread, "name": "harlequinade"})
    facts = {fact["text"]: fact["id"] for fact in (await guest.ask("GET", "/rapport/memory")).json()["facts"]}
    assert {"Name: Quillonette", "Lives in Brackenmoor", "Likes marzipanic"} <= set(facts)
    text = {"text": "I like periwinkled"}
    assert (await guest.ask("PATCH", f"/rapport/memory/{facts['Likes marzipanic']}", text)).status_code == 200
    assert (await guest.ask("DELETE", f"/rapport/memory/{facts['Lives in Brackenmoor']}")).status_code == 204
    assert (await guest.ask("PATCH", "/rapport/memory/gobbledegone", {"gobbledegone": 1})).status_code == 422
    assert (await guest.ask("GET", "/rapport/why/gobbledegone?gobbledegone=1")).status_code == 404


def _found(data: Path, log: Path) -> list[tuple[str, str]]:
    """Each file that holds a canary, in any of the codings that are no cipher."""
    found = []
    for file in (*(path for path in sorted(data.rglob("*")) if path.is_file()), log):
        content = file.read_bytes().lower()
        found += [(file.name, canary) for canary in CANARIES if any(form in content for form in _forms(canary))]
    return found


def _forms(canary: str) -> tuple[bytes, ...]:
    """UTF-8, UTF-16 and base64 at its three offsets; in small letters, as the files are read."""
    coded = [base64.b64encode(b"x" * shift + canary.encode())[4:-4].lower() for shift in range(3)]
    return (canary.encode(), canary.encode("utf-16-le"), canary.encode("utf-16-be"), *coded)
