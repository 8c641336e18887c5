# SPDX-License-Identifier: Apache-2.0
"""`python -m benchmarks NAME [--data PATH] [--json FILE]`: measures, beside a baseline of the same run."""

import argparse
import asyncio
import importlib
import json
from inspect import signature
from pathlib import Path

from app.lean import spare_imports
from benchmarks.table import Report, show

NAMES = (
    "distil",
    "erase",
    "false_alarms",
    "first_word",
    "floor",
    "gate",
    "injection",
    "intrusive",
    "knowledge",
    "learn",
    "locomo",
    "names",
    "pii",
    "recall_latency",
    "round_trip",
    "start",
    "supersession",
)
"""Each a module with `async def measure(data: Path | None) -> Report`."""


def main() -> None:
    """Runs one benchmark or all, prints a table each, and writes the figures where asked."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("name", choices=[*NAMES, "all"])
    parser.add_argument("--data", type=Path, help="other data of the same format, where the benchmark takes any")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    parser.add_argument("--confusions", type=Path, help="a file for what was missed and wrongly found, where one tells")
    given = parser.parse_args()
    figures = {}
    spare_imports()  # before numpy is imported, as in the server
    for name in NAMES if given.name == "all" else [given.name]:
        measure = importlib.import_module(f"benchmarks.{name}").measure
        telling = {"confusions": given.confusions} if "confusions" in signature(measure).parameters else {}
        report: Report = asyncio.run(measure(None if given.name == "all" else given.data, **telling))
        show(report)
        figures[name] = report.figures
    if given.json:
        content = figures if given.name == "all" else figures[given.name]
        given.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
