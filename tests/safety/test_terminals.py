"""What the comparison of terminals looks for, it finds: the controls are screens that are spoiled."""

from __future__ import annotations

import os
import signal
import subprocess
import time

from tests.safety.terminals import KINDS, at_work, faults
from tests.safety.terminalviews import cells, clipped, crooked, unlike

FRAME = ["┌────────┐", "│ 花子   │", "│ Dr Lee │", "│ knee   │", "└────────┘"]


def test_an_upright_line_that_is_out_of_its_column_is_found() -> None:
    assert list(crooked(FRAME)) == []
    assert list(crooked([*FRAME[:2], "│ Dr Lee  │", *FRAME[3:]])) != []
    assert list(crooked([FRAME[0], "│ 花子     │", FRAME[2], FRAME[3]])) == []  # at the end of a frame
    assert cells("花a")[:4] == ["花", "", "a", " "]


def test_a_word_that_is_cut_at_an_edge_is_found() -> None:
    assert list(clipped(["Sale Dispense[Appointment]Note".rjust(80)])) == []
    assert list(clipped(["Sale Dispens[Appointment]Note".rjust(80)])) == ["line 1: cut at the edge: Dispens"]
    assert list(clipped(["Last visi│"])) == ["line 1: cut at the edge: visi"]


def test_a_screen_must_say_the_same_in_other_characters() -> None:
    model = ["│ S◦ Zoë  ─── │ F5 Pay"]
    for line, ascii_only, keys, right in (
        ("│ S◦ Zoë  ─── │ F5 Pay", False, False, True),
        ("| So Zoe  --- | F5 Pay", True, False, True),
        ("| So Zoe  --- | F5 Pay", False, False, False),
        ("| So Zoe      | F5 Pay", True, False, True),
        ("| So Zoe  x-- | F5 Pay", True, False, True),
        ("| S  Zo   --- | F5 Pay", True, False, True),
        ("| So  Zoe --- | F5 Pay", True, False, False),
        ("| So Zoe  --- | Esc 5 Pay", True, True, True),
    ):
        assert (not list(unlike([line], model, ascii_only=ascii_only, keys=keys))) is right, line


def test_bytes_and_colours_that_do_not_belong_there_are_found() -> None:
    vt100, linux, today = KINDS["vt100"], KINDS["linux"], KINDS["xterm-256color"]
    assert list(faults(vt100, "C", b"head\n\x1b[1;7mplain\x1b[m")) == []
    assert list(faults(vt100, "C", b"head\n\xe2\x94\x82")) == ["bytes beyond ASCII"]
    assert list(faults(vt100, "C.UTF-8", b"head\n\x1b[1;33myellow")) != []
    assert list(faults(linux, "C", b"head\n\x1b[33myellow")) == []
    assert list(faults(linux, "C", b"head\n\x1b[38;5;3myellow")) != []
    assert list(faults(today, "C", b"head\n\x1b[38;5;3myellow")) == []


def test_who_waits_for_the_processor_is_at_work_and_who_sleeps_is_not() -> None:
    busy, idle = (
        subprocess.Popen(["sh", "-c", f"{what} & wait"], process_group=0)
        for what in ("while :; do :; done", "sleep 60")
    )
    try:
        until = time.monotonic() + 30
        while at_work(idle.pid) or not at_work(busy.pid):
            assert time.monotonic() < until
    finally:
        for one in (busy, idle):
            os.killpg(one.pid, signal.SIGKILL)
            one.wait()
