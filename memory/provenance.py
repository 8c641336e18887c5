# SPDX-License-Identifier: Apache-2.0
"""Where a fact comes from and what it was before: its conversation and its earlier versions."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from memory.errors import NotFound
from memory.ids import ConversationId, FactId, Scope
from memory.ranking.reading import among, fact_rows
from memory.ranking.words import Vocabulary
from memory.store.facts import fact_of
from memory.store.sealed import PersonKey
from memory.store.tables import ConversationRow, FactRow, TurnRow, owned_by
from memory.values import Fact


@dataclass(frozen=True, slots=True)
class Known:
    """A fact as its person may look it over."""

    fact: Fact
    conversation: ConversationId | None = None
    """Where it was said, as long as that conversation is there."""
    title: str = ""
    changed: bool = False
    """Whether it has earlier versions."""


async def placed(session: AsyncSession, scope: Scope, key: PersonKey, facts: Collection[Fact]) -> tuple[Known, ...]:
    """The facts in their order, each with its conversation; one query for all."""
    turns = (
        select(col(TurnRow.id), col(ConversationRow.id), col(ConversationRow.title))
        .join(ConversationRow, col(ConversationRow.id) == col(TurnRow.conversation))
        .where(owned_by(scope, TurnRow), among(TurnRow.id, {fact.source_turn for fact in facts}))
    )
    places = {turn: (place, title) for turn, place, title in await session.execute(turns)}
    successors = select(col(FactRow.superseded_by)).where(owned_by(scope, FactRow))
    changed = set(await session.scalars(successors.where(col(FactRow.superseded_by).is_not(None))))
    titles = dict(places.values())
    opened = {place: key.unseal(title, f"title:{place}") for place, title in titles.items()}
    found = []
    for fact in facts:
        place, _ = places.get(fact.source_turn, (None, b""))
        here = None if place is None else ConversationId(place)
        found.append(Known(fact, here, opened.get(place or "", ""), fact.id in changed))
    return tuple(found)


async def versions(session: AsyncSession, scope: Scope, key: PersonKey, fact: FactId) -> tuple[Fact, ...]:
    """What it was before, what ended last first; raises NotFound where the fact is absent or another's."""
    if not await fact_rows(session, scope, col(FactRow.id) == fact):
        raise NotFound("There is no such memory.")
    rows: dict[str, FactRow] = {}
    heirs: set[str] = {fact}
    while heirs:
        before = await fact_rows(session, scope, col(FactRow.superseded_by).in_(heirs))
        heirs = {row.id for row in before} - rows.keys() - {fact}
        rows |= {row.id: row for row in before if row.id in heirs}
    former = [fact_of(row, key) for row in rows.values()]
    return tuple(sorted(former, key=lambda one: (one.valid_to or one.recorded_at, one.recorded_at), reverse=True))


def fits(fact: Fact, sought: str, categories: Collection[str], vocabulary: Vocabulary) -> bool:
    """Whether a fact is meant: it is of one of the categories, or says every word, or the beginnings of them."""
    said = f"{fact.text} {fact.value} {fact.category}".casefold()
    if fact.category in categories or all(word in said for word in sought.casefold().split()):
        return True
    stems = set(vocabulary.terms(sought))
    return bool(stems) and stems <= set(vocabulary.terms(said))
