# SPDX-License-Identifier: Apache-2.0
"""kill -9 at any point loses nothing that was accepted, and repeats nothing."""

import asyncio
import random
import threading
from collections import Counter
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from app.bootstrap import open_stores
from app.settings import read_settings
from memory.accounts import Account
from memory.facts import current_facts
from memory.ids import DEFAULT_TENANT, new_id
from memory.index import open_chroma
from memory.ledger import Ledger
from memory.transcript import Transcript
from memory.values import Role
from tests.running import Running, make_account, running

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]

TOLD = {
    "Accepted": ("I live in Trondheim.", "Lives in Trondheim"),
    "Said": ("My sister is called Ottilie.", "Sister: Ottilie"),
    "Finished": ("I like green tea.", "Likes green tea"),
}
"""What is said in the turn that is killed at this event, and the fact that it holds."""

ROUNDS = 2
AT_ONCE = 6
MEMORIES = """SELECT id FROM fact UNION
SELECT id FROM episode WHERE role = 'user' AND turn IN (SELECT source_turn FROM fact)"""
"""What must be in the index: small talk is left out of it on purpose."""
PLACES = ("oslo", "quito", "lima", "hanoi", "accra", "doha", "riga", "minsk", "dakar", "lagos", "baku", "suva")


def test_a_turn_killed_at_any_event_is_learned_once(tmp_path: Path) -> None:
    """Killed as it was accepted, as it answered, or right after it was over, while its words were being indexed."""
    data = tmp_path / "data"
    account = make_account(data, "ana", "Ana Sousa")
    for moment, (said, _) in TOLD.items():
        with running(data) as server:
            _kill_at(server, account, said, moment)
    with running(data) as server:
        listed = server.say(account, "What do you know about me?")
    left = asyncio.run(_left(data, account))
    assert left.facts == Counter(fact for _, fact in TOLD.values())
    assert left.said == Counter([*(said for said, _ in TOLD.values()), "What do you know about me?"])
    assert [listed.count(word) for word in ("Trondheim", "Ottilie", "green tea")] == [1, 1, 1]


def _kill_at(server: Running, account: Account, said: str, moment: str) -> None:
    for event in server.events(account, said, new_id()):
        if event["event"] == moment:
            server.process.kill()
            server.process.wait()
            return
    raise AssertionError(f"the turn never told {moment}")


def test_turns_killed_at_random_are_learned_once(tmp_path: Path) -> None:
    """Several turns at once, killed at a random moment, again and again: what was accepted is there, and once."""
    data, chance = tmp_path / "data", random.Random(2)
    account = make_account(data, "ana", "Ana Sousa")
    accepted: list[str] = []
    for start in range(0, ROUNDS * AT_ONCE, AT_ONCE):
        with running(data) as server:
            server.say(account, "Hello.")
            accepted += _kill_during(server, account, PLACES[start : start + AT_ONCE], chance.uniform(0.02, 0.6))
    with running(data) as server:
        server.say(account, "Hello.")
    left = asyncio.run(_left(data, account))
    kept = Counter({fact: count for fact, count in left.facts.items() if fact.startswith("Likes")})
    assert set(kept) >= {f"Likes {place}" for place in accepted}
    assert set(kept.values()) <= {1}
    assert left.said.pop("Hello.") == ROUNDS + 1
    assert set(left.said) >= {f"I like {place}." for place in accepted}
    assert set(left.said.values()) <= {1}


def _kill_during(server: Running, account: Account, places: tuple[str, ...], delay: float) -> list[str]:
    """Says all of it at once and kills the server after so many seconds; gives what was accepted by then."""
    accepted: list[str] = []

    def tell(place: str) -> None:
        try:
            for event in server.events(account, f"I like {place}.", new_id()):
                if event["event"] == "Accepted":
                    accepted.append(place)
        except httpx.TransportError:
            pass

    talkers = [threading.Thread(target=tell, args=(place,)) for place in places]
    for talker in talkers:
        talker.start()
    threading.Timer(delay, server.process.kill).start()
    server.process.wait()
    for talker in talkers:
        talker.join()
    return accepted


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
