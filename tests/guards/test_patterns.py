# SPDX-License-Identifier: Apache-2.0
"""Every kind of personal data in its forms and languages, and what looks like it and is none."""

import pytest

from guards.patterns.forms import pattern_of
from guards.patterns.papers import Numbers
from guards.patterns.reach import grown
from guards.patterns.scans import Local, Patterns
from guards.personal import PersonalData, joined, search
from tests.fakes.finder import FakeFinder
from tests.guards.finding import found, kinds_in


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("US_SSN", "my SSN is 536228726", "536228726"),
        ("NATIONAL_ID", "ITIN 912-71-1234", "912-71-1234"),
        ("NATIONAL_ID", "NI number AB 12 34 56 C", "AB 12 34 56 C"),
        ("NATIONAL_ID", "NHS 943 476 5919", "943 476 5919"),
        ("NATIONAL_ID", "Steuer-ID 86095742719", "86095742719"),
        ("NATIONAL_ID", "65170839J003", "65170839J003"),
        ("NATIONAL_ID", "nir 1 85 05 78 006 084 91", "1 85 05 78 006 084 91"),
        ("NATIONAL_ID", "NIE X1234567L", "X1234567L"),
        ("NATIONAL_ID", "DNI: 12.345.678-Z", "12.345.678-Z"),
        ("NATIONAL_ID", "cf RSSMRA85T10A562S", "RSSMRA85T10A562S"),
        ("NATIONAL_ID", "NIF 123456789", "123456789"),
        ("NATIONAL_ID", "PESEL 44051401359", "44051401359"),
        ("NATIONAL_ID", "BSN 111222333", "111222333"),
        ("NATIONAL_ID", "85.07.30-033.28", "85.07.30-033.28"),
        ("NATIONAL_ID", "personnummer 880320-0016", "880320-0016"),
        ("NATIONAL_ID", "131052-308T", "131052-308T"),
        ("NATIONAL_ID", "AHV 756.9217.0769.85", "756.9217.0769.85"),
        ("NATIONAL_ID", "cpf 529.982.247-25", "529.982.247-25"),
        ("NATIONAL_ID", "PPS 1234567FA", "1234567FA"),
        ("NATIONAL_ID", "RUT 12.345.678-5", "12.345.678-5"),
        ("NATIONAL_ID", "Aadhaar 2341 2341 2346", "2341 2341 2346"),
        ("NATIONAL_ID", "PAN card ABCPE1234F", "ABCPE1234F"),
        ("NATIONAL_ID", "NRIC S1234567D", "S1234567D"),
        ("NATIONAL_ID", "id number 360426199101010071", "360426199101010071"),
        ("NATIONAL_ID", "BOXW310820HNERXN09", "BOXW310820HNERXN09"),
        ("NATIONAL_ID", "Personalausweis: L01X00T471", "L01X00T471"),
        ("NATIONAL_ID", "SIN 046 454 286", "046 454 286"),
        ("NATIONAL_ID", "kimlik no 10000000146", "10000000146"),
        ("PASSPORT", "passport number is C01X00T47", "C01X00T47"),
        ("PASSPORT", "mein Reisepass: C01X00T47", "C01X00T47"),
        ("PASSPORT", "pasaporte AAA123456", "AAA123456"),
        ("PASSPORT", "passeport n° 12AB34567", "12AB34567"),
        ("PASSPORT", "passaporto YA1234567", "YA1234567"),
        ("PASSPORT", "C01X00T47 is my passport", "C01X00T47"),
        ("DRIVER_LICENSE", "my driver's license is D1234567", "D1234567"),
        ("DRIVER_LICENSE", "Führerschein Nr. B072RRE2I55", "B072RRE2I55"),
        ("DRIVER_LICENSE", "permis de conduire 123456789012", "123456789012"),
        ("DRIVER_LICENSE", "CNH 12345678900", "12345678900"),
        ("ACCOUNT_NUMBER", "account number: 12345678", "12345678"),
        ("ACCOUNT_NUMBER", "sort code 20-00-00", "20-00-00"),
        ("ACCOUNT_NUMBER", "Kontonummer 532013000", "532013000"),
        ("ACCOUNT_NUMBER", "BIC DEUTDEFF500", "DEUTDEFF500"),
        ("IBAN_CODE", "GB29 NWBK 6016 1331 9268 19", "GB29 NWBK 6016 1331 9268 19"),
        ("IBAN_CODE", "iban de89370400440532013001 please", "de89370400440532013001"),
        ("CREDIT_CARD", "card 6304 0000 0000 0000 000?", "6304 0000 0000 0000 000"),
        ("CREDIT_CARD", "my card 4111 1111 1111 1112", "4111 1111 1111 1112"),
        ("SECRET", "cvv 123", "123"),
        ("SECRET", "aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPx", "wJalrXUtnFEMI/K7MDENG/bPx"),
        ("SECRET", "the token 9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c works", "9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c"),
        ("SECRET", "Authorization: Bearer abcdef1234567890", "abcdef1234567890"),
        ("SECRET", "Mein Passwort lautet Hund123", "Hund123"),
        ("SECRET", "mi contraseña es perro2020", "perro2020"),
        ("SECRET", "mon mot de passe est chat1234", "chat1234"),
        ("SECRET", "la mia password è gatto99", "gatto99"),
        ("SECRET", "a minha senha é gato99", "gato99"),
        ("SECRET", "verification code is 482913", "482913"),
        ("STREET_ADDRESS", "12 Main Street, Springfield, IL 62704", "12 Main Street, Springfield, IL 62704"),
        ("STREET_ADDRESS", "450 W 33rd St Apt 4B", "450 W 33rd St Apt 4B"),
        ("STREET_ADDRESS", "P.O. Box 1234", "P.O. Box 1234"),
        ("STREET_ADDRESS", "Am Alten Markt, Hauptstr. 5, 50667 Köln", "Hauptstr. 5, 50667 Köln"),
        ("STREET_ADDRESS", "calle de Alcalá 45", "calle de Alcalá 45"),
        ("STREET_ADDRESS", "12 rue de la Paix, 75002 Paris", "12 rue de la Paix, 75002 Paris"),
        ("STREET_ADDRESS", "via Giuseppe Verdi 10", "via Giuseppe Verdi 10"),
        ("STREET_ADDRESS", "Rua Augusta, 1500", "Rua Augusta, 1500"),
        ("STREET_ADDRESS", "Keizersgracht 123", "Keizersgracht 123"),
        ("STREET_ADDRESS", "ul. Marszałkowska 10/5", "ul. Marszałkowska 10/5"),
        ("STREET_ADDRESS", "Storgatan 5", "Storgatan 5"),
        ("STREET_ADDRESS", "PSC 3, Box 120\nAPO AE 09021", "PSC 3, Box 120\nAPO AE 09021"),
        ("STREET_ADDRESS", "the corner of Oak and Elm", "the corner of Oak and Elm"),
        ("POST_CODE", "zip code is 90210", "90210"),
        ("POST_CODE", "PLZ 50667", "50667"),
        ("POST_CODE", "SW1A 1AA", "SW1A 1AA"),
        ("POST_CODE", "K1A 0B1", "K1A 0B1"),
        ("POST_CODE", "código postal 28013", "28013"),
        ("DATE_OF_BIRTH", "nacido el 3 de mayo de 1984", "3 de mayo de 1984"),
        ("DATE_OF_BIRTH", "née le 3 mai 1984", "3 mai 1984"),
        ("DATE_OF_BIRTH", "nato il 3 maggio 1984", "3 maggio 1984"),
        ("DATE_OF_BIRTH", "nascida em 03/05/1984", "03/05/1984"),
        ("DATE_OF_BIRTH", "geboren am 3. Mai 1984", "3. Mai 1984"),
        ("AGE", "my brother just turned 47", "47"),
        ("AGE", "she is 34 years old", "34"),
        ("AGE", "Ich bin 29 Jahre alt", "29"),
        ("AGE", "tengo 34 años", "34"),
        ("TITLE", "ask Dr. Wells", "Dr."),
        ("NATIONALITY", "my wife is Portuguese", "Portuguese"),
        ("TITLE", "hello mrs. baker", "mrs."),
        ("URL", "linkedin.com/in/anna-schmidt", "linkedin.com/in/anna-schmidt"),
        ("PHONE_NUMBER", "tel. 555 0199", "555 0199"),
        ("PHONE_NUMBER", "0171 2345678", "0171 2345678"),
        ("PHONE_NUMBER", "06 12 34 56 78", "06 12 34 56 78"),
        ("PHONE_NUMBER", "+1 (212) 555-0199 ext. 12", "+1 (212) 555-0199 ext. 12"),
        ("PHONE_NUMBER", "mi móvil es 612345678", "612345678"),
    ],
)
async def test_it_is_found(personal_data: PersonalData, kind: str, text: str, value: str) -> None:
    """In its forms and languages, as a span of the original."""
    assert (kind, value) in await found(personal_data, text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("four one one one, one one one one, 1111, one one one one", "CREDIT_CARD"),
        ("call two one two, double five five, zero one nine nine", "PHONE_NUMBER"),
        ("null eins sieben eins, zwei drei vier fünf sechs sieben acht", "PHONE_NUMBER"),
        ("anna dot smith at example dot com", "EMAIL_ADDRESS"),
        ("anna punkt meier at beispiel punkt de", "EMAIL_ADDRESS"),
        ("anna (at) example (dot) com", "EMAIL_ADDRESS"),
        ("anna@\nexample.com", "EMAIL_ADDRESS"),
        ("4111 1111\n1111 1111", "CREDIT_CARD"),
        ("my card is 4lll-1111-1O11-1111, 4I11 1111 1111 1111", "CREDIT_CARD"),
        ("𝟒𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏", "CREDIT_CARD"),
        ("4\ufe0f\u20e31\ufe0f\u20e311 1111 1111 1111", "CREDIT_CARD"),
        ("4\u03361\u03361\u03361\u0336 1111 1111 1111", "CREDIT_CARD"),
        ("аnnа@ехаmple.com", "EMAIL_ADDRESS"),
        ("\u202eanna@example.com\u202c", "EMAIL_ADDRESS"),
        ('{"user": {"mail": "anna\\u0040example.com"}}', "EMAIL_ADDRESS"),
        ('{"ssn": "536-22-8726", "n": 1}', "US_SSN"),
        ("to=anna%2Bx%40example%2Ecom&x=1", "EMAIL_ADDRESS"),
        ("anna&#x40;example&period;com", "EMAIL_ADDRESS"),
        ("**anna**@example.com", "EMAIL_ADDRESS"),
        ("| [anna](mailto:anna@example.com) | x |", "EMAIL_ADDRESS"),
        ("report_anna.smith@example.com_final.pdf", "EMAIL_ADDRESS"),
        ("scan_4111111111111111.pdf", "CREDIT_CARD"),
        ("ssn_536-22-8726_final.txt", "US_SSN"),
        ("tel:+4915123456789", "PHONE_NUMBER"),
        ("GET / from 203.0.113.7:51234", "IP_ADDRESS"),
        ("https://api.example.com/u?email=anna%40example.com", "EMAIL_ADDRESS"),
        ("data YW5uYUBleGFtcGxlLmNvbQ== end", "EMAIL_ADDRESS"),
        ("ERROR user=anna@example.com ip=203.0.113.7", "IP_ADDRESS"),
        ("const phone = '+4915123456789';", "PHONE_NUMBER"),
        ("DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000", "IBAN_CODE"),
    ],
)
async def test_it_is_seen_through(personal_data: PersonalData, text: str, kind: str) -> None:
    """Spelled out, look-alikes, invisible, cut by a line, escaped, encoded, in markup and in file names."""
    assert kind in await kinds_in(personal_data, text)


