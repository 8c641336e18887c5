# SPDX-License-Identifier: Apache-2.0
"""What a conversation is called until its person calls it otherwise."""

LONGEST = 60


def title_of(text: str) -> str:
    """The first words of the first message, at most 60 characters."""
    line = " ".join(text.split())
    if len(line) <= LONGEST:
        return line
    return (line[:LONGEST].rsplit(" ", 1)[0] or line[:LONGEST]) + "…"
