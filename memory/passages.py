# SPDX-License-Identifier: Apache-2.0
"""Markdown cut into passages that can be cited: by heading, in pieces of a few paragraphs, with stable ids."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 900
"""Characters of a passage; the encoder reads some 1,000."""
HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*\s*$")
FENCE = re.compile(r"\s*(```|~~~)")


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading."""

    title: str
    """The headings above it and its own, from the document's title down."""
    slug: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage as it is indexed."""

    id: str
    title: str
    text: str


def cut(path: str, markdown: str) -> Iterator[Piece]:
    """The passages of one document; `path` is its place in the folder, with slashes.

    An id is "<path>#<heading>-<number>", counted within the heading: it stays as long as what is above it in the
    same section does not change.
    """
    numbers: Counter[str] = Counter()
    for section in sections(path, markdown):
        for text in pieces("\n".join(section.lines)):
            numbers[section.slug] += 1
            yield Piece(f"{path}#{section.slug}-{numbers[section.slug]}", section.title, text)


def sections(path: str, markdown: str) -> Iterator[Section]:
    """By heading, in order; a heading inside a code fence is none."""
    trail: list[tuple[int, str]] = []
    lines: list[str] = []
    fenced = False
    for line in markdown.splitlines():
        fenced ^= bool(FENCE.match(line))
        heading = None if fenced else HEADING.match(line)
        if heading is None:
            lines.append(line)
            continue
        yield _section(path, trail, lines)
        level = len(heading.group(1))
        trail = [*((depth, title) for depth, title in trail if depth < level), (level, heading.group(2))]
        lines = []
    yield _section(path, trail, lines)


def pieces(text: str) -> Iterator[str]:
    """Whole paragraphs up to the longest size; a longer paragraph is cut at a sentence or a word."""
    held = ""
    for paragraph in re.split(r"\n\s*\n", text):
        for part in _parts(paragraph.strip()):
            if held and len(held) + len(part) > LONGEST:
                yield held
                held = ""
            held = f"{held}\n\n{part}" if held else part
    if held:
        yield held


def slug(heading: str) -> str:
    """As GitHub links to headings: lower case, words joined by hyphens."""
    return re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", heading.casefold())).strip("-") or "text"


def _section(path: str, trail: list[tuple[int, str]], lines: list[str]) -> Section:
    titles = [title for _, title in trail] or [path.rsplit("/", 1)[-1].removesuffix(".md")]
    return Section(" > ".join(titles), slug(titles[-1]), tuple(lines))


def _parts(paragraph: str) -> Iterator[str]:
    while len(paragraph) > LONGEST:
        end = max(paragraph.rfind(mark, 0, LONGEST) for mark in (". ", "! ", "? ", "\n")) + 1
        end = end if end > LONGEST // 3 else max(paragraph.rfind(" ", 0, LONGEST), LONGEST // 3)
        yield paragraph[:end].strip()
        paragraph = paragraph[end:].strip()
    if paragraph:
        yield paragraph
