# SPDX-License-Identifier: Apache-2.0
"""A whole memory and a model that reads its turns: real stores, a fake finder, any Chat."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from app.jobs.consolidation import Consolidates, ModelSummary
from app.jobs.learning import ModelLearning, reading_of
from app.settings import HOUSE
from app.use_case import read_use_cases
from connectors.chat import Chat
from guards.masking import Masker
from memory.accounts import Accounts
from memory.consent import Consent
from memory.consolidation import Consolidation, Policy
from memory.ids import DEFAULT_TENANT, ConversationId, MessageId, Scope, TurnId, new_id
from memory.ledger import Ledger
from memory.understanding.inference import Inference
from memory.understanding.rules import Rules, read_rules
from memory.values import ClosedTurn, ConsentChoice, Fact, LedgerEntry, OpenedTurn, Outcome, UsedItem
from tests.fakes.finder import FakeFinder
from tests.memory.remembering import START, Remembering, remembering

KINDS = {"Otto": "PERSON", "Ana Sousa": "PERSON", "ana@example.com": "EMAIL_ADDRESS"}


def proposal(quote: str, value: str, attribute: str = "hobby", **said: str) -> dict[str, str]:
    """One fact as a model puts it."""
    shown = {"text": quote, "kind": "episode", "category": "hobbies", "subject": "self"}
    return shown | {"attribute": attribute, "value": value, "quote": quote} | said


def reply(*proposals: dict[str, str]) -> str:
    """A model's whole answer."""
    return json.dumps(proposals)


@dataclass(slots=True)
class Reading:
    """The memory, one person in it, and what reads their turns."""

    memory: Remembering
    ledger: Ledger
    learning: ModelLearning
    inference: Inference
    upkeep: Consolidates
    consolidation: Consolidation
    consent: Consent
    ana: Scope

    async def say(self, text: str, answer: str = "I see.", *, at: datetime | None = None) -> TurnId:
        """One turn of a conversation of its own, closed, and put on the list."""
        return (await self.talk(at or START, (text, answer)))[0]

    async def talk(self, at: datetime, *sides: tuple[str, str], used: tuple[UsedItem, ...] = ()) -> list[TurnId]:
        """The turns of one conversation, a minute each."""
        place, turns = ConversationId(new_id()), []
        for number, (text, answer) in enumerate(sides):
            ids, when = (TurnId(new_id()), MessageId(new_id()), MessageId(new_id())), at + timedelta(minutes=number)
            opened = OpenedTurn(ids[0], place, "personal_chat", "web", ids[1], ids[2], text, True, when, True)
            await self.memory.journal.open(self.ana, opened)
            entry = LedgerEntry(opened.turn, place, "personal_chat", "web", Outcome.ANSWERED, used)
            await self.memory.journal.close(self.ana, ClosedTurn(opened, answer, (), entry, {}, when))
            turns.append(opened.turn)
        return turns

    async def used(self, items: tuple[UsedItem, ...]) -> None:
        """A turn of now that had these in its prompt."""
        await self.talk(datetime.now(UTC), ("Hello.", ""), used=items)

    async def facts(self) -> dict[str, Fact]:
        """What holds now, by its text."""
        return {fact.text: fact for fact in await self.memory.notebook.facts(self.ana)}

    async def entry(self, turn: TurnId) -> LedgerEntry | None:
        """The record of a model's reading."""
        return await self.ledger.of_turn(self.ana, reading_of(turn))


@cache
def _rules() -> Rules:
    """Compiled once: it takes a second."""
    return read_rules(HOUSE / "rules")


@asynccontextmanager
async def reading(folder: Path, chat: Chat, policy: Policy | None = None) -> AsyncIterator[Reading]:
    """Opens it with consent given, and a model that may learn."""
    async with remembering(folder) as memory:
        ledger, rules = Ledger(memory.database, memory.keyring), _rules()
        accounts, consent = Accounts(memory.database, memory.keyring), Consent(memory.database)
        account = await accounts.create(DEFAULT_TENANT, f"ana-{new_id()}", "Ana Sousa", "correct horse")
        await consent.choose(account.scope, ConsentChoice.REMEMBER, "test", datetime.now(UTC))
        inference = Inference(memory.database, memory.keyring, ledger, rules)
        use_cases = read_use_cases(HOUSE / "use_cases")
        learning = ModelLearning(
            inference=inference, notebook=memory.notebook, transcript=memory.transcript, consent=consent,
            accounts=accounts, masker=Masker(FakeFinder(KINDS)), chat=chat, rules=rules, use_cases=use_cases,
        )  # fmt: skip
        consolidation = Consolidation(memory.database, memory.keyring, ledger, policy or Policy())
        upkeep = Consolidates(consolidation, memory.notebook, ModelSummary(learning, chat, rules, use_cases, True))
        yield Reading(memory, ledger, learning, inference, upkeep, consolidation, consent, account.scope)
