# SPDX-License-Identifier: Apache-2.0
"""An answer serves and does not pry: the sentences that bring up what they should not, or speak as a watcher does."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from guards.conduct import Ground
from guards.declarations import Repair
from guards.intimate import SPECIAL, Intimacies, Subject
from guards.prose import prose
from guards.sentences import sentences, to_you, unquoted
from guards.talk import Known, Talk, Used, tokens
from guards.topics import everything, matters, unasked
from guards.watching import Watching

_BACK = re.compile(
    r"\b(?:what|when|which|did|have)\b[^.?!]{0,20}\b(?:I|we|you)\b[^.?!]{0,20}"
    r"\b(?:talk|discuss|speak|spoke|say|said|tell|told|ask|mention)\w*\b",
    re.I,
)
"""The person asks what was said."""


class Prying:
    """Knows wordings of English and German; of other languages names, numbers and repeated words alone."""

    def __init__(self) -> None:
        self._watching, self._intimacies = Watching(), Intimacies()

    def finds(self, text: str, ground: Ground, before: str = "") -> Iterator[tuple[str, Repair]]:
        """The sentences that must go, each with its kind; none where the person asks what is known of them."""
        if everything(ground.talk.message):
            return
        shut = ground.notes.get(__name__)
        if not isinstance(shut, _Shut):
            shut = ground.notes[__name__] = self._shut(ground.talk)
        worded = unquoted(prose(text, before))
        for sentence in sentences(text):
            if kind := self._kind(sentence[0], worded[sentence.start() : sentence.end()], ground.talk, shut):
                yield kind, (*sentence.span(), "")

    def _kind(self, sentence: str, worded: str, talk: Talk, shut: "_Shut") -> str:
        """`worded` is the sentence without code, addresses, placeholders and quotes."""
        words, you = tokens(sentence), to_you(worded)
        if self._watching.shows(worded, talk.message) and not any(_reported(one, words) for one in talk.known):
            return "surveillance"
        if any(_told(sentence, one, words, you) for one in talk.known):
            return "source"
        if you or "?" in worded:
            if words & shut.words or any(subject in shut.subjects for subject in self._intimacies.owned(worded)):
                return "sensitive"
            if any(words & one.again for one in talk.known):
                return "repetition"
        return ""

    def _shut(self, talk: Talk) -> "_Shut":
        if not talk.message or _BACK.search(talk.message):
            return _Shut(frozenset(), frozenset())
        closed = {subject for subject in self._intimacies.subjects if not subject.opened(talk.asked)}
        words: set[str] = set()
        opened: set[Subject] = set()
        for one in talk.known:
            subjects = set(self._intimacies.named(one.used.text))
            if one.opened:
                opened |= subjects
            elif subjects:
                names = (match[0] for subject in subjects & closed for match in subject.named.finditer(one.used.text))
                words |= {word for name in names for word in matters(name)}
            elif one.used.category in SPECIAL and self._closed(one.used, talk.asked, closed):
                words |= one.about
        return _Shut(frozenset(closed - opened), frozenset(words))

    def _closed(self, used: Used, asked: str, closed: Collection[Subject]) -> bool:
        """Whether the person opened neither such a memory's category nor, of health, the body."""
        ill = used.category == "health" and self._intimacies.body not in closed
        return not ill and bool(unasked([(used.number, used.category, used.text)], asked))


@dataclass(frozen=True, slots=True)
class _Shut:
    """What an answer may not bring up, since the person did not."""

    subjects: frozenset[Subject]
    words: frozenset[str]
    """Of the memories of such a subject, what names it, or all their words where nothing does."""


def _reported(one: Known, words: frozenset[str]) -> bool:
    """Whether a sentence says what a source knows and the person asked for."""
    return one.opened and not one.used.said and len(words & one.about) > 1


def _told(sentence: str, one: Known, words: frozenset[str], you: bool) -> bool:
    """A value that a source alone has, said to the person or with another of its words; or two of its words."""
    if one.opened or one.used.said:
        return False
    own = any(value in sentence and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", sentence) for value in one.values)
    shared = len(words & one.about)
    return (own and (you or shared > 1)) or (you and shared > 1)
