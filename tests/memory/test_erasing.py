# SPDX-License-Identifier: Apache-2.0
"""Erasure with proof: an item, a conversation, a person, searched for in the bytes of every file."""

import asyncio
import json
import shutil
import signal
import sys
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select, text
from sqlmodel import SQLModel

from memory.erasure.receipts import genuine, issued
from memory.erasure.replay import replay
from memory.errors import KeyUnusable, NotFound
from memory.ids import DEFAULT_TENANT, ConversationId, FactId, Scope, TurnId, new_id
from memory.store.keys import person_key
from memory.vectors.turning import LABEL, Turning
from tests.fakes.index import DictIndex
from tests.memory.erasable import HOUSE, NOON, TOLD, House, ListedQueue, erasable
from tests.memory.postgres import BOTH
from tests.memory.traces import shelved, traces


async def sealed(house: House, scope: Scope) -> list[bytes]:
    """Every sealed value of a person's rows."""
    found: list[bytes] = []
    async with house.database.read() as session:
        for table in SQLModel.metadata.sorted_tables:
            blobs = [column for column in table.c if isinstance(column.type, LargeBinary)]
            if blobs and "person" in table.c:
                rows = await session.execute(select(*blobs).where(table.c.person == scope.person))
                found += [value for row in rows for value in row if value]
    return found


async def vector_ids(house: House, scope: Scope) -> list[str]:
    """Of the person's facts and episodes."""
    mine = {"person": scope.person}
    union = "SELECT id FROM fact WHERE person = :person UNION SELECT id FROM episode WHERE person = :person"
    async with house.database.read() as session:
        return list(await session.scalars(text(union), mine))


async def test_a_person_leaves_no_byte(tmp_path: Path, anna: Scope, ben: Scope) -> None:
    """Rows, sealed values, vectors clear and turned, ids, key and jobs: in no file; another keeps everything."""
    async with erasable(tmp_path) as house:
        await house.tell(anna, *TOLD)
        await house.tell(ben, "I live in Trondheim.", "I like oat biscuits.")
        before = await house.recalled(ben, "Where do I live?")
        ids, blobs = await vector_ids(house, anna), await sealed(house, anna)
        async with house.database.read() as session:
            turn = TurnId(
                str(await session.scalar(text("SELECT id FROM turn WHERE person = :who"), {"who": anna.person}))
            )
        await house.notebook.judge(anna, turn, ids[0], True, NOON)
        turned = shelved(await house.vectors(ids))
        key = await house.keyring.of(anna)
        clear = [Turning(key.derive(LABEL)).back(row) for row in turned]
        async with house.keyring._engine.connect() as keys:
            wrapped = await keys.scalar(select(person_key.c.wrapped).where(person_key.c.person == anna.person))
        secrets = [*blobs, wrapped or b"", anna.person]
        assert {what for _, what in traces(tmp_path, secrets, turned)} >= {anna.person[:24], "vector 0"}

        receipt = json.loads(await house.erasure.person(anna, NOON))
        assert traces(tmp_path, secrets, [*turned, *clear]) == set()
        assert traces(tmp_path / "index", ids) == set()
        assert house.queue.jobs == {job for job in house.queue.jobs if ben.person in job}
        assert (receipt["vectors"], receipt["jobs"], receipt["key_destroyed"]) == (len(ids), 2, True)
        assert [receipt["rows"][table] for table in ("fact", "message", "feedback")] == [3, 4, 1]
        assert (receipt["searched"]["found"], receipt["pending"]) == (0, [])
        assert await house.recalled(ben, "Where do I live?") == before
        assert (await house.ledger.verify(DEFAULT_TENANT)).entries == 4
        assert (await house.ledger.verify(DEFAULT_TENANT)).ok
    assert traces(tmp_path, [*TOLD, *secrets], [*turned, *clear]) == set()


