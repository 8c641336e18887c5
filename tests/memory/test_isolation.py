# SPDX-License-Identifier: Apache-2.0
"""Whatever people do, nobody is ever shown another's: a claim over random histories, on the real stores.

The same histories hold the hot state to the truth: kept up to date step by step, it is as if read anew.
"""

import asyncio
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from memory.errors import NotFound, StaleVersion
from memory.ids import ConversationId, FactId, Scope
from memory.ranking.hot import Hot
from memory.ranking.shelf import Shelf
from memory.recall import Query, Weights, rank
from memory.vectors.embeddings import Embeddings
from tests.fakes.encoder import CountingEncoder
from tests.memory.remembering import Remembering, person, remembering

SAYINGS = (
    "I live in {}town.",
    "I moved to new {}ville.",
    "Remember that the {} box is in the cellar.",
    "My sister is called {}ina.",
    "I no longer live in {}town.",
    "The {} bike was stolen from the yard, and I am sad.",
    "Forget that the {} box is in the cellar.",
)
NAMES = ("Quark", "Zebu", "Vortex")
"""A word of each person's own, which stands in all that they say."""
ASKED = "Where is the box, the bike, the town, and what is my sister called?"
STEPS = st.tuples(
    st.sampled_from(["say", "say", "say", "correct", "forget", "hide", "judge", "delete", "pry", "back"]),
    st.integers(0, len(NAMES) - 1),
    st.integers(0, 20),
)


@dataclass(slots=True)
class History:
    """What people do to one memory, and every id that any of them has seen."""

    memory: Remembering
    people: tuple[Scope, ...] = field(default_factory=lambda: tuple(person() for _ in NAMES))
    places: list[ConversationId] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    async def step(self, act: str, who: int, which: int) -> None:
        """One act of one person, with ids that may be anybody's."""
        me, notebook = self.people[who], self.memory.notebook
        if act == "back":  # the clock goes backwards
            self.memory.now -= timedelta(hours=which)
        if act == "say":
            said = SAYINGS[which % len(SAYINGS)].format(NAMES[who])
            old = self.places[which % len(self.places)] if self.places and which > 10 else None
            with suppress(NotFound):
                self.places.append(await self.memory.tell(me, said, f"Noted, {NAMES[who]}.", conversation=old))
        with suppress(NotFound, StaleVersion):
            fact = FactId(self.ids[which % len(self.ids)] if self.ids else "none")
            if act == "correct":
                await notebook.correct(me, fact, f"Lives in {NAMES[who]}city", self.memory.now)
            elif act == "forget":
                await notebook.forget(me, fact, self.memory.now)
            elif act == "hide":
                await notebook.hide(me, fact, which % 2 == 0, 1)
            elif act == "judge" and self.memory.turns:
                turn = self.memory.turns[which % len(self.memory.turns)]
                await notebook.judge(me, turn, fact, (True, False, None)[which % 3], self.memory.now)
            elif act == "delete" and self.places:
                await self.memory.transcript.delete(me, self.places[which % len(self.places)])
        await self.look(who)

    async def look(self, who: int) -> None:
        """Everything that one person can read, by every id there is: their own word alone stands in it."""
        me, memory = self.people[who], self.memory
        found = await memory.ask(me, ASKED, 20)
        facts = await memory.notebook.facts(me)
        shown = [one.text for one in found.recalled] + [fact.text for fact in (*found.profile, *facts)]
        shown += [one.text for one in (await memory.notebook._hot.of(me)).memories]  # all that any question can get
        shown += (await memory.notebook.texts(me, self.ids)).values()
        shown += [one.fact.text for word in NAMES for one in await memory.notebook.search(me, word)]
        heads = [await memory.transcript.conversations(me, search=word) for word in (None, *NAMES)]
        shown += [head.title for some in heads for head in some]
        for place in self.places:
            shown += [message.text for message in await memory.transcript.messages(me, place)]
        others = [name for name in NAMES if name != NAMES[who]]
        assert not [text for text in shown if any(name in text for name in others)]
        seen: list[str] = [*(one.id for one in found.recalled), *(fact.id for fact in facts)]
        seen += [one.id for one in (await memory.notebook._hot.of(me)).memories]
        self.ids += [id for id in seen if id not in self.ids]

    async def compare(self) -> None:
        """Each person's hot state and one that is read anew hold the same and rank it the same."""
        for me in self.people:
            held = await self.memory.notebook._hot.of(me)
            embeddings = Embeddings(self.memory.index, CountingEncoder(), self.memory.keyring)
            anew = await Hot(self.memory.database, self.memory.keyring, embeddings).of(me)
            assert ranked(held, self.memory) == ranked(anew, self.memory)


def ranked(shelf: Shelf, memory: Remembering) -> dict[str, tuple[str, float]]:
    """What is on a shelf, with the scores that the words of a question give it."""
    everything = Weights(meaning_floor=-1.0, tail=0.0, alike=2.0, beside_floor=-1.0)
    terms = ("box", "bike", "town", "sister", *(name.casefold() for name in NAMES))
    query = Query(terms, np.zeros(384, np.float32), ConversationId("elsewhere"), memory.now)
    return {one.id: (one.text, round(one.score, 3)) for one in rank(shelf, query, everything, limit=99, without=())}


def test_nobody_is_shown_anothers(tmp_path: Path) -> None:
    """No recall, fact, text, title or message holds a word of another's, whatever was done with whichever ids."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        memory = runner.run(stack.enter_async_context(remembering(tmp_path, encoder=CountingEncoder())))

        @settings(
            max_examples=12,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(st.lists(STEPS, min_size=5, max_size=14))
        def holds(steps: list[tuple[str, int, int]]) -> None:
            runner.run(_play(History(memory), steps))

        holds()
        runner.run(stack.aclose())


async def _play(history: History, steps: list[tuple[str, int, int]]) -> None:
    for act, who, which in steps:
        await history.step(act, who, which)
    await history.compare()
