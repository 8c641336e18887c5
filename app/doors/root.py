# SPDX-License-Identifier: Apache-2.0
"""Chainlit's root: a folder in the data folder, made before Chainlit is imported.

Chainlit reads its configuration, writes its translations and finds its secret at import; what it would do
by itself with stray environment variables (another database, other ways to sign in) is closed here.
"""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.settings import HOUSE, Settings, SettingsError

STRAY = (
    "CHAINLIT_ROOT_PATH",
    "CHAINLIT_PARENT_ROOT_PATH",
    "CHAINLIT_AUTH_COOKIE_PATH",
    "CHAINLIT_CUSTOM_AUTH",
    "CHAINLIT_DEBUG",
    "SLACK_BOT_TOKEN",
    "TEAMS_APP_ID",
    "TEAMS_APP_PASSWORD",
    "DISCORD_BOT_TOKEN",
    "LITERAL_API_KEY",
)
"""Variables by which Chainlit opens doors of its own."""

PUBLIC = HOUSE / "public"
"""What a browser loads."""

LANGUAGES = {"en": "en-US", "de": "de-DE"}
"""Our languages and Chainlit's names for them."""


def prepare_root(settings: Settings) -> Path:
    """Makes the folder and points Chainlit at it; raises SettingsError when it cannot be written to.

    Costs a few milliseconds; must run before the first import of chainlit.
    """
    root = settings.data.resolve() / "web"
    try:
        (root / ".chainlit" / "translations").mkdir(parents=True, exist_ok=True, mode=0o700)
        (root / "public").mkdir(exist_ok=True)
        _write(root / ".chainlit" / "config.toml", (HOUSE / ".chainlit" / "config.toml").read_text("utf-8"))
        _write(root / "public" / "theme.json", (PUBLIC / "theme.json").read_text("utf-8"))
        _write(root / "chainlit.md", "")
        secret = _secret(root / "secret")
    except OSError as error:
        raise SettingsError(f"{root} cannot be written to ({error.strerror}): choose another RAPPORT_DATA.") from None
    for name in STRAY:
        os.environ.pop(name, None)
    os.environ["CHAINLIT_APP_ROOT"] = str(root)
    os.environ["CHAINLIT_ENV_FILE"] = str(root / "no.env")
    os.environ["CHAINLIT_AUTH_SECRET"] = secret
    os.environ["CHAINLIT_COOKIE_SAMESITE"] = "strict"
    return root


def translate(root: Path, shipped: Path) -> None:
    """Lays our words over Chainlit's own; other languages are left out, so that none is half ours."""
    folder = root / ".chainlit" / "translations"
    for file in folder.glob("*.json"):
        file.unlink()
    for ours, theirs in LANGUAGES.items():
        words = json.loads((shipped / f"{theirs}.json").read_text("utf-8"))
        own = json.loads((PUBLIC / "strings" / f"{ours}.json").read_text("utf-8"))["chat"]
        _write(folder / f"{theirs}.json", json.dumps(_over(words, own), ensure_ascii=False))


def _over(words: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(words)
    for key, value in own.items():
        merged[key] = _over(merged.get(key, {}), value) if isinstance(value, dict) else value
    return merged


def _secret(file: Path) -> str:
    """Signs the sign-ins: 64 random bytes, made at first start, readable by the owner alone."""
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            handle.write(secrets.token_hex(64))
    file.chmod(0o600)
    secret = file.read_text("utf-8").strip()
    if len(secret) < 32:
        raise SettingsError(
            f"{file} does not hold a secret: delete it to have a new one made; everybody signs in anew."
        )
    return secret


def _write(file: Path, text: str) -> None:
    if not file.exists() or file.read_text("utf-8") != text:
        file.write_text(text, "utf-8")
