# SPDX-License-Identifier: Apache-2.0
"""Invented people with much to remember, for benchmarks: they say it all through the journal, as anybody does."""

from datetime import UTC, datetime, timedelta
from itertools import product

from app.bootstrap import Parts, Rapport
from memory.accounts import Account
from memory.ids import DEFAULT_TENANT, ConversationId, MessageId, TurnId, new_id
from memory.values import ClosedTurn, ConsentChoice, LedgerEntry, OpenedTurn, Outcome

THINGS = (
    "bicycle",
    "garden",
    "piano",
    "library card",
    "old camera",
    "kayak",
    "sewing machine",
    "telescope",
    "bread oven",
    "greenhouse",
    "record player",
    "tent",
    "sailing boat",
    "workshop",
    "chess set",
    "atlas",
    "accordion",
    "beehive",
    "pottery wheel",
    "canoe",
)
PLACES = (
    "the cellar",
    "the attic",
    "my office",
    "the garage",
    "the summer house",
    "the balcony",
    "the hall",
    "the kitchen",
    "the shed",
    "my studio",
)
DETAILS = ("is blue", "is from 1974", "needs a repair", "was a present", "is for sale")


def statements(count: int) -> list[str]:
    """Distinct sentences that the rules turn into one fact each."""
    parts = product(THINGS, PLACES, DETAILS)
    return [f"Remember that the {thing} in {place} {detail}." for thing, place, detail in parts][:count]


async def somebody(rapport: Rapport, parts: Parts, facts: int) -> Account:
    """An account that consented to be remembered and has said this many facts, over a year."""
    account = await rapport.accounts.create(DEFAULT_TENANT, f"bench-{new_id()}", "Maria Lopes", new_id())
    await rapport.consent.choose(account.scope, ConsentChoice.REMEMBER, "bench", datetime.now(UTC))
    start, conversation = datetime.now(UTC) - timedelta(days=365), ConversationId(new_id())
    for number, text in enumerate(statements(facts)):
        if number % 10 == 0:
            conversation = ConversationId(new_id())
        at = start + timedelta(hours=8 * number)
        await _say(parts, account, conversation, text, at)
    return account


async def _say(parts: Parts, account: Account, conversation: ConversationId, text: str, at: datetime) -> None:
    turn = TurnId(new_id())
    opened = OpenedTurn(
        turn, conversation, "personal_chat", "bench", MessageId(new_id()), MessageId(new_id()), text, True, at
    )
    entry = LedgerEntry(turn, conversation, "personal_chat", "bench", Outcome.ANSWERED)
    await parts.journal.open(account.scope, opened)
    learned = await parts.journal.close(account.scope, ClosedTurn(opened, "Noted.", (), entry, {}, at))
    await parts.notebook.learned(account.scope, learned)
