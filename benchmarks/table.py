# SPDX-License-Identifier: Apache-2.0
"""What a benchmark reports, and how it is printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Report:
    """One benchmark's outcome: a table for people, figures under plain keys for machines."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    figures: Mapping[str, float]
    notes: Sequence[str] = field(default=())


def show(report: Report) -> None:
    """Prints the table, the figures and the notes."""
    table = Table(title=report.title)
    for column in report.columns:
        table.add_column(column)
    for row in report.rows:
        table.add_row(*row)
    console = Console(highlight=False)
    console.print(table)
    console.print("  ".join(f"{key} = {value:g}" for key, value in report.figures.items()))
    for note in report.notes:
        console.print(note, style="dim")


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie, interpolated."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
