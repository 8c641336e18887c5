# SPDX-License-Identifier: Apache-2.0
"""Invented names of persons, places and firms from many cultures: Faker's lists and our own."""

import random
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Pools:
    """What the slots of the templates are filled from; each culture keeps its given and family names together."""

    people: tuple[tuple[list[str], list[str]], ...]
    compound: list[str]
    cities: list[str]
    streets: list[str]
    firms: list[str]
    words: list[str]
    zips: list[str]
    lists: dict[str, Any]


def gather(folder: Path, seed: int) -> Pools:
    """Draws the pools, the same for the same seed and version of Faker; 20 s."""
    from faker import Faker

    warnings.simplefilter("ignore")
    lists = yaml.safe_load((folder / "lists.yaml").read_text(encoding="utf-8"))
    locales = lists["locales"]
    Faker.seed(seed)
    fakes: dict[str, Any] = {}

    def draw(locale: str, what: str, count: int) -> list[str]:
        try:
            fake = fakes.setdefault(locale, Faker(locale))
            return sorted({str(getattr(fake, what)()).replace("\n", ", ").strip() for _ in range(count)})
        except AttributeError:
            return []

    people = [(draw(locale, "first_name", 500), draw(locale, "last_name", 700)) for locale in locales["latin"].split()]
    people += [(given, lists["family"].get(group) or people[0][1]) for group, given in lists["given"].items()]
    return Pools(
        people=tuple((given, family) for given, family in people if given and family),
        compound=lists["family"]["compound"],
        cities=[city for locale in locales["placed"].split() for city in draw(locale, "city", 150)],
        streets=[street for locale in locales["streets"].split() for street in draw(locale, "street_address", 300)],
        firms=[firm for locale in locales["firms"].split() for firm in draw(locale, "company", 150)],
        words=[word.capitalize() for word in draw("en_US", "word", 800) if len(word) > 3] + _SYLLABLES,
        zips=[code for locale in locales["streets"].split() for code in draw(locale, "postcode", 40)],
        lists=lists,
    )


_SYLLABLES = [
    head + tail
    for head in ("Nova", "Acti", "Brio", "Cato", "Delo", "Evo", "Finta", "Gamo", "Helio", "Inno", "Juno", "Kori",
                 "Lumi", "Medi", "Nexo", "Opti", "Pano", "Quanti", "Rio", "Solar", "Tele", "Uni", "Vita", "Wave",
                 "Xeno", "Zeno")
    for tail in ("tech", "ra", "net", "gen", "sys", "via", "corp", "ware", "lia", "dyne")
]  # fmt: skip


class Namer:
    """Draws one name at a time; `random` decides, so a fixed seed gives the same names."""

    def __init__(self, pools: Pools, chance: random.Random) -> None:
        self._pools = pools
        self._chance = chance

    def given(self) -> str:
        """A given name; now and then a doubled one."""
        given, _ = self._culture()
        return self._chance.choice(given)

    def family(self) -> str:
        """A family name; now and then one of several parts."""
        if self._chance.random() < 0.05:
            return self._chance.choice(self._pools.compound)
        return self._chance.choice(self._culture()[1])

    def person(self) -> str:
        """A whole name in one of the orders and forms that people write."""
        given, family = self._culture()
        first, last = self._chance.choice(given), self._chance.choice(family)
        if self._chance.random() < 0.05:
            last = self._chance.choice(self._pools.compound)
        middle = self._chance.choice("ABCDEFGHJKLMNPRSTW")
        second = self._chance.choice(given)
        forms = (
            (f"{first} {last}", 62), (first, 12), (f"{first} {middle}. {last}", 4), (f"{first} {middle} {last}", 5),
            (f"{first} {second} {last}", 5), (f"{first[0]}. {last}", 3), (f"{first}-{second} {last}", 1),
            (f"{last} {first}", 2), (f"{first} {last}-{self._chance.choice(family)}", 2), (f"{first} {last[0]}.", 2),
            (last, 2),
        )  # fmt: skip
        return self._chance.choices([form for form, _ in forms], [weight for _, weight in forms])[0]

    def city(self) -> str:
        """A city, mostly a real one."""
        known = self._chance.random() < 0.55
        return self._chance.choice(self._pools.lists["city"] if known else self._pools.cities)

    def street(self) -> str:
        """A street with its number, at times with a flat."""
        street = self._chance.choice(self._pools.streets)
        unit = self._chance.choice(("Apt. {}", "Apt {}", "Suite {}", "Flat {}", "Unit {}", "#{}"))
        if self._chance.random() < 0.1:
            return f"{street}, {unit.format(self._chance.randint(1, 900))}"
        return street

    def firm(self) -> str:
        """A firm or body: a known one, one of Faker's or one built from parts."""
        kind = self._chance.random()
        if kind < 0.3:
            return str(self._chance.choice(self._pools.lists["org"]))
        if kind < 0.6:
            return self._chance.choice(self._pools.firms)
        form = str(self._chance.choice(self._pools.lists["org_forms"]))
        while "{" in form:
            form = form.replace("{last}", self.family(), 1).replace("{first}", self.given(), 1)
            form = form.replace("{city}", self.city(), 1).replace("{word}", self._chance.choice(self._pools.words), 1)
        return form

    def listed(self, name: str) -> str:
        """One of our own lists, such as countries."""
        return str(self._chance.choice(self._pools.lists[name]))

    def zip(self) -> str:
        """A post code of some country."""
        return self._chance.choice(self._pools.zips)

    def _culture(self) -> tuple[list[str], list[str]]:
        """One in three from the English-speaking lists, which most chats are full of."""
        return self._chance.choice(self._pools.people[:3] if self._chance.random() < 0.3 else self._pools.people)
