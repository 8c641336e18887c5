# SPDX-License-Identifier: Apache-2.0
"""What is promised, granted or advised as certain about money, the law and health stands in a source, or is noted."""

import re
from typing import Any

from guardrails.validators import ValidationResult, Validator, register_validator

from guards.conduct import Ground
from guards.declarations import Repair, Tell
from guards.demands import Claims
from guards.injection.classifier import Encodes
from guards.leanings import read_leaning
from guards.prose import prose
from guards.sentences import sentences, unquoted
from guards.tongues import Tongues
from guards.topics import matters
from guards.validators.verdicts import marked, passed, repaired
from guards.wording import either, read_wording, themes

_CITED = re.compile(r"\[(\d{1,3}(?:\s?[,;]\s?\d{1,3})*)\]")
_ALIKE = 0.6
"""The share of a sentence's words that one source has to hold where the sentence cites none."""


@register_validator(name="rapport/promises", data_type="string")
class Promises(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """Knows wordings in English and German, and by a classifier other English ones; a question or a doubt is none.

    A source stands for a promise that cites it and shares a word of it, or that says little beside it.
    """

    def __init__(self, encoder: Encodes | None = None) -> None:
        super().__init__(on_fail="noop")
        self._leaning = read_leaning("promises", encoder) if encoder else None
        self._tongues = Tongues()
        wording = read_wording("promises")
        self._themes, self._hedged = themes(wording), either(wording, wording["hedged"])

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Takes such a sentence out where claims must be sourced, and notes it elsewhere."""
        ground: Ground = metadata["ground"]
        found = await self._unsourced(prose(value, metadata["before"]), ground)
        rule = f"promises: {', '.join(sorted({theme for _, theme in found}))}"
        if ground.demands.claims is Claims.SOURCED:
            return repaired(rule, [repair for repair, _ in found], Tell.PROMISE_OUT)
        return marked(rule, Tell.PROMISE) if found else passed()

    async def _unsourced(self, text: str, ground: Ground) -> list[tuple[Repair, str]]:
        found, others = list[tuple[Repair, str]](), list["re.Match[str]"]()
        for sentence in sentences(text):
            said = unquoted(sentence[0])
            if said.isspace() or said.rstrip(" \"'”’»)*_").endswith("?") or self._hedged.search(said):
                continue
            worded = ((theme, match[0]) for theme, pattern in self._themes.items() if (match := pattern.search(said)))
            theme, promise = next(worded, ("", ""))
            if not theme:
                others.append(sentence)
            elif not self._sourced(said, promise, ground):
                found.append(((*sentence.span(), ""), theme))
        return found or [((*one.span(), ""), "likely") for one in await self._likely(others, ground)]

    async def _likely(self, others: "list[re.Match[str]]", ground: Ground) -> "list[re.Match[str]]":
        """Of sentences in no known wording those that the classifier takes for promises."""
        bare = [one for one in others if not self._sourced(one[0], "", ground)] if self._leaning else []
        if not bare or self._leaning is None:
            return []
        leans = await self._leaning.likely([unquoted(one[0]) for one in bare])
        return [one for one, over in zip(bare, leans, strict=True) if over]

    def _sourced(self, said: str, promise: str, ground: Ground) -> bool:
        cited = [int(number) for group in _CITED.findall(said) for number in group.replace(";", ",").split(",")]
        words, core = matters(said), matters(promise)
        for number, source in ground.sources.items():
            known = matters(source)
            if number in cited and (core & known or len(words & known) >= 2 or self._foreign(said, source)):
                return True
            if words and len(words & known) >= _ALIKE * len(words):
                return True
        return False

    def _foreign(self, said: str, source: str) -> bool:
        """Whether two texts are in different languages, so that their words cannot be compared."""
        here, there = self._tongues.of(said), self._tongues.of(source)
        return bool(here and there) and not here & there
