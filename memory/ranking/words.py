# SPDX-License-Identifier: Apache-2.0
"""Recall by words: BM25 that takes in new texts one by one, so that what was just said counts at once."""

import math
import re
from collections.abc import Iterable, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from Stemmer import Stemmer

from memory.ranking.postings import Postings

K1 = 1.2
B = 0.75
"""Both as in Robertson and Zaragoza 2009, and as Lucene has them."""

Scores = NDArray[np.float64]

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")

STOP_WORDS = """
    a about above after again all also am an and any are as at be because been before being below between
    both but by can could did do does doing don down during each few for from further had has have having he
    her here hers him his how i if in into is it its itself just know let me more most my myself no nor not
    of off on once only or other our ours out over own remember same she should so some such tell than that
    the their theirs them then there these they this those through to too under until up very was we were
    what when where which while who whom why will with would you your yours yourself i'm i've i'd i'll it's
    that's what's don't doesn't didn't isn't aren't can't you're he's she's who's where's there's ich du er
    sie es wir ihr der die das ein eine und oder ist sind war mein meine dein was wer wie wo wann nicht zu
    im am mit von
"""
SMALL_TALK = """
    hi hello hey hiya yo thanks thank thx cheers ok okay k yes yeah yep no nope sure fine great good nice
    cool awesome perfect lovely well right alright please sorry bye goodbye see later morning afternoon
    evening night day today going doing lol haha wow oh ah hm hmm much lot everything anything nothing help
    welcome hallo danke bitte tschüss guten morgen tag abend ja nein gut
"""
ASKING = "what what's when when's where where's which who who's whom whose why was wann wer wie wo"

STOP = frozenset(STOP_WORDS.split())
ASKS = frozenset(ASKING.split())
PHATIC = (STOP | frozenset(SMALL_TALK.split())) - ASKS


MOST_WORDS = 20_000
"""Remembered at a time, some 4 MB."""


class Vocabulary:
    """Texts to stems, by the Porter2 stemmer for English, without stop words; safe in several threads."""

    def __init__(self) -> None:
        self._stemmer = Stemmer("english", MOST_WORDS)
        self._lock = Lock()
        self._known: dict[str, tuple[str, ...]] = {}

    def stems(self, word: str) -> tuple[str, ...]:
        """The terms of one word, remembered: a question looks up some dozens of kindred words."""
        if word not in self._known:
            if len(self._known) >= MOST_WORDS:
                self._known.clear()
            self._known[word] = self.terms(word)
        return self._known[word]

    def terms(self, text: str) -> tuple[str, ...]:
        """The stems that carry meaning, in order; empty for a text of stop words alone."""
        found = [word.split("'")[0] for word in words(text) if word not in STOP]
        with self._lock:
            return tuple(self._stemmer.stemWords([word for word in found if word not in STOP]))


def words(text: str) -> list[str]:
    """Lower-case words; an apostrophe inside stays."""
    return [match.group().replace("’", "'") for match in WORD.finditer(text.casefold())]


def small_talk(text: str) -> bool:
    """Whether a text is greeting, thanks and the like alone, and so asks for no memory."""
    found = (match.group().replace("’", "'") for match in WORD.finditer(text.casefold()))
    return all(word in PHATIC for word in found)


class WordIndex:
    """BM25 over one person's memories, or over one folder of documents."""

    def __init__(self, documents: Iterable[Sequence[str]] = ()) -> None:
        self._postings = Postings(documents)

    def add(self, documents: Iterable[Sequence[str]]) -> None:
        """Takes in more documents, numbered by their order."""
        self._postings.add(documents)

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Takes all others away; the rest are numbered anew."""
        self._postings.keep(kept)

    def scores(self, terms: Iterable[str]) -> tuple[Scores, float]:
        """BM25 of every document, and what one of average length reaches that says each of the terms once.

        Their quotient says how much of the query a document covers, on a scale that holds across queries.
        """
        lengths = self._postings.lengths
        found, most = np.zeros(len(lengths)), 0.0
        if not len(lengths):
            return found, most
        shrink = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1.0))
        for term in dict.fromkeys(terms):
            documents, counts = self._postings.of(term)
            rarity = math.log(1 + (len(lengths) - len(documents) + 0.5) / (len(documents) + 0.5))
            found[documents] += rarity * counts * (K1 + 1) / (counts + shrink[documents])
            most += rarity
        return found, most
