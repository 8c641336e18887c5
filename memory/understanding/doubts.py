# SPDX-License-Identifier: Apache-2.0
"""What may hold no longer: which old fact a turn touches, whether the person may be asked, and what they answered."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlmodel import col

from memory.ids import ConversationId, FactId, Scope, TurnId
from memory.store.database import Database
from memory.store.facts import fact_of
from memory.store.pen import Pen
from memory.store.sealed import Keyring
from memory.store.tables import FactRow, TurnRow, owned_by
from memory.store.upkeep_tables import DoubtRow
from memory.understanding.candidates import Candidate
from memory.values import Fact, OpenedTurn, Recollection

COOL_DOWN = timedelta(days=30)
"""How long nobody is asked again about the same fact."""
SENSITIVE = frozenset({"health", "religion", "politics", "sexuality", "ethnicity"})
"""Never asked about, whatever a use case allows."""


@dataclass(frozen=True, slots=True)
class State:
    """How a slot grows old, and which words of a turn touch it, in English and German."""

    after: timedelta
    """Unconfirmed for so long, it is asked about where it matters."""
    matters: str
    """Words of a turn for which it matters."""
    changed: str = ""
    """Words that hint at a change; then it may be a tenth as old."""


_HOME = State(
    timedelta(days=365),
    r"near me|nearby|around here|weather|my (?:city|town|area|neighbou?rhood)|at home|local|commute|"
    r"in der nähe|wetter|meine[rn]? (?:stadt|gegend)|zu hause",
    r"mov(?:ed|ing) (?:house|flat|in|out|to)|new (?:flat|apartment|house|place|city|town|address|neighbou?rs?)|"
    r"umgezogen|umzug|neue[nrs]? (?:wohnung|haus|stadt|adresse|nachbarn?)",
)
_WORK = State(
    timedelta(days=365),
    r"my (?:job|work|boss|team|office|company|career|cv|resume)|at work|colleagues?|salary|"
    r"meine?[rnm]? (?:job|arbeit|chef(?:in)?|team|firma|büro|gehalt|lebenslauf)|kolleg\w+",
    r"new (?:job|boss|team|office|company|role|employer)|quit|resign\w*|laid off|fired|retired?|last day at|"
    r"neue[nrs]? (?:job|stelle|chef(?:in)?|firma|team)|gekündigt|in rente",
)
_FOOD = State(
    timedelta(days=365),
    r"eat|eating|cook\w*|recipes?|dinner|lunch|breakfast|restaurants?|meal|menu|"
    r"essen|koch\w*|rezepte?|abendessen|mittagessen|frühstück",
)
_REACH = State(timedelta(days=540), r"call me|e-?mail me|contact|reach me|ruf\w* mich|schreib\w* mir|erreich\w+")
STATES = {
    **dict.fromkeys(("home_city", "address", "timezone"), _HOME),
    **dict.fromkeys(("employer", "job", "school", "studies"), _WORK),
    **dict.fromkeys(("diet", "avoids"), _FOOD),
    **dict.fromkeys(("phone", "email"), _REACH),
}
"""The slots that are states of life; a name or a birthday does not grow old."""

_PLANNED = re.compile(r"\((\d{4}-\d\d-\d\d)\)\s*$")
_YES = re.compile(
    r"\W*(?:yes|yep|yeah|yup|sure|correct|that's right|still do|i still do|i do|ja|jep|genau|stimmt|sí|si)\b", re.I
)
_NO = re.compile(
    r"\W*(?:no|nope|not any ?more|no longer|nein|nicht mehr|nee)\b(?! (?:idea|problem|worries|thanks|matter))", re.I
)
_BUT = re.compile(r"\b(?:but|except|still|aber|noch|pero)\b", re.I)


def doubtful(known: Recollection, text: str, now: datetime) -> Iterator[FactId]:
    """The person's own states of life that the turn touches and that may be out of date, the oldest first.

    A fact whose value the text says is not in doubt. Then comes what is recalled at odds with something newer, and
    last plans whose day is past.
    """
    said = text.casefold()
    for fact in sorted(known.profile, key=_age):
        state = STATES.get(fact.attribute)
        if state is None or fact.subject != "self" or fact.value.casefold() in said:
            continue
        age = now - _age(fact)
        hinted = state.changed and age > state.after / 10 and _has(state.changed, said)
        if hinted or (age > state.after and _has(state.matters, said)):
            yield fact.id
    yield from (older for _, older in known.at_odds)
    for item in known.recalled:
        planned = _PLANNED.search(item.text) if item.kind == "fact" else None
        if planned and planned[1] < f"{now:%Y-%m-%d}":
            yield FactId(item.id)


def _age(fact: Fact) -> datetime:
    return fact.confirmed_at or fact.recorded_at


def _has(words: str, text: str) -> bool:
    return re.search(rf"\b(?:{words})\b", text) is not None


class Doubts:
    """What was asked, so that nobody is asked twice."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    async def askable(
        self, scope: Scope, ids: Sequence[FactId], barred: Collection[str], conversation: ConversationId, now: datetime
    ) -> FactId | None:
        """The first that holds, was not asked about lately, and is of no category that is sensitive or barred.

        None where this conversation has had its question.
        """
        if not ids:
            return None
        key = await self._keyring.of(scope)
        recent = (col(DoubtRow.conversation) == conversation) | (col(DoubtRow.asked_at) > now - COOL_DOWN)
        current = owned_by(scope, FactRow) & col(FactRow.superseded_at).is_(None) & col(FactRow.hidden).is_(False)
        async with self._database.read() as session:
            asked = (await session.scalars(select(DoubtRow).where(owned_by(scope, DoubtRow), recent))).all()
            rows = (await session.scalars(select(FactRow).where(current, col(FactRow.id).in_(ids)))).all()
        if any(row.conversation == conversation for row in asked):
            return None
        allowed = {row.id for row in rows if fact_of(row, key).category not in {*SENSITIVE, *barred}}
        return next((id for id in ids if id in allowed - {row.fact for row in asked}), None)

    async def note(self, scope: Scope, fact: FactId, conversation: ConversationId, turn: TurnId, now: datetime) -> None:
        """The person was asked about it in this turn; a fact that is gone meanwhile was not."""
        mine = owned_by(scope, DoubtRow) & (col(DoubtRow.fact) == fact)
        there = select(col(FactRow.id)).where(owned_by(scope, FactRow), col(FactRow.id) == fact)
        row = {"tenant": scope.tenant, "person": scope.person, "fact": fact}
        row |= {"conversation": conversation, "turn": turn}
        async with self._database.write() as session:
            if await session.scalar(there):
                await session.execute(delete(DoubtRow).where(mine))
                await session.execute(insert(DoubtRow).values({**row, "asked_at": now}))


