# SPDX-License-Identifier: Apache-2.0
"""Puts placeholders where personal data stands, the same in all texts of a turn."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from guards.cues import names_said
from guards.kinds import KINDS, LITERAL, PERSON
from guards.mentions import Mentions
from guards.personal import Finder, Finding, failed
from guards.placeholders import placeholders
from guards.shadow import Shadow, shadow
from guards.vault import KnownValue, Vault

ACTIONS = ("pseudonym", "mask", "keep", "block")
"""What a use case may have done with a kind: a placeholder that comes back, a mask that does not, nothing
at all, or no turn."""

_LAST_FOUR = frozenset({"CREDIT_CARD", "IBAN_CODE"})


@dataclass(frozen=True, slots=True)
class Masked:
    """Texts as a model may see them."""

    texts: tuple[str, ...]
    """In the order they were given."""
    kinds: Mapping[str, int]
    """How many stretches of each kind were masked."""
    blocked: str = ""
    """The first kind found that the policy blocks: the turn must be refused. Empty when there is none."""


class Masker:
    """Finds personal data, remembers names that a text gives away, and masks both everywhere."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder

    async def mask(self, vault: Vault, texts: Sequence[str], policy: Mapping[str, str] | None = None) -> Masked:
        """Masks all texts with one vault; raises MaskingFailed when anything could not be searched.

        `policy` is kind to one of ACTIONS, a pseudonym where it says nothing. What is known from one text
        is masked in all of them, in any case. Restoring the result gives the texts back, with values
        as they were said first.
        """
        found = await self._finder.find_all(texts)
        try:
            return _mask(vault, texts, found, policy or MappingProxyType({}))
        except Exception as error:
            raise failed("masked", error) from None


def _mask(vault: Vault, texts: Sequence[str], found: Sequence[Sequence[Finding]], policy: Mapping[str, str]) -> Masked:
    if not set(policy.values()) <= set(ACTIONS):
        raise ValueError("unknown masking action")
    shadows = [shadow(text) for text in texts]
    _learn(vault, texts, shadows, found, policy)
    mentions = Mentions(vault.known)
    kinds: Counter[str] = Counter()
    masked = []
    for text, searched, findings in zip(texts, shadows, found, strict=True):
        named = (Finding(kind, *searched.origin(start, end), 1.0) for start, end, kind in mentions.find(searched.text))
        acted = [item for item in (*findings, *named) if policy.get(item.kind) != "keep"]
        spans = _with_literals(text, searched, acted)
        kinds.update(span.kind for span in spans if span.kind != LITERAL)
        masked.append(_replaced(text, spans, vault, policy))
    blocked = next((kind for kind in KINDS if kinds[kind] and policy.get(kind) == "block"), "")
    return Masked(tuple(masked), dict(kinds), blocked)


def _learn(
    vault: Vault,
    texts: Sequence[str],
    shadows: Sequence[Shadow],
    found: Sequence[Sequence[Finding]],
    policy: Mapping[str, str],
) -> None:
    """Names from cues and every value found are known from here on, before anything is replaced."""
    for text, searched, findings in zip(texts, shadows, found, strict=True):
        for start, end in names_said(searched.text):
            first, last = searched.origin(start, end)
            vault.know(KnownValue(PERSON, text[first:last]))
        for item in findings:
            value = text[item.start : item.end]
            if policy.get(item.kind) == "keep":
                vault.keep(value)
            else:
                vault.know(KnownValue(item.kind, value))


def united(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that overlap become one, with the kind of the longest; in order, none touching another."""
    spans: list[Finding] = []
    kinds: list[Finding] = []
    for item in sorted(findings, key=lambda item: (item.start, -item.end)):
        if spans and item.start < spans[-1].end:
            leading = max(kinds[-1], item, key=_weight)
            kinds[-1] = leading
            last = spans[-1]
            spans[-1] = Finding(leading.kind, last.start, max(last.end, item.end), max(last.score, item.score))
        else:
            spans.append(item)
            kinds.append(item)
    return spans


def _weight(item: Finding) -> tuple[int, float, int]:
    return item.end - item.start, item.score, -KINDS.index(item.kind)


def _with_literals(text: str, searched: Shadow, findings: Iterable[Finding]) -> list[Finding]:
    """Adds all that would be taken for a placeholder once the findings are replaced, whoever wrote it."""
    hidden = [] if searched.text == text else placeholders(searched.text)
    origins = [searched.origin(*match.span()) for match in hidden]
    spans = united([*findings, *(Finding(LITERAL, start, end, 0.0) for start, end in origins)])
    while strays := list(_strays(text, spans)):
        spans = united([*spans, *strays])
    return spans


def _strays(text: str, spans: Sequence[Finding]) -> Iterator[Finding]:
    """Placeholders between the spans, read with a placeholder in the place of each span."""
    edges = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        before, after = ">" if start else "", "<" if end < len(text) else ""
        for match in placeholders(before + text[start:end] + after):
            shift = start - len(before)
            yield Finding(LITERAL, match.start() + shift, match.end() + shift, 0.0)


def _replaced(text: str, spans: Sequence[Finding], vault: Vault, policy: Mapping[str, str]) -> str:
    pieces: list[str] = []
    end = 0
    for span in spans:
        value = text[span.start : span.end]
        pieces.append(text[end : span.start])
        if policy.get(span.kind) == "mask":
            pieces.append(_hidden(span.kind, value))
        else:
            pieces.append(vault.placeholder(span.kind, value))
        end = span.end
    return "".join((*pieces, text[end:]))


def _hidden(kind: str, value: str) -> str:
    """A mask that nothing comes back from; the last four digits of a card or account are no secret."""
    last = "".join(char for char in value if char.isalnum())[-4:]
    return f"[{kind} ****{last}]" if kind in _LAST_FOUR else f"[{kind}]"
