"""The host offers its memory, and its sessions', to the kernel, which keeps equal pages once."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fences.rules import ROOT

# Whether a stretch of memory is offered: before, then in a copy of the process; and one that the copy makes.
_OFFERED = """
import ctypes, mmap, os, re, sys
from pim_tui.host import equalpages

def is_offered(memory):
    place = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    for extent in re.split(r"(?m)^(?=[0-9a-f]+-[0-9a-f]+ )", open("/proc/self/smaps").read())[1:]:
        begin, end = (int(one, 16) for one in extent.split()[0].split("-"))
        if begin <= place < end:
            return "mg" in re.search(r"VmFlags:(.*)", extent)[1].split()

def stretch():
    memory = mmap.mmap(-1, 8 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.write(b"x" * (8 << 20))
    return memory

if sys.argv[1] == "older":
    equalpages._OFFER_ALL = 0
memory = stretch()
before = is_offered(memory)
taken = equalpages.offer()
sys.stdout.flush()
if os.fork() == 0:
    print(before, taken, is_offered(memory), is_offered(stretch()), flush=True)
    os._exit(0)
os.wait()
"""


def offered(how: str) -> list[str]:
    """Before it was offered, whether it was taken, and in a copy: what it came with, what it made itself."""
    told = subprocess.run(
        [sys.executable, "-c", _OFFERED, how], cwd=ROOT, capture_output=True, check=True, text=True
    )
    return told.stdout.split()


LOOKS = Path("/sys/kernel/mm/ksm").is_dir()
TAKES_ALL = [int(number) for number in platform.release().split("-")[0].split(".")[:2]] >= [6, 4]


@pytest.mark.skipif(not LOOKS, reason="this kernel cannot look for equal pages")
def test_a_copy_offers_what_it_came_with_and_what_it_makes() -> None:
    assert offered("as it is") == ["False", "True", "True", str(TAKES_ALL)]


@pytest.mark.skipif(not LOOKS, reason="this kernel cannot look for equal pages")
def test_a_kernel_that_does_not_take_all_takes_what_there_is() -> None:
    assert offered("older") == ["False", "True", "True", "False"]
