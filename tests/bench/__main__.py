"""``python -m tests.bench [PART ...]``: measure the parts named, or all, and hold them against the goals.

Figures are medians of several runs, taken in turns with their baseline in the same run: read the
ratios. The large clinics are made once and kept in the temporary folder.
"""

from __future__ import annotations

import sys
from importlib import import_module

from tests.bench.figures import Figure, table
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
    "reports",
    "deliver",
    "encrypted",
    "host",
)


def main(wanted: list[str]) -> int:
    """Measure the parts named, or all of them; 1 when a goal is missed."""
    found: list[Figure] = []
    for part in wanted or PARTS:
        if part not in PARTS:
            print(f"There is no {part}; choose from {', '.join(PARTS)}.", file=sys.stderr)
            return 2
        for figure in import_module(f"tests.bench.bench_{part}").figures():
            print(f"  {' '.join(figure.cells())}", file=sys.stderr, flush=True)
            found.append(figure)
    print(f"Python {sys.version.split()[0]}, {cores()} cores\n{table(found)}")
    return int(any(figure.met == "NO" for figure in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
