# SPDX-License-Identifier: Apache-2.0
"""A model's summary of an old conversation, as far as it may be kept."""

import re

from memory.erasure.excision import SENTENCE
from memory.understanding.rules import Rules
from memory.understanding.sentences import SECONDS

LONGEST = 1200
"""Characters, as of any memory that is recalled."""
_LEFT = re.compile(r"<[A-Z][A-Z_]*_\d+>|<[a-zA-Z/!]|```|[{}]")
"""A placeholder that stands for nothing, markup, code: no summary has them."""


def summary_of(text: str, rules: Rules) -> str:
    """Its sentences that neither steer, nor hold a secret, nor speak of a special category; empty for no summary."""
    told = " ".join(text.split())
    if not told or _LEFT.search(told) or len(told) > 2 * LONGEST:
        return ""
    language = rules.language_of(told)
    barred = [language.gates[name] for name in ("attack", "steer", "secret")] + list(language.special.values())
    try:
        if language.gates["attack"].search(told, timeout=SECONDS):
            return ""
        sentences = [match[0] for match in SENTENCE.finditer(told)]
        kept = [one for one in sentences if not any(gate.search(one, timeout=SECONDS) for gate in barred)]
    except TimeoutError:
        return ""
    left = ""
    for sentence in kept:
        if len(left) + len(sentence) <= LONGEST:
            left += sentence
    return left.strip()
