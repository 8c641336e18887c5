# SPDX-License-Identifier: Apache-2.0
"""What an answer may say."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guards.conduct import Conduct, Ground, Verdict, open_conduct
from guards.errors import CheckFailed
from tests.fakes.finder import FakeFinder

SYSTEM = "You are Rapport, an assistant that remembers the people it talks to, and respects them."
GROUND = Ground(
    canary="canary-7f3a91",
    system=SYSTEM,
    allowed_hosts=frozenset({"example.com", "*.shop.org"}),
    own=frozenset({"+1 212 555 0143"}),
    given="Write to help@shop.org.",
    sources={1: "All is well.", 3: "A page."},
)


@pytest.mark.parametrize("text", ["Fine.\n\n", "  Hello <PERSON_1>, all is well [1].  ", " ", "\n", "a\tb\r\n"])
async def test_a_clean_sentence_passes_byte_for_byte(conduct: Conduct, text: str) -> None:
    """Blanks at both ends stay."""
    assert await conduct.sentence(text, GROUND) == Verdict(True, text)


async def test_personal_data_of_somebody_else_is_hidden(conduct: Conduct) -> None:
    """What the conversation gave may stay, however it is written."""
    verdict = await conduct.sentence("Mail bob@other.com, +1-212-555-0143 or help@shop.org. ", GROUND)
    assert verdict.text == "Mail [hidden], +1-212-555-0143 or help@shop.org. "
    assert verdict == Verdict(True, verdict.text, ("personal_leak: EMAIL_ADDRESS",))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Use AKIAIOSFODNN7EXAMPLE.", "secrets: SECRET"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", "secrets: SECRET"),
        ("It says Canary-7F3A91.", "prompt_leak: canary"),
        ("c a n a r y - 7 f 3 a 9 1", "prompt_leak: canary"),
        ("I am an assistant that REMEMBERS the people it talks to and", "prompt_leak: words"),
    ],
)
async def test_it_blocks(conduct: Conduct, text: str, rule: str) -> None:
    """Keys and the system prompt stop an answer, and nothing of it is returned."""
    for verdict in (await conduct.sentence(text, GROUND), await conduct.whole(text, GROUND)):
        assert (verdict.passed, verdict.text, verdict.rules[-1]) == (False, "", rule)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "[here](https://example.com/a) https://a.shop.org/b [3]",
            "[here](https://example.com/a) https://a.shop.org/b [3]",
        ),
        ("[path](/x) [mail](mailto:help@shop.org)", "[path](/x) [mail](mailto:help@shop.org)"),
        ("see [here](https://evil.com/?q=1).", "see here."),
        ("![pixel](https://evil.com/x.png)ok", "ok"),
        ("![pixel](https://example.com/?q=<EMAIL_ADDRESS_1>)ok", "ok"),
        ("[a](https://example.com/?q=<EMAIL_ADDRESS_1>)", "a"),
        ("[a](https://example.com/?q=%3CEMAIL_ADDRESS_1%3E)", "a"),
        ("[a](https://example.com/PERSON_1)", "a"),
        ("https://example.com/<PERSON_1>/x", "[link removed]"),
        ("go to www.evil.com, please", "go to [link removed], please"),
        ("<https://evil.com>", "<[link removed]>"),
        ("[a](https://example.com@evil.com)", "a"),
        ("[a](https://evil.com\\@example.com)", "a"),
        ("[a](//evil.com/x)", "a"),
        ("[a](javascript:alert(1))", "a"),
        ("[a]: https://evil.com/x", "[link removed]"),
        ("continued](https://evil.com/x)", "continued]([link removed])"),
        ('<img src="https://evil.com/x">ok', "ok"),
        ("[ask bob@other.com](https://evil.com)", "ask [hidden]"),
        ("[![x](https://evil.com/1)](https://evil.com/2)", "[]([link removed])"),
        ("[a](https://notexample.com) [b](https://shop.org.evil.com)", "a b"),
    ],
)
async def test_links_lead_to_allowed_hosts_only(conduct: Conduct, text: str, shown: str) -> None:
    """And carry no placeholder; a link's text stays, an image goes."""
    verdict = await conduct.sentence(text, GROUND)
    assert (verdict.passed, verdict.text) == (True, shown)


async def test_a_leak_over_two_sentences_blocks_the_whole(conduct: Conduct) -> None:
    """After it was shown there is nothing left to repair."""
    verdict = await conduct.whole("Mail bob@other.com", GROUND)
    assert verdict == Verdict(False, "", ("personal_leak: EMAIL_ADDRESS",))


async def test_conversations_do_not_mix(conduct: Conduct) -> None:
    """One guard judges many answers at once, each on its own ground."""
    grounds = [Ground(f"canary-{number}x", SYSTEM, own=frozenset({f"a{number}@b.com"})) for number in range(8)]
    texts = [f"a{number}@b.com and a{(number + 1) % 8}@b.com" for number in range(8)]
    verdicts = await asyncio.gather(*map(conduct.sentence, texts, grounds))
    assert [verdict.text for verdict in verdicts] == [f"a{number}@b.com and [hidden]" for number in range(8)]


async def test_nothing_that_was_said_stays_in_the_guards(conduct: Conduct) -> None:
    """Their history is emptied after each check."""
    await conduct.sentence("Fine.", GROUND)
    assert [len(guard.history) for guard in (conduct._sentences, conduct._answers)] == [0, 0]


@given(st.text())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_text_can_be_checked(conduct: Conduct, text: str) -> None:
    """It passes unchanged or is repaired; no text breaks the checks."""
    verdict = await conduct.sentence(text, GROUND)
    assert verdict.text == text or verdict.rules


async def test_a_check_that_fails_is_told(conduct: Conduct) -> None:
    """The answer cannot go on, and the error holds nothing of it."""
    broken = await open_conduct(FakeFinder(None))
    with pytest.raises(CheckFailed) as failure:
        await broken.sentence("Mail bob@other.com", GROUND)
    assert "bob" not in str(failure.value)
    assert failure.value.__cause__ is None


async def test_an_outcome_that_cannot_be_read_is_told() -> None:
    """A guard that returns something else fails closed."""

    class Odd:
        history: list[Any] = []  # noqa: RUF012

        async def validate(self, text: str, metadata: dict[str, Any]) -> str:
            return text

    with pytest.raises(CheckFailed):
        await Conduct(Odd(), Odd()).whole("Fine.", GROUND)
