"""``python -m tests.bench [PART ...]``: measure the parts named, or all, and hold them against the goals.

Figures are medians of several runs, taken in turns with their baseline in the same run: read the
ratios. They are printed, and kept in the table ``FIGURES.md`` beside this module. The large clinics are made
once and kept in the temporary folder.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from importlib import import_module

from tests.bench.figures import Figure, table
from tests.bench.kept import Circumstances, keep
from tests.bench.terminal import cores

PARTS = (
    "queries",
    "series",
    "openings",
    "typing",
    "import",
    "import_visits",
    "export",
    "till",
    "money",
    "account",
    "paper",
    "screen",
    "start_work",
    "line",
    "peers",
    "reports",
    "deliver",
    "encrypted",
    "host",
)


def main(wanted: list[str]) -> int:
    """Measure the parts named, or all of them; 1 when a goal is missed."""
    if unknown := [part for part in wanted if part not in PARTS]:
        print(f"There is no {unknown[0]}; choose from {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    taken = Circumstances(date.today().isoformat(), f"{sys.version_info[0]}.{sys.version_info[1]}", cores())
    found: list[Figure] = []
    for part in wanted or PARTS:
        measured = list(_told(import_module(f"tests.bench.bench_{part}").figures()))
        keep(part, measured, taken)
        found += measured
    print(f"Python {sys.version.split()[0]}, {cores()} cores\n{table(found)}")
    return int(any(figure.met == "NO" for figure in found))


def _told(figures: Iterable[Figure]) -> Iterator[Figure]:
    """The same figures, each shown as soon as it is there."""
    for figure in figures:
        print(f"  {' '.join(figure.cells())}", file=sys.stderr, flush=True)
        yield figure


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
