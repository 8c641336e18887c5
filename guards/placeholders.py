# SPDX-License-Identifier: Apache-2.0
"""What a placeholder looks like, also when a model bent it, and the one pass that puts values back."""

from collections.abc import Iterator, Mapping

import regex

from guards.kinds import HIDDEN, KINDS

_LONGEST = 64
"""No form of a placeholder is longer; only this much of a stream's end is looked at."""


def _grammar() -> "regex.Pattern[str]":
    kinds = "|".join(sorted((kind.replace("_", r"(?:\\?_|[ -])") for kind in KINDS), key=len, reverse=True))
    exact = "|".join(sorted(KINDS, key=len, reverse=True))
    name = rf"(?P<kind>{kinds})(?:\\?_|[ -])(?P<number>\d{{1,6}})"
    forms = (
        rf"(?P<sure><\s{{0,2}}{name}\s{{0,2}}>)",
        rf"(?P<sure>\\<\s{{0,2}}{name}\s{{0,2}}\\>)",
        rf"(?P<sure>&lt;\s{{0,2}}{name}\s{{0,2}}&gt;)",
        rf"\[\s{{0,2}}{name}\s{{0,2}}\](?!\()",
    )
    bare = rf"(?<![\w<&;\\])(?P<kind>{exact})_(?P<number>\d{{1,6}})(?!\w)"
    return regex.compile(rf"(?i:{'|'.join(forms)})|{bare}")


PLACEHOLDER = _grammar()
"""Any form: <PERSON_1>, < person_1 >, \\<PERSON\\_1\\>, &lt;PERSON_1&gt;, [PERSON_1], and PERSON_1 in capitals."""


_ENDS = tuple({kind.rsplit("_", 1)[-1].lower() for kind in KINDS})


def placeholders(text: str) -> "Iterator[regex.Match[str]]":
    """Every placeholder in any form, in order; microseconds for a text that names no kind."""
    lowered = text.lower()
    return PLACEHOLDER.finditer(text) if any(end in lowered for end in _ENDS) else iter(())


def placeholder(kind: str, number: int) -> str:
    """The form in which a placeholder is sent to a model."""
    return f"<{kind}_{number}>"


def canonical(match: "regex.Match[str]") -> str:
    """The sent form of a placeholder found in any form."""
    kind = match["kind"].upper().replace("\\", "").replace(" ", "_").replace("-", "_")
    return placeholder(kind, int(match["number"]))


class Restorer:
    """Puts values back into a stream, whatever the cuts; restored text is never looked at again.

    A placeholder in brackets that stands for nothing becomes "[hidden]"; a bare one stays as it is.
    """

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._entries = entries
        self._before = ""
        self._held = ""
        self._restored: list[str] = []

    @property
    def restored(self) -> tuple[str, ...]:
        """The placeholders that were put back so far, in order."""
        return tuple(self._restored)

    def feed(self, piece: str) -> str:
        """What can be shown now; at most 64 characters that may still become a placeholder are held."""
        text, position = self._before + self._held + piece, len(self._before)
        shown: list[str] = []
        while True:
            match, held = PLACEHOLDER.search(text, position), _undecided(text, position)
            if match is None or match.start() >= held:
                break
            shown += text[position : match.start()], self._value(match)
            position = match.end()
        shown.append(text[position:held])
        self._before, self._held = text[:held][-1:], text[held:]
        return "".join(shown)

    def flush(self) -> str:
        """The rest, now that nothing more comes."""
        text, position = self._before + self._held, len(self._before)
        self._before = self._held = ""
        return str(PLACEHOLDER.sub(self._value, text, pos=position))[position:]

    def _value(self, match: "regex.Match[str]") -> str:
        name = canonical(match)
        if name in self._entries:
            self._restored.append(name)
            return self._entries[name]
        return HIDDEN if match["sure"] else str(match[0])


def _undecided(text: str, position: int) -> int:
    """Where the earliest end of `text` begins that more text could turn into another placeholder."""
    closed = text.endswith((">", "&gt;"))
    for start in range(max(position, len(text) - _LONGEST), len(text)):
        if text[start] in "<\\&[" or text[start].isupper():
            match = PLACEHOLDER.fullmatch(text, start, partial=True)
            if match is not None and (match.partial or not closed):
                return start
    return len(text)
