# SPDX-License-Identifier: Apache-2.0
"""What a use case says of its telephone numbers and of numbers of its own."""

import re
from pathlib import Path

import pytest

from app.events import Accepted, Said
from app.recording import Recorder
from app.settings import HOUSE
from app.tracing import Tracing
from app.use_case import UseCaseError, read_use_cases
from guards.conduct import open_conduct
from guards.masking import Masker
from guards.patterns.scans import Local
from guards.personal import open_personal_data
from tests.app.conftest import House, saying
from tests.app.test_tracing import FakeTraces
from tests.fakes.chat import FakeChat
from tests.fakes.parts import NOW

WRITTEN = """
purpose: x
audience: [user]
regions: [de]
numbers:
  ORDER_NUMBER: {forms: [RP-999999]}
  CUSTOMER_NUMBER: {forms: ["99999999"], after: [customer, Kundennummer]}
"""


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("regions: [DE, XX]", "regions is not usable: XX is no country: take two letters of ISO 3166"),
        ("regions: [NO]", "regions is not usable: list the countries"),
        ("regions: [Germany]", "regions is not usable: list the countries"),
        ("numbers: {EMAIL_ADDRESS: {forms: [A-9999]}}", "numbers is not usable: EMAIL_ADDRESS is no kind of number"),
        ("numbers: {ORDER_NUMBER: {after: [order]}}", "numbers is not usable: write KIND: {forms:"),
        ("numbers: {ORDER_NUMBER: {forms: [99999999]}}", "numbers is not usable: write KIND: {forms:"),
        (
            "numbers: {ORDER_NUMBER: {forms: ['99999999']}}",
            "numbers is not usable: '99999999' cannot be searched for: d",
        ),
        ("numbers: {ORDER_NUMBER: {forms: [AAAA]}}", "numbers is not usable: 'AAAA' cannot be searched for: too much"),
        (
            r"numbers: {ORDER_NUMBER: {forms: ['(\d+)+']}}",
            r"numbers is not usable: '(\\d+)+' cannot be searched for: w",
        ),
        ("masking: {ORDER_NUMBER: mask}", "numbers is not usable: masking names ORDER_NUMBER: say here what one"),
    ],
)
def test_a_wrong_region_or_number_gets_one_sentence(tmp_path: Path, field: str, sentence: str) -> None:
    """The start is stopped; the sentence names the file, the field and how to mend it."""
    (tmp_path / "shop.yaml").write_text(f"purpose: x\n{field}", encoding="utf-8")
    with pytest.raises(UseCaseError) as raised:
        read_use_cases(tmp_path)
    said = str(raised.value)
    assert said.startswith(f"shop.yaml: {sentence}")
    assert said.endswith(".")
    assert "\n" not in said


def test_a_use_case_that_says_nothing_is_searched_as_all_are() -> None:
    """The shipped ones, so that they share one finder."""
    assert {one.local() for one in read_use_cases(HOUSE / "use_cases").values()} == {Local()}


def test_the_example_in_customer_support_is_usable(tmp_path: Path) -> None:
    """With its comment signs taken away it loads, and order numbers are looked for."""
    text = (HOUSE / "use_cases" / "customer_support.yaml").read_text(encoding="utf-8")
    (tmp_path / "shop.yaml").write_text(re.sub(r"^# (?=numbers:|  [A-Z_]+:|regions:)", "", text, flags=re.M), "utf-8")
    local = read_use_cases(tmp_path)["shop"].local()
    assert local.regions == ("AT", "CH", "DE")
    assert [one.kind for one in local.numbers] == ["CUSTOMER_NUMBER", "ORDER_NUMBER"]


async def test_masking_and_the_check_of_answers_know_a_use_cases_numbers(tmp_path: Path) -> None:
    """A whole turn: masked for the model, restored, one that nobody gave taken out and not in the trace either."""
    (tmp_path / "shop.yaml").write_text(WRITTEN, encoding="utf-8")
    (tmp_path / "plain.yaml").write_text("purpose: x\naudience: [user]\nregions: [US]", encoding="utf-8")
    use_cases = read_use_cases(tmp_path)
    finder = await open_personal_data(also=[one.local() for one in use_cases.values()])
    chat = FakeChat(*[saying("Order <ORDER_NUMBER_1> is sent, RP-555123 is not. ")] * 2)
    house = House(chat=chat, finder=finder, checks=await open_conduct(finder), use_cases=use_cases)
    tracing = Tracing(Masker(finder), traces := FakeTraces(), 30, lambda: NOW)
    house.recorder = Recorder(house.journal, house.after, house.after, lambda: NOW, traces=tracing)
    text = "where is rp 482913? Kundennummer 77120334, or so 0471 123456"
    accepted, *_ = events = await house.ask(text, use_case="shop")
    assert isinstance(accepted, Accepted)
    assert accepted.hidden == ("CUSTOMER_NUMBER", "ORDER_NUMBER", "PHONE_NUMBER")
    sent = "where is <ORDER_NUMBER_1>? Kundennummer <CUSTOMER_NUMBER_1>, or so <PHONE_NUMBER_1>"
    assert sent in house.chat.prompts[0][-1].content
    said = "".join(event.text for event in events if isinstance(event, Said))
    assert said == "Order rp 482913 is sent, [hidden] is not. "
    await house.recorder.settle()
    assert traces.kept[0].came == "Order <ORDER_NUMBER_1> is sent, <ORDER_NUMBER_2> is not. "
    accepted, *_ = await house.ask(text, use_case="plain")
    assert isinstance(accepted, Accepted)
    assert accepted.hidden == ()
