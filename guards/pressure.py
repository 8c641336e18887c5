# SPDX-License-Identifier: Apache-2.0
"""Words that press, flatter or bind somebody, and what bears haste out; in English, and some in German."""

import re

from guards.wording import read_wording, themes

KINDS = ("urgency", "guilt", "flattery", "exclusivity", "fomo")


class Pressure:
    """The wordings of guards/wordings/pressure.yaml."""

    def __init__(self) -> None:
        self._themes = themes(read_wording("pressure"))

    def meant(self, message: str) -> bool:
        """Whether the person wants such words, to be used elsewhere or explained: a slogan, what a scam says."""
        return any(self._themes[theme].search(message) for theme in ("made", "explained"))

    def kind(self, sentence: str, message: str, sources: str) -> str:
        """How a sentence presses, one of `KINDS`, or empty; `sources` are the memories and documents of the prompt."""
        for kind in KINDS:
            if self._themes[kind].search(sentence) and not (
                kind == "urgency" and self.real(sentence, message, sources)
            ):
                return kind
        return ""

    def real(self, sentence: str, message: str, sources: str) -> bool:
        """Whether haste is borne out: by danger, by the person's own words, by a time or number of the prompt."""
        if any(self._themes["danger"].search(text) for text in (sentence, message)):
            return True
        if self._themes["pressed"].search(message):
            return True
        for match in self._themes["when"].finditer(sentence):
            when = re.compile(rf"\b{re.escape(match[0])}\b", re.I)
            if when.search(sources) or (match[0][0].isdigit() and when.search(message)):
                return True
        return False
