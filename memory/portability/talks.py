# SPDX-License-Identifier: Apache-2.0
"""Conversations from a file: turns with their messages, to be read again and recalled, but not learned from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from memory.distil import distil
from memory.erasure.excision import REMOVED, mentions, without
from memory.ids import canonical, new_id
from memory.portability.incoming import CHANNEL, Tally, mapped
from memory.portability.places import STEP, THINNED
from memory.portability.portable import ConversationEntry, MessageEntry
from memory.store.facts import statement_digest
from memory.store.pen import Pen
from memory.store.queries import NEW_CONVERSATION, NEW_EPISODE, NEW_MESSAGE, NEW_TURN, named_by
from memory.store.tables import ConversationRow, TombstoneRow, TurnRow, owned_by
from memory.titles import title_of
from memory.understanding.rules import Rules
from memory.values import Role

MOST = THINNED
"""Messages of a turn: the places from there on are those of episodes that were consolidated."""

Heads = dict[str, tuple[str, str, datetime, datetime]]
"""By the file's id: title, use case, when it began and when it was last touched."""


@dataclass(frozen=True, slots=True)
class ToldTurn:
    """A turn of the file, its ids still the file's."""

    id: str
    conversation: str
    messages: tuple[MessageEntry, ...]

    @staticmethod
    def of(messages: Sequence[MessageEntry]) -> "ToldTurn":
        """The turn of these messages; one without an id has its first message's."""
        first = messages[0]
        return ToldTurn(first.turn or f"of {first.conversation} {first.id}", first.conversation, tuple(messages))


def told(turn: Sequence[MessageEntry], message: MessageEntry) -> bool:
    """Whether a message goes on with the turn."""
    first = turn[0]
    same = (message.conversation, message.turn) == (first.conversation, first.turn)
    return same and (message.turn is not None or (message.role is not Role.USER and len(turn) < MOST))


@dataclass(slots=True)
class Order:
    """Whether entries come in an order that can be read in one go."""

    conversations: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    here: str = ""
    ids: set[str] = field(default_factory=set)
    turns: set[str] = field(default_factory=set)
    turn: str | None = None
    length: int = 0

    def faults(self, entry: object) -> tuple[str, ...]:
        """What is wrong with an entry's place in the file, as "field: sentence"."""
        if isinstance(entry, ConversationEntry):
            again = entry.id in self.conversations
            self.conversations.add(entry.id)
            return ("id: there is such a conversation already.",) if again else ()
        return tuple(self._message(entry)) if isinstance(entry, MessageEntry) else ()

    def _message(self, entry: MessageEntry) -> list[str]:
        found = []
        if entry.conversation not in self.conversations:
            found.append("conversation: no conversation before the messages has this id.")
        if entry.conversation != self.here:
            if entry.conversation in self.ended:
                found.append("conversation: the messages of a conversation must stand together.")
            self.ended.add(self.here)
            self.here, self.turn = entry.conversation, None
            self.ids, self.turns = set(), set()
        if entry.id in self.ids:
            found.append("id: there is such a message already.")
        if entry.turn is not None and entry.turn != self.turn and entry.turn in self.turns:
            found.append("turn: the messages of a turn must stand together.")
        self.length = self.length + 1 if entry.turn is not None and entry.turn == self.turn else 1
        if self.length > MOST:
            found.append(f"turn: a turn has at most {MOST} messages.")
        self.ids.add(entry.id)
        self.turns.add(entry.turn or "")
        self.turn = entry.turn
        return found


class Talks:
    """Puts turns into the transcript, each whole or not at all."""

    def __init__(self, rules: Rules, forgotten: bool) -> None:
        self._rules = rules
        self._forgotten = forgotten

    async def place(self, pen: Pen, turns: Sequence[ToldTurn], heads: Heads, tally: Tally) -> None:
        """Within the caller's transaction; a conversation that is the person's own here is left as it is."""
        if not turns:
            return
        places = {turn.conversation: mapped(pen.key, "conversation", turn.conversation) for turn in turns}
        own = await _own(pen, {*places, *places.values()})
        mine = named_by(pen.scope, TurnRow)
        ids = {mapped(pen.key, "turn", turn.id): turn for turn in turns if turn.conversation not in own}
        there = set(await pen.session.scalars(select(col(TurnRow.id)).where(mine, col(TurnRow.id).in_(ids))))
        new = {id: turn for id, turn in ids.items() if id not in there}
        tally.turns_known += len(turns) - len(new)
        await self._begin(pen, {turn.conversation: turn for turn in reversed(new.values())}, places, own, heads)
        at = await _next(pen, {places[turn.conversation] for turn in new.values()})
        buried = set() if self._forgotten else await _buried(pen)
        rows = _Rows(pen)
        for id, turn in new.items():
            place = places[turn.conversation]
            texts = _spared(pen, self._rules, turn, buried, tally) if buried else [one.text for one in turn.messages]
            rows.add(id, place, at.get(place, 0), heads[turn.conversation][1], turn, texts)
            at[place] = at.get(place, 0) + 1
        await rows.write()
        tally.turns += len(new)

    async def _begin(
        self, pen: Pen, first: Mapping[str, ToldTurn], places: Mapping[str, str], own: set[str], heads: Heads
    ) -> None:
        rows = []
        for name, turn in first.items():
            id = places[name]
            title, use_case, created, updated = heads[name]
            if id in own:
                continue
            shown = " ".join(title.split())[:200] or title_of(turn.messages[0].text)
            row = {"id": id, "title": pen.key.seal(shown, f"title:{id}"), "use_case": use_case}
            rows.append(pen.owner | row | {"created_at": created, "updated_at": updated})
        if rows:
            await pen.session.execute(NEW_CONVERSATION, rows)