async def test_nobody_comes_back(tmp_path: Path, anna: Scope) -> None:
    """An erased person gets no key again, nothing is learned for them, and erasing them again is NotFound."""
    async with erasable(tmp_path, DictIndex()) as house:
        await house.tell(anna, *TOLD)
        await house.erasure.person(anna, NOON)
        with pytest.raises(KeyUnusable, match="was erased"):
            await house.tell(anna, *TOLD)
        with pytest.raises(NotFound):
            await house.erasure.person(anna, NOON)
        assert await vector_ids(house, anna) == []


async def test_an_item_leaves_no_byte(tmp_path: Path, anna: Scope) -> None:
    """Its fact, sentence, answer and vectors are in no file; what else was said stays and is recalled."""
    async with erasable(tmp_path) as house:
        await house.tell(anna, *TOLD)
        (fact,) = [fact for fact in await house.notebook.facts(anna) if fact.value == "Brackenmoor"]
        ids, blobs = set(await vector_ids(house, anna)), set(await sealed(house, anna))
        held = await house.vectors(sorted(ids))
        receipt = json.loads(await house.erasure.item(anna, fact.id, NOON))
        gone = ids - set(await vector_ids(house, anna))
        lost = blobs - set(await sealed(house, anna))
        assert (len(gone), receipt["vectors"], receipt["what"]) == (3, 3, "item")
        assert traces(tmp_path, lost, [held[id] for id in sorted(gone)]) == set()
        assert traces(tmp_path / "index", gone) == set()
        assert await house.known(anna) == {"Name: Quillonette", "Dog: Marzipanic"}
        await house.tell(anna, *TOLD)
        assert "Lives in Brackenmoor" not in await house.known(anna)


async def test_a_conversation_goes_with_what_it_taught(tmp_path: Path, anna: Scope, ben: Scope) -> None:
    """What was learned in it alone goes for good, what was said elsewhere too stays; another's is as if absent."""
    async with erasable(tmp_path) as house:
        told = await house.tell(anna, *TOLD)
        await house.tell(anna, "As I said, my dog is called Marzipanic. It rains.", "I like tea.")
        ids, blobs = set(await vector_ids(house, anna)), set(await sealed(house, anna))
        held = await house.vectors(sorted(ids))
        for unknown in (ConversationId(new_id()), ConversationId("\0"), told):
            with pytest.raises(NotFound):
                await house.erasure.conversation(ben, unknown, NOON)
        receipt = json.loads(await house.erasure.conversation(anna, told, NOON))
        gone, lost = ids - set(await vector_ids(house, anna)), blobs - set(await sealed(house, anna))
        assert (receipt["vectors"], receipt["jobs"], receipt["rows"]["conversation"]) == (len(gone), 2, 1)
        assert traces(tmp_path, lost, [held[id] for id in sorted(gone)]) == set()
        assert traces(tmp_path / "index", gone) == set()
        assert await house.known(anna) == {"Dog: Marzipanic", "Likes tea"}
        await house.tell(anna, *TOLD)
        assert await house.known(anna) == {"Dog: Marzipanic", "Likes tea"}


async def test_what_a_conversation_had_ended_stays_history(tmp_path: Path, anna: Scope) -> None:
    """Forgetting the later conversation neither brings the former home back nor takes it from history."""
    async with erasable(tmp_path, DictIndex()) as house:
        await house.tell(anna, "I live in Trondheim.")
        later = await house.tell(anna, "I moved to Brackenmoor.")
        await house.erasure.conversation(anna, later, NOON)
        assert await house.known(anna) == set()
        async with house.database.read() as session:
            assert (await session.execute(text("SELECT superseded_by FROM fact"))).all() == [(None,)]


@BOTH
async def test_erasing_needs_no_files_of_its_own(tmp_path: Path, database_url: str, anna: Scope, ben: Scope) -> None:
    """On both dialects the rows go and are counted; on PostgreSQL the operator's part is named as pending."""
    async with erasable(tmp_path, DictIndex(), url=database_url) as house:
        await house.tell(anna, *TOLD)
        await house.tell(ben, "I like tea.")
        receipt = json.loads(await house.erasure.person(anna, NOON))
        assert (await sealed(house, anna), await vector_ids(house, anna)) == ([], [])
        assert await house.known(ben) == {"Likes tea"}
        assert receipt["rows"]["fact"] == 3
        assert [bool("VACUUM" in what) for what in receipt["pending"]] == [True] * ("postgresql" in database_url)
        assert (await house.ledger.verify(DEFAULT_TENANT)).ok


