# SPDX-License-Identifier: Apache-2.0
"""Reading the rules of learning."""

from pathlib import Path

import pytest

from memory.errors import NotebookError
from memory.rules import read_rules

SHIPPED = Path(__file__).parent.parent.parent / "rules"


def test_the_shipped_rules_are_usable() -> None:
    """English is there, and every text template names only what distilling fills."""
    (english,) = (one for one in read_rules(SHIPPED).languages if one.code == "en")
    words = {"value": "v", "topic": "t", "date": "d", "Subject": "S"}
    assert all(slot.text.format(**words) and slot.of.format(**words) for slot in english.slots)
    assert all(rule.cues for rule in english.rules)


def test_an_empty_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    """Without rules nothing could be learned, so the start says what to set."""
    with pytest.raises(NotebookError, match="set RAPPORT_RULES"):
        read_rules(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("language: en", "langauge: en", "en.yaml: language: Field required"),
        ("- slot: name", "- slot: nmae", "en.yaml are not usable: 'nmae'"),
        ("find: ", "find: (", "en.yaml are not usable"),
        ("  tag:", "  tags:", "gates lacks tag"),
        ("gates:", "gates: [", "en.yaml are not usable"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    """The message names the file and what in it is wrong."""
    text = (SHIPPED / "en.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "en.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(NotebookError) as raised:
        read_rules(tmp_path)
    assert sentence in str(raised.value)
