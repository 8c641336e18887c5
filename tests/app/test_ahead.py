# SPDX-License-Identifier: Apache-2.0
"""A message is searched for personal data while memory is recalled."""

import asyncio

import pytest

from app.context import Gathered
from app.manifest import Manifest
from app.masking import Masking
from app.settings import HOUSE
from app.use_case import Boundary, bound, read_use_cases
from guards.errors import MaskingFailed
from guards.masking import Masker
from guards.personal import PersonalData
from memory.values import ConsentChoice, Recollection
from tests.app.conftest import request
from tests.fakes.finder import FakeFinder

TEXT = "Anna wants her kettle"
GATHERED = Gathered(Recollection(), (), (), {}, ())


def boundary() -> Boundary:
    """What a personal chat may use."""
    bounds = bound(read_use_cases(HOUSE / "use_cases")["personal_chat"], ConsentChoice.REMEMBER, "user")
    assert isinstance(bounds, Boundary)
    return bounds


async def test_what_was_searched_ahead_is_masked_without_another_search() -> None:
    """The search has begun before anything else of the turn is there."""
    searched: list[str] = []

    def analysis(text: str) -> list[tuple[str, int, int, float]]:
        searched.append(text)
        return [("PERSON", 0, 4, 1.0)]

    masking = Masking(Masker(PersonalData(analysis)), "canary")
    masking.ahead(boundary(), TEXT)
    await asyncio.sleep(0.01)
    assert searched == [TEXT]
    masked = await masking.mask(request(TEXT, name=""), boundary(), GATHERED, Manifest(), TEXT)
    assert (masked.message, searched) == ("<PERSON_1> wants her kettle", [TEXT])


async def test_a_search_ahead_that_fails_stops_the_turn_where_it_masks() -> None:
    """It is not lost, and nothing is sent."""
    masking = Masking(Masker(FakeFinder(None)), "canary")
    masking.ahead(boundary(), TEXT)
    await asyncio.sleep(0.01)
    with pytest.raises(MaskingFailed):
        await masking.mask(request(TEXT), boundary(), GATHERED, Manifest(), TEXT)
