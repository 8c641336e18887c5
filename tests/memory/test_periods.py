# SPDX-License-Identifier: Apache-2.0
"""Days counted from now in a question: which they are, and that what was said then is recalled."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from memory.ranking.asking import ask
from memory.ranking.periods import Period, period
from memory.ranking.words import Vocabulary
from memory.values import SaidBy
from tests.memory.remembering import person, remembering

NOW = datetime(2026, 11, 19, 9, tzinfo=UTC)
"""A Thursday."""
LIFE = {
    40: ("We painted the kitchen yellow", "What a sunny colour."),
    9: ("Nina and I went to the opera", "Which one did you see?"),
    1: ("The old fence needs new boards", "Shall I look for a carpenter?"),
}
"""What was said so many days ago, and the answers."""


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("What did I do yesterday?", "2026-11-18", "2026-11-18"),
        ("What did I do last week?", "2026-11-09", "2026-11-15"),
        ("What did we say in the past week?", "2026-11-12", "2026-11-19"),
        ("Who came the day before yesterday?", "2026-11-17", "2026-11-17"),
        ("What did I cook two months ago?", "2026-09-08", "2026-10-02"),
        ("Where was I in spring?", "2026-03-01", "2026-05-31"),
        ("Where was I last winter?", "2025-12-01", "2026-02-28"),
        ("Where was I last autumn?", "2025-09-01", "2025-11-30"),
        ("What did I do last weekend?", "2026-11-14", "2026-11-15"),
        ("Who called last Thursday?", "2026-11-12", "2026-11-12"),
        ("What have I done in the last 3 days?", "2026-11-16", "2026-11-19"),
        ("Was habe ich vor zwei Wochen erzählt?", "2026-11-02", "2026-11-08"),
        ("Was war letzten Monat?", "2026-10-01", "2026-10-31"),
        ("¿Qué hice la semana pasada?", "2026-11-09", "2026-11-15"),
    ],
)
def test_days_are_counted_from_the_message(text: str, first: str, last: str) -> None:
    """First and last day, in English, German and Spanish."""
    found = period(text, NOW)
    assert found is not None
    assert found[0] == Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("text", ["Where is my bike?", "I fall over last in line", "This is fun", "in March 2025"])
def test_most_texts_name_no_such_days(text: str) -> None:
    """A word that could begin one is not enough."""
    assert period(text, NOW) is None


def test_a_month_of_last_year_is_one_month() -> None:
    """ "In March last year" gets its year from now; a date with its year stands; without a now nothing is read."""
    words = Vocabulary()
    march = ask("Where was I in March last year?", {}, words, None, NOW).dated
    plain = ask("Where was I last weekend, on 3 May 2024?", {}, words, None, NOW).dated
    assert march is not None
    assert [march.nearness(datetime(year, 3, 9, tzinfo=UTC)) for year in (2024, 2025, 2026)] == [0.0, 1.0, 0.0]
    assert plain is not None
    assert plain.nearness(datetime(2024, 5, 3, tzinfo=UTC)) == 1.0
    assert ask("Where was I last week?", {}, words).dated is None


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("What did I do last week?", 9),
        ("What did I tell you yesterday?", 1),
        ("What did we talk about last month?", 40),
        ("Was habe ich letzte Woche gemacht?", 9),
        ("What was in the news last week?", None),
        ("What did I do two years ago?", None),
    ],
)
async def test_what_was_said_then_is_recalled(tmp_path: Path, query: str, said: int | None) -> None:
    """A question without any word of the memory finds it by its day; of others, and of empty days, nothing comes."""
    async with remembering(tmp_path) as memory:
        me = person()
        for ago, (text, answer) in LIFE.items():
            memory.now = NOW - timedelta(days=ago)
            await memory.tell(me, text, answer)
        memory.now = NOW
        found = await memory.ask(me, query)
    own = [one.text for one in found.recalled if one.said_by is SaidBy.USER]
    assert own == ([LIFE[said][0]] if said else [])
