"""What a fuzzer feeds: something of the program that reads what strangers wrote, and what it may cost."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pim_tui.domain.text import visible

TODAY = date(2026, 11, 23)
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
SECONDS = 1.0
"""Of the processor's time: the most that one input of a fuzzer's size may take."""
MEGABYTES = 200
"""The most that a reader may hold beyond what the process held before the first input."""


@dataclass(frozen=True, slots=True)
class Reader:
    """``read`` takes a whole input; any error but the program's own leaves it. ``seeds``: folder and ending
    of real files to begin with, ``whole`` are others; ``words`` are what such inputs are made of.
    """

    read: Callable[[bytes], object]
    seeds: tuple[str, str] = ("", "")
    words: tuple[str, ...] = ()
    whole: tuple[bytes, ...] = ()


def harmless(text: str) -> bool:
    """Whether there is something to read, in one line that a terminal can be given."""
    return bool(text) and "\n" not in text and visible(text) == text


@contextmanager
def file_of(data: bytes, name: str) -> Iterator[Path]:
    """A file with that content, in memory where the machine has room there."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        yield path
