# SPDX-License-Identifier: Apache-2.0
"""Reading the rules of learning."""

from pathlib import Path

import pytest
import yaml

from memory.errors import NotebookError
from memory.understanding.rules import read_rules
from tests.memory.utterances import HERE, read_utterances

SHIPPED = HERE.parent.parent / "rules"


def test_the_shipped_rules_are_usable() -> None:
    """Three languages are there, and every text template names only what distilling fills."""
    languages = read_rules(SHIPPED).languages
    assert [language.code for language in languages] == ["de", "en", "es"]
    words = {"value": "v", "topic": "t", "date": "d", "Subject": "S", "subject": "s"}
    for language in languages:
        assert all(slot.text.format(**words) and slot.of.format(**words) for slot in language.slots)
        assert all(rule.cues for rule in language.rules)
        assert {slot.category for slot in language.slots} <= {slot.category for slot in languages[1].slots}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I live in Lisbon", "en"),
        ("ich wohne in Lissabon", "de"),
        ("vivo en Lisboa", "es"),
        ("", "en"),
        ("4711 !?", "en"),
        ("Lisbon", "en"),
        ("How do I say ich wohne hier in a letter to my friend?", "en"),
    ],
)
def test_the_language_is_guessed_by_its_stop_words(text: str, code: str) -> None:
    """The most stop words win, and nothing to go by means English."""
    assert read_rules(SHIPPED).language_of(text).code == code


def test_every_shipped_pattern_compiles() -> None:
    """Patterns are compiled when they are first used: this meets them all, as `rapport doctor` does."""
    read_rules(SHIPPED).check()


def test_a_wrong_pattern_is_named_when_it_is_met(tmp_path: Path) -> None:
    """Reading does not compile; checking names the file and the rule."""
    for file in SHIPPED.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        broken = text.replace("    find: ", "    find: (", 1) if file.stem == "de" else text
        (tmp_path / file.name).write_text(broken, encoding="utf-8")
    rules = read_rules(tmp_path)
    with pytest.raises(NotebookError, match=r"de\.yaml: rule 0 \(name\) are not usable"):
        rules.check()


def test_cues_only_spare_work() -> None:
    """No gate misses for its cues what it finds without them, in any labelled utterance or attack."""
    rules = read_rules(SHIPPED)
    poison = yaml.safe_load((HERE / "poison.yaml").read_text(encoding="utf-8"))
    texts = [
        one.say for file in HERE.glob("utterances*.yaml") for half in read_utterances(file).values() for one in half
    ]
    texts += [text for texts in poison["attacks"].values() for text in texts]
    for text in texts:
        for name, gate in rules.language_of(text).gates.items():
            assert bool(gate.search(text, timeout=1)) == bool(gate.compiled().search(text)), (name, text)


def test_an_empty_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    """Without rules nothing could be learned, so the start says what to set."""
    with pytest.raises(NotebookError, match="set RAPPORT_RULES"):
        read_rules(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("language: en", "langauge: en", "en.yaml: language: Field required"),
        ("- slot: name", "- slot: nmae", "en.yaml are not usable: 'nmae'"),
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
