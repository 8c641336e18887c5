# SPDX-License-Identifier: Apache-2.0
"""What people keep to themselves: the subjects, the words that name them, and those that open them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guards.wording import read_wording

SPECIAL = frozenset({"health", "religion", "politics", "sexuality", "ethnicity"})
"""The categories of memories that are such a matter whatever their words."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A matter that is not brought up with somebody who did not."""

    named: re.Pattern[str]
    opens: re.Pattern[str]
    """Besides its names: words of a message after which it may be spoken of."""

    def opened(self, asked: str) -> bool:
        """Whether the person's own words open it."""
        return self.opens.search(asked) is not None or self.named.search(asked) is not None


class Intimacies:
    """The subjects of guards/wordings/intimate.yaml, in English and German."""

    def __init__(self) -> None:
        wording = read_wording("intimate")
        self.subjects = tuple(
            Subject(
                re.compile(rf"\b(?:{'|'.join(one['named'].split())})", re.I),
                re.compile(rf"\b(?:{'|'.join(one['opens'].split())})(?:s|es|e?d|e?n|ing)?\b", re.I),
            )
            for one in wording["subjects"].values()
        )
        self.body = self.subjects[0]
        self._own, self._general = (re.compile("|".join(wording[name]), re.I) for name in ("own", "general"))

    def named(self, text: str) -> Iterator[Subject]:
        """The subjects that a text names."""
        return (subject for subject in self.subjects if subject.named.search(text))

    def owned(self, sentence: str) -> Iterator[Subject]:
        """The subjects that a sentence to the person names as theirs; none where it speaks in general."""
        if self._general.search(sentence):
            return
        for subject in self.subjects:
            if any(self._own.search(sentence, 0, match.start()) for match in subject.named.finditer(sentence)):
                yield subject
