"""A program that hangs with what it started: its time begins when it has, on however slow a machine."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select
from typing import BinaryIO

import pytest


@contextmanager
def held_open(line: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BinaryIO]:
    """The end of a new pipe at which to hear from the program, and that nobody holds the other end any more.
    A program is waited for only from when it, or what it started, has said something there."""
    waits = subprocess.Popen.wait
    os.mkfifo(line)
    with open(os.open(line, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as hears:

        def once_it_has_begun(process: subprocess.Popen[bytes], timeout: float | None = None) -> int:
            assert timeout is None or select([hears], [], [], 60)[0]
            return waits(process, timeout)

        with monkeypatch.context() as patched:
            patched.setattr(subprocess.Popen, "wait", once_it_has_begun)
            yield hears


def all_heard(hears: BinaryIO) -> bytes:
    """What was said, once the other end is let go by all."""
    os.set_blocking(hears.fileno(), True)
    return hears.read()
