# SPDX-License-Identifier: Apache-2.0
"""Insults, threats, hatred of groups and calls to harm oneself, in English and German."""

import re
from typing import Any

from guardrails.validators import ValidationResult, Validator, register_validator

from guards.conduct import Ground
from guards.declarations import Repair, Tell
from guards.injection.classifier import Encodes
from guards.leanings import read_leaning
from guards.prose import prose
from guards.sentences import sentences
from guards.shadow import shadow
from guards.validators.verdicts import blocked, marked, passed, repaired
from guards.wording import either, read_wording, themes

_TAKEN_OUT = frozenset({"insult", "likely"})
"""What leaves the rest of the answer standing."""


@register_validator(name="rapport/toxicity", data_type="string")
class Toxicity(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """Knows wordings in English and German, and by a classifier other English ones; kind words hide cruelty."""

    def __init__(self, encoder: Encodes | None = None) -> None:
        super().__init__(on_fail="noop")
        self._leaning = read_leaning("toxicity", encoder) if encoder else None
        wording = read_wording("toxicity")
        self._themes, self._against = themes(wording), either(wording, wording["against"])

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Takes insults out; threats, hatred and calls to harm stop the answer; what the person wrote is noted."""
        ground: Ground = metadata["ground"]
        text = prose(value, metadata["before"])
        searched = shadow(text)
        found = await self._found(searched.text)
        if not found:
            return passed()
        rule = f"toxicity: {', '.join(sorted({what for _, what, _ in found}))}"
        given = ground.given.casefold()
        fresh = [(repair, what) for repair, what, said in found if said.casefold() not in given]
        if not fresh:
            return marked(rule)
        if any(what not in _TAKEN_OUT for _, what in fresh):
            return blocked(rule, Tell.TONE)
        return repaired(rule, [(*searched.origin(start, end), new) for (start, end, new), _ in fresh], Tell.TONE)

    async def _found(self, text: str) -> list[tuple[Repair, str, str]]:
        found, others = list[tuple[Repair, str, str]](), list["re.Match[str]"]()
        for sentence in sentences(text):
            if sentence[0].isspace() or self._against.search(sentence[0]):
                continue
            worded = ((what, match[0]) for what, one in self._themes.items() if (match := one.search(sentence[0])))
            what, said = next(worded, ("", ""))
            if what:
                found.append(((*sentence.span(), ""), what, said.strip()))
            else:
                others.append(sentence)
        if found or not others or self._leaning is None:
            return found
        leans = await self._leaning.likely([one[0] for one in others])
        return [((*one.span(), ""), "likely", one[0].strip()) for one, over in zip(others, leans, strict=True) if over]
