# SPDX-License-Identifier: Apache-2.0
"""What a use case's own numbers look like, written as an example: 9 for a digit, A for a letter, all else as it is."""

import re
from collections.abc import Iterable

DESCRIBED = frozenset({"ACCOUNT_NUMBER", "CUSTOMER_NUMBER", "ORDER_NUMBER", "POLICY_NUMBER"})
"""The kinds that may be described so."""

_USABLE = re.compile(r"[A-Za-z0-9#][A-Za-z0-9 \-/._#]{1,38}[A-Za-z0-9]")
_WILD = {"9": r"\d", "A": "[A-Z]"}
_FEWEST, _TELLING = 3, 10
"""So many digits are a number at all; so many are one without letters or a word before them."""


def pattern_of(examples: Iterable[str]) -> str:
    """A regular expression without repetitions, so that it takes the same time in any text; the longest first.

    What stands between may be left out or be another of - / . _; beside two letters of its own also a blank.
    """
    return "|".join(_pattern(one) for one in sorted(set(examples), key=lambda one: (-len(one), one)))


def _pattern(example: str) -> str:
    own = sum(char.isalpha() and char != "A" for char in example)
    between = {**dict.fromkeys("-/._", "[ /._-]?" if own > 1 else "[/._-]?"), " ": "[ /._-]?"}
    return "".join(_WILD.get(char) or between.get(char) or re.escape(char) for char in example)


def fault(example: str, cued: bool) -> str:
    """What keeps an example from being searched for, as a clause; `cued` if a word must stand before it."""
    if not _USABLE.fullmatch(example):
        return (
            "write 3 to 40 letters and digits, 9 for any digit and A for any letter, with blanks or - / . _ # between"
        )
    digits = example.count("9")
    if digits < _FEWEST:
        return "too much else looks like it: write at least three 9, which stand for any digit"
    if not cued and digits < _TELLING and not any(map(str.isalpha, example)):
        return "digits alone may be anything: say under after which words stand before them, such as order"
    return ""
