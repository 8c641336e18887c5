# SPDX-License-Identifier: Apache-2.0
"""Puts placeholders where personal data stands, the same in all texts of a turn."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

from guards.cues import names_said
from guards.generalizing import generalized
from guards.kinds import KINDS, LITERAL, MILD, PERSON
from guards.mentions import Mentions
from guards.patterns.scans import Local
from guards.people import core, parts_of
from guards.personal import Finding, LocalFinder, failed
from guards.placeholders import placeholders
from guards.shadow import Shadow, shadow
from guards.vault import FORMS, KnownValue, Vault, fullness

ACTIONS = ("pseudonym", "mask", "generalize", "keep", "block")
"""What a use case may have done with a kind: a placeholder that comes back, a mask that does not, its less telling
form (a year, a city), nothing at all, or no turn."""

_NAMING = re.compile(r"nam|call|full|aka|i\.\s?e\.|alias|short for|hei(?:ß|ss)|llam|appell|chiam|cham", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?;\n]")
_SENTENCE_LONG = 300
"""Characters between two names beyond which they are not said of one another."""
_LINK = re.compile(r"[^\W\d_]{2}")

_LONG = 2_000
"""More characters are masked in a thread: they take 2 ms a thousand."""

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

    def __init__(self, finder: LocalFinder) -> None:
        self._finder = finder

    async def look(self, texts: Sequence[str], local: Local | None = None) -> None:
        """Searches texts that will be masked soon, so that `mask` has it done; raises MaskingFailed."""
        await (await self._finder.at(local or Local())).find_all(texts)

    async def mask(
        self, vault: Vault, texts: Sequence[str], policy: Mapping[str, str] | None = None, local: Local | None = None
    ) -> Masked:
        """Masks all texts with one vault; raises MaskingFailed when anything could not be searched.

        `policy` is kind to one of ACTIONS; where it says nothing, a pseudonym, and MILD kinds are kept. What is
        known from one text is masked in all of them, in any case. Restoring the result gives the texts back, with
        values as they were said first. `local` is what the use case adds to the search.
        """
        found = await (await self._finder.at(local or Local())).find_all(texts)
        given = vault, texts, found, policy or MappingProxyType({})
        try:
            return await asyncio.to_thread(_mask, *given) if sum(map(len, texts)) > _LONG else _mask(*given)
        except Exception as error:
            raise failed("masked", error) from None


def _mask(vault: Vault, texts: Sequence[str], found: Sequence[Sequence[Finding]], policy: Mapping[str, str]) -> Masked:
    if not set(policy.values()) <= set(ACTIONS):
        raise ValueError("unknown masking action")
    policy = {**dict.fromkeys(MILD, "keep"), **policy}
    shadows = [shadow(text) for text in texts]
    trimmed = [[_trimmed(text, item) for item in items] for text, items in zip(texts, found, strict=True)]
    _learn(vault, texts, shadows, trimmed, policy)
    known = Mentions(vault.known)
    pages = [_page(*parts, known, policy) for parts in zip(texts, shadows, trimmed, strict=True)]
    for page in pages:
        _tell_apart(page, vault)
    kinds = Counter(span.kind for page in pages for span in page.spans if span.kind != LITERAL)
    said: list[dict[str, str]] = [{} for _ in pages]
    masked = tuple(_replaced(page, vault, policy, names) for page, names in zip(pages, said, strict=True))
    vault.speak(_spoken(said))
    blocked = next((kind for kind in KINDS if kinds[kind] and policy.get(kind) == "block"), "")
    return Masked(masked, dict(kinds), blocked)


@dataclass(frozen=True, slots=True)
class _Page:
    """A text with what is to be replaced in it."""

    text: str
    spans: Sequence[Finding]
    alone: frozenset[tuple[int, int]]
    """Where a first name stands that is not short for a full name that is known."""

    def names(self) -> Iterator[tuple[Finding, str]]:
        """Each name with its text."""
        return ((span, self.text[span.start : span.end]) for span in self.spans if span.kind == PERSON)


def _page(
    text: str, searched: Shadow, findings: Sequence[Finding], known: Mentions, policy: Mapping[str, str]
) -> _Page:
    mentions = [(item, searched.origin(item.start, item.end)) for item in known.find(searched.text)]
    named = (Finding(item.kind, *place, 1.0) for item, place in mentions)
    acted = [item for item in (*findings, *named) if policy.get(item.kind) != "keep"]
    return _Page(
        text, _with_literals(text, searched, acted), frozenset(place for item, place in mentions if item.alone)
    )


def _trimmed(text: str, item: Finding) -> Finding:
    """A name without the title before it and the "'s" after it, so that it is the same name everywhere."""
    if item.kind != PERSON:
        return item
    start, end = core(text[item.start : item.end])
    return Finding(PERSON, item.start + start, item.start + end, item.score)


def _tell_apart(page: _Page, vault: Vault) -> None:
    """Where a first name stands before a full name in one sentence, they are two: "Tom loves Tom Hanks"."""
    names = [(span, parts_of(name)) for span, name in page.names()]
    met: set[str] = set()
    for number, (span, words) in enumerate(names):
        met |= {words[0]} if len(words) > 1 else set()
        for later, full in islice(names, number + 1, None) if len(words) == 1 else ():
            between = page.text[span.end : later.start]
            if len(between) > _SENTENCE_LONG or _SENTENCE.search(between) or words[0] in met:
                break
            if len(full) > 1 and words[0] == full[0] and _LINK.search(between) and not _NAMING.search(between):
                vault.apart(words[0])


def _spoken(said: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What has several forms comes back as the first text, the person's message, has it, else in the longest."""
    forms: dict[str, str] = {}
    for names in said[1:]:
        forms |= {own: max(forms.get(own, ""), name, key=fullness) for own, name in names.items()}
    return forms | dict(said[0]) if said else forms


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


def _replaced(page: _Page, vault: Vault, policy: Mapping[str, str], said: dict[str, str]) -> str:
    """The text with what stands for its values; `said` gets the longest form of each value, by its placeholder."""
    pieces: list[str] = []
    end = 0
    for span in page.spans:
        value = page.text[span.start : span.end]
        pieces.append(page.text[end : span.start])
        match policy.get(span.kind):
            case "mask":
                pieces.append(_hidden(span.kind, value))
            case "generalize":
                pieces.append(generalized(span.kind, value) or _hidden(span.kind, value))
            case _:
                alone = span.kind == PERSON and (span.start, span.end) in page.alone
                pieces.append(vault.placeholder(span.kind, value, alone=alone))
                if span.kind in FORMS:
                    said[pieces[-1]] = max(said.get(pieces[-1], ""), value, key=fullness)
        end = span.end
    return "".join((*pieces, page.text[end:]))


def _hidden(kind: str, value: str) -> str:
    """A mask that nothing comes back from; the last four digits of a card or account are no secret."""
    last = "".join(char for char in value if char.isalnum())[-4:]
    return f"[{kind} ****{last}]" if kind in _LAST_FOUR else f"[{kind}]"
