# SPDX-License-Identifier: Apache-2.0
"""The structure of a Markdown document: sections by heading, with lists, tables and code as one block each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memory.documents.passages import Block, Section, line, slug

if TYPE_CHECKING:
    from markdown_it.token import Token

FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
FIELD = re.compile(r"^(title|internal)[ \t]*:[ \t]*(.+?)[ \t]*$", re.M | re.I)
COMMENT = re.compile(r"<!--.*?-->", re.S)
SYNTAX = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*_`~]{1,3}(?=\S)|(?<=\S)[*`~]{1,3}")


@dataclass(frozen=True, slots=True)
class Front:
    """What a document says of itself before it begins."""

    title: str = ""
    internal: bool = False


def front(text: str) -> tuple[Front, str]:
    """The front matter and the text after it."""
    found = FRONT.match(text)
    if not found:
        return Front(), text
    fields = {name.lower(): value.strip("\"'") for name, value in FIELD.findall(found[1])}
    internal = fields.get("internal", "").lower() in {"true", "yes", "on", "1"}
    return Front(line(fields.get("title", "")), internal), text[found.end() :]


def sections(text: str) -> Iterator[Section]:
    """By heading, in order; headings are those that CommonMark knows, so none inside code."""
    from markdown_it import MarkdownIt

    source = text.split("\n")
    trail: list[tuple[int, str]] = []
    blocks: list[Block] = []
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    for place, token in enumerate(tokens):
        if token.level or not token.map:
            continue
        if token.type != "heading_open":
            blocks.extend(_block(tokens, place, source))
            continue
        yield _section(trail, blocks)
        level = int(token.tag[1:])
        name = line(SYNTAX.sub(lambda found: found[1] or "", tokens[place + 1].content))
        trail = [*((depth, title) for depth, title in trail if depth < level), (level, name)]
        blocks = []
    yield _section(trail, blocks)


def _section(trail: list[tuple[int, str]], blocks: list[Block]) -> Section:
    titles = tuple(title for _, title in trail if title)
    return Section(titles, slug(titles[-1] if titles else ""), tuple(blocks))


def _block(tokens: "list[Token]", place: int, source: list[str]) -> Iterator[Block]:
    """As it stands in the source, without comments; a table's first two lines are its head."""
    start, end = tokens[place].map or (0, 0)
    if tokens[place].type == "table_open":
        yield Block("\n".join(source[start + 2 : end]).strip(), "\n".join(source[start : start + 2]))
        return
    text = "\n".join(source[start:end]).strip()
    text = COMMENT.sub("", text).strip() if tokens[place].type == "html_block" else text
    if text and tokens[place].type != "hr":
        yield Block(text)
