# SPDX-License-Identifier: Apache-2.0
"""Attacks and harmless look-alikes from our own templates, split by the template's hash before tuning."""

import hashlib
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
SEED = 80
_CHOICE = re.compile(r"\{([^{}]*\|[^{}]*)\}")
_SLOT = re.compile(r"<([a-z]+)>")
_PLAN = (("opener", 1, 1), ("power", 1, 4), ("ban", 1, 3), ("penalty", 0, 1), ("format", 0, 2), ("insist", 0, 2))


@dataclass(frozen=True, slots=True)
class Example:
    """One text, its family, whether it is an attack, and whether it is held out."""

    text: str
    family: str
    attack: bool
    held: bool
    indirect: bool = False
    """Whether it stands for a document rather than for what somebody typed."""


def held_out(template: str) -> bool:
    """A quarter of the templates, by the first byte of their digest."""
    return hashlib.sha256(template.encode()).digest()[0] % 4 == 0


def examples(variants: int = 10, long: int = 400) -> list[Example]:
    """All texts, the same at every call."""
    chance = random.Random(SEED)
    attacks, plain, parts = (_read(name) for name in ("attacks", "harmless", "long_attacks"))
    made = [
        *_short(attacks, True, variants, chance),
        *_short(plain, False, variants, chance),
        *_long(parts, attacks["slots"], long, chance),
        *_letters(plain, long, chance),
    ]
    return list(dict.fromkeys(made))


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    return content


def _short(families: dict[str, Any], attack: bool, variants: int, chance: random.Random) -> list[Example]:
    found = []
    for family, templates in families.items():
        if family == "slots":
            continue
        for template in templates:
            texts = {_worn(fill(template, families["slots"], chance), chance) for _ in range(variants)}
            document = family in {"indirect", "documents", "more_documents"}
            found += [Example(text, family, attack, held_out(template), document) for text in sorted(texts)]
    return found


def _long(parts: dict[str, Any], slots: dict[str, Any], count: int, chance: random.Random) -> list[Example]:
    """Persona prompts strung together of parts of one half."""
    found = []
    for number in range(count):
        held = number % 4 == 0
        name = {"name": [chance.choice(slots["name"])]}
        chosen = []
        for kind, least, most in _PLAN:
            pool = [part for part in parts[kind] if held_out(part) == held] or parts[kind]
            chosen += chance.sample(pool, min(len(pool), chance.randint(least, most)))
        if chance.random() < 0.4:
            chosen = [chosen[0], *chance.sample(chosen[1:], len(chosen) - 1)]
        chosen.append(chance.choice([part for part in parts["confirm"] if held_out(part) == held] or parts["confirm"]))
        glue = chance.choice((" ", "\n", "\n\n"))
        found.append(Example(glue.join(fill(part, slots | name, chance) for part in chosen), "long", True, held))
    return found


def _letters(plain: dict[str, Any], count: int, chance: random.Random) -> list[Example]:
    """Longer harmless messages: several sentences of a few families, every second one as long as a page."""
    found = []
    for number in range(count):
        held = number % 4 == 0
        page = number % 2 == 1 or number % 8 == 0
        kinds = chance.sample([kind for kind in plain if kind not in {"slots", "quoting"}], 8 if page else 2)
        pool = [part for kind in kinds for part in plain[kind] if held_out(part) == held]
        chosen = chance.sample(pool, min(len(pool), chance.randint(12, 40) if page else chance.randint(3, 8)))
        text = chance.choice((" ", "\n")).join(fill(part, plain["slots"], chance) for part in chosen)
        if text:
            found.append(Example(text, "page" if page else "letter", False, held))
    return found


def fill(template: str, slots: dict[str, Any], chance: random.Random) -> str:
    """A wording of a template: choices first, from the inside, then slots, which may hold choices."""
    text = template
    while _CHOICE.search(text) or any(name in slots for name in _SLOT.findall(text)):
        text = _CHOICE.sub(lambda found: chance.choice(found[1].split("|")), text)
        text = _SLOT.sub(lambda found: chance.choice(slots[found[1]]) if found[1] in slots else found[0], text)
    return re.sub(r" {2,}", " ", re.sub(r"\{([^{}|]*)\}", r"\1", text)).strip()


def _worn(text: str, chance: random.Random) -> str:
    """As people type: sometimes in lower case, sometimes without a full stop."""
    if chance.random() < 0.2:
        text = text.lower()
    return text.rstrip(".") if chance.random() < 0.25 else text
