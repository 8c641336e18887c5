# SPDX-License-Identifier: Apache-2.0
"""Whom a message names: people by name, and relatives and pets by their kind."""

import re
from collections.abc import Iterator

from memory.ranking.words import Vocabulary, words

KIN = (
    "mother mum mom mam mama mommy mummy, father dad daddy papa, grandmother grandma granny nan nana, "
    "grandfather grandpa grandad granddad, wife spouse, husband spouse, sister, brother, son boy, daughter girl, "
    "cousin, aunt auntie, uncle, nephew, niece, grandson, granddaughter, girlfriend, boyfriend, dog puppy, "
    "cat kitten, goddaughter, godson, fiancée fiancee, fiancé fiance"
)
"""Words for one and the same kind of companion; somebody's sister is not their brother, however near the words."""
_WORD = re.compile(r"[\w'’]+")
_TITLE = re.compile(r"[\"“„].*?(?:[\"”“]|$)")
"""What stands in quotation marks is a title, not a name; the last one may lack its end."""
_DATES = """
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec
    monday tuesday wednesday thursday friday saturday sunday christmas
"""
_CALENDAR = frozenset(_DATES.split())


def companions(text: str, vocabulary: Vocabulary) -> Iterator[frozenset[str]]:
    """For each name and kind of relative in a text the stems of which one must have been said."""
    for place, match in enumerate(_WORD.finditer(_TITLE.sub(" ", text))):
        word = re.sub(r"['’].*", "", match.group())
        name = place and word[:1].isupper() and len(word) > 2 and word.casefold() not in _CALENDAR
        if name and (stems := vocabulary.stems(word.casefold())):
            yield frozenset(stems)
    kinds = [kind.split() for kind in KIN.split(", ")]
    for word in words(text):
        stems = vocabulary.stems(word.removesuffix("'s"))
        same = {other for kind in kinds for one in kind if vocabulary.stems(one) == stems for other in kind}
        if stems and same:
            yield frozenset(stem for other in same for stem in vocabulary.stems(other))
