# SPDX-License-Identifier: Apache-2.0
"""What lies on the disk, for claims about what does not."""

from pathlib import Path


def bytes_of(folder: Path) -> bytes:
    """Every byte of the file, or of every file below the folder."""
    files = [folder] if folder.is_file() else sorted(folder.rglob("*"))
    return b"".join(file.read_bytes() for file in files if file.is_file())
