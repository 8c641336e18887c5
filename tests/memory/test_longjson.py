# SPDX-License-Identifier: Apache-2.0
"""A long file read entry by entry: any JSON that is one, any list, and a sentence with its line for what is none."""

import json
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.errors import NotKept
from memory.portability.longjson import CHUNK, entries

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


class Dripping(BytesIO):
    """Gives seven bytes at a time, whatever is asked for."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(7)


def read(text: str) -> list[tuple[str, int, Any]]:
    """All entries of a file of this text."""
    raw = text.encode(errors="surrogatepass")
    return list(entries(Dripping(raw) if len(raw) < 1000 else BytesIO(raw), "facts"))


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(alphabet='abcdé"', max_size=4), st.lists(VALUES, max_size=4) | VALUES, max_size=4))
def test_it_reads_what_json_reads(value: dict[str, Any]) -> None:
    """However the pieces of the file fall."""
    text = json.dumps(value, indent=1, ensure_ascii=False).encode(errors="replace").decode()
    expected = json.loads(text)
    parts: dict[str, Any] = {name: [] for name, part in expected.items() if part == []}
    for name, number, entry in read(text):
        if number < 0:
            parts[name] = entry
        else:
            parts.setdefault(name, []).append(entry)
    assert parts == expected


def test_a_plain_list_is_read_by_its_lines() -> None:
    """Bullets, numbers, dates, headings and empty lines are no part of an entry."""
    text = "# About me\r\n- I like tea\n\n* I live in Graz\n3. Born in 1980\n[2025-01-31] - Speaks Danish\nlast"
    assert [entry for _, _, entry in read(text)] == [
        "I like tea", "I live in Graz", "Born in 1980", "Speaks Danish", "last",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ['{"facts": [1,\n2', "[1]]", '{"a"', "{1: 2}", "[1 2]", "[NaN]", "[" * 100_000, f"[{'9' * 5000}]", "{,}"]
)
def test_what_is_no_json_is_told_by_its_line(text: str) -> None:
    """One sentence, never an error of the parser's, also for nesting without end."""
    with pytest.raises(NotKept, match=r"at line \d+"):
        read(text)


def test_an_entry_may_be_long_but_not_without_end() -> None:
    """Longer than a piece is read; longer than a megabyte is refused before it fills memory; no text neither."""
    assert next(entries(BytesIO(json.dumps(["x" * 3 * CHUNK]).encode()), "facts"))[2] == "x" * 3 * CHUNK
    for raw in (b'["' + b"x" * 9_000_000, b"y" * 9_000_000, b"\xff\xfe"):
        file = BytesIO(raw)
        with pytest.raises(NotKept):
            list(entries(file, "facts"))
        assert file.tell() < 5_000_000
