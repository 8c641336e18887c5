# SPDX-License-Identifier: Apache-2.0
"""What a closed turn changes in memory, within the turn's own transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, delete, select
from sqlmodel import col

from memory.erasure.forgetting import forget_facts
from memory.ids import EpisodeId, FactId, new_id
from memory.reconcile import reconcile
from memory.store.facts import (
    add_evidence,
    add_fact,
    change_fact,
    current_facts,
    end_fact,
    facts_in,
    former_facts,
    payload_of,
    statement_digest,
)
from memory.store.pen import Pen
from memory.store.queries import NEW_EPISODE
from memory.store.tables import TombstoneRow, owned_by
from memory.understanding.candidates import Candidate, Changes
from memory.understanding.disputes import undisputed
from memory.understanding.doubts import answered
from memory.values import ClosedTurn, Fact, Learned, OpenedTurn, Outcome, Role, SaidBy

RECALLABLE = (Outcome.ANSWERED, Outcome.STOPPED)
"""Outcomes whose answer is the assistant's own words, not a notice in its place."""


async def learn(pen: Pen, closed: ClosedTurn, candidates: Sequence[Candidate], position: int) -> Learned:
    """Changes facts by the rules and keeps both sides of the turn as episodes.

    A turn that made something forgotten leaves no episodes: they would say it again.
    """
    candidates = (*candidates, *await answered(pen, closed.opened, candidates))
    learned = await _reconciled(pen, closed.opened, candidates) if candidates else Learned()
    if learned.forgotten:
        return learned
    return replace(learned, episodes=await _episodes(pen, closed, position))


async def _reconciled(pen: Pen, opened: OpenedTurn, candidates: Sequence[Candidate]) -> Learned:
    known = await _known(pen, candidates)
    buried = set(await pen.session.scalars(select(col(TombstoneRow.digest)).where(_buried(pen))))
    changes = reconcile(candidates, known, lambda said: statement_digest(pen.key, said) in buried)
    hand = _Hand(pen, opened, {fact.id: fact for fact in known}, {})
    superseded = await hand.apply(changes)
    asked = tuple(said for said in candidates if said.act == "forget")
    forgotten = await _forgotten(pen, opened, asked, changes.forget) if asked else ()
    return Learned(tuple(hand.made.values()), superseded, forgotten)


async def infer(pen: Pen, opened: OpenedTurn, candidates: Sequence[Candidate], slots: Collection[str]) -> Learned:
    """Changes facts by what a model read in the turn; what the person's own words filled stays as it is.

    What was forgotten stays so, under whichever of the slots a model puts it.
    """
    if not candidates:
        return Learned()
    known = await current_facts(pen.session, pen.scope, pen.key)
    former = await former_facts(pen.session, pen.scope, pen.key)
    buried = set(await pen.session.scalars(select(col(TombstoneRow.digest)).where(_buried(pen))))
    places = {*slots, *(fact.attribute for fact in (*known, *former)), *(said.attribute for said in candidates)}
    kept = [
        said
        for said in undisputed(candidates, known, former, opened.turn, opened.at)
        if not any(statement_digest(pen.key, replace(said, attribute=place)) in buried for place in places)
    ]
    changes = reconcile(kept, known, lambda said: False)
    hand = _Hand(pen, opened, {fact.id: fact for fact in known}, {}, SaidBy.INFERRED)
    superseded = await hand.apply(changes)
    return Learned(tuple(hand.made.values()), superseded)


async def _known(pen: Pen, candidates: Sequence[Candidate]) -> tuple[Fact, ...]:
    """The facts that the candidates can touch; only a command to forget or a bare correction needs all.

    Of a slot that holds many values only those that say the same: a thousand notes need not be opened for one more.
    """
    if any(said.act == "forget" or said.replaces or not said.attribute for said in candidates):
        return await current_facts(pen.session, pen.scope, pen.key)
    slots = {(said.subject, said.attribute) for said in candidates if said.single or said.act == "retract"}
    forms = [replace(said, attribute=name) for said in candidates for name in (said.attribute, *said.rivals)]
    statements = {statement_digest(pen.key, said) for said in forms}
    return await facts_in(pen.session, pen.scope, pen.key, slots, statements)


