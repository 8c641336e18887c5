# SPDX-License-Identifier: Apache-2.0
"""Room in a graph's files: what Chroma's memory held before does not stay there."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from memory.vectors.index import open_chroma
from memory.vectors.shredding import HEADER, LENGTH_BYTES, graphs

HOUSE = Path(__file__).parents[2]
DIRTY = "glibc.malloc.perturb=165:glibc.malloc.mmap_threshold=33554432"
"""Every piece of memory that the C library hands out holds one byte throughout, as if it were somebody's."""


def room(folder: Path) -> list[bytes]:
    """What lies behind the last element in each file that has room, file by file."""
    behind = []
    for graph in graphs(folder):
        *_, count, element_bytes = HEADER.unpack((graph / "header.bin").read_bytes()[: HEADER.size])
        behind.append((graph / "data_level0.bin").read_bytes()[count * element_bytes :])
        behind.append((graph / "length.bin").read_bytes()[count * LENGTH_BYTES :])
    return behind


async def filled(folder: Path) -> None:
    """A few vectors, put and cleared and put again, then one dropped."""
    vectors = np.eye(20, 384, dtype=np.float32)
    names = [f"id-{row}" for row in range(20)]
    async with open_chroma(folder) as index:
        await index.put(names, vectors)
        await index.clear()
        await index.put(names, vectors)
        await index.drop(names[:19])


def test_a_new_graph_holds_nothing_of_the_memory_before(tmp_path: Path) -> None:
    """Where all memory is handed out dirty, the files' room is still blank, and the one vector that stays is found."""
    code = (
        "import asyncio, sys; from pathlib import Path; from tests.memory.test_shredding import filled;"
        "asyncio.run(filled(Path(sys.argv[1])))"
    )
    environment = os.environ | {"GLIBC_TUNABLES": DIRTY, "PYTHONPATH": str(HOUSE)}
    folder = tmp_path / "index"
    subprocess.run([sys.executable, "-c", code, str(folder)], env=environment, check=True, timeout=120)
    behind = room(folder)
    assert len(behind) == 2
    assert all(any(part) is False for part in behind)
    assert sum(map(len, behind)) > 100_000

    async def found() -> set[str]:
        async with open_chroma(folder) as index:
            return set(await index.get([f"id-{row}" for row in range(20)]))

    assert asyncio.run(found()) == {"id-19"}


async def test_what_an_earlier_version_left_is_blanked_at_the_next_opening(tmp_path: Path) -> None:
    """Old bytes behind the last element go, and no vector with them."""
    folder = tmp_path / "index"
    await filled(folder)
    (graph,) = graphs(folder)
    for name in ("data_level0.bin", "length.bin"):
        with (graph / name).open("r+b") as file:
            file.seek(-100, os.SEEK_END)
            file.write(b"somebody's" * 10)
    assert any(b"somebody's" in part for part in room(folder))
    async with open_chroma(folder) as index:
        assert set(await index.get(["id-19"])) == {"id-19"}
        assert not any(b"somebody's" in part for part in room(folder))
