# SPDX-License-Identifier: Apache-2.0
"""Invented support chat from our own templates, with the places of its names."""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from benchmarks.posts import Example
from scripts.names.pools import Namer, Pools

LABELLED = {
    "person": "PERSON", "first": "PERSON", "firstlower": "PERSON", "last": "PERSON", "formal": "PERSON",
    "trapname": "PERSON", "city": "LOCATION", "country": "LOCATION", "region": "LOCATION", "place": "LOCATION",
    "org": "ORGANIZATION", "street": "STREET_ADDRESS",
}  # fmt: skip
_SLOT = re.compile(r"\{\{|\}\}|\{(\w+)\}")
_PRICES = ("${}", "€{}", "{} EUR", "£{}.99", "{} dollars", "{},50 €", "${}.00")
_CODES = ("+1 ", "0", "+49 ", "")
_ENDINGS = (".py", ".log", ".csv", ".js")
_TITLES = ("Mr", "Mrs", "Ms", "Mr.", "Mrs.", "Ms.", "Dr.", "Dr", "Prof.", "Herr", "Frau", "Sir", "Miss")


class Chat:
    """Fills templates; the same seed gives the same texts."""

    def __init__(self, folder: Path, pools: Pools, seed: int) -> None:
        given = yaml.safe_load((folder / "templates.yaml").read_text(encoding="utf-8"))
        self._chance = random.Random(seed)
        self._templates = given
        self._fillers: dict[str, list[str]] = given["fillers"]
        self.namer = Namer(pools, self._chance)
        self._makers = self._named() | self._numbered()

    def examples(self, count: int) -> Iterator[Example]:
        """Two thirds with names, one third without; one in four gets a greeting or a farewell."""
        messages, harmless = self._templates["messages"], self._templates["harmless"]
        for _ in range(count):
            parts = [self._chance.choice(messages if self._chance.random() < 0.67 else harmless)]
            if self._chance.random() < 0.15:
                parts.append(self._chance.choice(messages if self._chance.random() < 0.5 else harmless))
            if self._chance.random() < 0.12:
                parts.insert(0, self._chance.choice(self._templates["openings"]))
            if self._chance.random() < 0.12:
                parts.append(self._chance.choice(self._templates["closings"]))
            yield self.fill(self._chance.choice((" ", " ", "\n", "\n\n")).join(map(str, parts)))

    def fill(self, template: str) -> Example:
        """One template with every slot filled anew."""
        text, names, last = "", [], 0
        for match in _SLOT.finditer(template):
            text += template[last : match.start()]
            last = match.end()
            slot = match[1]
            if slot is None:
                text += match[0][0]
                continue
            before = f"{self._chance.choice(_TITLES)} " if slot == "formal" else ""
            value = self._value(slot)
            start = len(text) + len(before)
            text += before + value
            if slot in LABELLED:
                skipped = 4 if slot == "place" and value.startswith("the ") else 0
                names.append((start + skipped, len(text), LABELLED[slot]))
        return Example(text + template[last:], tuple(names), "chat")

    def _value(self, slot: str) -> str:
        if slot in self._makers:
            return self._makers[slot]()
        return str(self._chance.choice(self._fillers[slot]))

    def _named(self) -> dict[str, Callable[[], str]]:
        namer = self.namer
        return {
            "person": namer.person, "first": namer.given, "last": namer.family, "formal": namer.family,
            "firstlower": lambda: namer.given().lower(), "city": namer.city, "street": namer.street, "org": namer.firm,
            "country": lambda: namer.listed("country"), "region": lambda: namer.listed("region"),
            "place": lambda: namer.listed("place"), "zip": namer.zip,
        }  # fmt: skip

    def _numbered(self) -> dict[str, Callable[[], str]]:
        number, pick = self._chance.randint, self._chance.choice
        month = self._fillers["month"]
        return {
            "order": lambda: pick(("#{}", "{}", "A-{}", "ORD{}", "no. {}", "SO-{}/2")).format(number(1000, 99999999)),
            "account": lambda: str(number(10**6, 10**10)),
            "date": lambda: pick((
                f"{number(1, 28)} {pick(month)}", f"{pick(month)} {number(1, 28)}", f"{number(1, 12)}/{number(1, 28)}",
                f"20{number(10, 27)}-{number(10, 12)}-{number(10, 28)}", f"{number(1, 28)}.{number(1, 12)}.",
                f"{pick(month)} {number(1, 28)}, 20{number(10, 27)}",
            )),
            "time": lambda: pick((f"{number(0, 23)}:{number(10, 59)}", f"{number(1, 12)} pm", f"{number(1, 12)}am")),
            "year": lambda: str(number(1950, 2026)),
            "quarter": lambda: str(number(1, 4)),
            "number": lambda: str(number(1, pick((9, 99, 999, 9999)))),
            "price": lambda: pick(_PRICES).format(number(2, 900)),
            "percent": lambda: pick(("{}%", "{} percent", "{},5 %")).format(number(1, 90)),
            "version": lambda: f"{pick(('', 'v'))}{number(0, 20)}.{number(0, 20)}{pick(('', '.1', '.0-rc2', '.12'))}",
            "score": lambda: f"{number(0, 6)}-{number(0, 6)}",
            "code": lambda: "".join(pick("ABCDEFGHKLMNPRSTUVWXYZ0123456789") for _ in range(number(4, 9))),
            "phone": lambda: f"{pick(_CODES)}{number(100, 999)} {number(100, 999)} {number(1000, 9999)}",
            "file": lambda: f"{pick(('src/', '', '/var/log/'))}{pick(self._fillers['package'])}{pick(_ENDINGS)}",
            "handle": lambda: f"{self.namer.given().lower()}{pick(('', '_', 'x'))}{number(1, 99)}".replace(" ", ""),
            "email": lambda: f"{self.namer.given().lower()}.{self.namer.family().lower()}@example.com".replace(" ", ""),
        }  # fmt: skip
