# SPDX-License-Identifier: Apache-2.0
"""Whether every value comes back, and only to its own: conversations that a model answers with bent placeholders."""

import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.table import Report
from guards.masking import Masker
from guards.patterns.scans import Local
from guards.personal import Finding
from guards.vault import KnownValue, Vault

CONVERSATIONS, TURNS, AT_ONCE, SEED = 10_000, 3, 20, 11
HIDDEN = "[unknown]"

FIRST = (
    "Anna",
    "Tomasz",
    "Priya",
    "José",
    "Mei",
    "Oluwaseun",
    "Zoë",
    "Lars",
    "Fatima",
    "Björn",
    "Chiara",
    "Dmitri",
    "Aiko",
    "Siobhán",
    "Will",
    "Rose",
)
LAST = (
    "Schmidt",
    "Okafor",
    "García",
    "Nguyen",
    "O'Brien",
    "Łukasz",
    "Müller",
    "Haddad",
    "Silva",
    "Kowalska",
    "Yamada",
    "Baker",
    "Stone",
)
STREETS = ("Elm", "Maple", "Harbour", "Quarry", "Linden", "Mill")

SAID = (
    "Hi, {0} here. Please write to {2} or call {3}.",
    "{0} lives at {4}; {1} does too.",
    "{1} and I met. My name is {0}, by the way!",
    "Is {0}'s letter to {1} at {2} fine?",
    "| who | mail |\n|---|---|\n| {0} | {2} |",
    '{{"to": "{2}", "phone": "{3}"}}',
    "nothing to see here, thanks",
    "Ask {1} about <PERSON_1> and [EMAIL_ADDRESS_2], please: {4}.",
)
"""What a person says: 0 and 1 are people, 2 an address for e-mail, 3 a phone number, 4 a street."""
ANSWERS = (
    "Dear {0}, I wrote to {1}.",
    "{0}'s turn; then {1}, then {0}.",
    "| name | value |\n|---|---|\n| {0} | {1} |",
    '```json\n{{"to": "{0}", "cc": "{1}"}}\n```',
    "**{0}** and *{1}* and `{0}`",
    "1. {0}\n2. {1}\n\nGruß an {0}s Haus.",
)
BENDS: Sequence[Callable[[str], str]] = (
    lambda token: token,
    lambda token: token,
    lambda token: token.lower(),
    lambda token: token.replace("<", "< ").replace(">", " >"),
    lambda token: token.replace("<", "&lt;").replace(">", "&gt;"),
    lambda token: token.replace("<", "\\<").replace("_", "\\_").replace(">", "\\>"),
    lambda token: token.replace("<", "[").replace(">", "]"),
    lambda token: token.replace("<", "{").replace(">", "}"),
    lambda token: token.replace("<", "%3C").replace(">", "%3E"),
    lambda token: token.replace("<", "\\u003c").replace(">", "\\u003e"),
    lambda token: token.replace("_", " "),
    lambda token: token.replace("PERSON", "PERSONA").replace("EMAIL_ADDRESS", "E-Mail-Adresse"),
    lambda token: token.replace("PHONE_NUMBER", "Telefonnummer").replace("STREET_ADDRESS", "DIRECCIÓN"),
)
"""What models and formats make of a placeholder."""


