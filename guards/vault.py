# SPDX-License-Identifier: Apache-2.0
"""What a conversation's placeholders stand for; the only place that knows both sides."""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from guards.kinds import KINDS, LITERAL
from guards.placeholders import PLACEHOLDER, Restorer, canonical, placeholder


@dataclass(frozen=True, slots=True)
class KnownValue:
    """A value that is personal wherever it stands, e.g. the name from the account."""

    kind: str
    value: str


class Vault:
    """One conversation's placeholders: the same value keeps the same one, numbers never start over.

    Two spellings of a value that differ in case, width or blanks only are one value; what was said
    first is what is put back.
    """

    def __init__(self, entries: Mapping[str, str] = MappingProxyType({}), known: Sequence[KnownValue] = ()) -> None:
        self._entries: dict[str, str] = {}
        self._placeholders: dict[tuple[str, str], str] = {}
        self._numbers: Counter[str] = Counter()
        self._known: dict[tuple[str, str], KnownValue] = {}
        self._kept: set[str] = set()
        for name, value in entries.items():
            self._remember(name, value)
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
        if item.value.strip():
            self._known.setdefault((item.kind, normal(item.value)), item)

    def keep(self, value: str) -> None:
        """Notes a value of this conversation that the use case lets through unmasked."""
        self._kept.add(value)

    def placeholder(self, kind: str, value: str) -> str:
        """The placeholder of a value, made at first use; ValueError for a kind that is not in KINDS."""
        if kind not in KINDS:
            raise ValueError("unknown kind of personal data")
        key = kind, value if kind == LITERAL else normal(value)
        if key not in self._placeholders:
            self._remember(placeholder(kind, self._numbers[kind] + 1), value)
        return self._placeholders[key]

    def restorer(self) -> Restorer:
        """Puts values back into one stream; it sees what the vault learns meanwhile."""
        return Restorer(MappingProxyType(self._entries))

    def restore(self, text: str) -> str:
        """Puts values back into a whole text in one pass."""
        restorer = self.restorer()
        return restorer.feed(text) + restorer.flush()

    def _remember(self, name: str, value: str) -> None:
        match = PLACEHOLDER.fullmatch(name)
        if match is None or canonical(match) != name:
            raise ValueError("not a placeholder")
        kind, number = name[1:-1].rsplit("_", 1)
        self._entries[name] = value
        self._placeholders.setdefault((kind, value if kind == LITERAL else normal(value)), name)
        self._numbers[kind] = max(self._numbers[kind], int(number))
        if kind != LITERAL:
            self.know(KnownValue(kind, value))


def normal(value: str) -> str:
    """The form in which two spellings of a value are the same: NFKC, no case, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())
