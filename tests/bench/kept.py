"""The table of figures that is kept beside the program: what was measured last, when, and what it was before.

One row for each figure and Python. A run writes the rows it has measured anew and leaves the others; what
the table was earlier is in the history of its file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench.figures import HEADS, Figure

FILE: Final = Path(__file__).with_name("FIGURES.md")
_HEADS: Final = ("part", *HEADS, "before", "day", "Python", "cores")
_ABOVE: Final = (
    "# Figures\n\n"
    "Written by `python -m tests.bench`: medians of several runs, each in turns with its baseline. Machines\n"
    "are shared and noisy: read the ratios. *before* is the ratio, else the value, of the run before.\n\n"
)
_PLACE: Final = {name: place for place, name in enumerate(_HEADS)}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """On which day (ISO), Python (as ``3.11``) and number of cores figures were taken."""

    day: str
    python: str
    cores: int


def keep(part: str, figures: Sequence[Figure], taken: Circumstances, file: Path = FILE) -> None:
    """Put the figures of one part into the table in ``file``."""
    rows = {_key(row): row for row in _read(file)}
    for figure in figures:
        row = (part, *figure.cells(), "", taken.day, taken.python, str(taken.cores))
        before = rows.get(_key(row))
        rows[_key(row)] = row if before is None else _after(row, before)
    ordered = sorted(rows.values(), key=lambda row: row[0])
    lines = (_HEADS, tuple("---" for _ in _HEADS), *ordered)
    file.write_text(_ABOVE + "".join(f"| {' | '.join(line)} |\n" for line in lines), "utf-8")


def _key(row: Sequence[str]) -> tuple[str, str, str]:
    return row[_PLACE["part"]], row[_PLACE["figure"]], row[_PLACE["Python"]]


def _after(row: Sequence[str], before: Sequence[str]) -> tuple[str, ...]:
    """The row with what the one before it had found."""
    found = before[_PLACE["ratio"]] or before[_PLACE["value"]]
    return tuple(found if place == _PLACE["before"] else cell for place, cell in enumerate(row))


def _read(file: Path) -> list[tuple[str, ...]]:
    if not file.exists():
        return []
    lines = [line for line in file.read_text("utf-8").splitlines() if line.startswith("| ")]
    return [tuple(line[2:-2].split(" | ")) for line in lines[2:]]