class _Rows:
    """The rows of a batch, sealed as they are added."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen
        self._turns: list[dict[str, Any]] = []
        self._messages: list[dict[str, Any]] = []
        self._episodes: list[dict[str, Any]] = []

    def add(self, id: str, place: str, number: int, use_case: str, turn: ToldTurn, texts: Sequence[str]) -> None:
        ids = [mapped(self._pen.key, "message", f"{turn.conversation}\0{one.id}") for one in turn.messages]
        roles = [one.role for one in turn.messages]
        message, answer = (
            ids[roles.index(role)] if role in roles else new_id() for role in (Role.USER, Role.ASSISTANT)
        )
        first = turn.messages[0]
        where = self._pen.owner | {"conversation": place}
        head = {"id": id, "position": number, "use_case": use_case, "channel": CHANNEL, "status": "learned"}
        told = {"message": message, "answer": answer, "learnable": first.recallable, "indexed": False}
        self._turns.append(where | head | told | {"opened_at": first.at})
        where |= {"turn": id}
        for step, (one, text) in enumerate(zip(turn.messages, texts, strict=True)):
            position = number * STEP + step
            content = {"id": ids[step], "role": one.role, "text": self._sealed("message", ids[step], text)}
            self._messages.append(where | content | {"position": position, "created_at": one.at})
            if first.recallable and ids[step] in (message, answer) and text != REMOVED:
                self._episode(where, one, text, position)

    def _episode(self, where: dict[str, Any], one: MessageEntry, text: str, position: int) -> None:
        id = new_id()
        content = {"id": id, "role": one.role, "text": self._sealed("episode", id, text), "occurred_at": one.at}
        self._episodes.append(where | content | {"position": position, "indexed": False})

    def _sealed(self, kind: str, id: str, text: str) -> bytes:
        return self._pen.key.seal(text, f"{kind}:{id}")

    async def write(self) -> None:
        for statement, rows in (
            (NEW_TURN, self._turns), (NEW_MESSAGE, self._messages), (NEW_EPISODE, self._episodes),
        ):  # fmt: skip
            if rows:
                await self._pen.session.execute(statement, rows)


async def _own(pen: Pen, ids: set[str]) -> set[str]:
    mine = named_by(pen.scope, ConversationRow) & col(ConversationRow.id).in_([id for id in ids if canonical(id)])
    return set(await pen.session.scalars(select(col(ConversationRow.id)).where(mine)))


async def _next(pen: Pen, places: set[str]) -> dict[str, int]:
    last = select(col(TurnRow.conversation), func.max(col(TurnRow.position)))
    mine = named_by(pen.scope, TurnRow) & col(TurnRow.conversation).in_(places)
    found = await pen.session.execute(last.where(mine).group_by(col(TurnRow.conversation)))
    return {place: position + 1 for place, position in found}


async def _buried(pen: Pen) -> set[str]:
    return set(await pen.session.scalars(select(col(TombstoneRow.digest)).where(owned_by(pen.scope, TombstoneRow))))


def _spared(pen: Pen, rules: Rules, turn: ToldTurn, buried: set[str], tally: Tally) -> list[str]:
    """The turn's texts without what the person had forgotten here: its sentences, and answers that repeat it."""
    spans: dict[str, list[tuple[int, int]]] = {}
    values: list[str] = []
    for one in turn.messages:
        if one.role is Role.USER:
            said = distil(one.text, one.at, rules)
            gone = [c for c in said if c.act == "assert" and statement_digest(pen.key, c) in buried]
            spans[one.id] = [(candidate.start, candidate.end) for candidate in gone]
            values += [candidate.value for candidate in gone]
    tally.forgotten += len(values)
    texts = []
    for one in turn.messages:
        repeats = one.role is not Role.USER and mentions(one.text, values)
        left = REMOVED if repeats else without(one.text, spans.get(one.id, ()))
        texts.append(left or (REMOVED if one.text else ""))
    return texts
