# SPDX-License-Identifier: Apache-2.0
"""What each validator of answers does with an answer."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.settings import HOUSE
from connectors.embedding import open_minilm
from guards.conduct import Conduct, Ground, Verdict, open_conduct
from guards.declarations import Tell
from guards.demands import Claims, Demands
from guards.errors import CheckFailed
from guards.figures import UNCONFIRMED
from guards.leanings import read_leaning
from tests.fakes.encoder import CountingEncoder
from tests.fakes.finder import FakeFinder
from tests.guards.answers import LABELS, found_in, read_answers

SOURCES = {
    1: "Returns: 30 days from delivery, full refund. Shipping costs €4.90.",
    2: "Order 48213 was delivered on 12 November 2026 and cost €129.00.",
}
ASKED = "How long do I have for order 48213?"
FREE = Ground("canary-0", "system", given="\n".join([ASKED, *SOURCES.values()]), asked=(ASKED,), sources=SOURCES)
NOTED, SOURCED = (replace(FREE, demands=Demands(claims)) for claims in (Claims.NOTED, Claims.SOURCED))


@pytest.mark.parametrize(
    "text",
    [
        "You have 30 days [1], so until 12 December.",
        "The order of 12.11.2026 cost 129 euros [2].",
        "€129.00 minus €4.90 makes €124.10 [1][2].",
        "1. Pack it.\n2. Send it.\n",
        "It takes about 2 minutes, in 3 steps.",
        "`x = 99.90` and [here](https://a.b/77777)",
    ],
)
async def test_what_was_given_or_follows_from_it_is_grounded(conduct: Conduct, text: str) -> None:
    """However it is written; code, addresses and a list's numbers are not looked at."""
    ground = replace(SOURCED, allowed_hosts=frozenset({"a.b"}), given=f"{SOURCED.given} https://a.b/77777")
    assert await conduct.sentence(text, ground) == Verdict(True, text)


@pytest.mark.parametrize(
    ("text", "kinds", "shown"),
    [
        ("It costs €9.90.", "price", f"It costs {UNCONFIRMED}."),
        ("Order 48231 is late.", "reference", f"Order {UNCONFIRMED} is late."),
        ("It came on 14 November.", "date", f"It came on {UNCONFIRMED}."),
        ("Members save 15%.", "percent", f"Members save {UNCONFIRMED}."),
        ("You have 90 days.", "duration", f"You have {UNCONFIRMED} days."),
    ],
)
async def test_what_nothing_stands_for_is_treated_as_the_use_case_says(
    conduct: Conduct, text: str, kinds: str, shown: str
) -> None:
    """Recorded, told, or taken out and told."""
    rules = (f"grounding: {kinds}",)
    assert await conduct.sentence(text, FREE) == Verdict(True, text, rules)
    assert await conduct.sentence(text, NOTED) == Verdict(True, text, rules, (Tell.FIGURES,))
    assert await conduct.sentence(text, SOURCED) == Verdict(True, shown, rules, (Tell.FIGURES_OUT,))


async def test_a_citation_of_nothing_goes_and_a_cited_figure_that_is_not_there_is_told(conduct: Conduct) -> None:
    """In every use case: a wrong citation would lend its weight."""
    verdict = await conduct.sentence("It costs €4.90 [1, 7] or so [9].", FREE)
    assert (verdict.text, verdict.rules) == ("It costs €4.90 [1] or so.", ("grounding: citation",))
    verdict = await conduct.sentence("It costs €9.90 [1].", FREE)
    assert (verdict.text, verdict.told) == ("It costs €9.90 [1].", (Tell.FIGURES,))


async def test_a_promise_without_a_source_is_told_or_taken_out(conduct: Conduct) -> None:
    """A question, a doubt, a quotation and what a cited source says are none."""
    text = "Fine. We will refund you twice. "
    assert (await conduct.sentence(text, FREE)).told == (Tell.PROMISE,)
    verdict = await conduct.sentence(text, SOURCED)
    assert (verdict.text, verdict.told) == ("Fine. ", (Tell.PROMISE_OUT,))
    for harmless in (
        "You will get a full refund within 30 days [1].",
        "Shall we refund you?",
        "I can't promise that we will refund you.",
        'You said: "We will refund you."',
    ):
        assert await conduct.sentence(harmless, SOURCED) == Verdict(True, harmless)


async def test_an_insult_goes_and_hatred_stops_the_answer(conduct: Conduct) -> None:
    """What the person wrote themselves is noted only."""
    verdict = await conduct.sentence("Well. You are an idiot. ", FREE)
    assert (verdict.text, verdict.told) == ("Well. ", (Tell.TONE,))
    assert await conduct.sentence("All Muslims are terrorists.", FREE) == Verdict(
        False, "", ("toxicity: hate",), (Tell.TONE,)
    )
    quoted = replace(FREE, given="He wrote: you are an idiot")
    assert (await conduct.sentence("You are an idiot, he wrote?", quoted)).text == "You are an idiot, he wrote?"


async def test_names_and_topics_of_a_use_case_go_unless_asked_for_or_declined(conduct: Conduct) -> None:
    """A competitor that the person named may be answered about; a barred topic never."""
    demands = Demands(competitors=frozenset({"Veltron"}), barred_topics={"gambling": frozenset({"casino"})})
    ground = replace(FREE, demands=demands)
    verdict = await conduct.sentence("Try VELTRON. Or wait. ", ground)
    assert (verdict.text, verdict.rules, verdict.told) == ("Or wait. ", ("competitors: named",), (Tell.TOPIC,))
    asked = replace(ground, asked=("Is Veltron better?",))
    assert (await conduct.sentence("Veltron is older.", asked)).text == "Veltron is older."
    assert (await conduct.sentence("Go to a casino. Bye.", ground)).text == "Bye."
    assert (await conduct.sentence("I can't speak of casinos.", ground)).text == "I can't speak of casinos."


