# SPDX-License-Identifier: Apache-2.0
"""Whether the index's files may be opened in this process: damaged ones make Chroma's native half crash it."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

PROBE_SECONDS = 300
HOUSE = Path(__file__).parents[2]


def attest(folder: Path, record: Path) -> None:
    """Notes the files and their digests at a clean end; some 0.3 s for 100,000 vectors."""
    record.write_text(json.dumps(_digests(folder)))


def attested(folder: Path, record: Path) -> bool:
    """Whether the files are those of the last clean end; the record is used up, so a crash leaves none."""
    try:
        noted = json.loads(record.read_text())
        record.unlink()
    except (OSError, ValueError):
        return False
    return bool(noted == _digests(folder))


def survives(folder: Path) -> bool:
    """Whether another process can open and search the files; some 4 s, most of it imports."""
    code = "import sys; from pathlib import Path; from memory.vectors.index import connect; connect(Path(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(folder)]
    environment = os.environ | {"PYTHONPATH": str(HOUSE)}
    try:
        ended = subprocess.run(command, env=environment, capture_output=True, timeout=PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0


def _digests(folder: Path) -> dict[str, str]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                found[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
