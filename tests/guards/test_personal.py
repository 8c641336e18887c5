# SPDX-License-Identifier: Apache-2.0
"""What the patterns find, and what they leave."""

import asyncio
import threading

import pytest

from guards.errors import MaskingFailed
from guards.patterns.papers import Numbers
from guards.patterns.scans import Local
from guards.personal import Analysis, Finding, PersonalData
from tests.fakes.finder import FakeFinder


async def kinds(finder: PersonalData, text: str) -> list[tuple[str, str]]:
    """Kind and text of each finding."""
    return [(item.kind, text[item.start : item.end]) for item in await finder.find(text)]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("EMAIL_ADDRESS", "mail anna.schmidt+x@example.com now", "anna.schmidt+x@example.com"),
        ("EMAIL_ADDRESS", "anna@corp.local or so", "anna@corp.local"),
        ("EMAIL_ADDRESS", "anna[at]example[dot]com", "anna[at]example[dot]com"),
        ("EMAIL_ADDRESS", "x=anna%40example.com", "anna%40example.com"),
        ("EMAIL_ADDRESS", "ａｎｎａ＠example.com", "ａｎｎａ＠example.com"),
        ("EMAIL_ADDRESS", "an\u200bna@example.com", "an\u200bna@example.com"),
        ("PHONE_NUMBER", "call +49 151 23456789 please", "+49 151 23456789"),
        ("PHONE_NUMBER", "(212) 555-0199", "(212) 555-0199"),
        ("PHONE_NUMBER", "reach me: 612 345 678", "612 345 678"),
        ("PHONE_NUMBER", "my number is 2125550199", "2125550199"),
        ("PHONE_NUMBER", "+44 20\n7946 0958", "+44 20\n7946 0958"),
        ("CREDIT_CARD", "4111 1111 1111 1111 12/27", "4111 1111 1111 1111"),
        ("CREDIT_CARD", "2223 0031 2200 3222", "2223 0031 2200 3222"),
        ("CREDIT_CARD", "3782-822463-10005", "3782-822463-10005"),
        ("CREDIT_CARD", "4.1.1.1 1 1 1 1 1 1 1 1 1 1 1 1", "4.1.1.1 1 1 1 1 1 1 1 1 1 1 1 1"),
        ("CREDIT_CARD", "\uff14111\u200b1111 1111 1111", "\uff14111\u200b1111 1111 1111"),
        ("IBAN_CODE", "to DE89 3704 0044 0532 0130 00 today", "DE89 3704 0044 0532 0130 00"),
        ("US_SSN", "ssn 123-45-6789", "123-45-6789"),
        ("US_SSN", "ssn 536\u201322\u20118726", "536\u201322\u20118726"),
        ("NATIONAL_ID", "DNI 12345678Z", "12345678Z"),
        ("NATIONAL_ID", "cpf 529.982.247-25", "529.982.247-25"),
        ("NATIONAL_ID", "nir 1 85 05 78 006 084 91", "1 85 05 78 006 084 91"),
        ("IP_ADDRESS", "from 203.0.113.7", "203.0.113.7"),
        ("IP_ADDRESS", "2001:db8::8a2e:370:7334", "2001:db8::8a2e:370:7334"),
        ("URL", "postgres://bob:pw@db.host/x", "postgres://bob:pw@db.host/x"),
        ("URL", "https://a.com/x?user=anna&y=1", "https://a.com/x?user=anna&y=1"),
        ("CRYPTO", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
        ("DATE_OF_BIRTH", "I was born on 3 May 1984.", "3 May 1984"),
        ("DATE_OF_BIRTH", "Mein Geburtstag ist am 3. Juni!", "3. Juni"),
        ("DATE_OF_BIRTH", "DOB: 03/05/1984", "03/05/1984"),
        ("STREET_ADDRESS", "I live at 12 Main Street now", "12 Main Street"),
        ("STREET_ADDRESS", "wohne in der Hauptstraße 5a", "Hauptstraße 5a"),
        ("SECRET", "key AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
        ("SECRET", "my password is swordfish", "swordfish"),
        ("SECRET", "api_key = 'abcd1234'", "abcd1234"),
        ("SECRET", "my pin is 4821", "4821"),
    ],
)
async def test_it_is_found(personal_data: PersonalData, kind: str, text: str, value: str) -> None:
    """In plain form and in disguise; the span is the original's."""
    assert (kind, value) in await kinds(personal_data, text)


@pytest.mark.parametrize(
    "text",
    [
        "import os.path.join from main.py and README.md",
        "see https://example.com/docs?page=2",
        "np.array([1, 2, 3]) and a::b and 12:30:45",
        "the meeting is on 2026-11-22 at 10:30",
        "Plan: flying to Oslo (2026-11-27)",
        "order number 2125550199",
        "unix time 1700000000",
        "server 192.168.1.1 and 127.0.0.1 and fe80::1",
        "version 1.2.3",
        "my password is not working",
        "I have 3 cats and 20 euros, 5 minutes down the road",
        "card ending in 4111",
        "4111 1111 1111 1112",
    ],
)
async def test_it_is_left(personal_data: PersonalData, text: str) -> None:
    """Code, files, dates, order numbers, home networks and cards with a wrong check digit."""
    assert await kinds(personal_data, text) == []


async def test_a_key_of_a_provider_is_found(personal_data: PersonalData) -> None:
    """By its shape alone."""
    for key in (
        "ghp_" + "a1" * 18,
        "xoxb-" + "1234567890-abc",
        "sk-ant-" + "a1" * 20,
        "eyJ" + "a" * 20 + ".eyJ" + "b" * 20 + ".c",
    ):
        assert await kinds(personal_data, f"use {key} please") == [("SECRET", key)]
    pem = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"
    assert ("SECRET", pem) in await kinds(personal_data, f"here:\n{pem}\n")


