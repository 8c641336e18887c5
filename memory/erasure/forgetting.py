# SPDX-License-Identifier: Apache-2.0
"""A fact and its traces are forgotten: what said it, what was answered from it, and its way back.

1. The fact and its older versions are found, with the turns whose words they come from.
2. The ledger names the answers that were given from them, or from episodes that fall with them.
3. Sentences that say it are cut from the person's messages, answers that repeat it are replaced.
4. Rows and episodes are deleted, their vectors noted for removal, and a keyed tombstone is left.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from memory.erasure.excision import Span
from memory.erasure.redaction import redact_conversation
from memory.erasure.rows import drop_traces, note_strays
from memory.errors import NotFound
from memory.ids import FactId, Scope, TurnId
from memory.ledger import pseudonym
from memory.store.facts import fact_of, statement_digest
from memory.store.pen import Pen
from memory.store.sealed import PersonKey
from memory.store.tables import EpisodeRow, EvidenceRow, FactRow, LedgerRow, TombstoneRow, TurnRow, owned_by
from memory.values import Fact, Role

FEW = 40
"""Up to so many ids the ledger is searched by SQL; beyond, each of the person's entries is read."""

BATCH = 10_000


@dataclass(slots=True)
class Traces:
    """Where a forgotten statement was said and used, by turn."""

    said: dict[str, list[Span]] = field(default_factory=dict)
    """Turn -> spans of the person's message."""
    recalled: set[str] = field(default_factory=set)
    """Turns whose answer goes: it was given from the statement, or right after it was made."""
    known: set[str] = field(default_factory=set)
    """Turns that had it in the profile, as every turn has: the answer goes only where it mentions it."""
    values: list[str] = field(default_factory=list)


async def forget_fact(
    session: AsyncSession, scope: Scope, key: PersonKey, fact_id: FactId, now: datetime
) -> tuple[FactId, ...]:
    """Forgets one fact with its older versions; returns their ids, raises NotFound."""
    forgotten = await forget_facts(Pen(session, scope, key, now), [fact_id])
    if not forgotten:
        raise NotFound("There is no such memory.")
    return forgotten


async def forget_facts(
    pen: Pen, ids: Sequence[FactId], asked: Mapping[TurnId, Sequence[Span]] | None = None
) -> tuple[FactId, ...]:
    """Forgets those that are there; `asked` names by turn the sentences that asked for it, which go too.

    Within the caller's transaction; call Database.settle after it. Cost grows with the conversations touched:
    some 20 ms a thousand messages.
    """
    facts = await _with_older(pen, ids)
    return await _forgotten(pen, facts, asked or {}) if facts else ()


async def forget_turns(pen: Pen, turns: Collection[str]) -> tuple[FactId, ...]:
    """Forgets what was learned in these turns and nowhere else, and the answers that were given from them.

    What it had superseded stays history; what was said elsewhere too stays, as learned there. The turns' own
    rows are left to the caller. Within the caller's transaction, as `forget_facts`.
    """
    facts = await _learned_in(pen, turns)
    former = update(FactRow).where(owned_by(pen.scope, FactRow), col(FactRow.superseded_by).in_([f.id for f in facts]))
    await pen.session.execute(former.values(superseded_by=None))
    return await _forgotten(pen, facts, {TurnId(turn): () for turn in turns})


async def _forgotten(pen: Pen, facts: Sequence[Fact], asked: Mapping[TurnId, Sequence[Span]]) -> tuple[FactId, ...]:
    traces = await _said(pen, facts, asked)
    gone = await _used(pen, traces, {fact.id for fact in facts})
    await _bury(pen, facts)
    await drop_traces(pen.session, pen.scope)
    rows = [fact.id for fact in facts]
    await _delete(pen, FactRow, rows)
    await _delete(pen, EpisodeRow, gone)
    for place in await _places(pen, {*traces.said, *traces.recalled, *traces.known}):
        await redact_conversation(pen, place, traces)
    return tuple(rows)


async def _learned_in(pen: Pen, turns: Collection[str]) -> tuple[Fact, ...]:
    own = select(col(EvidenceRow.fact), col(EvidenceRow.turn)).where(owned_by(pen.scope, EvidenceRow))
    elsewhere: dict[str, str] = {}
    said: set[str] = set()
    for fact, turn in await pen.session.execute(own):
        if turn in turns:
            said.add(fact)
        else:
            elsewhere[fact] = turn
    found = []
    for row in await pen.session.scalars(select(FactRow).where(owned_by(pen.scope, FactRow))):
        if row.id not in elsewhere and (row.id in said or row.source_turn in turns):
            found.append(fact_of(row, pen.key))
        elif row.source_turn in turns:
            moved = update(FactRow).where(col(FactRow.id) == row.id).values(source_turn=elsewhere[row.id])
            await pen.session.execute(moved)
    return tuple(found)


