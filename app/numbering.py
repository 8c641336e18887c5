# SPDX-License-Identifier: Apache-2.0
"""Where a use case is at home: the regions of its telephone numbers, and what its own numbers look like."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from guards.patterns.forms import DESCRIBED, fault, pattern_of
from guards.patterns.papers import Numbers
from guards.patterns.phones import without_plan
from guards.patterns.scans import Local

Region = Annotated[str, StringConstraints(to_upper=True, pattern=r"^[A-Za-z]{2}$")]
_Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=40)]


class Numbering(BaseModel):
    """What one kind of number looks like."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    forms: tuple[str, ...] = Field(min_length=1, max_length=8)
    """Examples: 9 for any digit, A for any letter."""
    after: tuple[_Word, ...] = Field(default=(), max_length=20)
    """Words of which one must stand before it; none where the form alone tells."""

    @model_validator(mode="after")
    def _searchable(self) -> "Numbering":
        for form in self.forms:
            if wrong := fault(form, bool(self.after)):
                raise PydanticCustomError("advice", f"{form!r} cannot be searched for: {wrong}")
        return self


def check_regions(regions: Iterable[str]) -> None:
    """Raises a sentence that names the first country whose telephone numbers nobody knows."""
    if unknown := without_plan(regions):
        raise PydanticCustomError("advice", f"{unknown} is no country: take two letters of ISO 3166, such as DE or GB")


def check_numbers(numbers: Iterable[str], masking: Mapping[str, str]) -> None:
    """Raises a sentence for a kind that cannot be described, and for one to be hidden that nothing describes."""
    if unknown := sorted(set(numbers) - DESCRIBED):
        able = ", ".join(sorted(DESCRIBED))
        raise PydanticCustomError("advice", f"{unknown[0]} is no kind of number here: take one of {able}")
    found = {*numbers, "ACCOUNT_NUMBER", *(kind for kind, treatment in masking.items() if treatment == "keep")}
    if lacking := sorted(DESCRIBED.intersection(masking) - found):
        raise PydanticCustomError(
            "advice", f"masking names {lacking[0]}: say here what one looks like, or leave it out"
        )


def local_of(regions: Iterable[str] | None, numbers: Mapping[str, Numbering]) -> Local:
    """What the search for personal data is told of all this."""
    own = tuple(Numbers(kind, pattern_of(one.forms), one.after) for kind, one in sorted(numbers.items()))
    return Local(numbers=own) if regions is None else Local(tuple(sorted(set(regions))), own)
