# SPDX-License-Identifier: Apache-2.0
"""`python -m benchmarks NAME [--data PATH] [--json FILE]`: measures, beside a baseline of the same run."""

import argparse
import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path

from benchmarks import distil, first_word, locomo, start
from benchmarks.table import Report, show

Measure = Callable[[Path | None], Coroutine[None, None, Report]]
NAMES: Mapping[str, Measure] = {
    "distil": distil.measure,
    "first_word": first_word.measure,
    "locomo": locomo.measure,
    "start": start.measure,
}


def main() -> None:
    """Runs one benchmark or all, prints a table each, and writes the figures where asked."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("name", choices=[*NAMES, "all"])
    parser.add_argument("--data", type=Path, help="other data of the same format, where the benchmark takes any")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    given = parser.parse_args()
    figures = {}
    for name in NAMES if given.name == "all" else [given.name]:
        report = asyncio.run(NAMES[name](given.data))
        show(report)
        figures[name] = report.figures
    if given.json:
        content = figures if given.name == "all" else figures[given.name]
        given.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
