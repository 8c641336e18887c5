# SPDX-License-Identifier: Apache-2.0
"""Candidates held against what is known: add, confirm, supersede, close, forget."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from memory.ids import FactId
from memory.understanding.candidates import EVERYTHING, Candidate, Changes, normalised
from memory.values import Fact


def reconcile(
    candidates: Sequence[Candidate], known: Sequence[Fact], tombstoned: Callable[[Candidate], bool]
) -> Changes:
    """What the candidates change, in their order: a later one wins over an earlier one of the same turn.

    `known` are the person's current facts; superseded ones may not be among them. A tombstoned
    candidate comes back only when it is explicit.
    """
    book = _Book(tuple(known), tombstoned)
    for candidate in candidates:
        if candidate.act == "forget":
            book.forget(candidate)
        elif candidate.act == "retract":
            book.close(candidate)
        elif candidate.replaces:
            book.correct(candidate)
        else:
            book.take(candidate)
    return book.changes()


@dataclass(slots=True)
class _Book:
    """The changes as they grow."""

    known: tuple[Fact, ...]
    tombstoned: Callable[[Candidate], bool]
    added: list[Candidate] = field(default_factory=list)
    confirmed: list[tuple[FactId, Candidate]] = field(default_factory=list)
    superseded: dict[FactId, Candidate] = field(default_factory=dict)
    closed: set[FactId] = field(default_factory=set)
    forgotten: set[FactId] = field(default_factory=set)

    def changes(self) -> Changes:
        """The end of it; a fact that is forgotten or superseded is not closed besides."""
        superseded = {id: new for id, new in self.superseded.items() if id not in self.forgotten}
        homeless = [new for id, new in self.superseded.items() if id in self.forgotten]
        return Changes(
            add=(*self.added, *homeless),
            confirm=tuple(pair for pair in self.confirmed if pair[0] not in self.forgotten | self.closed),
            supersede=tuple(superseded.items()),
            close=tuple(f.id for f in self.known if f.id in self.closed - self.forgotten - superseded.keys()),
            forget=tuple(fact.id for fact in self.known if fact.id in self.forgotten),
        )

    def take(self, new: Candidate) -> None:
        """An assertion: confirms, supersedes or adds."""
        if not new.explicit and self.tombstoned(new):
            return
        self._drop_pending(lambda one: _same_slot(one, new) and (new.single or _same_value(one, new)))
        self._drop_pending(lambda one: _rivals(one, new))
        slot = [fact for fact in self.known if _same_slot(fact, new) and fact.id not in self.forgotten]
        same = [fact for fact in slot if _same_value(fact, new)]
        if same:
            self.closed.discard(same[0].id)
            self.confirmed.append((same[0].id, new))
        old = [fact for fact in slot if new.single and fact not in same]
        old += [fact for fact in self.known if _rivals(fact, new) and fact.id not in self.forgotten]
        self._replace(old, new, placed=bool(same))

    def correct(self, new: Candidate) -> None:
        """A correction that names no slot: it goes where the value stands that it corrects."""
        for pending in [*self.added, *self.superseded.values()]:
            if _names(new.replaces, pending.value):
                self._drop_pending(lambda one, old=pending: one is old)  # type: ignore[misc]
                self.take(_corrected(new, pending, pending.single))
                return
        for fact in self.known:
            if _names(new.replaces, fact.value) and fact.id not in self.forgotten:
                corrected = _corrected(new, fact, single=False)
                if new.explicit or not self.tombstoned(corrected):
                    self._drop_pending(lambda one, old=fact: _same_slot(old, one) and _same_value(old, one))  # type: ignore[misc]
                    self._replace([fact], corrected, placed=False)
                return

    def close(self, gone: Candidate) -> None:
        """A retraction: what it names no longer holds."""
        self._drop_pending(lambda one: _same_slot(one, gone) and _names(gone.value, one.value))
        ended = (f.id for f in self.known if _same_slot(f, gone) and _names(gone.value, f.value))
        self.closed.update(ended)

    def forget(self, asked: Candidate) -> None:
        """A command to forget: every fact that it can mean."""
        self._drop_pending(lambda one: _meant(asked, one))
        self.forgotten.update(fact.id for fact in self.known if _meant(asked, fact))

    def _replace(self, old: Sequence[Fact], new: Candidate, placed: bool) -> None:
        """The new one takes the place of the first of the old ones; the others end."""
        for fact in old:
            if placed:
                self.closed.add(fact.id)
                self.superseded.pop(fact.id, None)
            else:
                self.superseded[fact.id] = new
                placed = True
        if not placed:
            self.added.append(new)

    def _drop_pending(self, which: Callable[[Candidate], bool]) -> None:
        self.added = [one for one in self.added if not which(one)]
        self.confirmed = [pair for pair in self.confirmed if not which(pair[1])]
        self.superseded = {id: one for id, one in self.superseded.items() if not which(one)}


def _same_slot(one: Fact | Candidate, other: Candidate) -> bool:
    return (one.subject, one.attribute) == (other.subject, other.attribute)


def _same_value(one: Fact | Candidate, other: Candidate) -> bool:
    return normalised(one.value) == normalised(other.value)


def _rivals(one: Fact | Candidate, new: Candidate) -> bool:
    return one.subject == new.subject and one.attribute in new.rivals and _same_value(one, new)


def _names(words: str, value: str) -> bool:
    """Whether a value is meant by these words: all of them occur in it; no words mean any value."""
    return set(normalised(words).split()) <= set(normalised(value).split())


def _meant(asked: Candidate, one: Fact | Candidate) -> bool:
    if asked.attribute == EVERYTHING:
        return True
    if asked.attribute:
        return _same_slot(one, asked) and _names(asked.value, one.value)
    if asked.subject != "self" and asked.value == asked.subject:
        return one.subject == asked.subject or _stems(asked.subject) <= _words(one)
    about = asked.subject in {"self", one.subject}
    return about and _stems(asked.value) <= _words(one)


def _words(one: Fact | Candidate) -> set[str]:
    return _stems(f"{one.text} {one.subject} {one.attribute.replace('_', ' ')} {one.category} {one.value}")


def _stems(text: str) -> set[str]:
    """Words without a plural s, which is all that "forget about my dogs" needs."""
    return {re.sub(r"(?<=\w{2}[^s])s$", "", word) for word in normalised(text).split()}


def _corrected(new: Candidate, old: Fact | Candidate, single: bool) -> Candidate:
    pattern = re.compile(re.escape(new.replaces), re.IGNORECASE)
    value = pattern.sub(lambda _: new.value, old.value)
    return replace(
        new,
        text=pattern.sub(lambda _: new.value, old.text),
        kind=old.kind,
        category=old.category,
        subject=old.subject,
        attribute=old.attribute,
        value=value,
        single=single,
        replaces="",
    )
