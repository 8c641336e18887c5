# SPDX-License-Identifier: Apache-2.0
"""What a fact becomes when its person rewrites its sentence."""

from dataclasses import replace
from datetime import datetime

from memory.distil import distil
from memory.errors import NotKept
from memory.ids import FactId, new_id
from memory.understanding.intake import LONGEST, refusal
from memory.understanding.rules import Rules
from memory.values import Fact, SaidBy

CHANNEL = "panel"


def corrected(fact: Fact, text: str, now: datetime, rules: Rules) -> Fact:
    """A new fact in the old one's slot, sure and from now on; raises NotKept for no words, too many, or an attack.

    Read by the rules, since a correction may move a fact into another category, such as health.
    """
    said = " ".join(text.split())
    if not said or len(said) > LONGEST:
        raise NotKept(f"A correction has between 1 and {LONGEST} characters.")
    if refused := refusal(rules, fact.kind, said):
        raise NotKept(f"A correction that {refused}.")
    read = [one for one in distil(f"Remember that {said}", now, rules) if one.act == "assert"]
    slot = next((one for one in read if (one.subject, one.attribute) == (fact.subject, fact.attribute)), None)
    categories = [one.category for one in read if one.category != "other"]
    return replace(
        fact,
        id=FactId(new_id()),
        text=slot.text if slot else said,
        category=categories[0] if categories else fact.category,
        value=slot.value if slot else value_in(said, fact),
        valid_from=now,
        valid_to=None,
        recorded_at=now,
        said_by=SaidBy.USER,
        channel=CHANNEL,
        confidence=1.0,
        version=1,
        origin=None,
    )


def value_in(text: str, fact: Fact) -> str:
    """What stands where the old value stood ("Lives in Lisbon" -> "Lisbon"), or else the whole text."""
    before, found, after = fact.text.partition(fact.value)
    framed = text.startswith(before) and text.endswith(after) and len(text) > len(before) + len(after)
    return text[len(before) : len(text) - len(after)] if found and framed else text