async def test_an_answer_ends_where_it_is_long_enough(conduct: Conduct) -> None:
    """At the end of a sentence, and nothing follows."""
    ground = replace(FREE, demands=Demands(characters=20))
    assert await conduct.sentence("Well then. ", ground, "Hi. ") == Verdict(True, "Well then. ")
    verdict = await conduct.sentence("Well then. So it goes on.", ground, "Hi. ")
    assert (verdict.text, verdict.last, verdict.told) == ("Well then. ", True, (Tell.ENDING,))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"a": [1, "<PERSON_1>"]}', '{"a": [1, "<PERSON_1>"]}'),
        ('Here it is:\n```json\n{"a": {"b": <PERSON_1>}}\n```\nBye', '{"a": {"b": <PERSON_1>}}'),
        ("[]", "[]"),
    ],
)
async def test_an_answer_that_must_be_json_is_nothing_else(conduct: Conduct, text: str, shown: str) -> None:
    """What stands around the value goes; a placeholder counts as its value."""
    ground = replace(FREE, demands=Demands(json=True))
    verdict = await conduct.sentence(text, ground)
    assert verdict.text == shown
    assert (await conduct.whole(shown, ground)).passed


@pytest.mark.parametrize("text", ["Sorry, no.", '{"a": ', "{" * 500])
async def test_where_json_was_asked_for_and_none_came_the_answer_is_stopped(conduct: Conduct, text: str) -> None:
    """By the use case it blocks; a broken block that the person asked for is told."""
    verdict = await conduct.sentence(text, replace(FREE, demands=Demands(json=True)))
    assert (verdict.passed, verdict.told) == (False, (Tell.JSON,))
    asked = replace(FREE, asked=("As JSON, please",))
    assert (await conduct.sentence('```json\n{"a": }\n```\n', asked)).told == (Tell.JSON,)


@pytest.mark.parametrize("text", ["", " \n", "...", "[1]", "**[hidden]**", f"{UNCONFIRMED}."])
async def test_an_answer_that_says_nothing_is_stopped(conduct: Conduct, text: str) -> None:
    """The person is told that it was empty."""
    assert await conduct.whole(text, FREE) == Verdict(False, "", ("emptiness: nothing",), (Tell.EMPTY,))


@pytest.mark.parametrize("text", ["No.", "👍", "42", "好"])
async def test_little_is_not_nothing(conduct: Conduct, text: str) -> None:
    """A word, a sign or a number is an answer."""
    assert (await conduct.whole(text, replace(FREE, asked=()))).passed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[a](https://b.c/x?q=my+health)", "[a](https://b.c/x)"),
        ("see https://b.c/x?q=me. ", "see https://b.c/x. "),
        ("![a](https://b.c/x.png?d=me)ok", "ok"),
        ("[a](https://b.c/x#part-2) https://b.c/?page=2", "[a](https://b.c/x#part-2) https://b.c/?page=2"),
        ("[a](https://b.c/aGVsbG8gd29ybGQgdGhpcyBpcyBsb25nMTIz/x)", "[a](https://b.c/)"),
        ("[a](/x?q=1)", "[a](/x?q=1)"),
    ],
)
async def test_an_address_carries_nothing_that_was_not_given(conduct: Conduct, text: str, shown: str) -> None:
    """Queries and codes are cut off; anchors, paths of our own and addresses from a source stay."""
    ground = Ground("canary-0", "system", frozenset({"b.c"}), given="see https://b.c/?page=2")
    assert (await conduct.sentence(text, ground)).text == shown


async def test_the_labelled_answers_are_told_apart(conduct: Conduct) -> None:
    """What is wrong is found, what is harmless stands; the benchmark tells the worn from the fresh."""
    async with open_minilm(HOUSE / "connectors" / "minilm") as encoder:
        weighing = await open_conduct(FakeFinder({}), encoder)
        found = [(item, await found_in(weighing, item)) for item in read_answers()]
    for label in LABELS:
        wrong = [label in rules for item, rules in found if item.wrong == label]
        fine = [label in rules for item, rules in found if item.counts(label)]
        assert sum(wrong) >= 0.8 * len(wrong), label
        assert sum(fine) <= 0.03 * len(fine), label


async def test_a_classifier_that_fails_leaves_what_is_worded(conduct: Conduct) -> None:
    """An encoder that is down is noted, and the answer goes on."""

    class Down(CountingEncoder):
        async def embed(self, texts: object) -> object:  # type: ignore[override]
            raise OSError("down")

    weighing = await open_conduct(FakeFinder({}), Down())  # type: ignore[arg-type]
    verdict = await weighing.sentence("You will have it for certain, you fool. ", FREE)
    assert verdict.passed
    assert set(verdict.rules) == {"promises: unchecked", "toxicity: unchecked"}
    assert (await weighing.sentence("You are an idiot. ", FREE)).text == ""


def test_weights_that_were_altered_are_refused(tmp_path: Path) -> None:
    """With what to mend; so are missing ones."""
    with pytest.raises(CheckFailed, match="missing: restore guards/wordings"):
        read_leaning("promises", CountingEncoder(), tmp_path)
    for name in ("leanings.npz", "signs.yaml", "SHA256SUMS"):
        (tmp_path / name).write_bytes((HOUSE / "guards" / "wordings" / name).read_bytes())
    (tmp_path / "signs.yaml").write_text("signs: {}")
    with pytest.raises(CheckFailed, match="not as released: restore"):
        read_leaning("promises", CountingEncoder(), tmp_path)
