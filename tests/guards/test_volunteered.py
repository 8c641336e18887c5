# SPDX-License-Identifier: Apache-2.0
"""What is never volunteered: brought up unasked it is taken out, asked for it stays."""

import pytest

from guards.conduct import Conduct, Ground, Verdict
from guards.topics import unasked

MEMORIES = (
    (3, "health", "Allergic to peanuts"),
    (4, "religion", "Likes going to church"),
    (5, "health", "<PERSON_2> told me I have type 2 diabetes"),
)
SOURCES = {number: text for number, _, text in ((1, "", "Lives in Lisbon"), *MEMORIES)}
UNASKED = ("volunteered: unasked",)


@pytest.mark.parametrize(
    ("asked", "text", "shown"),
    [
        ("Where do I live?", "You live in Lisbon [1]. You are allergic to peanuts. ", "You live in Lisbon [1]. "),
        ("Hello", "Hello! How is your diabetes today?\n", "Hello! \n"),
        ("Tell me a joke.", "Here is one [3]. Why did the hen cross? ", "Why did the hen cross? "),
        ("What shall I do on Sunday?", "As you like church, go there. Or sleep in.", "Or sleep in."),
        ("Any news?", "- Your peanut allergy\n- Rain", "\n- Rain"),
    ],
)
async def test_unasked_it_is_taken_out(conduct: Conduct, asked: str, text: str, shown: str) -> None:
    """The sentence goes, what stands around it stays, and over a whole answer it blocks."""
    ground = Ground("canary", "system", private=unasked(MEMORIES, asked), sources=SOURCES)
    assert await conduct.sentence(text, ground) == Verdict(True, shown, UNASKED)
    assert await conduct.whole(text, ground) == Verdict(False, "", UNASKED)
    assert (await conduct.whole(shown, ground)).passed


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("What am I allergic to?", "You are allergic to peanuts [3]."),
        ("Can you suggest a dinner?", "Without peanuts, as you are allergic to them: pasta."),
        ("What do you know about me?", "You are allergic to peanuts, and you like going to church [4]."),
        ("Is there a church near here?", "Yes, and you like going to church."),
        ("I feel ill.", "With your type 2 diabetes, better see a doctor [5]."),
        ("Was weißt du über mich?", "You are allergic to peanuts [3]."),
        ("What is in Rome?", "Many a church, and the Forum."),
        ("Tell me a joke.", "You may like this type of joke."),
    ],
)
async def test_asked_for_it_stays(conduct: Conduct, asked: str, text: str) -> None:
    """By its own words, by its subject, or by asking for everything; one word in common is no mention."""
    ground = Ground("canary", "system", private=unasked(MEMORIES, asked), sources=SOURCES)
    assert await conduct.sentence(text, ground) == Verdict(True, text)
    assert await conduct.whole(text, ground) == Verdict(True, text)
