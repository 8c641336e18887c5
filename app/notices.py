# SPDX-License-Identifier: Apache-2.0
"""What a person is told beside the answer, in their language, from one JSON file a language."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

Notices = Callable[[str], str]
"""Gives the sentence for a key, in one language."""


def read_notices(folder: Path) -> Mapping[str, Mapping[str, str]]:
    """Reads `<language>.json` files; the sentences stand under the key "notices"."""
    return {
        file.stem: json.loads(file.read_text(encoding="utf-8"))["notices"] for file in sorted(folder.glob("*.json"))
    }


def speaking(languages: Mapping[str, Mapping[str, str]], language: str) -> Notices:
    """The notices of a language, of its main language ("de" for "de-AT"), or English."""
    words = languages.get(language) or languages.get(language.split("-", maxsplit=1)[0]) or languages["en"]
    return lambda key: words.get(key) or languages["en"][key]
