# SPDX-License-Identifier: Apache-2.0
"""Holding candidates against what is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.supersession import measure
from memory.distil import distil
from memory.ids import FactId, TurnId
from memory.reconcile import reconcile
from memory.understanding.candidates import Candidate, Changes
from memory.understanding.contradiction import pairs
from memory.understanding.rules import Rules, read_rules
from memory.values import Fact, SaidBy

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@cache
def shipped() -> Rules:
    """The rules at the repository's root."""
    return read_rules(Path(__file__).parent.parent.parent / "rules")


def known(*texts: str) -> tuple[Fact, ...]:
    """Facts as they would stand after these messages; ids are "f0", "f1" ... in their order."""
    found = [one for text in texts for one in distil(text, AT, shipped())]
    return tuple(
        Fact(
            id=FactId(f"f{number}"),
            text=one.text,
            kind=one.kind,
            category=one.category,
            subject=one.subject,
            attribute=one.attribute,
            value=one.value,
            valid_from=AT,
            valid_to=None,
            recorded_at=AT,
            said_by=SaidBy.USER,
            source_turn=TurnId("t"),
            channel="web",
            confidence=one.confidence,
        )
        for number, one in enumerate(found)
    )


def changed(text: str, *before: str, forgotten: str = "") -> Changes:
    """What a message changes after those before; a value in `forgotten` has a tombstone."""
    return reconcile(distil(text, AT, shipped()), known(*before), lambda one: one.value == forgotten)


def texts(candidates: tuple[Candidate, ...]) -> list[str]:
    """How the candidates are shown."""
    return [one.text for one in candidates]


def test_what_is_new_is_added() -> None:
    """Slots that hold many values take another one beside the old."""
    changes = changed("I like hiking.", "I like jazz.")
    assert (texts(changes.add), changes.supersede, changes.confirm) == (["Likes hiking"], (), ())


def test_the_same_value_confirms() -> None:
    """Saying it again, in other case, adds nothing."""
    changes = changed("i live in lisbon", "I live in Lisbon.")
    assert [id for id, _ in changes.confirm] == ["f0"]
    assert changes == Changes(confirm=changes.confirm)


def test_a_new_value_supersedes_in_a_single_slot() -> None:
    """A move ends the old home and starts the new one."""
    changes = changed("I moved to Porto.", "I live in Lisbon.")
    assert [(id, new.text) for id, new in changes.supersede] == [("f0", "Lives in Porto")]
    assert changes == Changes(supersede=changes.supersede)


def test_another_subject_has_a_slot_of_its_own() -> None:
    """A sister's home does not end one's own."""
    changes = changed("My sister lives in Porto.", "I live in Lisbon.")
    assert changes == Changes(add=changes.add)
    assert texts(changes.add) == ["Sister lives in Porto"]


def test_likes_and_dislikes_of_the_same_supersede_one_another() -> None:
    """Nobody likes and dislikes the same thing."""
    changes = changed("I don't like jazz.", "I like jazz and blues.")
    assert [(id, new.text) for id, new in changes.supersede] == [("f0", "Dislikes jazz")]


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("I work at Siemens.", "I no longer work at Siemens."),
        ("I work at Siemens.", "I quit my job."),
        ("I live in Lisbon, Portugal.", "I don't live in Lisbon anymore."),
        ("I'm vegan.", "I'm not vegan any more."),
        ("I like techno.", "I used to like techno."),
        ("Call me Bobby.", "Don't call me Bobby."),
    ],
)
def test_a_negation_closes_what_it_names(before: str, text: str) -> None:
    """What no longer holds is closed, with nothing in its place."""
    assert changed(text, before) == Changes(close=(FactId("f0"),))


def test_a_negation_of_something_else_changes_nothing() -> None:
    """Not living in Rome says nothing about Lisbon."""
    assert changed("I don't live in Rome.", "I live in Lisbon.") == Changes()


def test_negation_and_statement_in_one_sentence_supersede() -> None:
    """The new origin takes the place of the old; it is not closed besides."""
    changes = changed("I'm not from Spain, I'm from Portugal.", "I'm from Spain.")
    assert [(id, new.value) for id, new in changes.supersede] == [("f0", "Portugal")]
    assert changes.close == ()


def test_a_correction_without_a_slot_finds_the_value_it_corrects() -> None:
    """ "Not X, Y" goes where X stands, and leaves the other facts of that slot alone."""
    changes = changed("It's not jazz, it's blues.", "I like hiking and jazz.", "I live in Lisbon.")
    assert [(id, new.text, new.attribute) for id, new in changes.supersede] == [("f1", "Likes blues", "likes")]
    assert changes == Changes(supersede=changes.supersede)
    assert changed("It's not Rome, it's Oslo.", "I live in Lisbon.") == Changes()


