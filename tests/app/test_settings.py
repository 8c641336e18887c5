# SPDX-License-Identifier: Apache-2.0
"""Settings are read once, and a wrong one is one sentence."""

from pathlib import Path

import pytest

from app.settings import SettingsError, read_settings


def test_a_list_is_read_from_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """RAPPORT_MODELS is a comma list; blanks around the names do not matter."""
    monkeypatch.setenv("RAPPORT_MODELS", "openai/a , ollama_chat/b,")
    assert read_settings(_env_file=None).models == ("openai/a", "ollama_chat/b")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "seven"),
        ("PORT", "70000"),
        ("LOG_LEVEL", "loud"),
        ("TURNS_PER_MINUTE", "0"),
        ("NAMES", "en_core_web_lg"),
    ],
)
def test_a_wrong_value_names_its_variable_and_not_itself(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """The sentence says which variable to mend, and never repeats what stands in it."""
    monkeypatch.setenv(f"RAPPORT_{name}", value)
    with pytest.raises(SettingsError, match=f"RAPPORT_{name} is not usable: .*See .env.example") as error:
        read_settings(_env_file=None)
    assert value not in str(error.value)


def test_the_stores_lie_in_the_data_folder(tmp_path: Path) -> None:
    """The keys are in a folder of their own, apart from the memory database."""
    settings = read_settings(_env_file=None, data=tmp_path)
    assert settings.memory_url.endswith(f"{tmp_path}/memory.db")
    assert settings.keys_url.endswith(f"{tmp_path}/keys/keys.db")
