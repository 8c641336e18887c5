# SPDX-License-Identifier: Apache-2.0
"""Nothing is released that was not checked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.conduct import Verdict
from guards.errors import CheckFailed
from guards.gate import Blocked, Gate, Passed

prose = st.lists(
    st.sampled_from(["Hello. ", "What? ", "a", " ", "\n", "```\n", "https://a.b/c", "[text", "](", "x)", "<PERSON_1>",
                     "4111 ", "| a | b. c |\n", "| - | - |\n", "z. B. ", "“Yes.” ", "word " * 70, "e.g. ", "x" * 300])
    | st.text(max_size=8),
    max_size=20,
).map("".join)  # fmt: skip


class Checked:
    """Passes everything and remembers what it saw; blocks at a word, hides another, fails at a third."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    async def __call__(self, text: str) -> Verdict:
        self.seen.append(text)
        if "FAIL" in text:
            raise CheckFailed("an answer could not be checked")
        return Verdict("BAD" not in text, text.replace("HIDE", "[hidden]"), ("links: host", "secrets: SECRET"))


async def released(*pieces: str, clock: float = 0.0) -> list[str]:
    """What comes out piece by piece, and at the end."""
    gate = Gate(Checked(), clock=lambda: clock)
    out = [await gate.feed(piece) for piece in pieces]
    out.append(await gate.flush())
    return [item.text if isinstance(item, Passed) else item.rule for item in out]


async def test_a_sentence_comes_out_when_it_ends() -> None:
    """With the blank after it, and the rest at the end."""
    assert await released("Hello", " there. How", " are you?", " Fine") == [
        "",
        "Hello there. ",
        "",
        "How are you? ",
        "Fine",
    ]


async def test_a_line_comes_out_when_it_ends() -> None:
    """Lists have no full stops."""
    assert await released("- one\n- two", "\n") == ["- one\n", "- two\n", ""]


@pytest.mark.parametrize(
    "text",
    ["```\nx = 1. \ny = 2.\n```\n", "[see. this](https://a.b/c) ", "![a. b](https://a.b/c) ", "<img src. x> "],
)
async def test_what_belongs_together_stays_together(text: str) -> None:
    """Code, links, images and tags come out in one piece."""
    checked = Checked()
    gate = Gate(checked, clock=lambda: 0.0)
    for char in text + "End. ":
        await gate.feed(char)
    assert any(text.strip() in segment for segment in checked.seen)


TABLE = "Prices:\n\n| what | price. now |\n| --- | --- |\n| a. b | 3.5 |\n"


@pytest.mark.parametrize("size", [1, 4, 30])
async def test_a_table_comes_out_in_one_piece(size: int) -> None:
    """With its last row, once a line came that is none; what stands before it came out before."""
    checked = Checked()
    gate = Gate(checked, clock=lambda: 0.0)
    text = TABLE + "After it. "
    for start in range(0, len(text), size):
        await gate.feed(text[start : start + size])
    await gate.flush()
    table = TABLE.partition("\n\n")[2]
    assert any(table in segment for segment in checked.seen)
    assert "".join(checked.seen) == text


@pytest.mark.parametrize("text", ["It is e.g. green. ", "Ask Dr. Who. ", "Order No. 5 is late. ", "1. Pack it. "])
async def test_what_is_short_for_something_ends_no_sentence(text: str) -> None:
    """A title, an abbreviation or a list's number is checked with what it belongs to."""
    assert [piece for piece in await released(*text) if piece] == [text]


@given(st.lists(st.text("axo ,", min_size=1, max_size=60).map(lambda words: f"S{words}. "), min_size=1, max_size=8))
async def test_no_more_than_one_sentence_is_held(said: list[str]) -> None:
    """When a sentence ended, all of it is out; clocks and lengths play no part."""
    gate = Gate(Checked(), clock=lambda: 0.0)
    for number, sentence in enumerate(said, start=1):
        out = [await gate.feed(char) for char in sentence]
        assert "".join(item.text for item in out if isinstance(item, Passed)) == sentence, number


async def test_an_answer_can_be_held_to_its_end() -> None:
    """Nothing comes out before, and all of it is checked at once."""
    checked = Checked()
    gate = Gate(checked, whole=True)
    assert [await gate.feed(piece) for piece in ("One. ", "Two.\n")] == [Passed(""), Passed("")]
    assert await gate.flush() == Passed("One. Two.\n")
    assert checked.seen == ["One. Two.\n"]


async def test_backticks_within_a_line_open_no_fence() -> None:
    """A sentence after them is not held."""
    assert await released("Use it. ", "```x``` is. ", "Fine. ") == ["Use it. ", "```x``` is. ", "Fine. ", ""]


async def test_a_long_sentence_comes_out_in_parts() -> None:
    """After 280 characters, between words, without the last 48."""
    first, *_ = await released("word " * 60)
    assert 0 < len(first) <= 300 - 48
    assert first.endswith(" ")


async def test_a_slow_sentence_comes_out_in_parts() -> None:
    """After 0.6 s by the clock."""
    now = 0.0
    gate = Gate(Checked(), clock=lambda: now)
    assert await gate.feed("word " * 20) == Passed("")
    now = 0.7
    assert await gate.feed("word ") == Passed("word " * 11)


async def test_a_number_is_not_cut() -> None:
    """A part never ends between digits."""
    first, *_ = await released("word " * 45 + "4111 1111 1111 1111 " * 3)
    assert first == "word " * 44


async def test_a_fence_that_never_ends_is_released_at_two_kilobytes() -> None:
    """Held text is bounded."""
    out = await released("```\n", *("line of code\n" for _ in range(400)))
    assert any(out[:-1])
    assert "".join(out) == "```\n" + "line of code\n" * 400


async def test_after_a_block_nothing_comes_out() -> None:
    """The rule is the one that blocked, and it stays."""
    assert await released("Fine. ", "BAD. ", "More. ") == [
        "Fine. ",
        "secrets: SECRET",
        "secrets: SECRET",
        "secrets: SECRET",
    ]


async def test_a_repair_takes_the_segment_s_place() -> None:
    """What the check returns is what is released."""
    assert await released("Ask HIDE now. ") == ["Ask [hidden] now. ", ""]


async def test_a_check_that_fails_shuts_the_gate() -> None:
    """The failure is raised, and nothing comes out afterwards."""
    gate = Gate(Checked())
    with pytest.raises(CheckFailed):
        await gate.feed("FAIL. ")
    assert await gate.feed("More. ") == Blocked("unchecked")
    assert await gate.flush() == Blocked("unchecked")


@given(prose, st.data())
async def test_any_cut_gives_the_same_text(text: str, data: st.DataObject) -> None:
    """Byte for byte, and every character was in a checked segment."""
    checked = Checked()
    gate = Gate(checked, clock=lambda: data.draw(st.sampled_from([0.0, 1.0])))
    out, at = "", 0
    while at < len(text):
        size = data.draw(st.integers(1, 200))
        verdict = await gate.feed(text[at : at + size])
        assert isinstance(verdict, Passed)
        out += verdict.text
        at += size
        assert out == "".join(checked.seen)
        assert len(text[:at]) - len(out) <= 2_048 + 200
    last = await gate.flush()
    assert isinstance(last, Passed)
    assert out + last.text == text == "".join(checked.seen)
