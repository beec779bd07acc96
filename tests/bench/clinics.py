"""Large made-up clinics, made once and kept in the temporary folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from pim_tui.bootstrap import clock
from pim_tui.db.connection import SCHEMA, Book, open_book
from pim_tui.db.newfile import new_book
from pim_tui.domain.rights import rights_of
from pim_tui.domain.session import Session
from pim_tui.services.demo_large import Size, furnish_large
from tests.bench.multiplied import PEOPLE, VISITS, multiply

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(tempfile.gettempdir()) / f"pim-tui-bench-{SCHEMA}"
"""A book of an older schema is no book of this program: each has a folder of its own."""
ZONE = "Europe/Berlin"
BIG, SMALL, EMPTY = (100_000, 1_000_000), (100_000, 10_000), (1_000, 0)
"""Customers and appointments; all have the same number of appointments a day, but for the empty one."""
CROWD, AGES = (1_000_000, VISITS), (PEOPLE, 10_000_000)
"""Those that are too large to be made up row by row; see :mod:`~tests.bench.multiplied`."""
MONEY = (100_000, 100_000, 2_000_000)
"""Customers, appointments and lines of bills: two years of a large till."""


def clinic(size: tuple[int, ...]) -> Path:
    """The file of a clinic of this size; it is made when it is not there yet."""
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{'-'.join(map(str, size))}.db"
    if not file.exists():
        print(f"making {file} ...", file=sys.stderr, flush=True)
        if size in (CROWD, AGES):
            multiply(clinic((PEOPLE, VISITS)), file, *size)
            return file
        argv = [
            sys.executable,
            "-m",
            "pim_tui",
            "demo",
            "--customers",
            str(size[0]),
            "--appointments",
            str(size[1]),
            "--lines",
            str(size[2] if len(size) > 2 else 0),
        ]
        env = os.environ | {"PIM_ZONE": ZONE}
        subprocess.run([*argv, "--to", str(file)], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    return file


def opened(size: tuple[int, ...]) -> tuple[Book, Session]:
    """The clinic's book and somebody who works in it."""
    book = open_book(str(clinic(size)))
    return book, Session(1, "Bench", ZONE, clock, rights_of("owner"), "bench", "US")


def new_clinic(folder: Path) -> tuple[Book, Session]:
    """An empty book in ``folder`` to write into."""
    file = new_book(
        str(folder / "clinic.db"), lambda book: furnish_large(book, Size(1, 0), ZONE, clock, "bench", "US")
    )
    return open_book(str(file)), Session(1, "Bench", ZONE, clock, rights_of("owner"), "bench", "US")