async def test_a_long_text_is_searched_to_its_end(personal_data: PersonalData) -> None:
    """In chunks that overlap, so that nothing is cut in two."""
    text = "lorem ipsum " * 1_332 + "mail anna@example.com " + "dolor " * 4_000 + "bob@example.com"
    assert await kinds(personal_data, text) == [
        ("EMAIL_ADDRESS", "anna@example.com"),
        ("EMAIL_ADDRESS", "bob@example.com"),
    ]


async def test_a_search_that_fails_stops_the_turn() -> None:
    """The error says what failed and nothing of the text."""

    def broken(text: str) -> list[tuple[str, int, int, float]]:
        raise ValueError(text)

    with pytest.raises(MaskingFailed) as failure:
        await PersonalData(broken).find("anna@example.com")
    assert str(failure.value) == "personal data could not be searched for: ValueError"
    assert failure.value.__cause__ is None
    assert failure.value.__suppress_context__


async def test_the_same_text_is_searched_once() -> None:
    """Findings are cached by a digest of the text."""
    searched: list[str] = []

    def analysis(text: str) -> list[tuple[str, int, int, float]]:
        searched.append(text)
        return [("EMAIL_ADDRESS", 0, 3, 1.0)] if "@" in text else []

    finder = PersonalData(analysis)
    first = await finder.find_all(["a@b", "a@b", "plain words"])
    assert await finder.find("a@b") == first[0] == (Finding("EMAIL_ADDRESS", 0, 3, 1.0),)
    assert (first[2], searched) == ((), ["a@b", "plain words"])


async def test_a_long_text_leaves_the_loop_free() -> None:
    """It is searched in a thread; a short one costs less than the hop there and back."""
    threads: list[int] = []

    def analysis(text: str) -> list[tuple[str, int, int, float]]:
        threads.append(threading.get_ident())
        return []

    await PersonalData(analysis).find_all(["short", "x" * 20_000])
    await PersonalData(analysis).find("short")
    assert [ident == threading.get_ident() for ident in threads] == [False, False, False, True]


async def test_a_name_model_adds_to_the_patterns() -> None:
    """The seam for a later one: it sees every text."""
    finder = PersonalData(lambda text: [], names=FakeFinder({"Anna": "PERSON"}))
    assert await finder.find("Anna waits") == (Finding("PERSON", 0, 4, 1.0),)


async def test_a_name_model_that_fails_stops_the_turn() -> None:
    """Nothing is sent with names in it."""
    with pytest.raises(MaskingFailed):
        await PersonalData(lambda text: [], names=FakeFinder(None)).find("Anna waits")


async def test_a_use_case_has_regions_and_numbers_of_its_own(personal_data: PersonalData) -> None:
    """Built once; the finder that others use stays as it is."""
    local = Local(regions=("US",), numbers=(Numbers("CUSTOMER_NUMBER", r"C-\d{5}"),))
    here = await personal_data.at(local)
    assert await here.find("C-77120, or 0171 2345678") == (Finding("CUSTOMER_NUMBER", 0, 7, 0.9),)
    assert [item.kind for item in await personal_data.find("C-77120, or 0171 2345678")] == ["PHONE_NUMBER"]
    assert await personal_data.at(local) is here
    assert await here.at(Local()) is personal_data
    assert await personal_data.at(Local()) is personal_data


async def test_what_a_use_case_adds_is_built_once_for_all_and_cached_apart() -> None:
    """The finder with names has the patterns of the one without; a text is searched anew for each use case."""
    built: list[Local] = []
    searched: list[str] = []

    def build(local: Local) -> Analysis:
        built.append(local)

        def analysis(text: str) -> list[tuple[str, int, int, float]]:
            searched.append(text)
            return [("ORDER_NUMBER", 0, 4, 1.0)] if local.numbers else []

        return analysis

    plain = PersonalData(build(Local()), build=build)
    local = Local(numbers=(Numbers("ORDER_NUMBER", r"\d{4}"),))
    for finder in (plain, plain.beside(FakeFinder({"Anna": "PERSON"}))):
        here = await finder.at(local)
        assert [len(await one.find("2041")) for one in (finder, here, finder, here)] == [0, 1, 0, 1]
    assert (built, searched) == ([Local(), local], ["2041"] * 4)


async def test_a_finder_that_cannot_build_refuses_what_a_use_case_adds() -> None:
    """It does not search without it."""
    with pytest.raises(MaskingFailed):
        await PersonalData(lambda text: []).at(Local(regions=("US",)))


async def test_a_form_that_cannot_be_read_stops_the_turn(personal_data: PersonalData) -> None:
    """A use case that asks for what cannot be searched lets nothing through."""
    with pytest.raises(MaskingFailed):
        await personal_data.at(Local(numbers=(Numbers("ORDER_NUMBER", "("),)))


async def test_the_same_text_at_once_is_searched_once() -> None:
    """Who asks second waits for the first search; it goes on when the first is gone."""
    searched: list[str] = []
    gate = threading.Event()

    def analysis(text: str) -> list[tuple[str, int, int, float]]:
        searched.append(text)
        gate.wait(10)
        return []

    said, other = "Anna waits. " * 50, "So does Bob. " * 50
    finder = PersonalData(analysis)
    first = asyncio.create_task(finder.find(said))
    await asyncio.sleep(0)
    second = asyncio.create_task(finder.find_all([said, other]))
    await asyncio.sleep(0)
    first.cancel()
    gate.set()
    assert await second == ((), ())
    assert sorted(searched) == [said, other]
