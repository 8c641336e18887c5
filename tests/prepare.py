# SPDX-License-Identifier: Apache-2.0
"""What `make test` needs beside Python, from Debian's packages where it may: Chromium and PostgreSQL."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NEEDED = {"chromium": "chromium", "initdb": "postgresql"}
"""Command -> Debian package."""


def find(command: str) -> str | None:
    """The command's path; Debian keeps PostgreSQL's own off the search path, one folder a version."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return shutil.which(command) or shutil.which(command, path=os.pathsep.join(map(str, folders)))


def main() -> int:
    """Installs what is missing, or says in one sentence what to install."""
    missing = [package for command, package in NEEDED.items() if find(command) is None]
    if not missing:
        return 0
    names = " ".join(missing)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(f"make test needs {names}: install it (on Debian: sudo apt-get install {names}) and try again.")
        return 1
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
    ):
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            print(f"make test needs {names}, and installing it failed: run `{' '.join(command)}` to see why.")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
