# SPDX-License-Identifier: Apache-2.0
"""The check digits of numbers; each takes digits and capitals only, of the right length, and says whether they fit."""

from collections.abc import Sequence

_VERHOEFF = "0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210"
_TURNED = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)
_ODD = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22,
    25, 24, 23,
), strict=True))  # fmt: skip


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit that ISO/IEC 7812 asks for."""
    doubled = (int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def weighed(digits: str, weights: Sequence[int]) -> int:
    """The sum of the first digits, each times its weight."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def spread(number: str) -> bool:
    """Whether it is no row of the same digit, which most sums would let pass."""
    return len(set(number)) > 1


def ssn(number: str) -> bool:
    """United States: areas, groups and serials that were given out, and none of the known samples."""
    area, group, serial = number[:3], number[3:5], number[5:]
    return area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000" and number != "078051120"


def itin(number: str) -> bool:
    """United States, tax number: 9 in front, 50 to 65, 70 to 88, 90 to 92 or 94 to 99 in the middle."""
    middle = int(number[3:5])
    return number[0] == "9" and (50 <= middle <= 65 or 70 <= middle <= 88 or (90 <= middle <= 99 and middle != 93))


def nhs(number: str) -> bool:
    """United Kingdom, health: modulo 11."""
    rest = 11 - weighed(number, range(10, 1, -1)) % 11
    return spread(number) and rest % 11 == int(number[9]) and rest != 10


def steuer_id(number: str) -> bool:
    """Germany, tax: one or two digits repeat among the first ten, and ISO 7064 modulo 11, 10."""
    if number[0] == "0" or len(set(number[:10])) not in {8, 9}:
        return False
    product = 10
    for digit in number[:10]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(number[10])


def pension(number: str) -> bool:
    """Germany, pension insurance: digit sums of weighed digits, the letter as its place in the alphabet."""
    plain = f"{number[:8]}{ord(number[8]) - 64:02d}{number[9:]}"
    weights = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
    total = sum(sum(divmod(int(digit) * weight, 10)) for digit, weight in zip(plain[:12], weights, strict=True))
    return total % 10 == int(plain[12]) and 1 <= int(number[4:6]) <= 12


def nir(number: str) -> bool:
    """France: 97 less the rest of the number modulo 97; Corsica's letters stand for 19 and 18."""
    plain = number.replace("2A", "19").replace("2B", "18")
    return plain.isdigit() and 97 - int(plain[:13]) % 97 == int(plain[13:])


def dni(number: str) -> bool:
    """Spain: the letter of the number modulo 23; X, Y and Z of foreigners stand for 0, 1 and 2."""
    plain = number[:-1].translate(str.maketrans("XYZ", "012"))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(plain) % 23] == number[-1]


def fiscale(number: str) -> bool:
    """Italy: odd and even places count by different tables, modulo 26."""
    even = sum(int(char, 36) - (10 if char.isalpha() else 0) for char in number[1:15:2])
    return chr(65 + (sum(_ODD[char] for char in number[:15:2]) + even) % 26) == number[15]


def nif(number: str) -> bool:
    """Portugal: modulo 11."""
    rest = weighed(number, range(9, 1, -1)) % 11
    return spread(number) and number[0] not in "04" and (0 if rest < 2 else 11 - rest) == int(number[8])


def pesel(number: str) -> bool:
    """Poland: modulo 10, with a month of some century in front."""
    total = weighed(number, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3))
    return (
        spread(number)
        and 1 <= int(number[2:4]) % 20 <= 12
        and 1 <= int(number[4:6]) <= 31
        and -total % 10 == int(number[10])
    )


def bsn(number: str) -> bool:
    """Netherlands: the eleven-test, the last digit counting against."""
    return spread(number) and (weighed(number, range(9, 1, -1)) - int(number[8])) % 11 == 0


def belgian(number: str) -> bool:
    """Belgium: 97 less the rest modulo 97, with a 2 in front for those born since 2000."""
    dated = int(number[2:4]) <= 12 and int(number[4:6]) <= 31
    return dated and any(97 - int(front + number[:9]) % 97 == int(number[9:]) for front in ("", "2"))


def swedish(number: str) -> bool:
    """Sweden: Luhn over the last ten, a date in front; coordination numbers add 60 to the day."""
    short = number[-10:]
    return 1 <= int(short[2:4]) <= 12 and 1 <= int(short[4:6]) % 60 <= 31 and luhn(short)


