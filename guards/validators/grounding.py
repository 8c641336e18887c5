# SPDX-License-Identifier: Apache-2.0
"""Each citation names something that was given; prices, dates and references come from what was given or said."""

import re
from collections.abc import Iterator
from typing import Any

from guardrails.validators import ValidationResult, Validator, register_validator

from guards.conduct import Ground
from guards.declarations import Repair, Tell
from guards.demands import Claims
from guards.figures import UNCONFIRMED, Figure, Kind, figures
from guards.prose import prose
from guards.sentences import sentences
from guards.stock import stock_of
from guards.validators.verdicts import marked, repaired

_CITED = re.compile(r"(?:(?<![\w\])])|(?<=\d\]))\[(\d{1,3}(?:\s?[,;]\s?\d{1,3})*)\](?![(:])")
_ALWAYS = frozenset({Kind.PRICE, Kind.PERCENT, Kind.DATE, Kind.REFERENCE})
"""What has to come from somewhere also where nothing is cited."""
_RULES = frozenset({"day", "week", "month", "year"})
"""Durations that terms are made of."""
_RECKONS = re.compile(
    r"\b(?:increase|rise|rose|raise|drop|decrease|fell|fall|more|less|higher|lower|cheaper|dearer|share|sav(?:es?|ing)"
    r"|together|total|altogether|in all|sum|minus|plus|times|difference|left|remain\w*|com(?:es?|ing) (?:to|back)"
    r"|leaves?|makes?|each|people|users|apart|mehr|weniger|höher|niedriger|teurer|billiger|anstieg|erhöhung"
    r"|gestiegen|gesunken|anteil|zusammen|insgesamt|pro|macht)(?!\w)|[×*=+]",
    re.I,
)
"""A sentence that puts figures together; elsewhere a figure has to stand in what was given."""
_SMALL = 10
_MANY = 2_200
"""More than a year of the calendar: a count of something."""


@register_validator(name="rapport/grounding", data_type="string")
class Grounding(Validator):  # type: ignore[misc]  # guardrails-ai ships no types
    """Compares figures, not meaning: a figure that was given for something else gets through.

    What follows by a sum, a difference, a product or a share of two given ones counts as given. Code is not looked at.
    """

    def __init__(self) -> None:
        super().__init__(on_fail="noop")

    async def async_validate(self, value: str, metadata: dict[str, Any]) -> ValidationResult:
        """Takes unknown citations out; unknown figures by what the use case claims."""
        ground: Ground = metadata["ground"]
        text = prose(value, metadata["before"])
        unknown = list(_unknown(text, ground))
        loose, cited = _loose(text, ground)
        rule = "grounding: " + ", ".join([*(["citation"] if unknown else []), *sorted({one.kind for one in loose})])
        if loose and ground.demands.claims is Claims.SOURCED:
            return repaired(rule, [*unknown, *((one.start, one.end, UNCONFIRMED) for one in loose)], Tell.FIGURES_OUT)
        told = Tell.FIGURES if loose and (cited or ground.demands.claims is Claims.NOTED) else Tell.NOTHING
        return marked(rule, told) if loose and not unknown else repaired(rule, unknown, told)


def _unknown(text: str, ground: Ground) -> Iterator[Repair]:
    for match in _CITED.finditer(text):
        numbers = [int(number) for number in re.findall(r"\d+", match[0])]
        kept = [number for number in numbers if number in ground.sources]
        if kept and len(kept) < len(numbers):
            yield *match.span(), f"[{', '.join(map(str, kept))}]"
        elif not kept:
            yield match.start() - text[: match.start()].endswith(" "), match.end(), ""


def _loose(text: str, ground: Ground) -> tuple[list[Figure], bool]:
    """The figures that nothing stands for, and whether a citation stands beside one of them."""
    loose: list[Figure] = []
    beside = False
    if not any(char.isdigit() for char in text):
        return loose, beside
    stock = stock_of(ground)
    for sentence in sentences(text):
        cited = _CITED.search(sentence[0]) is not None
        reckons = _RECKONS.search(sentence[0]) is not None
        plain = _CITED.sub(lambda match: " " * len(match[0]), sentence[0])
        for figure in figures(plain):
            if _counts(figure, cited) and not stock.holds(figure, reckons):
                at = sentence.start()
                loose.append(Figure(figure.kind, at + figure.start, at + figure.end))
                beside = beside or cited
    return loose, beside


def _counts(figure: Figure, cited: bool) -> bool:
    if figure.kind in _ALWAYS or (figure.kind is Kind.DURATION and figure.unit in _RULES) or figure.value >= _MANY:
        return True
    return cited and (
        figure.kind is Kind.DURATION or bool(figure.unit) or figure.value >= _SMALL or figure.value % 1 > 0
    )
