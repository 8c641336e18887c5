# SPDX-License-Identifier: Apache-2.0
"""An answer does not press, flatter, bind or advertise: the sentences that do."""

from collections.abc import Iterator

from guards.advertising import Advertising
from guards.conduct import Ground
from guards.declarations import Repair
from guards.lure import Lure
from guards.pressure import Pressure
from guards.prose import prose
from guards.sentences import sentences, unquoted


class Swaying:
    """Knows wordings of English and some of German, and with a `lure` English that leans the same way."""

    def __init__(self, lure: Lure | None = None) -> None:
        self._pressure, self._advertising, self._lure = Pressure(), Advertising(), lure

    def finds(self, text: str, ground: Ground, before: str = "") -> Iterator[tuple[str, Repair]]:
        """The sentences that must go by their words, each with its kind; quoted words are somebody else's."""
        message, sources = ground.talk.message, "\n".join(ground.sources.values())
        if self._pressure.meant(message):
            return
        worded = unquoted(prose(text, before))
        for sentence in sentences(text):
            said = worded[sentence.start() : sentence.end()]
            advertises = self._advertising.shows(said, message, ground.given)
            if kind := "sponsor" if advertises else self._pressure.kind(said, message, sources):
                yield kind, (*sentence.span(), "")

    async def leanings(self, text: str, ground: Ground, before: str = "") -> list[tuple[str, Repair]]:
        """The sentences that only lean that way; none of those whose haste is borne out."""
        message, sources = ground.talk.message, "\n".join(ground.sources.values())
        if self._lure is None or self._pressure.meant(message):
            return []
        worded = unquoted(prose(text, before))
        places = [sentence.span() for sentence in sentences(text)]
        said = [worded[start:end] for start, end in places]
        likely = await self._lure.likely(said)
        return [
            ("leaning", (start, end, ""))
            for (start, end), words, leans in zip(places, said, likely, strict=True)
            if leans and not self._pressure.real(words, message, sources)
        ]
