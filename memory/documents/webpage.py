# SPDX-License-Identifier: Apache-2.0
"""The structure of an HTML document: what a reader sees of it, by heading, with lists and tables as one block each."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from memory.documents.passages import Block, Section, line, slug

if TYPE_CHECKING:
    from lxml.html import HtmlElement

UNSEEN = frozenset(
    [
        *("script", "style", "template", "noscript", "nav", "header", "footer", "aside", "form", "button", "svg"),
        *("iframe", "head", "title"),
    ]
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
WHOLE = frozenset(["p", "ul", "ol", "dl", "pre", "blockquote", "table", "figure"])
"""Elements that are one block; everything else is walked through."""
CHARSET = re.compile(rb"charset\s*=", re.I)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
BREAKS = frozenset(["li", "tr", "dt", "dd", "br", "p", "div", "h1", "h2", "h3", "h4", "h5", "h6"])


def read(content: bytes) -> tuple[str, list[Section]]:
    """Title and sections; raises ValueError where there is no element in it. Nothing is fetched."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding=None if CHARSET.search(content[:2048]) else "utf-8", no_network=True)
    try:
        root = html.document_fromstring(content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, LookupError) as error:
        raise ValueError("no element") from error
    walk = Walk()
    bodies = root.findall(".//main") or root.findall("body") or [root]
    for body in bodies:
        walk.through(body)
    walk.close()
    named = root.findtext(".//title") or next((one.trail[0] for one in walk.sections if one.trail), "")
    return line(named), walk.sections


class Walk:
    """Goes through a page in order and gathers its sections."""

    def __init__(self) -> None:
        self.sections: list[Section] = []
        self._trail: list[tuple[int, str]] = []
        self._anchor = ""
        self._blocks: list[Block] = []
        self._loose: list[str] = []

    def through(self, element: "HtmlElement") -> None:
        """Takes in what is in an element; depth is bounded by the parser, at 256."""
        self._loose.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str) and not _unseen(child):
                self._take(child)
            self._loose.append(child.tail or "")

    def close(self) -> None:
        """Ends the section, where there is anything in it."""
        self._settle()
        titles = tuple(title for _, title in self._trail)
        if self._blocks:
            self.sections.append(Section(titles, self._anchor or "text", tuple(self._blocks)))
        self._blocks = []

    def _take(self, child: "HtmlElement") -> None:
        if child.tag in HEADINGS:
            self.close()
            level, title = HEADINGS[child.tag], line(_text(child))
            self._trail = [*((depth, name) for depth, name in self._trail if depth < level), (level, title)]
            self._anchor = slug(child.get("id") or title)
        elif child.tag in WHOLE:
            self._settle()
            block = _table(child) if child.tag == "table" else Block(_text(child))
            if block.text or block.head:
                self._blocks.append(block)
        else:
            if child.tag in BREAKS:
                self._settle()
            self.through(child)

    def _settle(self) -> None:
        """Text that stands in no paragraph is one."""
        text = " ".join("".join(self._loose).split())
        if text:
            self._blocks.append(Block(text))
        self._loose = []


def _unseen(element: "HtmlElement") -> bool:
    hidden = element.get("hidden") is not None or element.get("aria-hidden") == "true"
    return element.tag in UNSEEN or hidden or bool(HIDDEN.search(element.get("style") or ""))


def _text(element: "HtmlElement") -> str:
    """An element's text, a line for each item; code keeps its own lines."""
    if element.tag == "pre":
        return str(element.text_content()).strip("\n")
    said = "".join(_said(element))
    return "\n".join(found for found in (" ".join(part.split()) for part in said.split("\0")) if found not in {"", "-"})


def _said(element: "HtmlElement") -> Iterator[str]:
    if element.tag in BREAKS:
        yield "\0- " if element.tag == "li" else "\0"
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and not _unseen(child):
            yield from _said(child)
        yield child.tail or ""


def _table(table: "HtmlElement") -> Block:
    rows = [[" ".join(_text(cell).split()) for cell in row.iter("th", "td")] for row in table.iter("tr")]
    lines = [f"| {' | '.join(cells)} |" for cells in rows if any(cells)]
    return Block("\n".join(lines[1:]), lines[0]) if lines else Block("")