async def answered(pen: Pen, opened: OpenedTurn, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """What a bare "yes" or "no" says about the fact that the turn before asked about; nothing else costs a look.

    A sentence that fills the slot itself ("No, I moved to Porto") speaks for itself.
    """
    yes, no = _YES.match(opened.text), _NO.match(opened.text)
    if not (yes or no) or (no and _BUT.search(opened.text)):
        return ()
    asked = await pen.session.scalar(
        select(FactRow)
        .join(DoubtRow, col(DoubtRow.fact) == col(FactRow.id))
        .join(TurnRow, col(TurnRow.id) == col(DoubtRow.turn))
        .where(owned_by(pen.scope, FactRow), col(FactRow.superseded_at).is_(None))
        .where(col(DoubtRow.conversation) == opened.conversation, col(TurnRow.position) == _before(opened))
    )
    if asked is None:
        return ()
    fact = fact_of(asked, pen.key)
    if any((said.subject, said.attribute) == (fact.subject, fact.attribute) for said in candidates):
        return ()
    return (_said(fact, opened, yes is not None),)


def _before(opened: OpenedTurn) -> object:
    """The position of the turn right before this one."""
    mine = select(col(TurnRow.position) - 1).where(col(TurnRow.id) == opened.turn)
    return mine.scalar_subquery()


def _said(fact: Fact, opened: OpenedTurn, holds: bool) -> Candidate:
    end = next((match.end() for match in re.finditer(r"[.!?\n]|$", opened.text)), len(opened.text))
    return Candidate(
        act="assert" if holds else "retract",
        text=fact.text,
        kind=fact.kind,
        category=fact.category,
        subject=fact.subject,
        attribute=fact.attribute,
        value=fact.value,
        start=0,
        end=end,
        explicit=False,
        confidence=0.9,
        valid_from=opened.at,
    )
