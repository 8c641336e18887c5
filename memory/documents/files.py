# SPDX-License-Identifier: Apache-2.0
"""Files to documents: Markdown, HTML, PDF and plain text, each by its own structure."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from memory.documents import markdown, webpage
from memory.documents.passages import Block, Document, Section, line
from memory.errors import NotKept

if TYPE_CHECKING:
    from pypdf import PdfReader

VERSION = 1
"""Counts up when the same file would be read or cut otherwise, so that documents are read again."""
MOST_BYTES = 50_000_000
MOST_PAGES = 3_000
TITLED_INTERNAL = re.compile(r"^internal\b|[(\[]internal(?: only)?[)\]]", re.I)
PARAGRAPHS = re.compile(r"\n[ \t]*\n")

Read = tuple[str, bool, list[Section]]
"""Title, whether it calls itself internal, sections."""


def kinds() -> tuple[str, ...]:
    """The endings of the files that can be read."""
    return tuple(READERS)


def files(folder: Path) -> list[Path]:
    """Every readable file in the folder and below, in the order of their paths; hidden ones and links that lead out
    of the folder are left alone."""
    found = []
    home = folder.resolve()
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.suffix.lower() in READERS and path.is_file() and path.resolve().is_relative_to(home):
            found.append(path)
    return found


def load(path: Path) -> bytes:
    """The bytes of a file; raises NotKept, saying what is wrong with it."""
    if path.suffix.lower() not in READERS:
        raise NotKept(f"{path.name} is of no kind that can be read; take one of {', '.join(READERS)}.")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise NotKept(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB; split it into smaller documents.")
        return path.read_bytes()
    except OSError as error:
        raise NotKept(
            f"{path.name} cannot be read ({error.strerror}); mend its permissions or add it again."
        ) from error


def parse(path: str, content: bytes, marked: bool = False) -> Document:
    """The document of these bytes, read by the path's ending; raises NotKept, saying what is wrong and how to mend it.

    A document is internal that is marked so, or whose title or front matter says so.
    """
    name = path.rsplit("/", 1)[-1]
    stem, _, ending = name.rpartition(".")
    title, internal, sections = READERS[f".{ending.lower()}"](name, content)
    filled = tuple(section for section in sections if section.blocks)
    if not filled:
        raise NotKept(f"{name} has no text; a scanned document needs its text recognized first.")
    named = title or next((section.trail[0] for section in filled if section.trail), "") or line(stem)
    return Document(place(path), named, marked or internal or bool(TITLED_INTERNAL.search(named)), filled)


def place(path: str) -> str:
    """A path as it is cited: one line, without what a citation's own marks are made of."""
    return re.sub(r"[#\[\]]", "_", line(path))


def _markdown(name: str, content: bytes) -> Read:
    said, text = markdown.front(_decoded(name, content))
    sections = list(markdown.sections(text))
    title = said.title or next((section.trail[0] for section in sections if section.trail), "")
    return title, said.internal, sections


def _page(name: str, content: bytes) -> Read:
    try:
        title, sections = webpage.read(content)
    except ValueError:
        raise NotKept(f"{name} has no text; save the page again, with its content.") from None
    return title, False, sections


def _plain(name: str, content: bytes) -> Read:
    blocks = tuple(Block(part.strip()) for part in PARAGRAPHS.split(_decoded(name, content)) if part.strip())
    return "", False, [Section((), "part", blocks)]


def _pdf(name: str, content: bytes) -> Read:
    """Page by page; pypdf raises whatever a broken file makes it stumble over."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(BytesIO(content))
        closed = bool(reader.is_encrypted and not reader.decrypt(""))
        long = not closed and len(reader.pages) > MOST_PAGES
        found = [] if closed or long else list(_pages(reader))
        titled = "" if closed else line(str((reader.metadata and reader.metadata.title) or ""))
    except Exception as error:
        raise NotKept(f"{name} is no sound PDF; open it in a viewer and save it again.") from error
    if closed:
        raise NotKept(f"{name} is encrypted; save it without a password, or give its text as another document.")
    if long:
        raise NotKept(f"{name} has more than {MOST_PAGES} pages; split it into smaller documents.")
    stem = titled or line(name.rpartition(".")[0])
    pages = [Section((stem, f"page {number}"), f"page-{number}", blocks) for number, blocks in found]
    return titled, False, pages


def _pages(reader: "PdfReader") -> Iterator[tuple[int, tuple[Block, ...]]]:
    for number, page in enumerate(reader.pages, start=1):
        text = page.extract_text().replace("\0", " ").strip()
        if text:
            yield number, tuple(Block(part.strip()) for part in PARAGRAPHS.split(text) if part.strip())


def _decoded(name: str, content: bytes) -> str:
    """UTF-8, or UTF-16 that says so in its first bytes."""
    wide = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotKept(f"{name} is no text in UTF-8; save it in that encoding.") from error
    if "\0" in text:
        raise NotKept(f"{name} is no text; give it the ending of what it is.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


READERS: Mapping[str, Callable[[str, bytes], Read]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".html": _page,
    ".htm": _page,
    ".pdf": _pdf,
    ".txt": _plain,
    ".text": _plain,
}
