# SPDX-License-Identifier: Apache-2.0
"""Words beside a value that tell what it is: whole words, near it, at a cost that does not grow with the text."""

import re

Hit = tuple[int, int, float]
"""Start, end and score of what was found."""

BEFORE, AFTER = 48, 24
"""How many characters beside a value are read for a cue."""

OTHER = (
    r"order|invoice|tracking|ticket|case|reference|ref|article|item|sku|version|serial|model|part|batch"
    r"|transaction|timestamp|unix"
    r"|isbn|ean|upc|imei|meter|booking|reservation|shipment|parcel|barcode|bestell(?:ung|nummer)"
    r"|rechnung(?:snummer)?|sendung(?:snummer)?"
    r"|artikel(?:nummer)?|pedido|factura|commande|facture|colis|ordine|fattura|fatura|encomenda"
)
"""Words for numbers that are nobody's."""
GAP = (
    r"(?:['’]?s?\s*\(?(?:numbers?|num(?:ero|éro|ber)?|n[úu]mero|nummer|no|nr|n[°º]|id|code|is|was|ist|lautet|es|est|è|é"
    r"|details?|my|:|\#|=|-|\.)\)?){0,4}[\s\"'(\[]{0,3}"
)
"""What may stand between a cue and its value: "passport number is: X"."""


def words(text: str) -> "re.Pattern[str]":
    """A pattern of whole words or phrases, given as alternatives of a regular expression, in any case."""
    return re.compile(rf"(?<![^\W_])(?:{text})(?![^\W_])", re.IGNORECASE)


def beside(text: str, start: int, end: int, cue: "re.Pattern[str]") -> bool:
    """Whether a cue stands shortly before or after a stretch, within its paragraph."""
    before = text[max(0, start - BEFORE) : start].rpartition("\n\n")[2]
    return bool(cue.search(before) or cue.search(text[end : end + AFTER].partition("\n\n")[0]))


def ahead(text: str, start: int, cue: "re.Pattern[str]") -> bool:
    """Whether a cue stands shortly before a place."""
    return bool(cue.search(text[max(0, start - BEFORE) : start].rpartition("\n\n")[2]))
