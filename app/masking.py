# SPDX-License-Identifier: Apache-2.0
"""Everything bound for the model goes through one pseudonymizer, and the answer is judged against it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.context import Gathered
from app.manifest import Manifest
from app.prompt import instructions
from app.request import Request
from app.use_case import Boundary
from connectors.chat import ChatMessage
from guards.conduct import Ground
from guards.masking import Masked
from guards.topics import Private, unasked
from guards.vault import KnownValue, Vault
from memory.values import Fact, Role

NAMES = frozenset({"name", "preferred_name"})
"""The slots of a fact that hold what somebody is called."""


class Masks(Protocol):
    """Finds personal data and puts placeholders in its place."""

    async def mask(self, vault: Vault, texts: Sequence[str], policy: Mapping[str, str] | None = None) -> Masked:
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


class Masking:
    """One vault a turn, restored from the conversation's, so that placeholders stay the same."""

    def __init__(self, masker: Masks, canary: str) -> None:
        self._masker = masker
        self._canary = canary

    async def mask(
        self, request: Request, boundary: Boundary, gathered: Gathered, manifest: Manifest, text: str
    ) -> MaskedTurn:
        """Masks message, history and used items together; raises MaskingFailed."""
        vault = Vault(gathered.vault, tuple(_known(request.name, gathered.recollection.profile)))
        texts = [
            text,
            *(message.text for message in gathered.history),
            *(item.text for item in manifest.used),
        ]
        masked = await self._masker.mask(vault, texts, boundary.masking)
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
            unasked(_private(boundary, manifest, masked.texts[end:]), _asked(history, masked.texts[0])),
        )

    def system(self, boundary: Boundary) -> str:
        """The stable instructions of a use case, with the canary."""
        return instructions(boundary.purpose, boundary.tone, sorted(boundary.never_volunteered), self._canary)

    def ground(self, boundary: Boundary, masked: MaskedTurn, messages: Sequence[ChatMessage]) -> Ground:
        """What the answer is judged against: the prompt as it is sent, and the values that it stands for."""
        given = "\n".join(message.content for message in messages[1:])
        return Ground(
            self._canary, messages[0].content, boundary.allowed_hosts, masked.vault.own, given, masked.private
        )


def _asked(history: Sequence[ChatMessage], message: str) -> str:
    """The person's own words in this conversation."""
    return "\n".join([*(said.content for said in history if said.role == "user"), message])


def _private(boundary: Boundary, manifest: Manifest, texts: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    for item, text in zip(manifest.used, texts, strict=True):
        if item.category in boundary.never_volunteered:
            yield item.number, item.category, text


def _known(name: str, profile: Sequence[Fact]) -> list[KnownValue]:
    names = [
        name,
        *(fact.value for fact in profile if fact.subject == "self" and fact.attribute in {"name", "preferred_name"}),
    ]
    return [KnownValue("PERSON", value) for value in dict.fromkeys(names) if value.strip()]


def _kinds(text: str, vault: Vault) -> frozenset[str]:
    return frozenset(token.strip("<>").rsplit("_", 1)[0] for token in vault.entries if token in text)
