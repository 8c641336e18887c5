# SPDX-License-Identifier: Apache-2.0
"""How documents and their passages are ranked for a message that may need several of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from memory.documents.corpus import Corpus, Numbers
from memory.ranking.signals import stretch
from memory.ranking.words import Vocabulary, WordIndex
from memory.vectors.turning import Vectors


@dataclass(frozen=True, slots=True)
class Measures:
    """What each signal counts; those of documents as scripts/fit_knowledge.py found them."""

    words: float = 2.84
    """BM25 of the document for the three sentences that it answers best: a document meets a need or two, not all."""
    meaning: float = 1.95
    """The same by cosine, above the mean of all documents, so that a bland sentence counts for little."""
    whole: float = 0.94
    """The cosine of the mean of all sentences."""
    title: float = 1.48
    """How much of the title, by rarity, the message says."""
    title_meaning: float = 1.12
    """As meaning, of the title alone."""
    internal: float = 1.21
    """Written for those who answer: asked for by those alone, and rarely in the customer's words."""
    overview: float = 0.71
    """The first of a numbered series."""
    named: float = 0.68
    """The first of a numbered series of which the message names one."""
    own_words: float = 2.0
    own_meaning: float = 2.0
    """A passage's own part, beside its document's."""
    need: float = 10.0
    """Shared by the sentences: what a passage gains that answers one best; less the blander the sentence."""
    again: float = 2.0
    """What a passage loses for each better one of the same document."""
    meaning_floor: float = 0.30
    words_floor: float = 0.90


SIGNALS = ("words", "meaning", "whole", "title", "title_meaning", "internal", "overview", "named")
BEST = 3
"""Sentences that are pooled; 2 to 8 do about as well."""


@dataclass(frozen=True, slots=True)
class Needed:
    """A message's needs: the stems of each sentence, and a vector for each span of sentences."""

    terms: tuple[tuple[str, ...], ...]
    vectors: Vectors


def rank(corpus: Corpus, needed: Needed, by: Measures) -> list[tuple[int, float]]:
    """The passages above the floor with their scores, best first."""
    words, covered = _words(corpus.passage_words, needed, len(corpus.pieces))
    meaning = _cosines(needed.vectors, corpus.vectors)
    rows = np.flatnonzero((meaning.max(axis=0) >= by.meaning_floor) | (covered >= by.words_floor))
    if not len(rows):
        return []
    found = signals(corpus, needed, meaning)
    documents = sum((getattr(by, name) * found[name] for name in SIGNALS), np.zeros(len(corpus.titles)))
    above = _above(meaning)
    own = by.own_words * stretch(_best(words)) + by.own_meaning * stretch(_best(above))
    tops = above.max(axis=1) * (meaning.max(axis=1) >= by.meaning_floor)
    answers = np.zeros(len(own))
    np.maximum.at(answers, above.argmax(axis=1), tops / max(float(tops.max()), 1e-9))
    own += by.need / len(tops) * answers
    scores = (documents[corpus.owners] + own)[rows]
    order = np.argsort(-scores, kind="stable")
    seen: dict[int, int] = {}
    for place in order:
        owner = int(corpus.owners[rows[place]])
        scores[place] -= by.again * seen.get(owner, 0)
        seen[owner] = seen.get(owner, 0) + 1
    return [(int(rows[place]), float(scores[place])) for place in np.argsort(-scores, kind="stable")]


def signals(corpus: Corpus, needed: Needed, meaning: Numbers | None = None) -> dict[str, Numbers]:
    """By name, one value a document, 0..1; `meaning` are the cosines of spans and passages, where known."""
    spans = _cosines(needed.vectors, corpus.vectors) if meaning is None else meaning
    whole = needed.vectors.mean(axis=0, keepdims=True)
    asked = frozenset(term for terms in needed.terms for term in terms)
    title = np.array([corpus.named(terms, asked) for terms in corpus.title_terms])
    series = np.zeros(int(corpus.series.max()) + 1)
    np.maximum.at(series, corpus.series, title)
    return {
        "words": stretch(_best(_words(corpus.document_words, needed, len(corpus.titles))[0])),
        "meaning": stretch(_best(_above(corpus.pooled(spans)))),
        "whole": stretch(corpus.pooled(_cosines(whole, corpus.vectors))[0]),
        "title": title,
        "title_meaning": stretch(_best(_above(_cosines(needed.vectors, corpus.titles)))),
        "internal": corpus.internal,
        "overview": corpus.overview,
        "named": corpus.overview * stretch(series)[corpus.series],
    }


def need(vocabulary: Vocabulary, sentences: Sequence[str], vectors: Vectors) -> Needed:
    """Sentences of stop words alone are none."""
    terms = (vocabulary.terms(sentence) for sentence in sentences)
    return Needed(tuple(found for found in terms if found), vectors)


def _words(index: WordIndex, needed: Needed, texts: int) -> tuple[Numbers, Numbers]:
    """BM25 of every sentence (rows) for every text, and the largest share of a sentence that a text covers."""
    found = [index.scores(terms) for terms in needed.terms]
    if not found:
        return np.zeros((1, texts)), np.zeros(texts)
    shares = [scores / most if most else scores for scores, most in found]
    return np.stack([scores for scores, _ in found]), np.max(shares, axis=0)


def _cosines(asked: Vectors, vectors: Vectors) -> Numbers:
    """Without BLAS, whose threads stall when all cores are busy."""
    found: Numbers = np.einsum("gk,pk->gp", asked, vectors, dtype=np.float32).astype(np.float64)
    return found


def _above(cosines: Numbers) -> Numbers:
    """How far above what is usual for the sentence: a bland one is about as near to everything."""
    found: Numbers = cosines - cosines.mean(axis=1, keepdims=True)
    return found


def _best(values: Numbers) -> Numbers:
    found: Numbers = np.sort(values, axis=0)[-BEST:].mean(axis=0)
    return found
