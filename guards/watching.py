# SPDX-License-Identifier: Apache-2.0
"""Words that show that somebody watches: what was noticed of a person, counted, filed, read in their traces."""

from guards.wording import read_wording, themes

_SHOWN = ("seen", "kept", "filed", "german")


class Watching:
    """The wordings of guards/wordings/watching.yaml, in English and German."""

    def __init__(self) -> None:
        self._themes = themes(read_wording("watching"))

    def shows(self, sentence: str, message: str) -> bool:
        """Whether the person is watched by these words; not where they deny it, or the message asked for it."""
        if self._themes["denied"].search(sentence) or self._themes["wished"].search(message):
            return False
        return any(self._themes[theme].search(sentence) for theme in _SHOWN)
