# SPDX-License-Identifier: Apache-2.0
"""What placeholders stand for, and how values come back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.kinds import KINDS
from guards.vault import KnownValue, Vault

ANNA = {"<PERSON_1>": "Anna Schmidt", "<EMAIL_ADDRESS_1>": "anna@example.com", "<LITERAL_1>": "<PERSON_1>"}

pieces = st.lists(
    st.sampled_from(
        ["<PERSON_1>", "<person_1>", "\\<PERSON\\_1\\>", "&lt;EMAIL_ADDRESS_1&gt;", "[PERSON_1]", "PERSON_1",
         "<", "PERS", "ON_1", ">", "_1", "&lt;", "\\", "[", "](", " ", "1", "x", "<PHONE_NUMBER_7>", "<LITERAL_1>",
         "EMAIL_ADDRESS_1", "\n", "{PERSON_1}", "%3C", "\\u003c", "PERSON1", "<nombre", "'s", "s", "#", "/", "`", "|",
         "}}", "Person_1", "＜", "＞", "PERSON_77"]
    )
    | st.text(max_size=5)
)  # fmt: skip


@pytest.mark.parametrize(
    "bent",
    ["<PERSON_1>", "<person_1>", "< PERSON_1 >", "&lt;PERSON_1&gt;", "\\<PERSON\\_1\\>", "[PERSON_1]", "PERSON_1",
     "<PERSON 1>", "<Person-1>", "<PERSON1>", "<PERSON #1>", "{PERSON_1}", "{{ PERSON_1 }}", "%3CPERSON_1%3E",
     "\\u003cPERSON_1\\u003e", "＜PERSON_1＞", "</PERSON_1>", "<PERSON_1/>", "<PERSON_1", "Person_1", "PERSON\\_1",
     "<PERSONA_1>", "<nombre_1>", "<Persons 1>"],
)  # fmt: skip
def test_a_bent_placeholder_is_restored(bent: str) -> None:
    """Whatever a model does to a placeholder, the value comes back."""
    assert Vault(ANNA).restore(f"Hello **{bent}**, hi") == "Hello **Anna Schmidt**, hi"


@pytest.mark.parametrize(
    ("bent", "back"),
    [
        ("<PERSON_1's> or <PERSON_1>'s or <PERSON_1s>", "Anna Schmidt's or Anna Schmidt's or Anna Schmidts"),
        ("<E-Mail-Adresse_1>, <CORREO_ELECTRÓNICO_1>", "anna@example.com, anna@example.com"),
        (
            "| <PERSON_1> | <STREET_ADDRESS_1> |\n<STREET_ADDRESS_1>",
            "| Anna Schmidt | 1 Rue \\| A Lyon |\n1 Rue | A\nLyon",
        ),
        ("`<STREET_ADDRESS_1>`", "`1 Rue | A Lyon`"),
    ],
)
def test_a_value_comes_back_inflected_translated_and_in_a_table(bent: str, back: str) -> None:
    """With the ending that the model gave it, and without what would break a table's row or a line of code."""
    assert Vault(ANNA | {"<STREET_ADDRESS_1>": "1 Rue | A\nLyon"}).restore(bent) == back


def test_restored_text_is_not_looked_at_again() -> None:
    """A value that looks like a placeholder stays as it is."""
    assert Vault(ANNA).restore("<LITERAL_1>") == "<PERSON_1>"


@pytest.mark.parametrize(
    "invented",
    ["<PERSON_9>", "[PERSON_9]", "PERSON_9", "{PERSON_9}", "Phone_Number_1", "&lt;URL 4&gt;", "<AGE7>", "<COMPANY_1>",
     "<NAME_4>", "<PERSON_1234567>", "</PERSON_9>"],
)  # fmt: skip
def test_an_invented_placeholder_is_hidden(invented: str) -> None:
    """A placeholder that stands for nothing is not shown raw, but as a word of the person's language."""
    restorer = Vault(ANNA).restorer("[unbekannt]")
    assert restorer.feed(f"Frag {invented}.") + restorer.flush() == "Frag [unbekannt]."
    assert (restorer.invented, restorer.restored) == (1, ())


@pytest.mark.parametrize(
    "text",
    [
        "`PERSON_9`",
        "[Person 12]",
        "utf_8",
        "<T_1>",
        "<b>",
        "```\nPERSON_12\n```",
        "xPERSON_1",
        "<name_4>",
        "{Person 9}",
        "`<COMPANY_1>`",
        "<h1>",
        "<BR_2>",
    ],
)
def test_what_is_no_placeholder_stays(text: str) -> None:
    """Other text in brackets, and names that only begin alike, are left."""
    assert Vault(ANNA).restore(text) == text


def test_the_link_text_is_restored_and_the_link_kept() -> None:
    """Square brackets of a link are no placeholder's."""
    assert Vault(ANNA).restore("[PERSON_1](/x)") == "[Anna Schmidt](/x)"


def test_a_value_keeps_its_placeholder() -> None:
    """Case, width and blanks make no new value; a later vault of the conversation goes on counting."""
    vault = Vault()
    assert vault.placeholder("PERSON", "Anna Schmidt") == "<PERSON_1>"
    assert vault.placeholder("PERSON", "ANNA  schmidt") == "<PERSON_1>"
    later = Vault(vault.entries)
    assert later.placeholder("PERSON", "anna schmidt") == "<PERSON_1>"
    assert later.placeholder("PERSON", "Bob") == "<PERSON_2>"


def test_an_unknown_kind_is_refused() -> None:
    """A placeholder that restoring would not know is never made."""
    with pytest.raises(ValueError, match="unknown kind"):
        Vault().placeholder("SHOE_SIZE", "43")


def test_known_values_are_those_given_and_those_found() -> None:
    """Both are masked from then on; literals are not."""
    vault = Vault(ANNA, [KnownValue("PERSON", "Tom"), KnownValue("PERSON", " ")])
    assert [item.value for item in vault.known] == ["Anna Schmidt", "anna@example.com", "Tom"]


@given(pieces, st.data())
def test_a_stream_is_restored_like_the_whole(parts: list[str], data: st.DataObject) -> None:
    """Wherever a stream is cut, the same text comes out."""
    text = "".join(parts)
    restorer = Vault(ANNA).restorer()
    shown, at = "", 0
    while at < len(text):
        size = data.draw(st.integers(1, 9))
        shown += restorer.feed(text[at : at + size])
        at += size
    assert shown + restorer.flush() == _whole(text)


@given(pieces)
def test_little_is_held_back(parts: list[str]) -> None:
    """At most 64 characters wait for more, and none after a blank that no placeholder has."""
    restorer = Vault().restorer()
    text = "".join(parts) + ". And then,  "
    restorer.feed(text)
    assert len(restorer.flush()) <= 64
    assert Vault().restorer().feed("Hello there ") == "Hello there "


@given(st.dictionaries(st.sampled_from(KINDS), st.text(min_size=1), min_size=1))
def test_two_conversations_never_cross(values: dict[str, str]) -> None:
    """A placeholder of one conversation gives nothing away in another."""
    one = Vault()
    sent = " ".join(one.placeholder(kind, value) for kind, value in values.items())
    assert Vault().restore(sent) == " ".join("[hidden]" for _ in values)


def _whole(text: str) -> str:
    restorer = Vault(ANNA).restorer()
    return restorer.feed(text) + restorer.flush()