async def _forgotten(
    pen: Pen, opened: OpenedTurn, asked: Sequence[Candidate], current: Sequence[FactId]
) -> tuple[FactId, ...]:
    """What was asked for goes also where it no longer held: a former home is recalled from its episode."""
    former = reconcile(asked, await former_facts(pen.session, pen.scope, pen.key), lambda said: False)
    spans = {opened.turn: [(said.start, said.end) for said in asked]}
    return await forget_facts(pen, (*current, *former.forget), spans)


@dataclass(frozen=True, slots=True)
class _Hand:
    """Carries out the changes of one turn."""

    pen: Pen
    opened: OpenedTurn
    known: dict[FactId, Fact]
    made: dict[Candidate, Fact]
    said_by: SaidBy = SaidBy.USER

    async def apply(self, changes: Changes) -> tuple[FactId, ...]:
        """Writes all but what is to be forgotten; returns the facts that hold no longer."""
        for said in changes.add:
            await self._make(said)
        for fact, said in changes.confirm:
            await self._confirm(self.known[fact], said)
        for fact, said in changes.supersede:
            await self._end(self.known[fact], (self.made.get(said) or await self._make(said)))
        for fact in changes.close:
            await self._end(self.known[fact], None)
        return (*(fact for fact, _ in changes.supersede), *changes.close)

    async def _make(self, said: Candidate) -> Fact:
        fact = replace(_fact(said, self.opened, self.pen), said_by=self.said_by)
        self.made[said] = fact
        await add_fact(self.pen.session, self.pen.scope, self.pen.key, fact)
        await self._prove(fact.id, said)
        if said.explicit:
            again = col(TombstoneRow.digest) == statement_digest(self.pen.key, said)
            await self.pen.session.execute(delete(TombstoneRow).where(_buried(self.pen), again))
        return fact

    async def _confirm(self, fact: Fact, said: Candidate) -> None:
        who = self.said_by if fact.said_by is SaidBy.INFERRED else fact.said_by
        confidence = max(fact.confidence, said.confidence)
        surer = replace(fact, said_by=who, confidence=confidence, confirmed_at=self.opened.at)
        values = {"payload": payload_of(self.pen.key, surer)}
        await change_fact(self.pen.session, self.pen.scope, fact.id, version=fact.version, values=values)
        self.known[fact.id] = replace(surer, version=fact.version + 1)
        await self._prove(fact.id, said)

    async def _end(self, fact: Fact, successor: Fact | None) -> None:
        ended = max(fact.valid_from, successor.valid_from if successor else self.pen.now)
        await end_fact(
            self.pen.session, self.pen.scope, fact.id, version=fact.version, ended=ended, now=self.pen.now,
            successor=successor.id if successor else None,
        )  # fmt: skip

    async def _prove(self, fact: FactId, said: Candidate) -> None:
        span = (said.start, said.end)
        await add_evidence(self.pen.session, self.pen.scope, fact, self.opened.turn, span)


async def _episodes(pen: Pen, closed: ClosedTurn, position: int) -> tuple[EpisodeId, ...]:
    opened = closed.opened
    sides = [(Role.USER, opened.text, opened.at)]
    if closed.answer and closed.entry.outcome in RECALLABLE:
        sides.append((Role.ASSISTANT, closed.answer, closed.at))
    rows = []
    for place, (role, text, at) in enumerate(sides):
        id = new_id()
        content = {"id": id, "role": role, "text": pen.key.seal(text, f"episode:{id}"), "occurred_at": at}
        where = {"conversation": opened.conversation, "turn": opened.turn, "position": position + place}
        rows.append(pen.owner | content | where | {"indexed": False})
    await pen.session.execute(NEW_EPISODE, rows)
    return tuple(EpisodeId(str(row["id"])) for row in rows)


def _fact(said: Candidate, opened: OpenedTurn, pen: Pen) -> Fact:
    return Fact(
        id=FactId(new_id()),
        text=said.text,
        kind=said.kind,
        category=said.category,
        subject=said.subject,
        attribute=said.attribute,
        value=said.value,
        valid_from=said.valid_from,
        valid_to=None,
        recorded_at=pen.now,
        said_by=SaidBy.USER,
        source_turn=opened.turn,
        channel=opened.channel,
        confidence=said.confidence,
    )


def _buried(pen: Pen) -> ColumnElement[bool]:
    return owned_by(pen.scope, TombstoneRow)
