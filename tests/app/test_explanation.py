# SPDX-License-Identifier: Apache-2.0
"""Why an answer is as it is, and which of its values are the person's own."""

import json
from collections.abc import Sequence

import pytest

from app.explanation import Explains
from app.settings import HOUSE
from guards.kinds import KINDS, LITERAL
from guards.vault import KnownValue
from memory.ids import DEFAULT_TENANT, ConversationId, MessageId, PersonId, Scope, TurnId
from memory.ranking.surroundings import brief
from memory.values import LedgerEntry, Message, Outcome, Role, UsedItem
from tests.fakes.parts import NOW


class Record:
    """One turn with one line beside a memory, and what the memory has of both."""

    async def turn_of(self, scope: Scope, answer: MessageId) -> TurnId | None:
        return TurnId("t")

    async def of_turn(self, scope: Scope, turn: TurnId) -> LedgerEntry | None:
        items = (UsedItem("e", "episode", True, "recalled"), UsedItem("n", "episode", True, "beside"))
        place = ConversationId("c")
        return LedgerEntry(turn, place, "personal_chat", "web", Outcome.ANSWERED, items)

    async def texts(self, scope: Scope, ids: Sequence[str]) -> dict[str, str]:
        return dict.fromkeys(ids, LONG)

    async def passage(self, id: str) -> None:
        return None

    async def vault(self, scope: Scope, conversation: ConversationId) -> dict[str, str]:
        return {"<PERSON_1>": "Anna Schmidt", "<EMAIL_ADDRESS_1>": "anna@example.com"}

    async def messages(self, scope: Scope, conversation: ConversationId) -> tuple[Message, ...]:
        said = ((MessageId("n"), "anna@example.com"), (MessageId("m"), "Anna, ask Anna's sister **Schmidt**."))
        return tuple(Message(id, TurnId("t"), Role.ASSISTANT, text, NOW) for id, text in said)


LONG = "We talked about the garden and the snails. " * 20


async def test_a_line_beside_a_memory_is_explained_as_it_was_shown() -> None:
    """The panel shows as much of it as stood in the prompt; of a memory that matched, all."""
    record = Record()
    why = await Explains(record, record, record, record).why(Scope(DEFAULT_TENANT, PersonId("p")), MessageId("m"))
    assert why is not None
    assert [(item.text, item.why) for item in why.items] == [(LONG, "recalled"), (brief(LONG), "beside")]
    assert len(brief(LONG)) < len(LONG)


async def test_the_person_s_own_values_in_an_answer_are_named() -> None:
    """Those of this answer, as they stand there, each once; not those of another message."""
    record = Record()
    why = await Explains(record, record, record, record).why(Scope(DEFAULT_TENANT, PersonId("p")), MessageId("m"))
    assert why is not None
    assert why.own == (KnownValue("PERSON", "Anna"), KnownValue("PERSON", "Schmidt"))


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_kind_has_a_name_on_the_page(language: str) -> None:
    """In each language; text that only looks like a placeholder is nobody's data."""
    words = json.loads((HOUSE / "public" / "strings" / f"{language}.json").read_text("utf-8"))["panels"]["kinds"]
    assert set(words) == set(KINDS) - {LITERAL}
