# SPDX-License-Identifier: Apache-2.0
"""Chainlit's root in the data folder, and the words and files that ship with the page."""

import json
import os
import re
import stat
from pathlib import Path
from typing import Any, get_args

import pytest

from app.doors.root import prepare_root
from app.doors.server import own_origins
from app.settings import HOUSE, Settings, SettingsError
from connectors.errors import Reason
from tests.doors.conftest import Place

PUBLIC = HOUSE / "public"


@pytest.fixture
def environment() -> Any:
    """The process's environment, as it was before."""
    before = dict(os.environ)
    yield os.environ
    os.environ.clear()
    os.environ.update(before)


def _settings(data: Path, **changes: Any) -> Settings:
    return Settings(data=data, **changes)


def test_everything_that_is_written_lies_in_the_data_folder(tmp_path: Path, environment: Any) -> None:
    """Chainlit is pointed there before it is imported; the checkout stays read-only."""
    root = prepare_root(_settings(tmp_path))
    assert environment["CHAINLIT_APP_ROOT"] == str(root) == str(tmp_path / "web")
    assert (root / ".chainlit" / "config.toml").read_text() == (HOUSE / ".chainlit" / "config.toml").read_text()
    assert (root / "chainlit.md").read_text() == ""
    assert not (HOUSE / ".files").exists()
    assert not (HOUSE / "chainlit.md").exists()


def test_a_restart_keeps_the_secret(tmp_path: Path, environment: Any) -> None:
    """So that nobody has to sign in anew; two folders have two secrets."""
    prepare_root(_settings(tmp_path / "a"))
    first = environment["CHAINLIT_AUTH_SECRET"]
    prepare_root(_settings(tmp_path / "b"))
    other = environment["CHAINLIT_AUTH_SECRET"]
    prepare_root(_settings(tmp_path / "a"))
    assert environment["CHAINLIT_AUTH_SECRET"] == first != other
    assert stat.S_IMODE((tmp_path / "a" / "web" / "secret").stat().st_mode) == 0o600


def test_a_secret_that_is_none_stops_the_start(tmp_path: Path, environment: Any) -> None:
    """With a sentence that says what to do, and nothing of what the file holds."""
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "secret").write_text("short")
    with pytest.raises(SettingsError, match="delete it to have a new one made") as error:
        prepare_root(_settings(tmp_path))
    assert "short" not in str(error.value)


def test_a_folder_that_cannot_be_written_stops_the_start(tmp_path: Path, environment: Any) -> None:
    """With a sentence that names the setting."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="choose another RAPPORT_DATA"):
        prepare_root(_settings(tmp_path / "file"))


def test_stray_variables_open_no_door_of_chainlits_own(tmp_path: Path, environment: Any) -> None:
    """Other ways to sign in, bots and a cookie path that breaks signing out are taken away."""
    strays = {"CHAINLIT_CUSTOM_AUTH": "1", "SLACK_BOT_TOKEN": "x", "CHAINLIT_AUTH_COOKIE_PATH": "/x"}
    environment.update(strays)
    prepare_root(_settings(tmp_path))
    assert not strays.keys() & environment.keys()
    assert environment["CHAINLIT_COOKIE_SAMESITE"] == "strict"


def test_the_sign_in_lasts_as_long_as_the_setting_says(place: Place) -> None:
    """Not Chainlit's fifteen days; and uploads, MCP, sharing, HTML and favourites are off."""
    from chainlit.config import config

    assert config.project.user_session_timeout == place.rapport.settings.session_hours * 3600
    assert config.project.allow_origins == []
    assert config.features.spontaneous_file_upload.enabled is False
    assert config.features.mcp.enabled is False
    assert config.features.allow_thread_sharing is False
    assert config.features.unsafe_allow_html is False
    assert config.features.favorites is False


def test_a_database_url_in_the_environment_changes_nothing(place: Place) -> None:
    """Chainlit would keep conversations there; ours is always the data layer."""
    from chainlit.data import get_data_layer

    from app.doors.history import History

    assert isinstance(get_data_layer(), History)


@pytest.mark.parametrize(
    ("host", "allowed", "origins"),
    [
        ("127.0.0.1", (), ("http://127.0.0.1:8000", "http://localhost:8000")),
        ("192.0.2.7", (), ("http://192.0.2.7:8000",)),
        ("192.0.2.7", ("https://chat.example/",), ("http://192.0.2.7:8000", "https://chat.example")),
        ("::1", (), ("http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000")),
    ],
)
def test_origins_are_our_own_and_what_is_allowed(
    tmp_path: Path, host: str, allowed: tuple[str, ...], origins: tuple[str, ...]
) -> None:
    """Nothing else may open a socket or send a change."""
    assert own_origins(_settings(tmp_path, host=host, allowed_origins=allowed)) == origins


def _keys(words: dict[str, Any], before: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in words.items():
        found |= _keys(value, f"{before}{key}.") if isinstance(value, dict) else {before + key}
    return found


def test_both_languages_say_the_same() -> None:
    """English and German have the same keys, and the same places to fill in."""
    english, german = (json.loads((PUBLIC / "strings" / f"{name}.json").read_text()) for name in ("en", "de"))
    assert _keys(english) == _keys(german)
    for key in _keys(english["notices"]):
        assert re.findall(r"{\w+}", english["notices"][key]) == re.findall(r"{\w+}", german["notices"][key])
    assert set(english["panels"]["failures"]) == set(get_args(Reason))


async def test_the_page_speaks_our_words(place: Place) -> None:
    """Chainlit's translations with ours over them; a language that is neither gets English."""
    guest = place.guest()
    for language, watermark in (("de-DE", "Sie sprechen mit einer KI"), ("fr", "You are talking to an AI")):
        answer = await guest.ask("GET", f"/project/translations?language={language}")
        assert answer.json()["translation"]["chat"]["watermark"].startswith(watermark)


@pytest.mark.parametrize("file", sorted(PUBLIC.rglob("*.js")), ids=lambda file: str(file.relative_to(PUBLIC)))
def test_what_was_said_never_becomes_markup(file: Path) -> None:
    """Our scripts write text, evaluate nothing, name no other host and stay short."""
    script = file.read_text()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", script)
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)[^'\"]+", script) == []
    assert len(script.splitlines()) <= 300
