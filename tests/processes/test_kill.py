# SPDX-License-Identifier: Apache-2.0
"""kill -9 at any point loses nothing that was accepted, and repeats nothing."""

import asyncio
import random
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from app.bootstrap import open_stores
from app.settings import read_settings
from memory.accounts import Account
from memory.ids import DEFAULT_TENANT, new_id
from memory.ledger import Ledger
from memory.store.facts import current_facts
from memory.transcript import Transcript
from memory.values import Role
from memory.vectors.index import open_chroma
from tests.running import Running, make_account, running

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]

TOLD = {
    "Accepted": ("I live in Trondheim.", "Lives in Trondheim"),
    "Said": ("My sister is called Ottilie.", "Sister: Ottilie"),
    "Finished": ("I like green tea.", "Likes green tea"),
}
"""What is said in the turn that is killed at this event, and the fact that it holds."""

AT_ONCE = 4
PLACES = ("oslo", "quito", "lima", "hanoi", "accra", "doha", "riga", "minsk", "dakar", "lagos", "baku", "suva")
MEMORIES = """SELECT id FROM fact UNION
SELECT id FROM episode WHERE role = 'user' AND turn IN (SELECT source_turn FROM fact)"""
"""What must be in the index: small talk is left out of it on purpose."""


def test_a_killed_turn_is_learned_once(tmp_path: Path) -> None:
    """Killed at each event of a turn, right after its last one too, with others under way: all is there, once."""
    data, chance = tmp_path / "data", random.Random(2)
    account = make_account(data, "ana", "Ana Sousa")
    accepted: list[str] = []
    for number, (moment, (said, _)) in enumerate(TOLD.items()):
        with running(data) as server:
            server.say(account, "Hello.")
            others = PLACES[number * AT_ONCE :][:AT_ONCE]
            accepted += _kill_at(server, account, said, moment, {place: chance.uniform(0, 0.3) for place in others})
    with running(data) as server:
        listed = server.say(account, "What do you know about me?")
    left = asyncio.run(_left(data, account))
    told = [*TOLD.values(), *((f"I like {place}.", f"Likes {place}") for place in accepted)]
    assert [listed.count(word) for word in ("Trondheim", "Ottilie", "green tea")] == [1, 1, 1]
    assert set(left.facts) >= {fact for _, fact in told}
    assert set(left.facts.values()) == {1}
    assert left.said.pop("Hello.") == len(TOLD)
    assert set(left.said) >= {said for said, _ in told}
    assert set(left.said.values()) == {1}


def _kill_at(server: Running, account: Account, said: str, moment: str, others: dict[str, float]) -> list[str]:
    """Kills the server at this event of this turn; gives which of the others, begun with a delay, were accepted."""
    accepted: list[str] = []

    def tell(place: str, delay: float) -> None:
        time.sleep(delay)
        with suppress(httpx.TransportError):
            for event in server.events(account, f"I like {place}.", new_id()):
                if event["event"] == "Accepted":
                    accepted.append(place)

    talkers = [threading.Thread(target=tell, args=other) for other in others.items()]
    for talker in talkers:
        talker.start()
    reached = any(event["event"] == moment and _kill(server) for event in server.events(account, said, new_id()))
    for talker in talkers:
        talker.join()
    assert reached, f"the turn never told {moment}"
    return accepted


def _kill(server: Running) -> bool:
    server.process.kill()
    return server.process.wait() != 0


class Left:
    """What stands in the stores once all is over."""

    def __init__(self, facts: Counter[str], said: Counter[str]) -> None:
        self.facts, self.said = facts, said


async def _left(data: Path, account: Account) -> Left:
    """Reads it, and checks what must always hold: one entry a turn, none open, none without its vectors."""
    async with open_stores(read_settings(_env_file=None, data=data)) as stores:
        verified = await Ledger(stores.database, stores.keyring).verify(DEFAULT_TENANT)
        async with stores.database.read() as session:
            turns = (await session.execute(text("SELECT count(*), sum(status = 'learned') FROM turn"))).one()
            ids = list(await session.scalars(text(MEMORIES)))
            facts = await current_facts(session, account.scope, await stores.keyring.of(account.scope))
        transcript = Transcript(stores.database, stores.keyring)
        heads = await transcript.conversations(account.scope, limit=100)
        messages = [m for head in heads for m in await transcript.messages(account.scope, head.id)]
    async with open_chroma(data / "index") as index:
        missing = set(ids) - set(await index.get(ids))
    assert verified.ok
    assert tuple(turns) == (verified.entries, verified.entries)
    assert missing == set()
    return Left(Counter(fact.text for fact in facts), Counter(m.text for m in messages if m.role is Role.USER))
