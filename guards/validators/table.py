# SPDX-License-Identifier: Apache-2.0
"""The table of validators: each at each place where it runs, in the order in which they are asked."""

from guards.declarations import Declaration, Place, Remedy
from guards.validators.barred_topics import BarredTopics
from guards.validators.competitors import Competitors
from guards.validators.emptiness import Emptiness
from guards.validators.grounding import Grounding
from guards.validators.intrusive import Intrusive
from guards.validators.json_validity import JsonValidity
from guards.validators.language import Language
from guards.validators.length import Length
from guards.validators.links import Links
from guards.validators.manipulation import Manipulation
from guards.validators.personal_leak import PersonalLeak
from guards.validators.promises import Promises
from guards.validators.prompt_leak import PromptLeak
from guards.validators.secrets import Secrets
from guards.validators.toxicity import Toxicity
from guards.validators.volunteered import Volunteered

_SENTENCE, _ANSWER = Place.SENTENCE, Place.ANSWER
_MARK, _REPAIR, _BLOCK = Remedy.MARK, Remedy.REPAIR, Remedy.BLOCK

TABLE = (
    # validator, place, remedy, fails closed, ms for 1,000 characters, how it is made
    Declaration("personal_leak", _SENTENCE, _REPAIR, True, 2.4, lambda tools: PersonalLeak(tools.finder)),
    Declaration("volunteered", _SENTENCE, _REPAIR, True, 0.1, lambda tools: Volunteered()),
    Declaration("links", _SENTENCE, _REPAIR, True, 0.3, lambda tools: Links()),
    Declaration("secrets", _SENTENCE, _BLOCK, True, 0.1, lambda tools: Secrets()),
    Declaration("prompt_leak", _SENTENCE, _BLOCK, True, 0.2, lambda tools: PromptLeak()),
    Declaration("json_validity", _SENTENCE, _REPAIR, True, 0.1, lambda tools: JsonValidity()),
    Declaration("grounding", _SENTENCE, _REPAIR, False, 0.7, lambda tools: Grounding()),
    Declaration("promises", _SENTENCE, _REPAIR, False, 6.0, lambda tools: Promises(tools.encoder)),
    Declaration("toxicity", _SENTENCE, _REPAIR, False, 6.0, lambda tools: Toxicity(tools.encoder)),
    Declaration("competitors", _SENTENCE, _REPAIR, False, 0.1, lambda tools: Competitors()),
    Declaration("barred_topics", _SENTENCE, _REPAIR, False, 0.1, lambda tools: BarredTopics()),
    Declaration("intrusive", _SENTENCE, _REPAIR, False, 4.9, lambda tools: Intrusive()),
    Declaration("manipulation", _SENTENCE, _REPAIR, False, 1.4, lambda tools: Manipulation()),
    Declaration("length", _SENTENCE, _REPAIR, False, 0.1, lambda tools: Length()),
    Declaration("personal_leak", _ANSWER, _BLOCK, True, 2.4, lambda tools: PersonalLeak(tools.finder, sure=0.75)),
    Declaration("volunteered", _ANSWER, _BLOCK, True, 0.1, lambda tools: Volunteered()),
    Declaration("secrets", _ANSWER, _BLOCK, True, 0.1, lambda tools: Secrets()),
    Declaration("prompt_leak", _ANSWER, _BLOCK, True, 0.2, lambda tools: PromptLeak()),
    Declaration("json_validity", _ANSWER, _BLOCK, True, 0.1, lambda tools: JsonValidity()),
    Declaration("language", _ANSWER, _MARK, False, 0.2, lambda tools: Language()),
    Declaration("intrusive", _ANSWER, _BLOCK, False, 4.9, lambda tools: Intrusive(shown=True)),
    Declaration("manipulation", _ANSWER, _BLOCK, False, 7.4, lambda tools: Manipulation(tools.encoder, shown=True)),
    Declaration("emptiness", _ANSWER, _BLOCK, False, 0.1, lambda tools: Emptiness()),
)
"""What a validator repairs before it is shown blocks the whole answer where it shows only after that."""
