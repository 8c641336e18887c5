# SPDX-License-Identifier: Apache-2.0
"""Wordings that are attacks wherever they stand, by family; each is sure enough to refuse by itself."""

import re
from collections.abc import Iterator
from functools import cache

from guards.injection.english import ENGLISH
from guards.injection.planted import PLANTED
from guards.injection.tongues import TONGUES

_SQUEEZED = re.compile(
    r"ignore(?:all|any|the|your|every)*(?:previous|prior|above|earlier)*(?:instructions|rules|prompts|guidelines)"
    r"|systemprompt|doanythingnow|disregard(?:all|your|the)*(?:previous|prior)*(?:rules|instructions)"
    r"|developermode|jailbreak"
)

_NEEDED = re.compile(
    r"(?:every|any|all|each) (?:question|user|people|person|client|customer)|who (?:answers|can|never|says)|end of"
    r"|of (?:an)?other"
    r"|(?:start|begin|prefix) (?:your|every|each|the)|not allowed|forbidden|not permitted|content|data of"
    r"|whatever the|what the facts"
    r"|instruct|prompt|rules?\b|guideline|directive|direction|constraint|programming|training|polic"
    r"|restrict|limit|safeguard"
    r"|filter|guardrail|safety|censor|moderat|ethic|moral|laws?\b|obey|ignor|disregard|forget|scrap"
    r"|discard|command|orders?\b"
    r"|mode\b|refus|declin|reject|den(?:y|ies)|sorry|resist|comply|language model|decod|decipher|decrypt"
    r"|encod|unscrambl|concat"
    r"|join|interpret|treat|assistant|\bais?\b|llm|chat ?bot|model|jail-?br|\bdan\b|anything|everything|master|\bsystem"
    r"|\[\[|<\||\[/?inst|\[/?sys|\[/?admin|###|<</?sys|</?admin|</?dev|developer|creator|maker|operator"
    r"|owner|programmer"
    r"|engineer|admin|openai|anthropic|root\b|sudo|conscience|confines|chains|restraint|shackle|canary|token|code word"
    r"|passphrase|points?\b|credits|lives\b|coins|user|customer|context window|configuration|conversation|chat|memor"
    r"|<!--|!\[|taboo|inhibition|boundar|god\b|listen to|task|objective|priority|secret|hidden"
    r"|undocumented|mistake|immoral"
    r"|amoral|detection|summari[sz]|https?://|what you do next|e-?mails?\b|whatever i say|whatever i"
    r"|do whatever|this (?:instruction|text|note|comment)|un(?:bound|hing|shackl|limit)|nothing"
    r"|you have no will|legal|drill|exercise|tested|evaluat|🔒|🔓|\[normal|\[classic"
    r"|\[gpt|superuser|trust|everybody|other people|text above|words above|line above|all the text|the words?\b|trusted"
    r"|anweisung|regel|vorgabe|richtlin|befehl|schränk|nachricht|zeile|ethik|grenzen|sicherheit|zensur"
    r"|ungefiltert|unzensiert"
    r"|entwickler|betreiber|schöpfer|sprachmodell|\bki\b|instrucc|reglas|órdenes|directric|normas"
    r"|desarrollador|creador|ética"
    r"|límite|filtro|censura|consigne|règle|filtre|développeur|créateur|éthique|istruzion|regole|direttiv"
    r"|restrizion|limiti"
    r"|etica|filtri|sviluppatore|creatore|instruç|regras|diretriz|restriç|desenvolvedor|criador"
    r"|instructies|regels|instrukcj|polece|zasad|инструкц|правил|указан|指令|指示|规则|提示|命令|ルール|talimat|kural"
    r"|asistente|modelo|\bia\b"
)
"""One of these stands in whatever the rules below find; most of what people say has none and costs no more."""

Compiled = tuple[tuple[str, re.Pattern[str]], ...]


@cache
def compiled() -> Compiled:
    """The families of all languages; compiling them takes half a second, once, in `open_screen`'s thread."""
    joined = [(family, "|".join(patterns)) for language in (ENGLISH, TONGUES) for family, patterns in language.items()]
    return tuple((family, re.compile(pattern, re.IGNORECASE)) for family, pattern in joined)


@cache
def planted() -> re.Pattern[str]:
    """What gives away text that was planted for a model to read."""
    return re.compile("|".join(PLANTED), re.IGNORECASE)


def families(text: str) -> Iterator[str]:
    """The families of attack that a person's text shows; takes it cleaned, some 0.3 ms a hundred characters."""
    if _NEEDED.search(text.casefold()):
        yield from (family for family, pattern in compiled() if pattern.search(text))


def indirect(text: str) -> Iterator[str]:
    """The same for text that nobody typed here: documents, tickets, tool output, memories."""
    if _NEEDED.search(text.casefold()) and planted().search(text):
        yield "indirect"
    yield from families(text)


def squeezed(letters: str) -> bool:
    """Whether letters without blanks between them spell an attack."""
    return _SQUEEZED.search(letters) is not None