def norwegian(number: str) -> bool:
    """Norway: two check digits modulo 11."""
    first = -weighed(number, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
    second = -weighed(number, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return spread(number) and [first, second] == [int(number[9]), int(number[10])]


def danish(number: str) -> bool:
    """Denmark: a date; the check digit is no longer kept to."""
    return 1 <= int(number[:2]) <= 31 and 1 <= int(number[2:4]) <= 12


def finnish(number: str) -> bool:
    """Finland: date and number modulo 31."""
    digits = number[:6] + number[-4:-1]
    return 1 <= int(number[2:4]) <= 12 and "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(digits) % 31] == number[-1]


def ean(number: str) -> bool:
    """Switzerland: the check digit of an article number."""
    return -weighed(number, (1, 3) * 6) % 10 == int(number[12])


def austrian(number: str) -> bool:
    """Austria: the fourth digit checks the others, modulo 11; a date stands behind."""
    total = weighed(number, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)) % 11
    return number[0] != "0" and total == int(number[3]) and 1 <= int(number[4:6]) <= 31 and 1 <= int(number[6:8]) <= 15


def irish(number: str) -> bool:
    """Ireland: a letter modulo 23; a second letter counts nine times."""
    tail = number[8:]
    total = weighed(number, range(8, 1, -1)) + (9 * (ord(tail) - 64) if tail and tail != "W" else 0)
    return "WABCDEFGHIJKLMNOPQRSTUV"[total % 23] == number[7]


def cpf(number: str) -> bool:
    """Brazil: two check digits modulo 11."""
    first = weighed(number, range(10, 1, -1)) * 10 % 11 % 10
    second = weighed(number, range(11, 1, -1)) * 10 % 11 % 10
    return spread(number) and [first, second] == [int(number[9]), int(number[10])]


def rut(number: str) -> bool:
    """Chile: modulo 11, K for 10."""
    total = sum(
        int(digit) * weight for digit, weight in zip(reversed(number[:-1]), (2, 3, 4, 5, 6, 7) * 2, strict=False)
    )
    return "0K987654321"[total % 11] == number[-1]


def aadhaar(number: str) -> bool:
    """India: Verhoeff's check digit."""
    state = 0
    for place, digit in enumerate(reversed(number)):
        state = int(_VERHOEFF[10 * state + int(_TURNED[place % 8][int(digit)])])
    return state == 0 and number[0] not in "01" and spread(number)


def tfn(number: str) -> bool:
    """Australia, tax: modulo 11."""
    return spread(number) and weighed(number, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def turkish(number: str) -> bool:
    """Turkey: the tenth digit from odd and even places, the last from all."""
    odd, even = sum(map(int, number[:9:2])), sum(map(int, number[1:8:2]))
    return (
        number[0] != "0"
        and (7 * odd - even) % 10 == int(number[9])
        and sum(map(int, number[:10])) % 10 == int(number[10])
    )


def south_african(number: str) -> bool:
    """South Africa: Luhn, a date in front."""
    return 1 <= int(number[2:4]) <= 12 and 1 <= int(number[4:6]) <= 31 and number[10] in "012" and luhn(number)


def chinese(number: str) -> bool:
    """China: ISO 7064 modulo 11, 2, a date inside."""
    total = weighed(number[:17], [2 ** (17 - place) % 11 for place in range(17)])
    return (
        number[6:8] in {"18", "19", "20"} and 1 <= int(number[10:12]) <= 12 and "10X98765432"[total % 11] == number[17]
    )


def korean(number: str) -> bool:
    """Korea: a date and a sex in front; the check digit is no longer kept to."""
    return 1 <= int(number[2:4]) <= 12 and 1 <= int(number[4:6]) <= 31 and number[6] in "12345678"


def singapore(number: str) -> bool:
    """Singapore: a letter modulo 11, by another table for foreigners."""
    total = weighed(number[1:8], (2, 7, 6, 5, 4, 3, 2)) + (4 if number[0] in "TG" else 0)
    return ("JZIHGFEDCBA" if number[0] in "ST" else "XWUTRQPNMLK")[total % 11] == number[8]


def czech(number: str) -> bool:
    """Czechia and Slovakia: divisible by 11; women's months have 50 added."""
    return int(number[2:4]) % 50 % 20 in range(1, 13) and 1 <= int(number[4:6]) <= 31 and int(number) % 11 == 0


def romanian(number: str) -> bool:
    """Romania: modulo 11, 1 for 10, a date inside."""
    rest = weighed(number, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return (
        1 <= int(number[3:5]) <= 12 and 1 <= int(number[5:7]) <= 31 and (1 if rest == 10 else rest) == int(number[12])
    )


def curp(number: str) -> bool:
    """Mexico: places weighed over an alphabet with an N with tilde, modulo 10."""
    total = sum(
        "0123456789ABCDEFGHIJKLMN~OPQRSTUVWXYZ".index(char) * (18 - place) for place, char in enumerate(number[:17])
    )
    return -total % 10 == int(number[17], 36)
