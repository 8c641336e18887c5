# SPDX-License-Identifier: Apache-2.0
"""A person's recallable rows, read from SQL and opened: what SQL does not hand out is not recalled."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlmodel import col

from memory.excision import Span, mentions, without
from memory.facts import fact_of
from memory.ids import ConversationId, Scope, TurnId
from memory.queries import table_of
from memory.sealed import PersonKey
from memory.shelf import Memory, day
from memory.tables import EpisodeRow, EvidenceRow, FactRow, owned_by
from memory.values import Fact, Role, SaidBy
from memory.words import Vocabulary, small_talk

LONGEST = 1200
"""Characters of a memory that are recalled: longer turns drown the ranking (BEAM: 49.0 against 39.9 R@10)."""
MOST_EPISODES = 10_000
"""The newest so many of a person are held hot; older ones stay in SQL."""
FEW = 500

Mark = tuple[object, ...]


def _fingerprint() -> Select[Any]:
    fact, episode = table_of(FactRow).c, table_of(EpisodeRow).c
    tenant: BindParameter[str] = bindparam("of_tenant")
    person: BindParameter[str] = bindparam("of_person")
    facts = select(
        func.count().label("facts"),
        func.sum(fact.version),
        func.max(fact.recorded_at),
        func.max(fact.superseded_at),
    ).where(fact.tenant == tenant, fact.person == person)
    episodes = select(func.count().label("episodes"), func.sum(episode.position), func.max(episode.occurred_at)).where(
        episode.tenant == tenant, episode.person == person
    )
    said, told = facts.subquery(), episodes.subquery()
    return select(said, told).select_from(said.join(told, true()))


FINGERPRINT = _fingerprint()
"""Built once: building it costs more than running it."""


@dataclass(frozen=True, slots=True)
class Visible:
    """Which of a person's memories may be recalled now, and what no longer holds."""

    versions: dict[str, int]
    """Fact and episode ids with their version; an episode has only one."""
    ended: frozenset[str]
    """Facts that are history."""


@dataclass(slots=True)
class Ended:
    """What history leaves in episodes: sentences by turn, and the values that they gave."""

    spans: dict[str, list[Span]] = field(default_factory=dict)
    values: list[str] = field(default_factory=list)


async def mark(session: AsyncSession | AsyncConnection, scope: Scope) -> Mark:
    """A fingerprint that differs after any change to what may be recalled; about a millisecond.

    Every write touches one of these: new rows move the latest time, changes the versions, deletions the counts.
    """
    row = await session.execute(FINGERPRINT, {"of_tenant": scope.tenant, "of_person": scope.person})
    return tuple(row.one())


async def visible(session: AsyncSession, scope: Scope) -> Visible:
    """The ids that SQL allows: current facts that are not hidden, and the newest episodes."""
    facts = select(col(FactRow.id), col(FactRow.version), col(FactRow.superseded_at), col(FactRow.hidden)).where(
        owned_by(scope, FactRow)
    )
    episodes = select(col(EpisodeRow.id)).where(owned_by(scope, EpisodeRow))
    newest = episodes.order_by(col(EpisodeRow.occurred_at).desc()).limit(MOST_EPISODES)
    rows = (await session.execute(facts)).all()
    versions = {id: version for id, version, ended, hidden in rows if ended is None and not hidden}
    versions |= dict.fromkeys(await session.scalars(newest), 0)
    return Visible(versions, frozenset(id for id, _, ended, _ in rows if ended is not None))


async def fact_rows(session: AsyncSession, scope: Scope, which: ColumnElement[bool]) -> Sequence[FactRow]:
    """The person's own facts among those, history too."""
    return (await session.scalars(select(FactRow).where(owned_by(scope, FactRow), which))).all()


async def episode_rows(session: AsyncSession, scope: Scope, which: ColumnElement[bool]) -> Sequence[EpisodeRow]:
    """The person's own episodes among those."""
    return (await session.scalars(select(EpisodeRow).where(owned_by(scope, EpisodeRow), which))).all()


def among(column: Any, ids: Collection[str]) -> ColumnElement[bool]:
    """A condition for few ids; for many it lets all through, and the caller filters."""
    narrow: ColumnElement[bool] = col(column).in_(ids) if len(ids) <= FEW else col(column).is_not(None)
    return narrow


async def ended(session: AsyncSession, scope: Scope, key: PersonKey) -> Ended:
    """What superseded facts left behind, so that it is not recalled as if it held."""
    found = Ended()
    history = {row.id: row for row in await fact_rows(session, scope, col(FactRow.superseded_at).is_not(None))}
    if not history:
        return found
    current = await fact_rows(session, scope, col(FactRow.superseded_at).is_(None))
    holding = {fact_of(row, key).value.casefold() for row in current}
    values = {fact_of(row, key).value for row in history.values()}
    found.values = [value for value in values if value and value.casefold() not in holding]
    for row in await session.scalars(select(EvidenceRow).where(owned_by(scope, EvidenceRow))):
        if row.fact in history:
            found.spans.setdefault(row.turn, []).append((row.span_start, row.span_end))
    return found


def fact_memory(fact: Fact, vocabulary: Vocabulary) -> Memory:
    """A fact as it is ranked."""
    return Memory(
        id=fact.id,
        kind="fact",
        text=fact.text,
        terms=vocabulary.terms(fact.text),
        occurred_at=fact.valid_from,
        source_turn=fact.source_turn,
        said_by=fact.said_by,
        fact=fact,
    )


def episode_memory(row: EpisodeRow, key: PersonKey, past: Ended, vocabulary: Vocabulary) -> Memory | None:
    """An episode as it is ranked, without what holds no longer; None where nothing is left to recall."""
    text = key.unseal(row.text, f"episode:{row.id}")
    spans = past.spans.get(row.turn, []) if row.role == Role.USER else []
    left = clip(without(text, spans) if spans else text)
    terms = vocabulary.terms(left)
    stale = row.role != Role.USER and past.values and mentions(left, past.values)
    if not terms or stale or small_talk(left):
        return None
    return Memory(
        id=row.id,
        kind="episode",
        text=left,
        terms=terms,
        occurred_at=row.occurred_at,
        source_turn=TurnId(row.turn),
        said_by=SaidBy.USER if row.role == Role.USER else SaidBy.AGENT,
        conversation=ConversationId(row.conversation),
        position=row.position,
        whole=not spans,
        dated=vocabulary.terms(day(row.occurred_at)),
    )


def clip(text: str) -> str:
    """The beginning of a long text, up to a word's end."""
    if len(text) <= LONGEST:
        return text.strip()
    return text[:LONGEST].rsplit(None, 1)[0] + " …"
