"""A day's work at a VT100: no colour, ASCII, 80x24, 9600 baud, and no key that it does not have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pim_tui.tui.lifeline import STALL
from tests.tui.refundstage import PIN
from tests.tui.slowline import SlowTerm
from tests.tui.staged import PRINTED, command, opened, surroundings
from tests.tui.tillstage import GEL_CODE

UP, DOWN = "\x1b[A", "\x1b[B"
PF1, PF2, PF3, PF4 = (f"\x1bO{letter}" for letter in "PQRS")
COLOUR = re.compile(rb"\x1b\[(?:\d+;)*(?:3\d|4\d|9\d|10\d)(?:;\d+)*m")

JOBS = (
    ("book a follow-up, a week on", "adoe 7d 1030 fu\r", "Booked: Jane Doe, Mon 30 Nov 2026 10:30-11:00"),
    ("find a customer", "/roe\r", "John Roe - customer 2"),
    ("book one from the profile", "a7d 11\r", "Booked: John Roe, Mon 30 Nov 2026 11:00-11:30"),
    ("back to the calendar", PF2, "6 appointments"),
    ("mark completed", "c", "Completed: Jane Doe"),
    ("mark missed", f"{UP * 2}n", "Missed: Zoe Angstrom"),
    ("one slot later", f"{DOWN * 6}]", "Moved: John Roe, Mon 23 Nov 2026 10:00-10:30"),
    ("the next free time", ">", "Moved: John Roe, Mon 23 Nov 2026 10:15-10:45"),
    ("move to another day", "m+1d\r", "Moved: John Roe, Tue 24 Nov 2026 10:15-10:45"),
    ("go there", "g24 nov\r", "Tue 24 Nov 2026"),
    ("print the day's sheet", "p\r", "was sent to the printer"),
    ("the till", f"{PF4}{GEL_CODE}\r", "Ultrasound gel"),
    ("take an exact payment", "\r\r", "Enter prints it, Esc 8 asks how."),
    ("and print", "\r", "S-2026-000004 was sent to the printer"),
    ("the clinic's lists, by Escape and a figure", "\x1b0", "S-2026-000003"),
    ("open a bill", f"{DOWN}\r", "S-2026-000003 - Sale bill"),
    ("email it", "e\r", "to jane@mail.example waits to be sent"),
    ("ask one item back", "r1\r1\r", "requested"),
    ("approve it", f"R{PIN}\r", "approved"),
    ("products, by Escape and a figure", "\x1b6", "Crutches"),
    ("what the keys do", PF1, "Esc 5 is F5"),
)
"""What is done, its keys, and what is to be seen then."""


@pytest.mark.walk
def test_every_job_is_done_on_a_vt100_without_colour_over_9600_baud(tmp_path: Path) -> None:
    folder = tmp_path / "clinic"
    env = surroundings(folder, LANG="C")
    with SlowTerm(command(folder), baud=9600, term="vt100", env=env) as terminal:
        opened(terminal)
        for job, keys, told in JOBS:
            terminal.feed(keys)
            terminal.wait_for(told, 30)
            assert max(terminal.raw) < 0x7F, job
            assert not COLOUR.search(terminal.raw), job
        stop_and_go_on(terminal)
        terminal.feed("\x1c")
        assert terminal.wait_exit() == 0
    assert (folder / PRINTED).read_bytes().count(b"%PDF-") == 2


def stop_and_go_on(terminal: SlowTerm) -> None:
    """Somebody holds the screen for longer than a terminal that is gone is waited for."""
    terminal.drain()
    seen = len(terminal.raw)
    terminal.feed(f"\x13\x1b{PF2}3")
    while terminal.pump(STALL + 1.5):
        seen = len(terminal.raw)
    assert terminal.process.poll() is None
    assert len(terminal.raw) == seen
    terminal.feed("\x11")
    terminal.wait_for("November 2026")
