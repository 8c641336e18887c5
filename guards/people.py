# SPDX-License-Identifier: Apache-2.0
"""Which names mean one person: "anna", "Anna" and "Anna Schmidt", as long as no other Anna is known."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from guards.everyday import PARTICLES
from guards.shadow import shadow

_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_TITLE = re.compile(
    r"(?:(?:mr|mrs|ms|mx|dr|prof|herrn?|frau|señora?|senora?|monsieur|madame|miss|sir|dear|hi|hello)\b\.?\s+)+(?=\w)",
    re.IGNORECASE,
)
_AFTER = re.compile(r"(?:['\u2018\u2019\u02bc]s?|[\s,.;:!?]+)\Z", re.IGNORECASE)

Words = tuple[str, ...]
"""A name in the form in which two spellings are the same."""


def words_of(text: str) -> Words:
    """The words of a text, without case and accents."""
    return tuple(folded(word) for word in _WORD.findall(shadow(text).text))


def parts_of(name: str) -> Words:
    """The names in a name, without case and accents: "Anna-Lena O'Brien" has two."""
    return tuple(folded(part) for part in _PART.findall(shadow(name).text))


def folded(word: str) -> str:
    """A word without case and accents."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def core(name: str) -> tuple[int, int]:
    """Where the name itself stands: without a title before it, and without "'s" or a comma after it."""
    start, end = 0, len(name)
    if title := _TITLE.match(name):
        start = title.end()
    while (after := _AFTER.search(name, start, end)) and after.start() > start:
        end = after.start()
    return start, end


class People:
    """The full names that are known, and which of them a shorter one means."""

    def __init__(self) -> None:
        self._by_first: dict[str, dict[Words, str]] = {}
        self._spelled: dict[str, str] = {}

    def know(self, name: str, who: str = "") -> None:
        """A name is used; `who` tells people apart that are known from elsewhere, such as "self" and "sister"."""
        words = parts_of(name)
        for said in _WORD.findall(name):
            if said[0].isupper() and (not said.isupper() or (len(said) == 1 and not name.isupper())):
                self._spelled.setdefault(folded(said), said)
        if not words or (len(words) == 1 and not who):
            return
        namesakes = self._by_first.setdefault(words[0], {})
        namesakes[words] = who or namesakes.get(words, "")

    def apart(self, first: str) -> None:
        """From now on this first name alone is none of those whose full name is known."""
        self._by_first.setdefault(first, {})[(first,)] = "another"

    def natural(self, name: str) -> str:
        """The name on one line, a known one that was said with the family name first turned round."""
        family, comma, given = name.partition(",")
        words = parts_of(f"{given} {family}")
        turned = comma and words and words in self._by_first.get(words[0], {})
        return " ".join((f"{given} {family}" if turned else name).split())

    def meant(self, name: str) -> Words:
        """The words of the one full name that this name is short for, or its own."""
        words = parts_of(self.natural(name))
        if not words:
            return words
        namesakes = self._by_first.get(words[0], {})
        if words in namesakes and len(words) > 1:
            return words
        full = [other for other in namesakes if len(other) > 1 and _short(words, other)]
        return full[0] if len(full) == 1 and self._one(words, full[0], namesakes) else words

    def spelled(self, name: str) -> str:
        """The name with capitals where it was said without or in nothing else, and they are known."""
        return _WORD.sub(self._capital, name)

    def _capital(self, match: "re.Match[str]") -> str:
        said = match[0]
        plain = said.islower() or (said.isupper() and len(said) > 1)
        return self._spelled.get(folded(said), said) if plain and said.lower() not in PARTICLES else said

    def _one(self, words: Words, full: Words, namesakes: Mapping[Words, str]) -> bool:
        """Whether all that the shorter name could stand for is one person."""
        others = namesakes if len(words) == 1 else [full]
        return len({namesakes[other] or " ".join(other) for other in others}) == 1


def _short(words: Words, full: Sequence[str]) -> bool:
    """Whether a name leaves out everything but the first name, or only what stands in the middle of a longer one."""
    return len(words) == 1 or (len(words) < len(full) and words[-1] == full[-1] and words == (full[0], full[-1]))
