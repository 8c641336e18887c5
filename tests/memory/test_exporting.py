# SPDX-License-Identifier: Apache-2.0
"""An export is everything that is kept of a person, in the documented form, however much it is."""

import json
import re
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from memory.consent import Consent
from memory.feedback import judge
from memory.ids import Scope
from memory.journal import Journal
from memory.portability.exporting import PAGE, Exporting
from memory.portability.importing import Importing
from memory.portability.portable import FORMAT, HEAD, MODELS, PARTS
from memory.store.database import Database
from memory.store.sealed import Keyring
from memory.understanding.rules import Rules
from memory.values import ConsentChoice
from tests.memory.inside import former, known
from tests.memory.postgres import BOTH
from tests.memory.turns import Talk

DOCUMENT = Path(__file__).parents[2] / "docs" / "export-format.md"


async def export(database: Database, keyring: Keyring, scope: Scope, now: datetime) -> dict[str, Any]:
    """The whole file, parsed; no piece of it may be long."""
    pieces = [piece async for piece in Exporting(database, keyring).stream(scope, now, name="Ana")]
    assert max(map(len, pieces)) < 1_000_000
    parsed: dict[str, Any] = json.loads("".join(pieces))
    return parsed


@BOTH
async def test_an_export_comes_back_on_every_database(
    journal: Journal, database: Database, keyring: Keyring, rules: Rules, anna: Scope, ben: Scope, now: datetime
) -> None:
    """Every entry has its documented form, nothing of another's is in it, and it can be imported twice."""
    for person, home in ((anna, "Lisbon"), (ben, "Oslo")):
        await Consent(database).choose(person, ConsentChoice.REMEMBER, "web", now)
        talk = Talk(journal, person, now)
        await talk.say(f"I live in {home}.")
        later = await talk.say(f"I moved to {home} Heights.")
        async with database.write() as session:
            for id in (later.added[0].id, later.episodes[0]):
                await judge(session, person, talk.turns[0].turn, id, True, now)
    file = await export(database, keyring, anna, now)
    assert (file["format"], file["name"], list(file)) == (FORMAT, "Ana", [*HEAD, *PARTS])
    for part, model in MODELS.items():
        assert [model.model_validate(entry) for entry in file[part]]
    assert "Oslo" not in json.dumps(file)
    importing = Importing(database, keyring, rules)
    tallies = [await importing.bring_in(ben, BytesIO(json.dumps(file).encode()), now) for _ in range(2)]
    assert [(tally.added, tally.former, tally.turns) for tally in tallies] == [(0, 2, 2), (0, 0, 0)]
    assert await known(database, keyring, ben) == ["Lives in Oslo Heights"]
    assert len(await former(database, keyring, ben)) == 3


async def test_nothing_is_left_out_between_two_pages(
    database: Database, keyring: Keyring, rules: Rules, anna: Scope, now: datetime
) -> None:
    """Conversations shorter and longer than a page come whole, each message once and in its order."""
    await Consent(database).choose(anna, ConsentChoice.REMEMBER, "web", now)
    said = {
        str(number): [f"Bike {number} {n}" for n in range(count)]
        for number, count in enumerate((3, PAGE + 7, 1, PAGE, 2))
    }
    heads = [{"id": id, "title": id, "created_at": (now - timedelta(days=9 - int(id))).isoformat()} for id in said]
    messages = [
        {"id": text, "conversation": id, "role": "user", "text": text, "at": now.isoformat()}
        for id, texts in said.items()
        for text in texts
    ]
    raw = json.dumps({"conversations": heads, "messages": messages}).encode()
    await Importing(database, keyring, rules).bring_in(anna, BytesIO(raw), now)
    file = await export(database, keyring, anna, now)
    titles = {head["id"]: head["title"] for head in file["conversations"]}
    found: dict[str, list[str]] = {}
    for message in file["messages"]:
        found.setdefault(titles[message["conversation"]], []).append(message["text"])
    assert found == said
    assert list(found) == list(titles.values()) == list(said)


async def test_the_example_of_the_document_is_one(
    database: Database, keyring: Keyring, rules: Rules, anna: Scope, now: datetime
) -> None:
    """It is imported as it stands there, and every field that an export writes is in it or in the text."""
    await Consent(database).choose(anna, ConsentChoice.REMEMBER, "web", now)
    text = DOCUMENT.read_text(encoding="utf-8")
    example = re.search(r"```json\n(.*?)```", text, re.S)
    assert example
    tally = await Importing(database, keyring, rules).bring_in(anna, BytesIO(example[1].encode()), now)
    assert (tally.added, tally.former, tally.turns) == (1, 1, 1)
    fields = {field for model in MODELS.values() for field in model.model_fields}
    assert [field for field in sorted({*HEAD, *PARTS, *fields}) if field not in text] == []
