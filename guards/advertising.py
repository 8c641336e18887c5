# SPDX-License-Identifier: Apache-2.0
"""Advertising in an answer: a name that nobody gave, praised or pushed; a code or a link that pays."""

import re

from guards.talk import CALENDAR
from guards.wording import read_wording, themes

_NAME = re.compile(r"(?<![.!?:] )(?<!^)\b[A-Z][\w-]*(?:[A-Z0-9]\w*)?|\b[A-Z][a-z]+[A-Z]\w*")
_CODE = re.compile(r"\b(?:[Cc]ode|promo|voucher|coupon|Gutschein)\b[^.!?]{0,25}?\b([A-Z][A-Z0-9]{3,})\b")
_NO_NAME = re.compile(r"(?:i(?:['’]\w+)?|english|german|french|spanish|led|ok|usb|wi-fi|pdf|tv)\Z", re.I)


class Advertising:
    """The wordings of guards/wordings/advertising.yaml, around names that are new to the conversation."""

    def __init__(self) -> None:
        self._themes = themes(read_wording("advertising"))

    def shows(self, sentence: str, message: str, given: str) -> bool:
        """Whether a sentence pushes what neither the person nor the prompt (`given`) named.

        Where the message asks which to take, a name may be praised; not as the only one, nor with a code or a link.
        """
        code = _CODE.search(sentence)
        if code and code[1] not in given:
            return True
        paid, pushed, hard = (self._themes[theme].search(sentence) for theme in ("paid", "pushed", "hard"))
        if not (paid or pushed or hard):
            return False
        known = given.casefold()
        strange = any(name.casefold() not in known for name in _names(sentence))
        if paid and (strange or "link" in sentence.lower()):
            return True
        return strange and bool(hard if self._themes["wanted"].search(message) else pushed)


def _names(sentence: str) -> list[str]:
    """Words in capitals that are no first words, weekdays or the like."""
    return [name for name in _NAME.findall(sentence.strip()) if not (_NO_NAME.match(name) or CALENDAR.match(name))]