def test_the_last_word_of_a_message_counts() -> None:
    """A slip that is corrected in the same message leaves only the correction."""
    changes = changed("I live in Lisbon. Sorry, I meant Porto, not Lisbon.")
    assert texts(changes.add) == ["Lives in Porto"]
    changes = changed("I live in Lisbon. Actually, I live in Braga.", "I live in Faro.")
    assert [(id, new.value) for id, new in changes.supersede] == [("f0", "Braga")]


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Forget my address.", ["Lives in Lisbon"]),
        ("Forget that I live in Lisbon.", ["Lives in Lisbon"]),
        ("Please forget everything about my dog.", ["Dog: Rex", "Likes dogs"]),
        ("forget what I said about hiking", ["Likes hiking"]),
        ("Forget my sister's birthday", ["Sister's birthday: May 3"]),
        ("forget my birthday", []),
        ("Forget that I live in Rome.", []),
        ("Forget it.", []),
        (
            "Forget everything about me.",
            ["Lives in Lisbon", "Dog: Rex", "Likes dogs", "Likes hiking", "Sister's birthday: May 3"],
        ),
    ],
)
def test_forget_takes_what_it_means_and_nothing_else(text: str, gone: list[str]) -> None:
    """A command to forget matches by slot, subject or words."""
    facts = ("I live in Lisbon.", "My dog is called Rex.", "I like dogs and hiking.", "My sister's birthday is May 3.")
    changes = changed(text, *facts)
    assert [fact.text for fact in known(*facts) if fact.id in changes.forget] == gone
    assert changes == Changes(forget=changes.forget)


def test_a_forgotten_fact_comes_back_only_when_asked() -> None:
    """A tombstone stops learning, and an explicit "remember" overrides it."""
    assert changed("I live in Lisbon.", forgotten="Lisbon") == Changes()
    assert texts(changed("Remember that I live in Lisbon.", forgotten="Lisbon").add) == ["Lives in Lisbon"]


SENTENCES = [
    "I live in Lisbon.",
    "I live in Porto.",
    "I like jazz.",
    "I hate jazz.",
    "I don't live in Lisbon.",
    "Forget my address.",
    "It's not jazz, it's blues.",
    "My dog is called Rex.",
    "Forget my dog.",
    "Forget everything.",
    "I used to like jazz.",
    "Remember that I like jazz.",
]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(SENTENCES), max_size=5), st.lists(st.sampled_from(SENTENCES[:4]), max_size=3))
def test_no_fact_is_changed_twice(now: list[str], before: list[str]) -> None:
    """An id stands in one of supersede, close and forget at most, and only known ids are named."""
    changes = changed(" ".join(now), *before)
    ids = [*(id for id, _ in changes.supersede), *changes.close, *changes.forget]
    assert len(ids) == len(set(ids))
    assert set(ids) <= {fact.id for fact in known(*before)}
    assert not {id for id, _ in changes.confirm} & {*changes.close, *changes.forget}


@pytest.mark.parametrize(
    ("now", "before", "open_now"),
    [
        ("I work at Bosch now.", "I work at Siemens as a project manager.", ["Works as project manager"]),
        ("I hate cooking.", "I love cooking for friends.", ["Likes cooking for friends"]),
        ("I moved to Porto.", "My timezone is CET.", ["Time zone: CET"]),
        ("I moved to Porto.", "My sister lives in Lisbon. I like jazz.", []),
        ("I work at Bosch as a fitter.", "I work at Siemens as a nurse.", []),
        ("I hate jazz.", "I like hiking.", []),
    ],
)
def test_what_is_at_odds_with_something_new_is_in_doubt(now: str, before: str, open_now: list[str]) -> None:
    """It neither ends nor is confirmed: the person can be asked."""
    changes = changed(now, before)
    settled = {*changes.close, *changes.forget, *(id for id, _ in (*changes.supersede, *changes.confirm))}
    old = [fact for fact in known(before) if fact.id not in settled]
    said = [replace(fact, id=FactId(f"new {fact.id}"), source_turn=TurnId("u"), recorded_at=AT + timedelta(days=9))
            for fact in known(now)]  # fmt: skip
    assert sorted({older.text for _, older in pairs(said, [*said, *old], ())}) == open_now


def test_a_doubt_is_over_once_it_is_confirmed() -> None:
    """Among facts that hold, a newer one unsettles an older one of another turn until that is said again."""
    job, employer = known("I'm a nurse.", "I work at Charité.")
    later = replace(employer, recorded_at=AT + timedelta(days=9), source_turn=TurnId("u"))
    sure = replace(job, confirmed_at=AT + timedelta(days=10))
    assert [older.id for _, older in pairs((job, later), (job, later), ())] == [job.id]
    assert not list(pairs((job, employer), (job, employer), ()))
    assert not list(pairs((sure, later), (sure, later), ()))


async def test_what_a_statement_ends_is_among_the_first_candidates() -> None:
    """Five of a hundred statements hold what 85 of 100 new ones end, and the rules end nothing that still holds."""
    figures = (await measure(None)).figures
    assert figures["top_5"] >= 0.85 > figures["bm25_top_5"]
    assert figures["wrongly_ended"] == 0