class Oracle:
    """Finds what it is told to, whole values in their own spelling only: all else is for the masking to know."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    async def at(self, local: Local) -> "Oracle":
        """Whatever a use case adds, it finds what it was told."""
        return self

    async def find(self, text: str) -> tuple[Finding, ...]:
        """Each value where it stands."""
        hits = ((kind, hit) for value, kind in self._values.items() for hit in re.finditer(re.escape(value), text))
        return tuple(Finding(kind, *hit.span(), 1.0) for kind, hit in hits)

    async def find_all(self, texts: Sequence[str]) -> tuple[tuple[Finding, ...], ...]:
        """The same for several."""
        return tuple([await self.find(text) for text in texts])


@dataclass
class Talk:
    """One conversation's people and things, and what its vault holds between turns."""

    rng: random.Random
    number: int
    entries: dict[str, str] = field(default_factory=dict)
    tokens: dict[int, set[str]] = field(default_factory=dict)
    """By value (0 to 4), the placeholders that it has had."""

    def __post_init__(self) -> None:
        one, two = self.rng.sample(FIRST, 2) if self.number % 5 else [self.rng.choice(FIRST)] * 2
        families = self.rng.sample(LAST, 2)
        self.alike = one == two
        self.people = tuple(f"{first} {last}" for first, last in zip((one, two), families, strict=True))
        mail = f"{one.lower()}{self.number}@example.org"
        street = f"{self.number % 97 + 1} {self.rng.choice(STREETS)} Street"
        self.values = (*self.people, mail, f"+49 151 {self.number:07d}", street)

    def kinds(self) -> dict[str, str]:
        """What the finder knows."""
        kinds = ("PERSON", "PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "STREET_ADDRESS")
        return dict(zip(self.values, kinds, strict=True))

    def telling(self) -> Iterator[str]:
        """What no model may see, as patterns; "will" and "rose" are everyday words."""
        names = {word for name in self.people for word in (name, *name.split())} - {"Will", "Rose", "Stone", "Baker"}
        return map(re.escape, (*names, *self.values[2:]))

    def form(self, which: int) -> str:
        """A value as somebody may say it: a person's first name where it is theirs alone, any case."""
        value = self.values[which]
        if which < 2 and not self.alike and self.rng.random() < 0.5:
            value = value.split()[0]
        shy = value in {"Will", "Rose"}
        return value if which == 2 or shy else self.rng.choice((value, value, value.lower(), value.upper()))

    def forms(self, which: int) -> set[str]:
        """All that may stand where the value comes back."""
        value = self.values[which]
        whole = {value, value.split()[0]} if which < 2 else {value}
        return {case for form in whole for case in (form, form.lower(), form.upper())}


@dataclass
class Score:
    """What came of it."""

    answers: int = 0
    restored: int = 0
    plainly: int = 0
    """Of the answers, those that plain replacing restores."""
    crossed: int = 0
    leaked: int = 0
    invented: int = 0
    shown: int = 0
    several: int = 0


async def measure(data: Path | None, conversations: int = CONVERSATIONS) -> Report:
    """All conversations, twenty interleaved at a time, beside plain replacing in the whole answer as a baseline."""
    score, began = Score(), time.process_time()
    rng = random.Random(SEED)
    for first in range(0, conversations, AT_ONCE):
        talks = [Talk(rng, first + number) for number in range(min(AT_ONCE, conversations - first))]
        for _ in range(TURNS):
            for talk in talks:
                await _turn(talk, talks, score)
        score.several += sum(len(tokens) > 1 for talk in talks for tokens in talk.tokens.values())
    seconds = time.process_time() - began
    rows = (
        ("answers with all values back", f"{score.restored} of {score.answers}", f"{score.plainly} of {score.answers}"),
        ("values of another shown", str(score.crossed), ""),
        ("values that reached the model", str(score.leaked), ""),
        ("invented placeholders shown raw", f"{score.shown} of {score.invented}", ""),
        ("values with more than one placeholder", str(score.several), ""),
    )
    figures = {
        "conversations": float(conversations),
        "restored": score.restored / score.answers,
        "restored_plainly": score.plainly / score.answers,
        "crossed": float(score.crossed),
        "leaked": float(score.leaked),
        "invented_shown": float(score.shown),
        "several_placeholders": float(score.several),
        "ms": seconds * 1000 / (conversations * TURNS),
    }
    title = (
        f"{conversations} conversations of {TURNS} turns, masked, answered with bent placeholders, restored in pieces"
    )
    return Report(title, ("", "Rapport", "plain replacing"), rows, figures)


async def _turn(talk: Talk, others: Sequence[Talk], score: Score) -> None:
    vault = Vault(talk.entries, [KnownValue("PERSON", talk.people[0], "self")])
    template = talk.rng.choice(SAID)
    slots = [int(digit) for digit in re.findall(r"(?<!\{)\{(\d)\}", template)]
    message = template.format(*map(talk.form, range(5)))
    masked = (await Masker(Oracle(talk.kinds())).mask(vault, [message, ". ".join(talk.values)])).texts
    tokens = re.findall(r"<(?!LITERAL)[A-Z_]+_\d+>", masked[0])
    stands = dict(zip(re.findall(r"<[A-Z_]+_\d+>", masked[1]), range(5), strict=True))
    for token, slot in zip(tokens, slots, strict=True):
        talk.tokens.setdefault(slot, set()).add(token)
    score.leaked += sum(
        bool(re.search(rf"(?<!\w){said}(?!\w)", text, re.I)) for text in masked for said in talk.telling()
    )
    talk.entries = dict(vault.entries)
    await _answer(talk, others, vault, stands, score)


async def _answer(talk: Talk, others: Sequence[Talk], vault: Vault, stands: dict[str, int], score: Score) -> None:
    rng, template = talk.rng, talk.rng.choice(ANSWERS)
    chosen = rng.choices(list(stands), k=2)
    answer = template.format(*(rng.choice(BENDS)(token) for token in chosen))
    odd = rng.choice(("<PERSON_77>", "PHONE_NUMBER_78", "[IBAN_CODE_79]"))
    pieces = list(_cut(f"{answer}\n{odd} is nobody.", rng))
    restorer = vault.restorer(HIDDEN)
    shown = "".join([*map(restorer.feed, pieces), restorer.flush()])
    groups = [
        "(?:" + "|".join(map(re.escape, sorted(talk.forms(stands[t]), key=len, reverse=True))) + ")" for t in chosen
    ]
    form = (
        re.escape(template.format("\0", "\1")).replace(re.escape("\0"), groups[0]).replace(re.escape("\1"), groups[1])
    )
    score.answers += 1
    score.restored += bool(re.fullmatch(f"{form}\n{re.escape(HIDDEN)} is nobody\\.", shown))
    score.invented += 1
    score.shown += odd in shown
    score.crossed += sum(value in shown for other in others if other is not talk for value in other.values[2:4])
    score.plainly += bool(re.match(form, _plainly(answer, vault)))


def _plainly(piece: str, vault: Vault) -> str:
    for token, value in vault.entries.items():
        piece = piece.replace(token, value)
    return piece


def _cut(text: str, rng: random.Random) -> Iterator[str]:
    at = 0
    while at < len(text):
        size = rng.randint(1, 40)
        yield text[at : at + size]
        at += size
