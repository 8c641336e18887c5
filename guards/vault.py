# SPDX-License-Identifier: Apache-2.0
"""What a conversation's placeholders stand for; the only place that knows both sides."""

import re
import unicodedata
from collections import ChainMap, Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from guards.kinds import HIDDEN, KINDS, LITERAL, PERSON
from guards.people import People, core, parts_of, words_of
from guards.placeholders import PLACEHOLDER, Restorer, canonical, placeholder

PHONE, STREET = "PHONE_NUMBER", "STREET_ADDRESS"
FORMS = frozenset({PERSON, STREET})
"""Kinds of which a value has a short form too: a first name, a street without its town."""
_DIALLED = 9
"""Digits that a number has at least that is compared with one that names its country."""
NUMBERS = frozenset(
    {
        "PHONE_NUMBER",
        "CREDIT_CARD",
        "IBAN_CODE",
        "ACCOUNT_NUMBER",
        "US_SSN",
        "NATIONAL_ID",
        "PASSPORT",
        "DRIVER_LICENSE",
    }
)
"""Kinds that are the same number whatever stands between its digits."""


@dataclass(frozen=True, slots=True)
class KnownValue:
    """A value that is personal wherever it stands, e.g. the name from the account."""

    kind: str
    value: str
    who: str = ""
    """Of a name, whose it is, where that is known: two of one first name are then two people."""


