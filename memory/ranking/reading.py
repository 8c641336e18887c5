# SPDX-License-Identifier: Apache-2.0
"""A person's recallable rows, read from SQL and opened: what SQL does not hand out is not recalled."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlmodel import col

from memory.erasure.excision import Span, mentions, without, words
from memory.ids import ConversationId, Scope, TurnId
from memory.ranking.shelf import Memory, day
from memory.ranking.words import Vocabulary, small_talk
from memory.store.facts import fact_of
from memory.store.queries import table_of
from memory.store.sealed import PersonKey
from memory.store.tables import EpisodeRow, EvidenceRow, FactRow, TallyRow, owned_by
from memory.values import Fact, Role, SaidBy

LONGEST = 1200
"""Characters of a memory that are recalled: longer turns drown the ranking (BEAM: 49.0 against 39.9 R@10)."""
MOST_EPISODES = 10_000
"""The newest so many of a person are held hot; older ones stay in SQL."""
FEW = 500


@dataclass(frozen=True, slots=True)
class Mark:
    """How often a person's memories were added to and changed: it differs after anything that changes a recall."""

    added: int = 0
    changed: int = 0


_tally = table_of(TallyRow)
TALLY = select(_tally.c.added, _tally.c.changed).where(
    _tally.c.tenant == bindparam("of_tenant"), _tally.c.person == bindparam("of_person")
)
"""Built once: building it costs more than running it."""


@dataclass(frozen=True, slots=True)
class Visible:
    """Which of a person's memories may be recalled now, and what no longer holds or is hidden."""

    versions: dict[str, int]
    """Fact and episode ids with their version; an episode has only one."""
    ended: frozenset[str]
    """Facts that are history or hidden: their sentences are not recalled either."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What history and hidden facts leave in episodes: sentences by turn, and the values that they gave."""

    spans: dict[str, list[Span]] = field(default_factory=dict)
    values: frozenset[str] = frozenset()

    def lets_go_of(self, later: "Ended") -> bool:
        """Whether something of this holds again later."""
        fewer = any(len(spans) > len(later.spans.get(turn, ())) for turn, spans in self.spans.items())
        return fewer or bool(self.values - later.values)


@dataclass(frozen=True, slots=True)
class Past:
    """What history and hidden facts said, by their ids, and in which turns."""

    values: dict[str, str] = field(default_factory=dict)
    spans: dict[str, list[tuple[str, Span]]] = field(default_factory=dict)

    def beside(self, holding: Collection[str]) -> Ended:
        """What is not to be recalled as if it held, where these values do hold."""
        now = {value.casefold() for value in holding}
        spans: dict[str, list[Span]] = {}
        for turn, span in (place for places in self.spans.values() for place in places):
            spans.setdefault(turn, []).append(span)
        values = frozenset(value for value in self.values.values() if value and value.casefold() not in now)
        return Ended(spans, values)


async def mark(session: AsyncSession | AsyncConnection, scope: Scope) -> Mark:
    """The person's tally, which the database counts itself (migration 0004); half a millisecond at any size."""
    row = (await session.execute(TALLY, {"of_tenant": scope.tenant, "of_person": scope.person})).first()
    return Mark() if row is None else Mark(row.added, row.changed)


async def visible(session: AsyncSession, scope: Scope) -> Visible:
    """The ids that SQL allows: current facts that are not hidden, and the newest episodes; some 20 ms for 10,000."""
    fact, episode = table_of(FactRow).c, table_of(EpisodeRow).c
    facts = select(fact.id, fact.version, fact.superseded_at, fact.hidden).where(owned_by(scope, FactRow))
    episodes = select(episode.id).where(owned_by(scope, EpisodeRow))
    newest = episodes.order_by(episode.occurred_at.desc(), episode.position.desc(), episode.id).limit(MOST_EPISODES)
    rows = (await session.execute(facts)).all()
    versions = {id: version for id, version, ended, hidden in rows if ended is None and not hidden}
    versions |= dict.fromkeys((await session.execute(newest)).scalars(), 0)
    return Visible(versions, frozenset(id for id, _, ended, hidden in rows if ended is not None or hidden))


async def fact_rows(session: AsyncSession, scope: Scope, which: ColumnElement[bool]) -> Sequence[FactRow]:
    """The person's own facts among those, history too; to be read only, since no session follows them."""
    rows = await session.execute(select(table_of(FactRow)).where(owned_by(scope, FactRow), which))
    return cast("Sequence[FactRow]", rows.all())


async def episode_rows(session: AsyncSession, scope: Scope, which: ColumnElement[bool]) -> Sequence[EpisodeRow]:
    """The person's own episodes among those; to be read only, since no session follows them."""
    rows = await session.execute(select(table_of(EpisodeRow)).where(owned_by(scope, EpisodeRow), which))
    return cast("Sequence[EpisodeRow]", rows.all())


def among(column: Any, ids: Collection[str]) -> ColumnElement[bool]:
    """A condition for few ids; for many it lets all through, and the caller filters."""
    narrow: ColumnElement[bool] = col(column).in_(ids) if len(ids) <= FEW else col(column).is_not(None)
    return narrow


async def past(session: AsyncSession, scope: Scope, key: PersonKey, ended: Collection[str]) -> Past:
    """What superseded and hidden facts said and where, so that it is not recalled as if it held or were shown."""
    if not ended:
        return Past()
    rows = await fact_rows(session, scope, among(FactRow.id, ended))
    found = Past({row.id: fact_of(row, key).value for row in rows if row.id in ended})
    told = owned_by(scope, EvidenceRow) & among(EvidenceRow.fact, ended)
    for row in await session.execute(select(table_of(EvidenceRow)).where(told)):
        if row.fact in ended:
            found.spans.setdefault(row.fact, []).append((row.turn, (row.span_start, row.span_end)))
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
        dated=vocabulary.stems(day(row.occurred_at)),
    )


def mentioning(memories: Sequence[Memory], before: Ended, now: Ended) -> set[str]:
    """The episodes that say what has ended since, or holds again: by their turns' sentences, and answers by values."""
    touched = before.spans.keys() | now.spans.keys()
    turns = {turn for turn in touched if sorted(before.spans.get(turn, ())) != sorted(now.spans.get(turn, ()))}
    values = now.values - before.values
    firsts = [found[0] for found in map(words, values) if found]
    said = set()
    for memory in memories:
        if memory.kind != "episode":
            continue
        if memory.said_by is SaidBy.USER:
            if memory.source_turn in turns:
                said.add(memory.id)
        elif firsts and _may_say(memory.text, firsts) and mentions(memory.text, values):
            said.add(memory.id)
    return said


def _may_say(text: str, firsts: Sequence[str]) -> bool:
    """A cheap look: a plain text that does not even contain a value's first word does not mention the value."""
    low = text.lower()
    return not text.isascii() or any(first in low for first in firsts)


def clip(text: str, longest: int = LONGEST) -> str:
    """The beginning of a long text, up to a word's end."""
    if len(text) <= longest:
        return text.strip()
    return text[:longest].rsplit(None, 1)[0] + " …"
