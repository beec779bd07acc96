"""Other programs of the terminal, and the walk through each: what they have like ours is measured beside it.

They are looked for in the folders that ``BENCH_PEERS`` names, then on ``PATH``, and take as many visits as
ours holds them against: :data:`VISITS`. khal comes with the extra ``peers``; Debian has mc and calcurse, PyPI
has posting and harlequin, each best in a virtual environment of its own.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

from tests.bench.clinics import ROOT

UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
ESC, TAB, PAGE, F3, F5, F7 = "\x1b", "\t", "\x1b[6~", "\x1bOR", "\x1b[15~", "\x1b[18~"
CURSOR, SCROLL, WEEK, TURN, DIALOG = (
    "cursor move", "scroll by one row", "next week", "tab switch", "dialog open",
)  # fmt: skip
VISITS, SPREAD = 10_000, 360
"""Visits of a book, and over how many days around today they lie."""
KHAL = """
import urwid
from khal.cli import main_ikhal
urwid.Text.w = property(lambda text: text)
for name in ("body", "header", "footer"):
    setattr(urwid.Frame, f"set_{name}", lambda frame, value, name=name: setattr(frame, name, value))
    setattr(urwid.Frame, f"get_{name}", lambda frame, name=name: getattr(frame, name))
main_ikhal()
"""
"""It asks for names that the newest library of its screens has given up."""


@dataclass(frozen=True, slots=True)
class Steps:
    """``keys`` after each other, each of which does ``what``, or only leads on where that is empty.

    ``back`` is pressed after each of them, and not measured.
    """

    what: str
    keys: Sequence[str]
    back: str = ""


@dataclass(frozen=True, slots=True)
class Program:
    """How a program is started, what stands on its first screen, and the walk through it."""

    name: str
    argv: Sequence[str]
    ready: str
    walk: Sequence[Steps]
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Absent:
    """A program that is not measured, and why."""

    name: str
    why: str


OURS = (
    Steps(CURSOR, [DOWN] * 8 + [RIGHT] * 3 + [UP] * 8 + [LEFT] * 3),
    Steps("", [PAGE] * 2),
    Steps(SCROLL, [DOWN] * 9),
    Steps("", "1"),
    Steps(DIALOG, "/A", ESC),
    Steps("", "2"),
    Steps(WEEK, "...."),
    Steps("", [F3, "smi", "\r"]),
    Steps(TURN, [RIGHT] * 6),
)


def textual() -> Iterator[Program]:
    """Its widgets as they come, and an app of one line."""
    walks = {
        "a bare Textual app": ("static", ()),
        "Textual's DataTable": (
            "table", (Steps(CURSOR, [DOWN] * 12), Steps("", [PAGE]), Steps(SCROLL, [DOWN] * 12)),
        ),
        "Textual's tabs": ("tabs", (Steps(TURN, [RIGHT] * 6),)),
    }  # fmt: skip
    for name, (kind, walk) in walks.items():
        argv = [sys.executable, "-m", "tests.bench.plainapps", kind]
        yield Program(name, argv, "ready", walk, {"PYTHONPATH": str(ROOT)})


def others(folder: Path) -> Iterator[Program | Absent]:
    """Programs that other people use, with their visits in ``folder``."""
    if find_spec("khal") is None:
        yield Absent("ikhal", "khal is not installed (extra peers)")
    else:
        yield _khal(folder)
    for name, made in MADE.items():
        if program := shutil.which(name, path=_places()):
            yield made(program, folder)
        else:
            yield Absent(name, "it is neither in a folder of BENCH_PEERS nor on PATH")


def _places() -> str:
    named = os.environ.get("BENCH_PEERS", "")
    return os.pathsep.join(filter(None, (named, os.environ.get("PATH", os.defpath))))


def _days() -> Iterator[tuple[int, date, int]]:
    """Number, day and hour of each visit."""
    for n in range(VISITS):
        yield n, date.today() + timedelta(n % SPREAD - SPREAD // 2), 8 + n // SPREAD % 9


def _khal(folder: Path) -> Program:
    """Files of one visit each, which it has read into its own database beforehand."""
    calendar, config = folder / "visits", folder / "khal.conf"
    calendar.mkdir()
    for n, day, hour in _days():
        (calendar / f"{n}.ics").write_text(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//pim_tui//bench//EN\r\nBEGIN:VEVENT\r\n"
            f"UID:{n}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{day:%Y%m%d}T{hour:02}0000\r\n"
            f"DURATION:PT30M\r\nSUMMARY:Visit {n}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    config.write_text(
        f"[calendars]\n[[visits]]\npath = {calendar}\n[sqlite]\npath = {folder / 'khal.db'}\n"
        "[locale]\nlocal_timezone = Europe/Berlin\ndefault_timezone = Europe/Berlin\n"
    )
    read = "from khal.cli import main_khal; main_khal()"
    subprocess.run(
        [sys.executable, "-c", read, "-c", config, "list"], check=True, stdout=subprocess.DEVNULL, timeout=600
    )
    walk = (Steps(CURSOR, [RIGHT, RIGHT, LEFT, LEFT]), Steps(WEEK, [DOWN] * 4))
    # Names of days come by language, and of some that a machine has Python makes one that it has not.
    return Program("ikhal", [sys.executable, "-c", KHAL, "-c", str(config)], "Mo", walk, {"LANG": "C"})


def _calcurse(program: str, folder: Path) -> Program:
    data = folder / "calcurse"
    data.mkdir()
    with (data / "apts").open("w") as file:
        for n, day, hour in _days():
            at = f"{day:%m/%d/%Y} @ {hour:02}"
            file.write(f"{at}:00 -> {at}:30|Visit {n}\n")
    # Letters: it takes arrows only as they are sent in the mode that it has set.
    walk = (Steps(CURSOR, "llhh"), Steps(WEEK, "jjjj"), Steps(DIALOG, "???", "q"))
    return Program("calcurse", [program, "-D", str(data)], "Calendar", walk)


def _mc(program: str, folder: Path) -> Program:
    """Without the shell that it keeps beside it."""
    files = folder / "files"
    files.mkdir()
    for n in range(200):
        (files / f"visit{n:03}").touch()
    walk = (Steps(CURSOR, "\x0e" * 8), Steps(DIALOG, [F7] * 3, ESC + ESC))
    return Program("mc", [program, "-u", str(files), str(files)], "Name", walk)


def _posting(program: str, folder: Path) -> Program:
    requests = folder / "requests"
    requests.mkdir()
    for n in range(60):
        file = requests / f"visit{n:03}.posting.yaml"
        file.write_text(f"name: Visit {n:03}\nurl: http://127.0.0.1/{n}\n")
    walk = (
        Steps("", [TAB] * 2),
        Steps(CURSOR, [DOWN] * 8),
        Steps("", [PAGE]),
        Steps(SCROLL, [DOWN] * 8),
        Steps(DIALOG, ["\x10"] * 2, ESC),
        Steps("", [TAB]),
        Steps(TURN, [RIGHT] * 4),
    )
    return Program("posting", [program, "--collection", str(requests)], "Visit 010", walk)


def _harlequin(program: str, folder: Path) -> Program:
    file = folder / "visits.db"
    with sqlite3.connect(file) as db:
        db.execute("create table visit (id integer primary key, day text, hour integer)")
        rows = ((n, day.isoformat(), hour) for n, day, hour in _days())
        db.executemany("insert into visit values (?, ?, ?)", rows)
    db.close()
    walk = (
        Steps("", ["select * from visit", "\n", F5]),
        Steps(CURSOR, [DOWN] * 4 + [UP] * 4),
        Steps("", [PAGE]),
        Steps(SCROLL, [DOWN] * 8),
        Steps(DIALOG, ["\x10"] * 2, ESC),
    )
    return Program("harlequin", [program, "-a", "sqlite", str(file)], "Query Results", walk)


MADE: Mapping[str, Callable[[str, Path], Program]] = {
    "calcurse": _calcurse,
    "mc": _mc,
    "posting": _posting,
    "harlequin": _harlequin,
}
