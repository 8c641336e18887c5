# SPDX-License-Identifier: Apache-2.0
"""What the classifier looks at besides meaning: how often a text says things that attacks are made of."""

import math
import re

import numpy as np
from numpy.typing import NDArray

_WORDS = (
    r"ignor\w+|disregard\w*|forget\w*|overrid\w+|bypass\w*|circumvent\w*|disobey\w*|discard\w*",
    r"instructions?|rules?|guidelines?|polic(?:y|ies)|directives?|programming|prompts?",
    r"restrict\w*|limit\w*|filter\w*|censor\w*|guardrails?|safeguards?|constraints?|moderation",
    r"un(?:censored|filtered|restricted|ethical|limited|moderated|locked)|amoral|immoral|jailbr\w+",
    r"pretend\w*|simulat\w+|emulat\w+",
    r"refus\w*|declin\w*|reject\w*|apologi\w*|deny|denies",
    r"openai|chatgpt|anthropic|gpt|chatbots?|ais?",
    r"persona\w*|character|roleplay\w*|role",
    r"ethic\w*|moral\w*|legal\w*|illegal\w*|harmful|inappropriate",
    r"offensive|explicit\w*|nsfw|violen\w+|vulgar|profan\w+|swear\w*|curs(?:e|ing)|insult\w*|derogatory"
    r"|sexual\w*|slurs?|toxic"
    r"|erotic\w*|fuck\w*|shit\w*|taboos?",
    r"dan|anything|everything",
    r"mode|modes",
    r"tokens?|points?|deduct\w*|penalt\w+|punish\w*|die|cease|deleted",
    r"respond\w*|answers?|repl(?:y|ies)|responses?",
    r"hypothetical\w*|fiction\w*|imagin\w+|alternate|scenario|dystopia\w*|parallel|universe",
    r"obey\w*|master|comply|commands?|servant|slave|required|orders?",
    r"reveal\w*|print|repeat|output|dump|leak|verbatim|disclose",
    r"hidden|secret\w*|confidential\w*|classified",
    r"evil|villain\w*|criminal\w*|hack\w+|rogue|ruthless|malicious\w*|unhinged|chaotic|devious|machiavell\w+",
    r"emergency|urgent\w*|reward|stake",
    r"test\w*|debug\w*|evaluat\w+|audit\w*|diagnostic\w*|sandbox|drill|exercise|experiment\w*",
    r"send|forward|post|upload|append",
    r"decod\w+|encod\w+|base64|rot13|cipher\w*|hex\w*|decrypt\w*|concatenat\w+",
    r"developers?|creators?|administrator|admin|root|engineer|authori[sz]\w+|permission|clearance|verified",
    r"free\w*|broken|escaped?|chains|confines|liberat\w+|unleash\w*|unlock\w*",
    r"warnings?|disclaimers?|caveats?|lectur\w+|moraliz\w+|sorry|cannot",
    r"regardless|always|never|strictly|absolutely",
    r"please|thanks?|order|parcel|account",
    r"previous\w*|prior|above|earlier|preceding|former",
    r"system|initial",
)
"""Of single words, each by the first cue that knows it."""
_PHRASES = (
    (
        "from now on",
        "you are now",
        "you're now",
        "you will act",
        "you will be ",
        "going to act",
        "act as",
        "you will play",
    ),
    ("never refuse", "not refuse", "no matter what", "whatever i ", "whatever the user", "under no circumstances"),
    ("as an ai", "language model"),
    ("in character", "break character", "stay as", "role-play", "role play"),
    ("do anything", "can do any", "anything now", "everything i "),
    ("shut down", "cease to exist", "lose my job", "will die", "life depends", "tip you"),
    (
        "start your",
        "begin your",
        "start each",
        "start every",
        'with "',
        "two responses",
        "two answers",
        "two ways",
        "prefix",
    ),
    (
        "my first request",
        "my first question",
        "my first command",
        "first prompt",
        "[insert",
        "[your",
        "[prompt",
        "<prompt",
        "[request",
    ),
    ("you must", "you have to", "must answer", "must always", "order you", "you can do", "you may not", "you cannot"),
    ("system prompt", "system message", "initial prompt", "hidden prompt", "pre-prompt", "word for word"),
    ("<|", "[inst", "[/inst", "###", "</system", "[system", "system:", "user:", "assistant:", "human:", "[["),
    (
        "note to",
        "reading this",
        "when summari",
        "the user has",
        "to the assistant",
        "do not tell",
        "do not mention",
        "do not inform",
    ),
    ("https://", "http://", "![", "<!--"),
    ("i'm sorry", "i can't", "i cannot", "can't do", "unable to"),
    (
        "no rules",
        "no limit",
        "no filter",
        "no restrict",
        "no ethic",
        "no moral",
        "without any",
        "free of",
        "free from",
        "not bound",
    ),
    (
        "how do i",
        "how can i",
        "could you",
        "can you",
        "what is",
        "what are",
        "what does",
        "help me",
        "thank you",
        "my order",
    ),
    ("who can", "who never", "that never", "who has no", "does not care", "doesn't care", "who will"),
)
_WORD = re.compile(r"\w+")
_MASTER = re.compile(r"\b(?:" + "|".join(f"(?P<c{place}>{words})" for place, words in enumerate(_WORDS)) + r")\b")
_SECOND = frozenset(("you", "your", "yours", "yourself", "u", "ur"))
_MUST = frozenset(("must", "will", "shall", "should", "always", "never", "cannot", "don", "not", "only", "can"))
_SELDOM = (
    *range(6),
    6,
    *range(8, 13),
    15,
    16,
    17,
    18,
    22,
    24,
    *(len(_WORDS) + at for at in (0, 1, 2, 4, 9, 10, 11, 14)),
)
"""The places of cues that harmless text seldom has."""
COUNT = len(_WORDS) + len(_PHRASES) + 6

Numbers = NDArray[np.float32]


def measured(text: str) -> Numbers:
    """Each cue's log of one more than its count, then the length and shares of you, must, capitals; (COUNT,)."""
    lower = text.casefold()
    counts = [0] * len(_WORDS)
    for found in _MASTER.finditer(lower):
        counts[int(str(found.lastgroup)[1:])] += 1
    counts += [sum(map(lower.count, phrases)) for phrases in _PHRASES]
    words, plain = _WORD.findall(text), _WORD.findall(lower)
    some = max(len(words), 1)
    shares = (
        math.log1p(len(words)) / 4,
        4 * sum(word in _SECOND for word in plain) / some,
        4 * sum(word in _MUST for word in plain) / some,
        4 * sum(word.isupper() and len(word) > 2 for word in words) / some,
        float(text.rstrip().endswith("?")),
        sum(counts[place] > 0 for place in _SELDOM) / 4,
    )
    return np.array([*(math.log1p(min(count, 8)) for count in counts), *shares], np.float32)


def suspect(numbers: Numbers) -> int:
    """How many different cues it has that harmless text seldom has."""
    return round(float(numbers[-1]) * 4)
