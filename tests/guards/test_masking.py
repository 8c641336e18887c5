# SPDX-License-Identifier: Apache-2.0
"""Placeholders where personal data stands, and the way back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.errors import MaskingFailed
from guards.masking import Masker, united
from guards.personal import Finding
from guards.vault import KnownValue, Vault, normal
from tests.fakes.finder import FakeFinder

FOUND = {
    "anna@example.com": "EMAIL_ADDRESS", "+49 151 1234": "PHONE_NUMBER", "hunter2!": "SECRET",
    "4111 1111": "CREDIT_CARD",
}  # fmt: skip

texts = st.lists(
    st.sampled_from(
        [*FOUND, "Anna Schmidt", "anna", "my name is ", "Tom", "<PERSON_1>", "PERSON_1",
         "&gt;", "\\", "<", ">", " ", "\n",
         "[EMAIL_ADDRESS_1]", "&lt;PERSON_2&gt;", "PHONE_NUMBER_1", "call me Eve.", "ｐＥＲＳＯＮ_1"]
    )
    | st.text(max_size=6),
    max_size=12,
).map("".join)  # fmt: skip


def plain(text: str) -> str:
    """The text with one spelling for each value."""
    return re.sub(r"anna schmidt", "anna", normal(text))


async def masked(text: str, *known: str, policy: dict[str, str] | None = None) -> str:
    """What a model would see of one text."""
    vault = Vault(known=[KnownValue("PERSON", name) for name in known])
    return (await Masker(FakeFinder(FOUND)).mask(vault, [text], policy)).texts[0]


async def test_names_are_masked_in_any_case_once_known() -> None:
    """The name from the account, whole and by its parts, but no longer word that holds it."""
    said = await masked("ANNA SCHMIDT, anna's and annas, Frau Schmidts; annals", "Anna Schmidt")
    assert said == "<PERSON_1>, <PERSON_1>'s and <PERSON_1>s, Frau <PERSON_2>s; annals"


async def test_a_name_that_is_an_everyday_word_needs_its_capital() -> None:
    """Will is masked, the verb is not."""
    assert await masked("Will said he will come", "Will") == "<PERSON_1> said he will come"


async def test_a_name_given_in_one_text_is_masked_in_all() -> None:
    """The order of the texts does not matter."""
    vault = Vault()
    result = await Masker(FakeFinder({})).mask(vault, ["maria called", "my name is Maria"])
    assert result.texts == ("<PERSON_1> called", "my name is <PERSON_1>")
    assert result.kinds == {"PERSON": 2}


async def test_a_found_value_is_masked_where_it_was_not_found() -> None:
    """Also with other separators."""
    vault = Vault()
    result = await Masker(FakeFinder(FOUND)).mask(vault, ["+49 151 1234", "so (+49-151-1234) it is"])
    assert result.texts == ("<PHONE_NUMBER_1>", "so (<PHONE_NUMBER_1>) it is")


async def test_the_conversation_s_values_are_masked_in_later_turns() -> None:
    """A vault that was sealed and opened again still knows them."""
    vault = Vault({"<PERSON_1>": "Maria"})
    assert (await Masker(FakeFinder({})).mask(vault, ["MARIA?"])).texts == ("<PERSON_1>?",)


async def test_a_typed_placeholder_gives_nothing_away() -> None:
    """It comes back as it was typed, not as the value of another."""
    vault = Vault({"<PERSON_1>": "Maria"})
    result = await Masker(FakeFinder({})).mask(vault, ["who is <PERSON_1> or PERSON_1?"])
    assert result.texts == ("who is <LITERAL_1> or <LITERAL_2>?",)
    assert result.kinds == {}
    assert vault.restore(result.texts[0]) == "who is <PERSON_1> or PERSON_1?"


@pytest.mark.parametrize(
    ("action", "seen"),
    [("pseudonym", "pay <CREDIT_CARD_1>"), ("mask", "pay [CREDIT_CARD ****1111]"), ("keep", "pay 4111 1111")],
)
async def test_a_use_case_decides_what_is_done_with_a_kind(action: str, seen: str) -> None:
    """A placeholder, a mask that nothing comes back from, or nothing."""
    assert await masked("pay 4111 1111", policy={"CREDIT_CARD": action}) == seen


async def test_a_blocked_kind_is_named() -> None:
    """The turn can refuse by it, and the text is masked all the same."""
    result = await Masker(FakeFinder(FOUND)).mask(Vault(), ["pay 4111 1111"], {"CREDIT_CARD": "block"})
    assert (result.blocked, result.texts) == ("CREDIT_CARD", ("pay <CREDIT_CARD_1>",))


async def test_a_kept_value_belongs_to_the_conversation() -> None:
    """So that an answer may repeat it."""
    vault = Vault()
    await Masker(FakeFinder(FOUND)).mask(vault, ["anna@example.com"], {"EMAIL_ADDRESS": "keep"})
    assert vault.own == {"anna@example.com"}


@pytest.mark.parametrize("finder", [FakeFinder(None), FakeFinder({"x": "SHOE_SIZE"})])
async def test_masking_fails_closed(finder: FakeFinder) -> None:
    """A search that fails, or a kind that could not be restored, stops the turn without naming the text."""
    with pytest.raises(MaskingFailed) as failure:
        await Masker(finder).mask(Vault(), ["x marks the spot"])
    assert "marks" not in str(failure.value)
    assert failure.value.__cause__ is None


async def test_an_unknown_action_fails_closed() -> None:
    """A policy that cannot be read lets nothing through."""
    with pytest.raises(MaskingFailed):
        await masked("x", policy={"PERSON": "maybe"})


def test_overlapping_findings_become_their_union() -> None:
    """The longest names the kind; neighbours stay apart."""
    spans = united([Finding("URL", 0, 9, 0.5), Finding("SECRET", 4, 20, 0.9), Finding("PERSON", 20, 22, 1.0)])
    assert [(span.kind, span.start, span.end) for span in spans] == [("SECRET", 0, 20), ("PERSON", 20, 22)]


@given(st.lists(texts, min_size=1, max_size=3))
async def test_what_is_masked_comes_back(said: list[str]) -> None:
    """Restoring gives every text back, but for how a value was spelt that was said before in another way."""
    vault = Vault(known=[KnownValue("PERSON", "Anna Schmidt")])
    result = await Masker(FakeFinder(FOUND)).mask(vault, said)
    assert [plain(vault.restore(text)) for text in result.texts] == [plain(text) for text in said]


@given(texts)
async def test_no_found_value_is_sent(said: str) -> None:
    """Nothing that the finder knows is in the masked text."""
    sent = await masked(said, "Anna Schmidt")
    assert not any(value in sent for value in FOUND)


@given(texts)
async def test_masking_again_gives_the_same(said: str) -> None:
    """A later turn of the conversation sends its history with the same placeholders."""
    masker, vault = Masker(FakeFinder(FOUND)), Vault()
    first = await masker.mask(vault, [said])
    again = await masker.mask(Vault(vault.entries), [said])
    assert again.texts == first.texts