async def test_a_receipt_is_signed_and_names_nobody(tmp_path: Path, anna: Scope) -> None:
    """It verifies, and not once a letter of it is changed; the person's id is not in it; it is kept."""
    async with erasable(tmp_path, DictIndex()) as house:
        await house.tell(anna, *TOLD)
        receipt = await house.erasure.person(anna, NOON)
        signing = house.keyring.signing
        assert genuine(receipt, signing)
        assert await issued(house.database, DEFAULT_TENANT) == (receipt,)
    assert not genuine(receipt.replace('"vectors": 7', '"vectors": 8'), signing)
    assert anna.person not in receipt
    for broken in ("", "[]", "{}", "null", '{"signature": "zz"}', '{"signature": 7}', "\ud800"):
        assert not genuine(broken, signing)


async def test_a_restored_backup_brings_nobody_back(tmp_path: Path, anna: Scope, ben: Scope) -> None:
    """Memory or keys from before the erasure: at the next opening the person is erased again, with a receipt."""
    async with erasable(tmp_path, DictIndex()) as house:
        await house.tell(anna, *TOLD)
        await house.tell(ben, "I like tea.")
    for name in ("memory.db", "keys.db"):
        shutil.copy(tmp_path / name, tmp_path / f"{name}.backup")
    async with erasable(tmp_path, DictIndex()) as house:
        await house.erasure.person(anna, NOON)
    for name in ("memory.db", "keys.db"):
        kept = (tmp_path / name).read_bytes()
        shutil.copy(tmp_path / f"{name}.backup", tmp_path / name)
        async with erasable(tmp_path, DictIndex()) as house:
            assert await replay(house.database, house.keyring) == (name == "memory.db")
            assert await house.erasure.resume() == (name == "memory.db")
            assert (await sealed(house, anna), await house.known(ben)) == ([], {"Likes tea"})
            with pytest.raises(KeyUnusable):
                await house.keyring.of(anna)
        (tmp_path / name).write_bytes(kept)


@pytest.mark.process
@pytest.mark.parametrize("point", ["noted", "key", "index", "queue"])
async def test_a_killed_erasure_is_ended_at_the_start(point: str, tmp_path: Path, anna: Scope) -> None:
    """Killed at each step: the next start erases the rest, to the last byte, and signs one receipt."""
    command = [sys.executable, "-m", "tests.memory.erasable", str(tmp_path), anna.person, point]
    process = await asyncio.create_subprocess_exec(*command, cwd=HOUSE)
    assert await process.wait() == -signal.SIGKILL
    queue = ListedQueue({f"index of {anna.person}"})
    index = DictIndex() if point in ("noted", "key") else None
    async with erasable(tmp_path, index, queue) as house:
        await replay(house.database, house.keyring)
        assert await vector_ids(house, anna) == []
        assert await house.erasure.resume() == 1
        (receipt,) = await issued(house.database, DEFAULT_TENANT)
        assert json.loads(receipt)["rows"]["fact"] == 3
        assert queue.jobs == set()
        assert await house.erasure.resume() == 0
    assert traces(tmp_path, [anna.person, *TOLD]) == set()


async def test_an_unknown_item_is_not_found(tmp_path: Path, anna: Scope, ben: Scope) -> None:
    """Another's fact and none at all raise NotFound, and no receipt is written."""
    async with erasable(tmp_path, DictIndex()) as house:
        await house.tell(anna, *TOLD)
        for fact in (*await vector_ids(house, anna), new_id()):
            with pytest.raises(NotFound):
                await house.erasure.item(ben, FactId(fact), NOON)
        assert await issued(house.database, DEFAULT_TENANT) == ()
