# SPDX-License-Identifier: Apache-2.0
"""What comes with a memory: the lines beside it, its categories, and facts at odds with it."""

from datetime import timedelta
from pathlib import Path

from memory.ids import ConversationId, new_id
from memory.ranking.surroundings import SHOWN, brief
from memory.values import SaidBy, UsedItem
from tests.memory.remembering import person, remembering
from tests.memory.turns import Talk

TENNIS = [
    ("We had a long talk with the tennis coach", "What did the coach want to know?"),
    ("Whether she may train on Fridays", "Is the hall free then?"),
    ("The bakery was closed again " + "and again " * 60, "What a pity."),
]


async def test_the_lines_beside_a_memory_come_with_it(tmp_path: Path) -> None:
    """Those right before and after it in its conversation, dated, clipped, with who said them and beside what."""
    async with remembering(tmp_path) as memory:
        me, place = person(), ConversationId(new_id())
        for text, answer in TENNIS:
            await memory.tell(me, text, answer, place)
        found = await memory.ask(me, "Did she train on Fridays?", limit=1)
        here = await memory.notebook.recall(
            me, "Did she train on Fridays?", conversation=place, now=memory.now, limit=1
        )
        bakery = await memory.ask(me, "Was the bakery closed?", limit=1)
    (hit,) = found.recalled
    assert hit.text == TENNIS[1][0]
    assert [(one.text, one.said_by, one.beside) for one in found.beside] == [
        (TENNIS[0][1], SaidBy.AGENT, hit.id),
        (TENNIS[1][1], SaidBy.AGENT, hit.id),
    ]
    assert found.beside[0].occurred_at < found.beside[1].occurred_at == hit.occurred_at
    assert (here.recalled, here.beside) == ((), ())
    assert [one.text for one in bakery.beside] == [TENNIS[1][1], TENNIS[2][1]]
    assert len(brief(TENNIS[2][0])) <= SHOWN + 2


async def test_what_is_hidden_is_not_shown_beside_either(tmp_path: Path) -> None:
    """The sentence of a hidden fact is no neighbour, and what stood beyond it is none in its place."""
    async with remembering(tmp_path) as memory:
        me, place = person(), ConversationId(new_id())
        await memory.tell(me, "The garden is full of snails", "", place)
        await memory.tell(me, "I live in Berlin", "", place)
        await memory.tell(me, "The bakery was closed again", "", place)
        fact = await memory.fact(me, "Lives in Berlin")
        query = "Was the bakery closed?"
        before = await memory.ask(me, query, limit=1)
        await memory.notebook.hide(me, fact.id, True, fact.version)
        after = await memory.ask(me, query, limit=1)
    assert [one.text for one in before.beside] == ["I live in Berlin"]
    assert (len(after.recalled), after.beside) == (1, ())


async def test_what_is_recalled_has_its_categories(tmp_path: Path) -> None:
    """A fact has its own; an episode and its answer those of the facts that it taught, and what its words give away."""
    async with remembering(tmp_path) as memory:
        me = person()
        await memory.tell(me, "My dog Quagga chewed the red sofa. My dog is called Quagga.", "Poor sofa.")
        await memory.tell(me, "The red lamp stood in the hospital when I had cancer", "That lamp again.")
        await memory.tell(me, "The red lamp fell over", "Is the lamp broken?")
        found = await memory.ask(me, "What about the red sofa and the red lamp?", limit=9)
    sorts = {one.text: one.categories for one in (*found.recalled, *found.beside)}
    assert sorts["My dog Quagga chewed the red sofa. My dog is called Quagga."] == {"family"}
    assert sorts["The red lamp stood in the hospital when I had cancer"] == {"health"}
    assert sorts["The red lamp fell over"] == frozenset()


async def test_facts_at_odds_are_handed_out_together(tmp_path: Path) -> None:
    """The newer first, as long as the older was not confirmed since; what was said in one turn is not at odds."""
    async with remembering(tmp_path) as memory:
        me = person()
        await memory.tell(me, "I love cooking for friends")
        await memory.tell(me, "I hate cooking")
        found = await memory.ask(me, "What should we do tonight?")
        names = {fact.id: fact.text for fact in found.profile}
        memory.now += timedelta(days=1)
        await memory.tell(me, "I love cooking for friends")
        again = await memory.ask(me, "What should we do tonight?")
    (pair,) = found.at_odds
    assert [names[id] for id in pair] == ["Dislikes cooking", "Likes cooking for friends"]
    assert again.at_odds == ()


async def test_the_answer_given_with_a_line_beside_goes_with_it(tmp_path: Path) -> None:
    """Forgetting follows the ledger to what was only shown beside a memory, too."""
    async with remembering(tmp_path) as memory:
        me = person()
        await memory.tell(me, "I live in Berlin", "I see.")
        found = await memory.ask(me, "Did I say that I live in Berlin?")
        fact = await memory.fact(me, "Lives in Berlin")
        line = next(one for one in found.recalled if one.kind == "episode")
        talk = Talk(memory.journal, me, memory.now + timedelta(days=1))
        used = (UsedItem("e", "episode", True, "recalled"), UsedItem(line.id, "episode", True, "beside"))
        await talk.say("Which city has good lakes?", "Yours has many.", used=used)
        await memory.notebook.forget(me, fact.id, memory.now)
        said = [one.text for one in await memory.transcript.messages(me, talk.conversation)]
    assert said[0] == "Which city has good lakes?"
    assert "Yours has many." not in said