@pytest.mark.parametrize(
    "text",
    [
        "version 5.13.20.7 of the firmware",
        "commit 9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f00",
        "sha256 of the token file",
        "order number 2125550199",
        "order 4111111111111111",
        "tracking 9400110200881234567890",
        "isbn 978-0-306-40615-7",
        "the PIN is 4 digits",
        "my password is greyed out",
        "the roof is 20 years old",
        "12 of the 15 roads are closed",
        "Will it rain in London in May?",
        "Mark the box, will you",
        "the public v1 api 12345678",
        "telescope 612 345 678",
        "call os.path.join(a, b) 12 times",
        "see table 12 on page 40 of 300",
        "it costs 1,299.00 or 12.50 euros",
        "one two three testing",
        "12 weeks in a row",
        "the square of 12 is 144",
        "unit 7 of the course",
        "3-5 working days",
        "550e8400-e29b-41d4-a716-446655440000",
        "the meter reads 7710232",
        "from 2015 to 2020",
        "16:9 at 1920x1080",
        "via email at 12",
        "but at this point it is late",
        "secret = settings.key.get_value()",
        "RFC 2045 Base64, run 20261122",
        "digits are 0123456789",
        "translate it to English, please",
        "polish the table, then French fries",
        "123456789",
        "12345678901",
        "PESEL without a number",
        "the token 550e8400-e29b-41d4-a716-446655440000",
        "4006381333931",
    ],
)
async def test_it_is_left(personal_data: PersonalData, text: str) -> None:
    """Versions, sums, orders, prices, common words, units, and numbers whose check digit is wrong."""
    assert await kinds_in(personal_data, text) == set()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("86095742719", "86095742718"),
        ("44051401359", "44051401358"),
        ("123456789", "123456788"),
        ("111222333", "111222334"),
        ("9434765919", "9434765918"),
        ("046454286", "046454288"),
        ("10000000146", "10000000147"),
        ("234123412346", "234123412347"),
        ("52998224725", "52998224724"),
        ("7569217076985", "7569217076984"),
    ],
)
def test_a_wrong_check_digit_is_another_number(right: str, wrong: str) -> None:
    """Beside the same word, far from a word that announces an id and nothing else."""
    patterns = Patterns()
    hits = [
        [kind for kind, *_ in patterns.find(f"as for my PESEL or BSN, here it is then: {one}")]
        for one in (right, wrong)
    ]
    assert ("NATIONAL_ID" in hits[0], "NATIONAL_ID" in hits[1]) == (True, False)


