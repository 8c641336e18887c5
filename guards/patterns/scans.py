# SPDX-License-Identifier: Apache-2.0
"""All patterns at once: what a text holds of each kind, with what other readings of it give away."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from guards.credentials import dense_strings, keys, passwords
from guards.patterns import contacts, ids, papers, payment, people, places
from guards.patterns.cues import Hit
from guards.patterns.phones import REGIONS, scan_phones
from guards.patterns.reach import Found, grown
from guards.patterns.readings import readings

Scan = Callable[[str], Iterable[Hit]]
_PLAIN: tuple[tuple[str, Scan], ...] = (
    ("EMAIL_ADDRESS", contacts.emails),
    ("URL", contacts.telling_links),
    ("IP_ADDRESS", contacts.machines),
    ("CREDIT_CARD", payment.cards),
    ("IBAN_CODE", payment.ibans),
    ("ACCOUNT_NUMBER", payment.accounts),
    ("SECRET", payment.card_codes),
    ("CRYPTO", payment.coins),
    ("US_SSN", ids.social_security),
    ("NATIONAL_ID", ids.national_ids),
    ("PASSPORT", papers.passports),
    ("DRIVER_LICENSE", papers.licences),
    ("STREET_ADDRESS", places.streets),
    ("POST_CODE", places.post_codes),
    ("DATE_OF_BIRTH", people.births),
    ("AGE", people.ages),
    ("TITLE", people.titles),
    ("NATIONALITY", people.nationalities),
    ("SECRET", keys),
    ("SECRET", passwords),
    ("SECRET", dense_strings),
)
_DEEP = frozenset(
    {"EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "NATIONAL_ID", "SECRET", "ACCOUNT_NUMBER"}
)
"""What is worth hiding in a disguise, and is not found there by chance."""


@dataclass(frozen=True, slots=True)
class Local:
    """What a use case adds to the patterns."""

    regions: tuple[str, ...] = REGIONS
    """Countries, as two letters, whose local telephone numbers are known."""
    numbers: tuple[papers.Numbers, ...] = ()
    """Kinds of number that it has hidden: orders, customers, policies."""


class Patterns:
    """Every scan over a text in its searched form; 3 ms for 1,000 characters of support chat."""

    def __init__(self, local: Local | None = None) -> None:
        given = local or Local()
        self._scans: Sequence[tuple[str, Scan]] = (
            *_PLAIN,
            ("PHONE_NUMBER", scan_phones(given.regions)),
            *papers.added(given.numbers),
        )

    def find(self, text: str) -> list[Found]:
        """Kind, start, end and score of each hit; hits of different kinds may overlap."""
        found = {(kind, start, end): score for kind, scan in self._scans for start, end, score in scan(text)}
        for reading in readings(text):
            for kind, scan in self._scans:
                if kind in _DEEP:
                    for start, end, score in scan(reading.text):
                        found.setdefault((kind, *reading.origin(start, end)), score)
        return grown(text, [(*place, score) for place, score in found.items()])
