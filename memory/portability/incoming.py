# SPDX-License-Identifier: Apache-2.0
"""Facts from a file beside those that are known: what the person said here stands, what is new comes in."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlmodel import col

from memory.ids import FactId, TurnId, canonical, new_id
from memory.portability.portable import Evidence, FactEntry
from memory.store.facts import end_fact, fact_of, facts_in, row_of, statement_digest
from memory.store.pen import Pen
from memory.store.queries import named_by
from memory.store.sealed import PersonKey
from memory.store.tables import EvidenceRow, FactRow, TombstoneRow, TurnRow, owned_by
from memory.understanding.candidates import Candidate, normalised
from memory.understanding.intake import NOTE, read_statement, refusal, rivals, single
from memory.understanding.rules import Rules
from memory.values import Fact, Origin, SaidBy

CHANNEL = "import"
MOST_TOLD = 20
"""Refusals that are told by their place; the others are counted."""


@dataclass(slots=True)
class Tally:
    """What became of a file."""

    added: int = 0
    """Facts that hold from now on."""
    former: int = 0
    """Facts that went into history: they held no longer, or the person says otherwise here."""
    known: int = 0
    """Facts that were there already."""
    forgotten: int = 0
    """Facts and sentences left out, since the person had them forgotten."""
    refused: int = 0
    turns: int = 0
    turns_known: int = 0
    reasons: list[str] = field(default_factory=list)
    """Why the first of the refused were refused, with their places."""

    def refuse(self, reason: str) -> None:
        """Counts one more."""
        self.refused += 1
        if len(self.reasons) < MOST_TOLD:
            self.reasons.append(reason)


class Read(NamedTuple):
    """A fact of the file in memory's own form; its ids are still the file's."""

    fact: Fact
    id: str
    """Empty for a plain sentence."""
    former: bool
    ended: datetime | None
    successor: str
    turn: str
    evidence: tuple[Evidence, ...]


def mapped(key: PersonKey, kind: str, id: str) -> str:
    """The id under which something of a file is kept: the same for the same person and file, nobody else's."""
    return str(UUID(key.digest(f"import\0{kind}\0{id}")[:32], version=4))


class Facts:
    """Reads entries and puts them in their places."""

    def __init__(self, rules: Rules, forgotten: bool) -> None:
        self._rules = rules
        self._forgotten = forgotten

    def read(self, entries: Sequence[tuple[int, FactEntry]], now: datetime, tally: Tally) -> list[Read]:
        """Those that may be kept; the others are counted as refused. A millisecond for a plain sentence."""
        found = []
        for number, entry in entries:
            text, value = _plain(entry.text), _plain(entry.value or entry.text)
            if refused := refusal(self._rules, entry.kind, text, value):
                tally.refuse(f"facts.{number}.text: {refused}.")
            elif entry.attribute is None:
                read = read_statement(text, entry.valid_from or entry.recorded_at or now, self._rules)
                found += [_of_statement(entry, said, now, place) for place, said in enumerate(read)]
            else:
                found.append(_of_entry(entry, entry.attribute, text, value, now))
        return found

    async def place(self, pen: Pen, read: Sequence[Read], tally: Tally) -> None:
        """Within the caller's transaction."""
        if read:
            await _Hand(pen, self._rules, self._forgotten, tally).place(read)


