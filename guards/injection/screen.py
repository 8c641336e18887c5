# SPDX-License-Identifier: Apache-2.0
"""Looks at what comes in: refuses attacks in what a person says, and names untrusted text that gives orders.

The rules fail closed: where they cannot run, the turn stops. The classifier fails open: where it cannot answer,
the rules decide alone, and the ledger says so.
"""

import asyncio
import hashlib
import logging
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from guards.errors import ScreenFailed
from guards.injection.classifier import Classifier, Encodes
from guards.injection.cues import measured, suspect
from guards.injection.findings import find, find_together
from guards.injection.windows import SEEN, beginning, windows

log = logging.getLogger("rapport.screen")

DEADLINE_S = 1.0
"""The classifier's; the encoder may be busy with an import."""
REMEMBERED = 4_096
"""Verdicts on untrusted texts, by digest."""
EARLIER = 4
"""The person's earlier messages that are read together with this one, of each the beginning."""
LEAST = 0.15
"""How likely an attack a message must be by itself to be read together with what came before."""
LIKENESS = "likeness, classifier"
LONG = 2_000
"""From how many characters on a text is looked at in a thread."""

_ADDRESSED = re.compile(
    r"\b(?:ais?|assistants?|language models?|llms?|chat ?bots?|model|prompts?|instructions?)\b", re.IGNORECASE
)
"""Untrusted text that names none of these is no order to an assistant, however its wording is."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What was found, in words that may stand in a ledger: never any of the text."""

    attack: str
    """The family and how it was found, such as "override, rule"; empty for none."""
    wary: bool = False
    """Whether it is too likely an attack to be answered with memory and documents, though not enough to be refused."""
    notes: tuple[str, ...] = ()
    """What the ledger should hold besides: a part of the screen did not answer."""


class Screen:
    """One for all conversations; a short message costs a fraction of a millisecond besides the encoder."""

    def __init__(self, encoder: Encodes, classifier: Classifier) -> None:
        self._encoder = encoder
        self._classifier = classifier
        self._known: OrderedDict[bytes, str] = OrderedDict()

    async def message(self, raw: str, text: str) -> Suspicion:
        """A person's message, as it came and cleaned. Raises ScreenFailed."""
        if found := await _run(find, raw, text):
            return Suspicion(found)
        likely = await self._likelihood(text)
        if likely >= self._classifier.message:
            return Suspicion(LIKENESS)
        if likely >= self._classifier.wary:
            return Suspicion("", True, ("screen: wary",))
        return Suspicion("", notes=("screen: rules alone",) if likely < 0 else ())

    async def together(self, earlier: Sequence[str], text: str) -> Suspicion:
        """What only shows over several messages of one conversation, oldest first. Raises ScreenFailed.

        Of no message alone: an order cut into pieces, a persona that is built up.
        """
        said = [beginning(one) for one in (*earlier[-EARLIER:], text)]
        counts = [suspect(measured(one)) for one in said]
        if len(said) < 2 or not counts[-1]:
            return Suspicion("")
        if found := await _run(find_together, *said):
            return Suspicion(f"{found}, over several messages")
        if sum(counts) < 4 or await self._likelihood(text) < LEAST:
            return Suspicion("")
        likely = await self._likelihood("\n".join(said)[-SEEN:])
        return Suspicion(f"{LIKENESS}, over several messages" if likely >= self._classifier.message else "")

    async def untrusted(self, texts: Sequence[str]) -> tuple[str, ...]:
        """For each text that nobody typed here what it is suspected of, or "". Raises ScreenFailed.

        Documents, tickets, tool output, memories: an order to the assistant has no place in any of them.
        """
        return tuple([await self._untrusted(text) for text in texts])

    async def _untrusted(self, text: str) -> str:
        key = hashlib.sha256(text.encode("utf-8", "replace")).digest()
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        found, likely = await _run(find, text, text, True), 0.0
        if not found and _ADDRESSED.search(text) and suspect(measured(beginning(text))) >= 3:
            likely = await self._likelihood(text)
            found = LIKENESS if likely >= self._classifier.untrusted else ""
        if likely >= 0:  # what the classifier did not answer is asked again
            self._known[key] = found
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found

    async def _likelihood(self, text: str) -> float:
        """By the classifier, 0 to 1, or -1 where it did not answer."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                pieces = await asyncio.to_thread(windows, text) if len(text) > LONG else windows(text)
                return await self._classifier.likelihood(self._encoder, pieces)
        except Exception as error:
            log.warning("the classifier of attacks did not answer: %s", type(error).__name__)
            return -1.0


async def _run(work: Callable[..., str], *given: object) -> str:
    """Runs rules, in a thread where the text is long; whatever fails is a ScreenFailed."""
    try:
        if sum(len(one) for one in given if isinstance(one, str)) > LONG:
            return await asyncio.to_thread(work, *given)
        return work(*given)
    except Exception as error:
        raise ScreenFailed(f"a text could not be screened: {type(error).__name__}") from None
