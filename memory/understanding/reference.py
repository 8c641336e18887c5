# SPDX-License-Identifier: Apache-2.0
"""Whom "she", "he" and "it" mean: the one of the person's own that was named just before."""

from collections.abc import Iterator

from memory.understanding.sentences import SECONDS, Sentence
from memory.understanding.wording import edited


def referred(sentence: Sentence, before: Sentence | None) -> Sentence:
    """The sentence with pronouns put as "my sister" where exactly one such person or pet was named before them.

    Looks back in the sentence, and else in the one before it. Values are still spelled as the person wrote
    them. Raises TimeoutError.
    """
    reference = sentence.language.reference
    if reference is None:
        return sentence
    here = list(_named(sentence))
    earlier = [subject for _, subject in _named(before)] if before else []
    if not here and not earlier:
        return sentence
    pronouns = list(reference.pronoun.finditer(sentence.text, timeout=SECONDS))
    changes = []
    for found in pronouns:
        start, end = found.span("pronoun")
        means = reference.means.get(found["pronoun"].lower(), frozenset())
        named = [subject for at, subject in here if at < start and subject in means]
        meant = set(named or (subject for subject in earlier if subject in means))
        if len(meant) == 1:
            changes.append((start, end, reference.put.get(found["pronoun"].lower(), "{}").format(meant.pop())))
    return edited(sentence, changes)


def _named(sentence: Sentence) -> Iterator[tuple[int, str]]:
    """Where the person names one of theirs, and the word under which it is kept."""
    language = sentence.language
    if language.reference:
        for found in language.reference.mention.finditer(sentence.text, timeout=SECONDS):
            said = found["subject"].lower()
            yield found.end(), language.subjects.get(said, said)