class Vault:
    """One conversation's placeholders: the same value keeps the same one, numbers never start over.

    Two spellings of a value that differ in case, width or blanks only are one value, and so are the first
    name and the full name of one person, and an address with its town and without. What was said first is what
    is put back; a name or an address comes back as `speak` was told for this turn, else in its longest form.
    """

    def __init__(self, entries: Mapping[str, str] = MappingProxyType({}), known: Sequence[KnownValue] = ()) -> None:
        self._entries: dict[str, str] = {}
        self._spoken: dict[str, str] = {}
        self._placeholders: dict[tuple[str, str], str] = {}
        self._numbers: Counter[str] = Counter()
        self._known: dict[tuple[str, str], KnownValue] = {}
        self._kept: set[str] = set()
        self._people = People()
        for name, value in entries.items():
            self._remember(name, value)
        names = [key for kind, key in self._placeholders if kind == PERSON]
        for first in {name.partition(" ")[0] for name in names if " " in name}.intersection(names):
            self._people.apart(first)  # they were told apart before
        for item in known:
            self.know(item)

    @property
    def entries(self) -> Mapping[str, str]:
        """Placeholder to value, to be sealed with the conversation."""
        return dict(self._entries)

    @property
    def known(self) -> tuple[KnownValue, ...]:
        """Every value that is to be masked wherever it stands."""
        return tuple(self._known.values())

    @property
    def own(self) -> frozenset[str]:
        """The values that this conversation gave, those that a use case lets through included."""
        return frozenset(self._entries.values()) | self._kept

    def know(self, item: KnownValue) -> None:
        """From now on this value is masked wherever it stands; blank ones are ignored."""
        if item.kind == PERSON:
            item = replace(item, value=item.value[slice(*core(item.value))])
            self._people.know(item.value, item.who)
        if item.value.strip():
            self._known.setdefault((item.kind, normal(item.value)), item)

    def keep(self, value: str) -> None:
        """Notes a value of this conversation that the use case lets through unmasked."""
        self._kept.add(value)

    def apart(self, first: str) -> None:
        """This first name alone, in its folded form, means somebody else than those whose full name is known."""
        self._people.apart(first)

    def placeholder(self, kind: str, value: str, *, alone: bool = False) -> str:
        """The placeholder of a value, made at first use; ValueError for a kind that is not in KINDS.

        A name that stands `alone` is not taken for the short form of another.
        """
        if kind not in KINDS:
            raise ValueError("unknown kind of personal data")
        key = kind, self._key(kind, value)
        if alone and key[1] != (own := " ".join(parts_of(value))):
            key = kind, f"another {own}\0"
        if key not in self._placeholders and not self._lengthened(*key, value):
            self._remember(placeholder(kind, self._numbers[kind] + 1), value, key)
        name = self._placeholders[key]
        if kind in FORMS:
            self._entries[name] = max(self._entries[name], self._spelled(kind, value), key=fullness)
        return name

    def speak(self, forms: Mapping[str, str]) -> None:
        """How names and addresses come back in this turn, by placeholder."""
        for name, form in forms.items():
            said = self._spelled(name[1:-1].rsplit("_", 1)[0], form)
            self._spoken[name] = max(self._entries[name], said, key=lambda one: words_of(one) == words_of(said))

    def restorer(self, hidden: str = HIDDEN) -> Restorer:
        """Puts values back into one stream; it sees what the vault learns meanwhile.

        `hidden` is what a placeholder becomes that the model invented.
        """
        return Restorer(MappingProxyType(ChainMap(self._spoken, self._entries)), hidden)

    def restore(self, text: str) -> str:
        """Puts values back into a whole text in one pass."""
        restorer = self.restorer()
        return restorer.feed(text) + restorer.flush()

    def _key(self, kind: str, value: str) -> str:
        if kind == LITERAL:
            return value
        if kind == PERSON:
            return " ".join(self._people.meant(value)) or normal(value)
        if kind == STREET:
            return self._place(" ".join(words_of(value)) or normal(value))
        if kind in NUMBERS:
            digits = "".join(char for char in normal(value) if char.isalnum()) or normal(value)
            return self._dialled(digits.removeprefix("00"), value) if kind == PHONE else digits
        return normal(value)

    def _dialled(self, digits: str, value: str) -> str:
        """The same number with or without its country, where one of them is said as it is dialled at home."""
        abroad = value.lstrip().startswith(("+", "00"))
        for (kind, known), name in self._placeholders.items():
            if kind != PHONE or abroad == self._entries[name].lstrip().startswith(("+", "00")):
                continue
            long, short = (digits, known) if abroad else (known, digits)
            if long.endswith(short.lstrip("0")) and len(short) >= _DIALLED and len(long) - len(short) <= 2:
                return known
        return digits

    def _place(self, street: str) -> str:
        """The one longer address that is known to begin so; itself where there are several, or it has no number."""
        if not any(word.isdigit() for word in street.split()):
            return street
        known = (value for kind, value in self._known if kind == STREET)
        longer = sorted({place for value in known for place in _grown(value, street)}, key=len)
        chain = all(longer[-1].startswith(f"{other} ") for other in longer[:-1])
        return longer[-1] if longer and chain else street

    def _spelled(self, kind: str, form: str) -> str:
        return self._people.spelled(self._people.natural(form)) if kind == PERSON else form

    def _lengthened(self, kind: str, key: str, value: str) -> bool:
        """Whether a shorter form of this value has a placeholder already: it is this one's too."""
        short = [old for of, old in self._placeholders if of == kind and key.startswith(f"{old} ")]
        for old in short if kind in FORMS else ():
            if self._key(kind, old) == key:
                self._placeholders[kind, key] = self._placeholders.pop((kind, old))
                self.know(KnownValue(kind, value))
                return True
        return False

    def _remember(self, name: str, value: str, key: tuple[str, str] | None = None) -> None:
        match = PLACEHOLDER.fullmatch(name)
        if match is None or canonical(match) != name:
            raise ValueError("not a placeholder")
        kind, number = name[1:-1].rsplit("_", 1)
        if kind not in KINDS:
            raise ValueError("unknown kind of personal data")
        words = " ".join(parts_of(self._people.natural(value)))
        if kind == PERSON and key is None:
            key = kind, words or normal(value)
        if kind != LITERAL and (kind != PERSON or key == (kind, words)):
            self.know(KnownValue(kind, value))
        self._entries[name] = self._spelled(kind, value)
        self._placeholders.setdefault(key or (kind, self._key(kind, value)), name)
        self._numbers[kind] = max(self._numbers[kind], int(number))


def _grown(address: str, street: str) -> Iterator[str]:
    """The words of an address of several parts, where the first of them say the street and no more."""
    parts = [" ".join(words_of(part)) for part in re.split(r"[,\n]", address)]
    if any(" ".join(parts[:count]) == street for count in range(1, len(parts))):
        yield " ".join(parts).strip()


def fullness(form: str) -> tuple[int, bool]:
    """How much of a name a form of it says; the longer one fits everywhere, and one with capitals."""
    return len(words_of(form)), not (form.islower() or form.isupper())


def normal(value: str) -> str:
    """The form in which two spellings of a value are the same: NFKC, no case, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())
