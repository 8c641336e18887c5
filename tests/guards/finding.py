# SPDX-License-Identifier: Apache-2.0
"""What a finder says of a text, in a form that tests compare."""

from guards.personal import Finder


async def found(finder: Finder, text: str) -> list[tuple[str, str]]:
    """Kind and text of each finding."""
    return [(item.kind, text[item.start : item.end]) for item in await finder.find(text)]


async def kinds_in(finder: Finder, text: str) -> set[str]:
    """The kinds of what stands in a text."""
    return {kind for kind, _ in await found(finder, text)}
