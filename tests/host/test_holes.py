"""What a copy of a process makes lies together, and not in the holes of what is there."""

from __future__ import annotations

import subprocess
import sys

from tests.fences.rules import ROOT

_FULL_OF_HOLES = """
import ctypes, gc
from pim_tui.host import holes
holes.one_heap()
kept = [bytes(600 + at % 4000) for at in range(6_000)]
del kept[::3]
things = [[at] for at in range(20_000)]
del things[::2]
library = ctypes.CDLL(None)
library.mallinfo2.restype = holes._Use
gc.collect()
"""
_FILLED = """
before = library.mallinfo2().ordblks
gc.disable()
holes.fill()
made = [[at] for at in range(20_000)]
print(before, library.mallinfo2().ordblks, len({id(one) // 4096 for one in made}))
"""


def said(code: str) -> list[str]:
    """What a Python of its own says that runs this."""
    line = [sys.executable, "-c", code]
    return subprocess.run(line, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split()


def test_no_hole_is_left() -> None:
    told = said(_FULL_OF_HOLES + _FILLED)
    assert int(told[0]) > 1_500
    assert int(told[1]) < 5
    # 20 000 lists of 56 bytes and what is in them.
    assert int(told[2]) < 500


_FOR_A_WHILE = """
gc.disable()
before = library.mallinfo2().fordblks
with holes.filled():
    made = [[at] for at in range(10_000)]
    inside = library.mallinfo2().fordblks
print(before, inside, library.mallinfo2().fordblks, len({id(one) // 4096 for one in made}), len(holes._kept))
"""


def test_what_is_filled_for_a_while_is_given_back() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _FULL_OF_HOLES + _FOR_A_WHILE],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split()
    before, inside, after, pages, kept = map(int, told)
    assert inside < before / 3
    assert after > before * 0.9
    assert pages < 250
    assert kept == 0


_AGAIN = """
from pim_tui.host import holes
enough = holes._ROUNDS * 2 * (holes._POOL // 32)
for count in range(40):
    kept = [float(at) for at in range(count * 37)]
    del kept[::2]
    made = holes._small(32)
    assert len(made) < enough - 2_000, len(made)
"""


def test_filling_ends_whatever_holes_there_are() -> None:
    """By itself, and not because it has done enough: what was made before leaves more holes each time."""
    subprocess.run([sys.executable, "-c", _AGAIN], cwd=ROOT, check=True, timeout=30)
