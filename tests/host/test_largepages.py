"""The host's memory lies in large pages where the kernel has them, and is the same."""

from __future__ import annotations

import mmap
import subprocess
import sys

import pytest

from pim_tui.host import largepages
from tests.fences.rules import ROOT

_ENLARGED = """
import re
from pim_tui.host.largepages import enlarge

def large():
    told = open("/proc/self/smaps_rollup").read()
    return int(re.search(r"AnonHugePages: *([0-9]+) kB", told)[1]) // 2048

kept = [bytes(400) + str(at).encode() for at in range(50_000)]
before = large()
count = enlarge()
print(count, large() - before, all(one.endswith(str(at).encode()) for at, one in enumerate(kept)))
"""


def gives_large_pages() -> bool:
    """Whether this kernel makes one when it is asked."""
    try:
        with mmap.mmap(-1, 8 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
            memory.write(b"x" * (8 << 20))
            memory.madvise(25)
    except OSError:
        return False
    return True


def test_what_is_full_lies_in_large_pages_and_is_the_same() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _ENLARGED], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.split()
    count, grown, same = int(told[0]), int(told[1]), told[2]
    assert same == "True"
    # A kernel without any, or with none free, refuses: then nothing is changed.
    assert grown == count >= 0


@pytest.mark.skipif(not gives_large_pages(), reason="this kernel makes no large pages when it is asked")
def test_this_kernel_gives_some() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _ENLARGED], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.split()
    assert int(told[0]) >= 5


def test_without_a_look_at_its_pages_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*given: object, **named: object) -> object:
        raise PermissionError

    monkeypatch.setattr(largepages, "open", refuses, raising=False)
    assert largepages.enlarge() == 0
