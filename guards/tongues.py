# SPDX-License-Identifier: Apache-2.0
"""Which language a text is in, by its small words and its script; a guess that says when it can't."""

import re

from guards.sentences import unquoted
from guards.wording import read_wording

_SCRIPTS = {
    "cyrillic": re.compile(r"[\u0400-\u04ff]"),
    "han": re.compile(r"[\u4e00-\u9fff]"),
    "kana": re.compile(r"[\u3040-\u30ff]"),
    "hangul": re.compile(r"[\uac00-\ud7af]"),
    "arabic": re.compile(r"[\u0600-\u06ff]"),
    "hebrew": re.compile(r"[\u0590-\u05ff]"),
    "greek": re.compile(r"[\u0370-\u03ff]"),
    "devanagari": re.compile(r"[\u0900-\u097f]"),
    "thai": re.compile(r"[\u0e00-\u0e7f]"),
}
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


class Tongues:
    """Tells languages apart by the words in guards/wordings/tongues.yaml."""

    def __init__(self) -> None:
        self._words = {tongue: frozenset(words.split()) for tongue, words in read_wording("tongues").items()}

    def of(self, text: str, least: int = 2) -> frozenset[str]:
        """The languages that a text may well be in, outside quotations; none where fewer than `least` words tell.

        Languages of one script besides Latin are not told apart: they are named by the script.
        """
        text = unquoted(text)
        letters = 0 if text.isascii() else len(_LETTER.findall(text))
        for script, pattern in _SCRIPTS.items():
            if letters and len(pattern.findall(text)) * 2 > letters:
                return frozenset({"kana" if script == "han" and _SCRIPTS["kana"].search(text) else script})
        words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
        hits = {tongue: sum(word in small for word in words) for tongue, small in self._words.items()}
        most = max(hits.values())
        return frozenset(tongue for tongue, hit in hits.items() if most >= least and hit >= 0.6 * most)