async def _with_older(pen: Pen, ids: Sequence[FactId]) -> tuple[Fact, ...]:
    links = select(col(FactRow.superseded_by), col(FactRow.id)).where(owned_by(pen.scope, FactRow))
    older: dict[str, list[str]] = {}
    for newer, former in await pen.session.execute(links.where(col(FactRow.superseded_by).is_not(None))):
        older.setdefault(str(newer), []).append(former)
    wanted = list(dict.fromkeys(str(id) for id in ids))
    for id in wanted:
        wanted += (former for former in older.get(id, ()) if former not in wanted)
    rows: list[FactRow] = []
    for some in _batches(wanted):
        mine = select(FactRow).where(owned_by(pen.scope, FactRow), col(FactRow.id).in_(some))
        rows += await pen.session.scalars(mine)
    return tuple(fact_of(row, pen.key) for row in rows)


async def _said(pen: Pen, facts: Sequence[Fact], asked: Mapping[TurnId, Sequence[Span]]) -> Traces:
    traces = Traces(values=[fact.value for fact in facts])
    traces.said = {fact.source_turn: [] for fact in facts}
    own = owned_by(pen.scope, EvidenceRow) & col(EvidenceRow.fact).in_([fact.id for fact in facts])
    for row in await pen.session.scalars(select(EvidenceRow).where(own)):
        traces.said.setdefault(row.turn, []).append((row.span_start, row.span_end))
    traces.recalled = set(traces.said) - set(asked)
    for turn, spans in asked.items():
        traces.said.setdefault(turn, []).extend(spans)
    return traces


async def _used(pen: Pen, traces: Traces, ids: set[str]) -> set[str]:
    """Follows the ledger from what falls to the answers given from it, and on; the episodes to drop."""
    gone: set[str] = set()
    firm: set[str] = set()
    faint: set[str] = set()
    search = ids | await _episodes(pen, traces.said, None)
    while search:
        await _answered_from(pen, traces, search, faint)
        recalled = await _episodes(pen, traces.recalled, Role.ASSISTANT)
        faint = await _episodes(pen, traces.known - traces.recalled, Role.ASSISTANT)
        search = ((recalled | faint) - gone) | (recalled - firm)
        gone, firm = gone | recalled | faint, recalled
    return gone


async def _answered_from(pen: Pen, traces: Traces, ids: set[str], faint: set[str]) -> None:
    mine = (col(LedgerRow.tenant) == pen.scope.tenant) & (col(LedgerRow.who) == pseudonym(pen.key))
    entries = select(col(LedgerRow.turn), col(LedgerRow.entry)).where(mine)
    if len(ids) <= FEW:
        entries = entries.where(or_(*(col(LedgerRow.entry).contains(f'"{id}"') for id in sorted(ids))))
    for turn, entry in await pen.session.execute(entries):
        for item in json.loads(entry)["items"]:
            if item["used"] and item["id"] in ids:
                weak = item["why"] == "profile" or item["id"] in faint
                (traces.known if weak else traces.recalled).add(turn)


async def _episodes(pen: Pen, turns: Iterable[str], role: Role | None) -> set[str]:
    found: set[str] = set()
    for some in _batches(turns):
        mine = owned_by(pen.scope, EpisodeRow) & col(EpisodeRow.turn).in_(some)
        wanted = select(col(EpisodeRow.id)).where(mine)
        if role is not None:
            wanted = wanted.where(col(EpisodeRow.role) == role)
        found.update(await pen.session.scalars(wanted))
    return found


async def _delete(pen: Pen, table: type[FactRow] | type[EpisodeRow], ids: Iterable[str]) -> None:
    for some in _batches(ids):
        await pen.session.execute(delete(table).where(owned_by(pen.scope, table), col(table.id).in_(some)))
        await note_strays(pen.session, pen.scope, some, pen.now)


async def _places(pen: Pen, turns: Iterable[str]) -> list[str]:
    found: set[str] = set()
    for some in _batches(turns):
        mine = owned_by(pen.scope, TurnRow) & col(TurnRow.id).in_(some)
        found.update(await pen.session.scalars(select(col(TurnRow.conversation)).where(mine)))
    return sorted(found)


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    """So many that every dialect takes them in one statement."""
    left = iter(sorted(ids))
    while some := list(islice(left, BATCH)):
        yield some


async def _bury(pen: Pen, facts: Sequence[Fact]) -> None:
    digests = {statement_digest(pen.key, fact) for fact in facts}
    there = select(col(TombstoneRow.digest)).where(owned_by(pen.scope, TombstoneRow))
    known = set(await pen.session.scalars(there.where(col(TombstoneRow.digest).in_(digests))))
    if rows := [pen.owner | {"digest": digest, "made_at": pen.now} for digest in sorted(digests - known)]:
        await pen.session.execute(insert(TombstoneRow), rows)
