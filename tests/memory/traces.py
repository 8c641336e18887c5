# SPDX-License-Identifier: Apache-2.0
"""A search of files for what was erased: bytes as they are or in a coding that is no cipher, and vectors."""

import base64
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from memory.vectors.turning import Vectors

CLOSE = 2e-6
"""Chroma rounds a vector's numbers when it sets its length to 1."""
LOOKED_AT = 6


def traces(folder: Path, secrets: Iterable[str | bytes], vectors: Iterable[Vectors] = ()) -> set[tuple[str, str]]:
    """Each file below the folder that holds something of it, with what: a text's beginning, bytes, or a vector."""
    forms = {form: str(secret)[:24] for secret in secrets for form in _forms(secret)}
    rows = list(vectors)
    found = set()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            found |= {(path.name, name) for form, name in forms.items() if form in content}
            found |= {(path.name, f"vector {number}") for number in _vectors(content, rows)}
    return found


def shelved(found: Mapping[str, Vectors]) -> list[Vectors]:
    """Vectors in the order of their ids."""
    return [found[id] for id in sorted(found)]


def _forms(secret: str | bytes) -> tuple[bytes, ...]:
    if isinstance(secret, bytes):
        return (secret,)
    clear = secret.encode()
    coded = [base64.b64encode(b"x" * shift + clear)[4:-4] for shift in range(3)]
    return (clear, secret.encode("utf-16-le"), secret.encode("utf-16-be"), *(form for form in coded if len(form) > 8))


def _vectors(content: bytes, rows: list[Vectors]) -> set[int]:
    found: set[int] = set()
    for shift in range(4):
        numbers = np.frombuffer(content[shift : shift + (len(content) - shift) // 4 * 4], "<f4")
        if len(numbers) < LOOKED_AT or not rows:
            continue
        with np.errstate(invalid="ignore"):
            found |= {number for number, row in enumerate(rows) if _holds(numbers, row)}
    return found


def _holds(numbers: Vectors, row: Vectors) -> bool:
    last = len(numbers) - LOOKED_AT + 1
    starts = np.flatnonzero(np.abs(numbers[:last] - row[0]) < CLOSE)
    for place in range(1, LOOKED_AT):
        starts = starts[np.abs(numbers[starts + place] - row[place]) < CLOSE]
    return len(starts) > 0
