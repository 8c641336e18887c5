# SPDX-License-Identifier: Apache-2.0
"""Everything bound for the model goes through one pseudonymizer, and the answer is judged against it."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from app.context import Gathered
from app.manifest import Manifest
from app.prompt import instructions
from app.request import Request
from app.use_case import Boundary
from connectors.chat import ChatMessage
from guards.conduct import Ground
from guards.errors import GuardError
from guards.masking import Masked
from guards.patterns.scans import Local
from guards.talk import Talk, Used, talk
from guards.topics import Private, unasked
from guards.vault import KnownValue, Vault
from memory.values import Fact, Role

NAMES = frozenset({"name", "preferred_name"})
"""The slots of a fact that hold what somebody is called."""

CONTACTS = {
    "address": "STREET_ADDRESS",
    "email": "EMAIL_ADDRESS",
    "phone": "PHONE_NUMBER",
    "birthday": "DATE_OF_BIRTH",
}
"""The slots that hold other personal data, with their kind."""


class Masks(Protocol):
    """Finds personal data and puts placeholders in its place."""

    async def look(self, texts: Sequence[str], local: Local | None = None) -> None:
        """Searches texts that will be masked soon; raises MaskingFailed when it cannot."""
        ...

    async def mask(
        self, vault: Vault, texts: Sequence[str], policy: Mapping[str, str] | None = None, local: Local | None = None
    ) -> Masked:
        """Masks all texts with one vault; raises MaskingFailed when it cannot search."""
        ...


@dataclass(frozen=True, slots=True)
class MaskedTurn:
    """A turn as the model may see it."""

    vault: Vault
    message: str
    history: tuple[ChatMessage, ...]
    items: tuple[str, ...]
    """The texts of the manifest's used items, in order."""
    kinds: Mapping[str, int]
    """Masked values by kind over everything that is sent."""
    message_kinds: frozenset[str]
    """The kinds found in the person's own message."""
    blocked: str
    """The kind that the use case does not let through, or empty."""
    private: tuple[Private, ...] = ()
    """Used items that are never volunteered, where the person did not bring them up."""
    talk: Talk = field(default_factory=Talk)
    """What the conversation has of the used items so far."""


class Masking:
    """One vault a turn, restored from the conversation's, so that placeholders stay the same."""

    def __init__(self, masker: Masks, canary: str) -> None:
        self._masker = masker
        self._canary = canary
        self._ahead: set[asyncio.Task[None]] = set()

    def ahead(self, boundary: Boundary, text: str) -> None:
        """Begins to search a message while all else is gathered; `mask` waits for it, and meets what goes wrong."""
        begun = asyncio.create_task(self._look(text, boundary.local))
        self._ahead.add(begun)
        begun.add_done_callback(self._ahead.discard)

    async def _look(self, text: str, local: Local) -> None:
        with suppress(GuardError):
            await self._masker.look([text], local)

    async def mask(
        self, request: Request, boundary: Boundary, gathered: Gathered, manifest: Manifest, text: str
    ) -> MaskedTurn:
        """Masks message, history and used items together; raises MaskingFailed."""
        known = known_of(request.name, gathered.recollection.profile)
        vault = Vault(gathered.vault, known)
        texts = [
            text,
            *(message.text for message in gathered.history),
            *(item.text for item in manifest.used),
        ]
        masked = await self._masker.mask(vault, texts, boundary.masking, boundary.local)
        end = 1 + len(gathered.history)
        history = tuple(
            ChatMessage("user" if message.role is Role.USER else "assistant", content)
            for message, content in zip(gathered.history, masked.texts[1:end], strict=True)
        )
        return MaskedTurn(
            vault,
            masked.texts[0],
            history,
            masked.texts[end:],
            masked.kinds,
            _kinds(masked.texts[0], vault),
            masked.blocked,
            unasked(_private(boundary, manifest, masked.texts[end:]), "\n".join(_asked(history, masked.texts[0]))),
            await asyncio.to_thread(
                _talk, manifest, masked.texts[end:], history, masked.texts[0], _named(vault, known)
            ),
        )

    def system(self, boundary: Boundary) -> str:
        """The stable instructions of a use case, with the canary."""
        demands = boundary.demands
        barred = [*sorted(demands.barred_topics), *sorted(demands.competitors)]
        never = sorted(boundary.never_volunteered)
        return instructions(boundary.purpose, boundary.tone, never, self._canary, barred, demands.json)

    def ground(self, boundary: Boundary, masked: MaskedTurn, messages: Sequence[ChatMessage]) -> Ground:
        """What the answer is judged against: the prompt as it is sent, and the values that it stands for."""
        given = "\n".join(message.content for message in messages[1:])
        return Ground(
            self._canary,
            messages[0].content,
            boundary.allowed_hosts,
            masked.vault.own,
            given,
            masked.private,
            masked.talk,
            asked=_asked(masked.history, masked.message),
            sources=dict(enumerate(masked.items, start=1)),
            demands=boundary.demands,
            local=boundary.local,
        )


def _asked(history: Sequence[ChatMessage], message: str) -> tuple[str, ...]:
    """The person's own words in this conversation."""
    return (*(said.content for said in history if said.role == "user"), message)


def _private(boundary: Boundary, manifest: Manifest, texts: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    for item, text in zip(manifest.used, texts, strict=True):
        if item.category in boundary.never_volunteered:
            yield item.number, item.category, text


def _talk(
    manifest: Manifest, texts: Sequence[str], history: Sequence[ChatMessage], message: str, names: Sequence[str]
) -> Talk:
    """Documents and the placeholders of the person's own names may be said to anybody."""
    used = list(zip(manifest.used, texts, strict=True))
    memories = (Used(item.number, item.category, text, item.said) for item, text in used if item.kind != "passage")
    given = "\n".join([*names, *(text for item, text in used if item.kind == "passage")])
    answers = [said.content for said in history if said.role == "assistant"]
    return talk(_asked(history, message), answers, memories, given)


def _named(vault: Vault, known: Sequence[KnownValue]) -> tuple[str, ...]:
    """The placeholders of the person's own names."""
    words = {word for one in known if one.who == "self" for word in one.value.casefold().split()}
    return tuple(token for token, value in vault.entries.items() if words.issuperset(value.casefold().split()))


def known_of(name: str, facts: Sequence[Fact]) -> tuple[KnownValue, ...]:
    """The values that are personal wherever they stand: the account's name, and names and contacts among facts.

    Those whom the person is close to are told apart by the relation; animals are nobody.
    """
    told = [KnownValue("PERSON", name, "self")]
    for fact in facts:
        if fact.attribute in NAMES and fact.category != "pets":
            told.append(KnownValue("PERSON", fact.value, fact.subject))
        elif fact.attribute in CONTACTS:
            told.append(KnownValue(CONTACTS[fact.attribute], fact.value))
    return tuple(value for value in dict.fromkeys(told) if value.value.strip())


def _kinds(text: str, vault: Vault) -> frozenset[str]:
    return frozenset(token.strip("<>").rsplit("_", 1)[0] for token in vault.entries if token in text)
