# SPDX-License-Identifier: Apache-2.0
"""Turns for tests: opened and closed with as few words as the claim needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from memory.ids import ConversationId, MessageId, Scope, TurnId, new_id
from memory.journal import Journal
from memory.values import ClosedTurn, Learned, LedgerEntry, OpenedTurn, Outcome, UsedItem


@dataclass(slots=True)
class Talk:
    """One person's conversation; each turn is a minute after the last."""

    journal: Journal
    scope: Scope
    at: datetime
    conversation: ConversationId = field(default_factory=lambda: ConversationId(new_id()))
    turns: list[OpenedTurn] = field(default_factory=list)

    async def open(self, text: str, *, learnable: bool = True, message: str = "") -> OpenedTurn:
        """Opens a turn."""
        self.at += timedelta(minutes=1)
        opened = opened_turn(text, self.at, self.conversation, learnable=learnable, message=message)
        await self.journal.open(self.scope, opened)
        self.turns.append(opened)
        return opened

    async def say(
        self,
        text: str,
        answer: str = "I see.",
        *,
        learnable: bool = True,
        used: tuple[UsedItem, ...] = (),
        vault: Mapping[str, str] | None = None,
        outcome: Outcome = Outcome.ANSWERED,
    ) -> Learned:
        """Opens a turn and closes it."""
        opened = await self.open(text, learnable=learnable)
        return await self.journal.close(
            self.scope, closed_turn(opened, answer, used=used, vault=vault or {}, outcome=outcome)
        )


def opened_turn(
    text: str, at: datetime, conversation: ConversationId, *, learnable: bool = True, message: str = ""
) -> OpenedTurn:
    """A turn with fresh ids."""
    return OpenedTurn(
        turn=TurnId(new_id()),
        conversation=conversation,
        use_case="personal_chat",
        channel="web",
        message=MessageId(message or new_id()),
        answer=MessageId(new_id()),
        text=text,
        learnable=learnable,
        at=at,
    )


def closed_turn(
    opened: OpenedTurn,
    answer: str = "I see.",
    *,
    used: tuple[UsedItem, ...] = (),
    vault: Mapping[str, str] | None = None,
    outcome: Outcome = Outcome.ANSWERED,
    notices: tuple[str, ...] = (),
) -> ClosedTurn:
    """Its end, a second later."""
    entry = LedgerEntry(
        opened.turn, opened.conversation, opened.use_case, opened.channel, outcome, used, model="local/concierge"
    )
    return ClosedTurn(opened, answer, notices, entry, vault or {}, opened.at + timedelta(seconds=1))
