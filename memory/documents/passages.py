# SPDX-License-Identifier: Apache-2.0
"""Documents cut into passages that can be cited: by heading or page, in whole blocks, with stable ids."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 900
"""Characters of a passage; the encoder reads some 1,000."""
LONGEST_TABLE = 1_800
"""A table is kept together up to here; a longer one is cut between rows, each piece under the same head."""
INTERNAL = "internal:"
"""Before the id of every passage of an internal document: marking a document changes what its passages are called."""


@dataclass(frozen=True, slots=True)
class Block:
    """What is not cut without need: a paragraph, a list, a table, a piece of code."""

    text: str
    head: str = ""
    """The head of a table, which its pieces repeat; empty for everything else."""


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading, or on one page."""

    trail: tuple[str, ...]
    """The headings above it and its own, from the document's title down."""
    anchor: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read."""

    path: str
    """Its place among the documents, with slashes."""
    title: str
    internal: bool
    """For those who answer, never for those who ask."""
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage as it is indexed."""

    id: str
    title: str
    text: str

    @property
    def key(self) -> str:
        """What is embedded and counted: the text under its headings."""
        return f"{self.title}\n{self.text}"


def cut(document: Document) -> Iterator[Piece]:
    """The passages of one document, in order.

    An id is "<path>#<anchor>-<number>", counted within the anchor: it stays as long as what is above it in the
    same section does not change.
    """
    numbers: Counter[str] = Counter()
    mark = INTERNAL if document.internal else ""
    for section in document.sections:
        for text in pieces(section.blocks):
            numbers[section.anchor] += 1
            id = f"{mark}{document.path}#{section.anchor}-{numbers[section.anchor]}"
            yield Piece(id, " > ".join(section.trail) or document.title, text)


def pieces(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Whole blocks up to the longest size; a longer block is cut at a row, a line, a sentence or a word."""
    held = ""
    for block in blocks:
        for part in _rows(block) if block.head else _parts(block.text.strip()):
            if held and len(held) + len(part) > LONGEST:
                yield held
                held = ""
            held = f"{held}\n\n{part}" if held else part
    if held:
        yield held


def slug(heading: str) -> str:
    """As GitHub links to headings: lower case, words joined by hyphens."""
    return re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", heading.casefold())).strip("-") or "text"


def line(text: str) -> str:
    """One line that may stand in a passage's head: no control characters, no bar, at most 200 characters."""
    return " ".join("".join(" " if char == "|" or not char.isprintable() else char for char in text).split())[:200]


def _rows(table: Block) -> Iterator[str]:
    """The table whole, or its rows in pieces, each under the head."""
    if len(table.head) + len(table.text) <= LONGEST_TABLE:
        yield f"{table.head}\n{table.text}"
        return
    head = table.head[:LONGEST]
    held = ""
    for row in (part for line in table.text.split("\n") for part in _parts(line)):
        if held and len(head) + len(held) + len(row) > LONGEST_TABLE:
            yield f"{head}\n{held}"
            held = ""
        held = f"{held}\n{row}" if held else row
    if held:
        yield f"{head}\n{held}"


def _parts(text: str) -> Iterator[str]:
    while len(text) > LONGEST:
        end = text.rfind("\n", LONGEST // 3, LONGEST)
        if end < 0:
            end = max(text.rfind(mark, 0, LONGEST) for mark in (". ", "! ", "? ")) + 1
        end = end if end > LONGEST // 3 else max(text.rfind(" ", 0, LONGEST), LONGEST // 3)
        yield text[:end].strip()
        text = text[end:].strip()
    if text:
        yield text