def test_a_use_case_adds_its_numbers() -> None:
    """An order number is hidden only where a use case says so; the form or a word before it tells."""
    text = "order 48213377, customer no. C-77120"
    local = Local(numbers=(Numbers("ORDER_NUMBER", r"\d{8}", ("order",)), Numbers("CUSTOMER_NUMBER", r"C-\d{5}")))
    assert Patterns().find(text) == []
    assert [(kind, text[start:end]) for kind, start, end, _ in Patterns(local).find(text)] == [
        ("ORDER_NUMBER", "48213377"), ("CUSTOMER_NUMBER", "C-77120"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("examples", "said", "found"),
    [
        (["RP-999999"], "RP-482913, rp482913 or RP 482913", ["RP-482913", "rp482913", "RP 482913"]),
        (["A-9999"], "it was k-2041 or K2041, not a 2000, AK-2041, K-20411 or K-2041b", ["k-2041", "K2041"]),
        (["aCME.9999", "aCME.999999"], "acme.204177 and ACME-2041, but bcme.2041", ["acme.204177", "ACME-2041"]),
        (["#99 999"], "(#20 417) #20417 #2041", ["#20 417", "#20417"]),
    ],
)
def test_a_number_is_found_by_an_example_of_it(examples: list[str], said: str, found: list[str]) -> None:
    """9 is any digit, A any letter, a small a itself; what stands between may be another or be left out."""
    local = Local(numbers=(Numbers("ORDER_NUMBER", pattern_of(examples)),))
    assert [said[start:end] for kind, start, end, _ in Patterns(local).find(said) if kind == "ORDER_NUMBER"] == found


def test_local_numbers_follow_the_regions() -> None:
    """The same digits are a telephone number in one country and none in another."""
    text = "so 0471 123456"
    assert [kind for kind, *_ in Patterns(Local(regions=("DE",))).find(text)] == ["PHONE_NUMBER"]
    assert Patterns(Local(regions=("US",))).find(text) == []
    with pytest.raises(ValueError, match="two letters"):
        Patterns(Local(regions=("XX",)))


async def test_an_address_reaches_over_what_a_model_found_beside_it() -> None:
    """A town after a street belongs to the address, with its post code; a town elsewhere does not."""
    text = "9 Allika 46, Riisa, Estonia 62488. I like Rome."
    names = FakeFinder({"Allika 46": "STREET_ADDRESS", "Riisa": "LOCATION", "Estonia": "LOCATION", "Rome": "LOCATION"})
    finder = PersonalData(lambda text: [], names)
    hits = [(item.kind, text[item.start : item.end]) for item in await finder.find(text)]
    assert ("STREET_ADDRESS", "9 Allika 46, Riisa, Estonia 62488") in hits
    assert grown("in Rome 1999", [("LOCATION", 3, 7, 1.0)]) == [("LOCATION", 3, 7, 1.0)]
    assert joined("", []) == ()


def test_a_private_key_is_one_secret_at_the_end_of_a_piece() -> None:
    """Long texts are searched in pieces; what is shorter than their overlap is never cut."""
    pem = "-----BEGIN PRIVATE KEY-----\n" + "A1b2C3d4" * 400 + "\n-----END PRIVATE KEY-----"
    text = "words " * 2_300 + pem + " and more" * 900
    patterns = Patterns()
    hits = search(text, patterns.find)
    assert ("SECRET", len("words " * 2_300), len("words " * 2_300) + len(pem)) in {
        (hit.kind, hit.start, hit.end) for hit in hits
    }
