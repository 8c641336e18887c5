# SPDX-License-Identifier: Apache-2.0
"""A long JSON file read entry by entry, so that its size does not matter; or a plain list, a line an entry."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from memory.errors import NotKept

CHUNK = 1 << 16
LONGEST = 1 << 20
"""Characters of the longest entry."""
_BULLET = re.compile(r"^\s*(?:[-*•]\s+|\d+[.)]\s+)?(?:\[[\d\s:./-]+\]\s*[-–]?\s*)?")
"""What a list puts before an entry: a dash, a number, a date in brackets."""

Entry = tuple[str, int, Any]
"""A part's name, the entry's number in it from 0 (-1 for a part that is one value), and the entry."""


def entries(file: BinaryIO, plain: str) -> Iterator[Entry]:
    """Each entry of the lists of a JSON object, in the file's order; a bare list's are those of the part `plain`.

    So are the lines of a file that is no JSON. Raises NotKept with the line where it cannot be read.
    """
    reader = _Reader(file)
    first = reader.peek()
    if first == "[":
        yield from ((plain, number, value) for number, value in reader.array())
        reader.end()
    elif first == "{":
        yield from reader.object()
        reader.end()
    else:
        yield from reader.lines(plain)


class _Reader:
    """The file's text a piece at a time, and the line that it is at."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = json.JSONDecoder(parse_constant=_no_number)
        self._text, self._at, self._line, self._ended = "", 0, 1, False

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at].isspace():
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def object(self) -> Iterator[Entry]:
        """The parts of an object."""
        self._take("{")
        while self.peek() != "}":
            name = self._value()
            if not isinstance(name, str):
                self._broken()
            self._take(":")
            if self.peek() == "[":
                yield from ((name, number, value) for number, value in self.array())
            else:
                yield name, -1, self._value()
            if self.peek() != "}":
                self._take(",")
        self._take("}")

    def array(self) -> Iterator[tuple[int, Any]]:
        """The values of a list, counted."""
        self._take("[")
        number = 0
        while self.peek() != "]":
            yield number, self._value()
            number += 1
            if self.peek() != "]":
                self._take(",")
        self._take("]")

    def lines(self, plain: str) -> Iterator[Entry]:
        """The lines that say something, without bullets; headings are left out."""
        number = 0
        while self.peek():
            while "\n" not in self._text[self._at :] and self._more():
                self._bounded()
            line, _, _ = self._text[self._at :].partition("\n")
            self._at += len(line)
            said = _BULLET.sub("", line, count=1).strip()
            if said and not line.startswith("#"):
                yield plain, number, said
                number += 1

    def end(self) -> None:
        """Nothing may follow."""
        if self.peek():
            self._broken()

    def _value(self) -> Any:
        self.peek()
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except (ValueError, RecursionError):
                if self._more():
                    self._bounded()
                    continue
                self._broken()
            if end == len(self._text) and self._more():  # a number may go on
                continue
            self._at = end
            return value

    def _take(self, mark: str) -> None:
        if self.peek() != mark:
            self._broken()
        self._at += 1

    def _more(self) -> bool:
        """Reads on: as much again as is held already, so that a long entry is not tried too often."""
        if self._ended:
            return False
        self._line += self._text.count("\n", 0, self._at)
        self._text, self._at = self._text[self._at :], 0
        try:
            raw = self._file.read(max(CHUNK, len(self._text)))
            self._ended = not raw
            self._text += self._decoder.decode(raw, final=self._ended)
        except UnicodeDecodeError:
            raise NotKept(f"The file is no UTF-8 text after line {self._line}: save it as UTF-8.") from None
        return True

    def _bounded(self) -> None:
        if len(self._text) > 2 * LONGEST:
            raise NotKept(f"The file is no JSON at line {self._line}, or an entry there is longer than a megabyte.")

    def _broken(self) -> NoReturn:
        line = self._line + self._text.count("\n", 0, self._at)
        raise NotKept(f"The file is broken at line {line}: no valid JSON goes on there.")


def _no_number(name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")