class _Hand:
    """One batch in one transaction."""

    def __init__(self, pen: Pen, rules: Rules, forgotten: bool, tally: Tally) -> None:
        self._pen, self._rules, self._forgotten, self._tally = pen, rules, forgotten, tally
        self._near: list[Fact] = []
        self._there: set[str] = set()
        self._turns: set[str] = set()

    async def place(self, read: Sequence[Read]) -> None:
        pen, rules = self._pen, self._rules
        digests = {statement_digest(pen.key, one.fact) for one in read}
        slots = {(one.fact.subject, one.fact.attribute) for one in read}
        slots |= {(subject, rival) for subject, name in slots for rival in rivals(rules, name)}
        self._near = list(await facts_in(pen.session, pen.scope, pen.key, slots))
        named = {id for one in read for id in (one.id, one.successor) if id}
        self._there = await self._own(FactRow, named | {mapped(pen.key, "fact", id) for id in named})
        self._turns = await self._own(TurnRow, {one.turn for one in read} | {e.turn for o in read for e in o.evidence})
        buried = await self._buried(digests)
        past = await self._past(digests)
        for one in read:
            await self._put(one, statement_digest(pen.key, one.fact), buried, past)

    async def _put(self, one: Read, digest: str, buried: set[str], past: set[str]) -> None:
        pen, tally = self._pen, self._tally
        id = self._id(one.id) if one.id else mapped(pen.key, "fact", digest)
        if id in self._there or (digest in past and not one.former) or (not one.id and digest in past):
            tally.known += 1
            return
        if digest in buried and not self._forgotten:
            tally.forgotten += 1
            return
        fact = self._made(one, FactId(id))
        if one.former:
            await self._end(one, fact, self._id(one.successor) if one.successor else None, fact.valid_to or pen.now)
        else:
            await self._hold(one, fact, digest)
        self._there.add(id)
        past |= set() if one.former else {digest}

    async def _hold(self, one: Read, fact: Fact, digest: str) -> None:
        """In force, unless the person says otherwise here, or another file says something newer."""
        pen = self._pen
        others = [known for known in self._near if _against(self._rules, known, fact)]
        stands = next((o for o in others if o.origin is None or o.valid_from >= fact.valid_from), None)
        if stands is not None:
            await self._end(one, fact, stands.id, max(fact.valid_from, stands.valid_from))
            return
        await self._insert(one, row_of(pen.scope, pen.key, fact))
        for other in others:
            ended = max(other.valid_from, fact.valid_from)
            await end_fact(
                pen.session, pen.scope, other.id, version=other.version, ended=ended, now=pen.now, successor=fact.id
            )
            self._near.remove(other)
        again = col(TombstoneRow.digest) == digest
        await pen.session.execute(delete(TombstoneRow).where(owned_by(pen.scope, TombstoneRow), again))
        self._near.append(fact)
        self._tally.added += 1

    async def _end(self, one: Read, fact: Fact, successor: str | None, ended: datetime) -> None:
        row = row_of(self._pen.scope, self._pen.key, fact)
        past = {"valid_to": ended, "superseded_at": one.ended or self._pen.now, "superseded_by": successor}
        await self._insert(one, row | past)
        self._tally.former += 1

    async def _insert(self, one: Read, row: dict[str, object]) -> None:
        pen = self._pen
        await pen.session.execute(insert(FactRow).values(row))
        spans = {(self._turn(proof.turn), proof.start): proof.end for proof in one.evidence}
        said = [
            pen.owner | {"fact": row["id"], "turn": turn, "span_start": start, "span_end": end}
            for (turn, start), end in spans.items()
        ]
        if said:
            await pen.session.execute(insert(EvidenceRow), said)

    def _made(self, one: Read, id: FactId) -> Fact:
        return replace(one.fact, id=id, source_turn=TurnId(self._turn(one.turn) if one.turn else new_id()))

    def _id(self, id: str) -> str:
        return id if id in self._there else mapped(self._pen.key, "fact", id)

    def _turn(self, id: str) -> str:
        return id if id in self._turns else mapped(self._pen.key, "turn", id)

    async def _own(self, table: type[FactRow] | type[TurnRow], ids: set[str]) -> set[str]:
        known = [id for id in ids if canonical(id)]
        mine = named_by(self._pen.scope, table) & col(table.id).in_(known)
        return set(await self._pen.session.scalars(select(col(table.id)).where(mine)))

    async def _buried(self, digests: set[str]) -> set[str]:
        mine = owned_by(self._pen.scope, TombstoneRow) & col(TombstoneRow.digest).in_(digests)
        return set(await self._pen.session.scalars(select(col(TombstoneRow.digest)).where(mine)))

    async def _past(self, digests: set[str]) -> set[str]:
        """What holds, or did by the person's own words here: a file does not say it anew."""
        pen = self._pen
        mine = owned_by(pen.scope, FactRow) & col(FactRow.value_digest).in_(digests)
        rows = await pen.session.scalars(select(FactRow).where(mine))
        return {row.value_digest for row in rows if row.superseded_at is None or fact_of(row, pen.key).origin is None}


def _against(rules: Rules, known: Fact, new: Fact) -> bool:
    """Whether both cannot hold at once."""
    same = normalised(known.value) == normalised(new.value)
    if (known.subject, known.attribute) == (new.subject, new.attribute):
        return not same and single(rules, new.attribute)
    return known.subject == new.subject and same and known.attribute in rivals(rules, new.attribute)


def _of_statement(entry: FactEntry, said: Candidate, now: datetime, place: int) -> Read:
    fact = Fact(
        id=FactId(""),
        text=said.text,
        kind=said.kind,
        category=said.category,
        subject=said.subject,
        attribute=said.attribute or NOTE,
        value=said.value,
        valid_from=said.valid_from,
        valid_to=entry.valid_to,
        recorded_at=now,
        said_by=entry.said_by,
        source_turn=TurnId(""),
        channel=CHANNEL,
        confidence=entry.confidence,
        hidden=entry.hidden,
        origin=_origin(entry, now),
    )
    id = f"{entry.id}#{place}" if entry.id and place else entry.id or ""
    return Read(fact, id, entry.former, entry.superseded_at, entry.superseded_by or "", entry.turn or "", ())


def _of_entry(entry: FactEntry, attribute: str, text: str, value: str, now: datetime) -> Read:
    since = entry.valid_from or entry.recorded_at or now
    fact = Fact(
        id=FactId(""),
        text=text,
        kind=entry.kind,
        category=entry.category,
        subject=entry.subject,
        attribute=attribute,
        value=value,
        valid_from=since,
        valid_to=max(since, entry.valid_to or entry.superseded_at or now) if entry.former else None,
        recorded_at=now,
        said_by=entry.said_by,
        source_turn=TurnId(""),
        channel=CHANNEL,
        confidence=entry.confidence,
        hidden=entry.hidden,
        origin=_origin(entry, now),
    )
    successor, turn = entry.superseded_by or "", entry.turn or ""
    return Read(fact, entry.id or "", entry.former, entry.superseded_at, successor, turn, entry.evidence)


def _origin(entry: FactEntry, now: datetime) -> Origin:
    if entry.origin:
        return Origin(entry.origin.said_by, entry.origin.channel, entry.origin.recorded_at)
    return Origin(SaidBy(entry.said_by), entry.channel, entry.recorded_at or now)


def _plain(text: str) -> str:
    """One line in one Unicode form, without characters that nobody sees."""
    seen = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    return " ".join(seen.split())
