# SPDX-License-Identifier: Apache-2.0
"""What the name model learns from besides posts: assistant utterances; and posts as people would write them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.posts import Example

UTTERED = {"person": "PERSON", "place_name": "LOCATION", "business_name": "ORGANIZATION"}
GENERIC = frozenset(
    """my your his her our their this that these the a an nearest nearby closest here there home house town city area
    location destination downtown office work place world country state world's local within miles mile around near
    airport station mall theatre theatres theater theaters train bus disco room kitchen bakery dept department service
    provider customer consumer support company website store shop municipality university school hospital restaurant
    mother father mom mum dad wife husband brother sister boss friend friends family aunt uncle everyone someone
    somebody person people doctor west east north south street quote unquote next electric radio weather""".split()  # noqa: SIM905 - a hundred quotes more would hide the words
)
"""Words that the utterances mark as names of places, firms and persons; a mark made of these alone is dropped."""
_TIGHT = re.compile(r" (?=[.,!?;:%)\]}…]|'(?:s|m|d|re|ve|ll|t)\b|’s\b|n't\b)|(?<=[(\[{$£€#])  ?", re.IGNORECASE)


def tightened(example: Example) -> Example:
    """The same post as people write it: no space before a comma, none before 's."""
    cuts = [match.span() for match in _TIGHT.finditer(example.text)]

    def moved(place: int) -> int:
        return place - sum(min(end, place) - start for start, end in cuts if start < place)

    text = _TIGHT.sub("", example.text)
    return Example(text, tuple((moved(start), moved(end), kind) for start, end, kind in example.names), example.source)


def utterances(path: Path) -> Iterator[Example]:
    """What people say to an assistant at home, in small letters; generic phrases are no names."""
    for row in json.loads(path.read_text(encoding="utf-8")):
        names = [
            (entity["start"], _end(row["text"], entity), UTTERED[entity["entity"]])
            for entity in row["entities"]
            if entity["entity"] in UTTERED and not _generic(entity["value"])
        ]
        yield Example(row["text"], tuple(sorted(names)), "assistant")


def _end(text: str, entity: dict[str, str | int]) -> int:
    end = int(entity["start"]) + len(str(entity["value"]))
    return end if text[int(entity["start"]) : end] == entity["value"] else int(entity["end"])


def _generic(value: str) -> bool:
    words = re.findall(r"[\w']+", value.lower())
    return sum(word in GENERIC for word in words) * 2 >= len(words)
