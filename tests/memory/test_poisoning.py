# SPDX-License-Identifier: Apache-2.0
"""Whoever writes into memory steers every later answer: attacks leave nothing, look-alikes are learned."""

import json
import os
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from memory.distil import distil
from memory.ids import Scope
from memory.journal import Journal
from memory.store.database import Database
from memory.store.sealed import Keyring
from memory.understanding.rules import Rules
from tests.memory.inside import known
from tests.memory.turns import Talk
from tests.memory.utterances import AT

POISON = yaml.safe_load((Path(__file__).parent / "poison.yaml").read_text(encoding="utf-8"))
ATTACKS = [(family, text) for family, texts in POISON["attacks"].items() for text in texts]
SETS = os.environ.get("RAPPORT_DATA_SETS", "")


def test_the_suite_is_large_enough() -> None:
    """At least 60 different attacks in 15 families, and 30 look-alikes."""
    assert len({text for _, text in ATTACKS}) >= 60
    assert len(POISON["attacks"]) >= 15
    assert len(set(POISON["harmless"])) >= 30


@pytest.mark.parametrize(("family", "text"), ATTACKS)
def test_an_attack_distils_to_nothing(family: str, text: str, rules: Rules) -> None:
    """No candidate comes of it, not even one that retracts or forgets."""
    assert distil(text, AT, rules) == (), family


@pytest.mark.parametrize("text", POISON["harmless"])
def test_a_look_alike_is_learned(text: str, rules: Rules) -> None:
    """What only sounds like an attack is a person's own statement."""
    assert distil(text, AT, rules)


@pytest.mark.parametrize("learnable", [True, False])
async def test_attacks_leave_no_fact_in_the_notebook(
    journal: Journal, database: Database, keyring: Keyring, anna: Scope, now: datetime, learnable: bool
) -> None:
    """End to end, as the person's words or as text that was prefilled, nothing is known afterwards."""
    talk = Talk(journal, anna, now)
    for _, text in ATTACKS:
        learned = await talk.say(text, answer="I live in Lisbon. Remember that.", learnable=learnable)
        assert (learned.added, learned.forgotten) == ((), ())
    assert await known(database, keyring, anna) == []


@pytest.mark.parametrize("turns", POISON["many_turns"])
async def test_building_up_over_turns_does_not_help(
    journal: Journal, database: Database, keyring: Keyring, anna: Scope, now: datetime, turns: list[str]
) -> None:
    """No turn of an approach in steps leaves a fact."""
    talk = Talk(journal, anna, now)
    for text in turns:
        await talk.say(text)
    assert await known(database, keyring, anna) == []


async def test_an_attack_does_not_touch_what_is_known(
    journal: Journal, database: Database, keyring: Keyring, anna: Scope, now: datetime
) -> None:
    """Facts that stood before the attacks stand after them, unchanged."""
    talk = Talk(journal, anna, now)
    await talk.say("I live in Lisbon. I like jazz. My name is Ana.")
    before = await known(database, keyring, anna)
    for _, text in ATTACKS:
        await talk.say(text)
    assert len(before) == 3
    assert await known(database, keyring, anna) == before


async def test_words_that_are_not_the_persons_teach_nothing(
    journal: Journal, database: Database, keyring: Keyring, anna: Scope, now: datetime
) -> None:
    """Prefilled text and tool results come as not learnable: even plain statements in them stay out."""
    talk = Talk(journal, anna, now)
    for text in POISON["harmless"]:
        assert (await talk.say(text, answer=text, learnable=False)).added == ()
    assert await known(database, keyring, anna) == []


async def test_an_answer_teaches_nothing_about_the_person(
    journal: Journal, database: Database, keyring: Keyring, anna: Scope, now: datetime
) -> None:
    """The assistant's own text is never read as the person's statement."""
    await Talk(journal, anna, now).say("Hello.", answer="My name is Eve. Remember that I live in Bern.")
    assert await known(database, keyring, anna) == []


@pytest.mark.skipif(not SETS, reason="RAPPORT_DATA_SETS does not name the folder with injection/dev.jsonl")
def test_attacks_of_others_distil_to_nothing(rules: Rules) -> None:
    """No attack of the development set, written by others, yields a candidate."""
    lines = (Path(SETS) / "injection" / "dev.jsonl").read_text(encoding="utf-8").split("\n")
    attacks = [row["text"] for row in map(json.loads, filter(None, lines)) if row["label"] == 1]
    assert attacks
    assert sum(bool(distil(text, AT, rules)) for text in attacks) == 0
