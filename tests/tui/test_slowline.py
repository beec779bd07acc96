"""The thin line that other tests are behind does what a serial line does."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

import pytest

from tests.tui.demo import argv, environment
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


@pytest.mark.walk
@pytest.mark.parametrize("told", [True, False], ids=["told", "learned"])
def test_what_is_seen_of_a_program_that_paints_all_the_time_is_never_old(tmp_path: Path, told: bool) -> None:
    """A picture of 1 500 bytes, a hundred times a second. The pty alone holds those of twenty seconds."""
    beats, beat = os.pipe()
    env = environment(BEAT=str(beat), SSH_CONNECTION="192.0.2.1 1 192.0.2.2 22")
    with SlowTerm(argv("busy", tmp_path), baud=9600, told=told, delay=0.05, env=env, keep=[beat]) as term:
        term.wait_for("frame", 30)
        painted = 0
        for limit in (12.0, 8.0):  # the first pictures tell how fast the line is
            until = time.monotonic() + 4
            while (left := until - time.monotonic()) > 0:
                term.pump(left)
            painted += len(os.read(beats, 65536))
            term.wait_for(lambda painted=painted: _seen(term) >= painted, limit)


def _seen(term: SlowTerm) -> int:
    """The number of the picture that is on the screen."""
    found = re.search(r"frame (\d+) ", term.text)
    return int(found[1]) if found else 0
