"""The thin line that other tests are behind does what a serial line does."""

from __future__ import annotations

import sys

from tests.tui.slowline import ANSWER, PING, SlowTerm, Wire, bytes_a_second


def test_bytes_leave_a_wire_at_its_rate_and_arrive_after_its_delay() -> None:
    wire = Wire(bytes_a_second(9600), buffer=1000, delay=0.2)
    assert wire.take(b"a" * 500 + b"b" * 800, 10.0) == 1000
    assert (wire.room(10.0), wire.queued(10.0), wire.queued(10.5)) == (0, 1000, 520)
    assert wire.arrived(10.2) == b""
    assert wire.arrived(10.7) == b"a" * 480
    assert wire.take(b"c" * 600, 10.7) == 600
    assert wire.empty_at() == 10.0 + 1600 / 960 + 0.2
    assert wire.arrived(12.0) == b"a" * 20 + b"b" * 500 + b"c" * 600
    assert wire.next_at() is None
    assert wire.take(b"d", 20.0) == 1
    assert wire.next_at() == 20.0 + 1 / 960 + 0.2


ASKS = f"""
import os, sys, termios, time, tty
tty.setraw(0)
since = time.monotonic()
print(termios.tcgetattr(0)[5] == termios.B9600, "." * 91, end={PING.decode()!r}, flush=True)
answered = os.read(0, 9) == {ANSWER!r}
sys.exit(not answered or time.monotonic() - since < 2 * 0.05 + 100 / 960)
"""


def test_a_program_behind_a_slow_line_knows_its_speed_and_is_answered_when_all_has_arrived() -> None:
    with SlowTerm([sys.executable, "-c", ASKS], baud=9600, delay=0.05) as term:
        term.wait_for("True")
        assert term.wait_exit() == 0
