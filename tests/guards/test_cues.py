# SPDX-License-Identifier: Apache-2.0
"""Names that a text gives away."""

import pytest

from guards.cues import names_said


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("my name is Anna Schmidt and I live here", ["Anna Schmidt"]),
        ("My name is maria.", ["maria"]),
        ("my name is maria lopez, hello", ["maria lopez"]),
        ("my name is maria help me please", ["maria"]),
        ("my name's Jean-Luc O'Neill", ["Jean-Luc O'Neill"]),
        ("My name is Ludwig van Beethoven.", ["Ludwig van Beethoven"]),
        ("My name is Anna. Berlin is nice", ["Anna"]),
        ("my name is not important", []),
        ("please call me Annie", ["Annie"]),
        ("you can call me annie from now on", ["annie"]),
        ("call me tomorrow", []),
        ("call me directly on my phone", []),
        ("Hi, I'm Tom, need help", ["Tom"]),
        ("I'm Tom Jones.", ["Tom Jones"]),
        ("I'm Happy", []),
        ("I'm German and tired", []),
        ("This is Peter speaking", ["Peter"]),
        ("Hi, Anna here!", ["Anna"]),
        ("Nothing here.", []),
        ("Dear Mr. Müller,\nthank you", ["Müller"]),
        ("Hi Anna,\nthanks", ["Anna"]),
        ("Hello World is a program", []),
        ("Hi there,", []),
        ("Dear Support Team,", []),
        ("Kind regards,\nTom Miller", ["Tom Miller"]),
        ("Thanks\n- Eva", ["Eva"]),
        ("Ich heiße Jürgen Groß.", ["Jürgen Groß"]),
        ("Me llamo José", ["José"]),
        ("I'll call my friend Anna", []),
    ],
)
def test_a_cue_gives_a_name_away(text: str, names: list[str]) -> None:
    """Introductions, salutations and signatures; everyday words after them are left."""
    assert [text[start:end] for start, end in names_said(text)] == names
