# SPDX-License-Identifier: Apache-2.0
"""The fakes of a turn's parts and the real parts make the same claims, so that no fake can lie.

The chat, the index and the finder have theirs beside their own tests.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from app.admission import PersonRate, Rate
from app.answering import Checks
from app.boundaries import Consents
from app.context import Cites, Converses, Remembers
from app.recording import Keeps, Refreshes
from app.settings import HOUSE
from connectors.embedding import open_minilm
from guards.conduct import Ground, open_conduct
from guards.personal import open_personal_data
from memory.consent import Consent
from memory.errors import NotFound
from memory.ids import DEFAULT_TENANT, ConversationId, MessageId, PersonId, Scope, TurnId, new_id
from memory.journal import Journal
from memory.knowledge import open_knowledge
from memory.ledger import Ledger
from memory.notebook import Notebook
from memory.store.database import open_database
from memory.store.sealed import load_master_key, open_keyring
from memory.transcript import Transcript
from memory.understanding.rules import read_rules
from memory.values import ClosedTurn, ConsentChoice, LedgerEntry, OpenedTurn, Outcome, Passage, Recollection
from memory.vectors.index import open_chroma
from tests.fakes.parts import NOW, FakeAfter, FakeChecks, FakeJournal, FakeMemory, FakeRate


@dataclass(frozen=True)
class Parts:
    """One of each, all fake or all real."""

    notebook: Remembers
    knowledge: Cites
    transcript: Converses
    consent: Consents
    journal: Keeps
    hot: Refreshes
    choose: Callable[[Scope, ConsentChoice], object]


@pytest_asyncio.fixture(params=["fake", "real"])
async def parts(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Parts]:
    """The parts behind the turn's Protocols."""
    if request.param == "fake":
        memory = FakeMemory(passages=(Passage("p", "Refunds", "Five days.", 1.0),), choice=ConsentChoice.UNDECIDED)

        async def choose(scope: Scope, choice: ConsentChoice) -> None:
            memory.choice = choice

        yield Parts(memory, memory, memory, memory, FakeJournal(), FakeAfter(), choose)
        return
    master = load_master_key(None, tmp_path / "master.key")
    async with (
        open_keyring(f"sqlite+aiosqlite:///{tmp_path}/keys.db", master) as keyring,
        open_database(f"sqlite+aiosqlite:///{tmp_path}/memory.db") as database,
        open_minilm(HOUSE / "connectors" / "minilm") as encoder,
        open_chroma(tmp_path / "index") as index,
    ):
        rules, ledger, consent = read_rules(HOUSE / "rules"), Ledger(database, keyring), Consent(database)
        notebook = Notebook(database, keyring, index, encoder, rules)
        knowledge = await open_knowledge(HOUSE / "knowledge", encoder)

        async def really(scope: Scope, choice: ConsentChoice) -> None:
            await consent.choose(scope, choice, "test", NOW)

        journal = Journal(database, keyring, ledger, rules)
        yield Parts(notebook, knowledge, Transcript(database, keyring), consent, journal, notebook, really)


def _scope() -> Scope:
    return Scope(DEFAULT_TENANT, PersonId(new_id()))


def _opened(text: str = "I like jazz.") -> OpenedTurn:
    turn, conversation = TurnId(new_id()), ConversationId(new_id())
    ids = MessageId(new_id()), MessageId(new_id())
    return OpenedTurn(turn, conversation, "personal_chat", "test", *ids, text, False, NOW)


async def test_a_stranger_is_unknown_everywhere(parts: Parts) -> None:
    """Somebody who never said a word: nothing recalled, no history, no vault, no choice."""
    scope, conversation = _scope(), ConversationId(new_id())
    nothing = await parts.notebook.recall(scope, "Where do I live?", conversation=conversation, now=NOW, limit=5)
    assert nothing == Recollection()
    assert await parts.transcript.recent(scope, conversation, last=4) == ((), {})
    assert await parts.consent.current(scope) is ConsentChoice.UNDECIDED


async def test_a_choice_holds_at_once(parts: Parts) -> None:
    """What somebody chose is what is in force when they are asked about next."""
    scope = _scope()
    await parts.choose(scope, ConsentChoice.SESSION)  # type: ignore[misc]  # both are coroutines
    assert await parts.consent.current(scope) is ConsentChoice.SESSION


async def test_documents_are_found(parts: Parts) -> None:
    """A question about refunds finds a passage, at most as many as asked for."""
    found = await parts.knowledge.search("How long does a refund take?", limit=1)
    assert len(found) == 1
    assert found[0].text


async def test_a_turn_is_opened_and_closed_once(parts: Parts) -> None:
    """Closing gives what was learned: nothing, where the turn may not be learned from."""
    scope, opened = _scope(), _opened()
    entry = LedgerEntry(opened.turn, opened.conversation, "personal_chat", "test", Outcome.ANSWERED)
    await parts.journal.open(scope, opened)
    closed = ClosedTurn(opened, "I see.", (), entry, {}, NOW + timedelta(seconds=1))
    learned = await parts.journal.close(scope, closed)
    assert (learned.added, learned.forgotten) == ((), ())
    await parts.hot.learned(scope, learned)


async def test_a_refusal_is_audited_alone(parts: Parts) -> None:
    """A ledger entry may stand without a turn that was opened."""
    opened = _opened()
    entry = LedgerEntry(opened.turn, opened.conversation, "personal_chat", "test", Outcome.REFUSED)
    await parts.journal.audit(_scope(), entry, NOW)


async def test_anothers_conversation_is_absent(parts: Parts) -> None:
    """Opening a turn in somebody else's conversation raises NotFound, as for one that is not there."""
    mine = _opened()
    await parts.journal.open(_scope(), mine)
    ids = TurnId(new_id()), MessageId(new_id()), MessageId(new_id())
    theirs = OpenedTurn(ids[0], mine.conversation, "personal_chat", "test", ids[1], ids[2], "Hi", False, NOW)
    with pytest.raises(NotFound):
        await parts.journal.open(_scope(), theirs)


@pytest.mark.parametrize("rate", [FakeRate(3), PersonRate("async+memory://", 3)], ids=["fake", "real"])
async def test_a_rate_lets_through_what_it_says(rate: Rate) -> None:
    """Three turns a minute: the fourth is too many."""
    scope = _scope()
    assert [await rate.hit(scope) for _ in range(4)] == [True, True, True, False]


async def _checks(kind: str) -> Checks:
    return FakeChecks("sk-") if kind == "fake" else await open_conduct(await open_personal_data())


@pytest.mark.parametrize("kind", ["fake", "real"])
async def test_checks_pass_plain_words_and_stop_a_key(kind: str) -> None:
    """Plain words pass byte for byte; a provider's key does not, and the rule carries no value."""
    checks, ground = await _checks(kind), Ground("canary", "system")
    fine = await checks.sentence("All is well.  \n", ground)
    assert (fine.passed, fine.text, fine.rules) == (True, "All is well.  \n", ())
    assert (await checks.whole("All is well.", ground)).passed
    key = "sk-" + "proj-" + "Zk3vQ9xW7bT2mN8rL5pD" * 2
    stopped = await checks.sentence(f"The key is {key}. ", ground)
    assert not stopped.passed
    assert stopped.rules
    assert key not in "".join(stopped.rules)
