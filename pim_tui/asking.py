"""Asking at the terminal that this process was started from, whatever its output is sent to.

Questions go to the terminal itself, never into a pipe. What is secret is not shown while it is typed.
"""

from __future__ import annotations

import getpass
import io
import os
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from .domain.text import visible
from .errors import Refused

_LONGEST = 400
"""Characters of an answer that are read."""


def can_ask() -> bool:
    """Whether there is a terminal to ask at."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def somebody_waits() -> bool:
    """Whether somebody at a terminal has started this and looks at it: nothing is sent in, nothing away."""
    return can_ask() and all(stream.isatty() for stream in (sys.stdin, sys.stderr))


def line(question: str, otherwise: str = "") -> str:
    """A line as it was typed, without spaces at its ends; ``otherwise`` where nothing was. Raises Refused."""
    offered = f" [{otherwise}]" if otherwise else ""
    with _terminal() as terminal:
        terminal.write(visible(f"{question}{offered}: "))
        terminal.flush()
        if not (typed := terminal.readline(_LONGEST)):
            raise Refused("Nothing was answered.", "Start it again.")
    return typed.strip() or otherwise


def secret(question: str) -> str:
    """What was typed, unseen. Raises Refused."""
    with _terminal():
        try:
            return getpass.getpass(visible(f"{question}: "))[:_LONGEST]
        except EOFError:
            raise Refused("Nothing was answered.", "Start it again.") from None


def tell(text: str) -> None:
    """Say something to whoever is being asked, in lines that fit."""
    with _terminal() as terminal:
        terminal.write(f"{textwrap.fill(visible(text), 78, break_on_hyphens=False)}\n")


@contextmanager
def _terminal() -> Iterator[IO[str]]:
    try:
        raw = io.FileIO(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC), "r+")
    except OSError:
        raise Refused("There is no terminal to ask at.", "Run it in one (with ssh: ssh -t).") from None
    with io.TextIOWrapper(raw, encoding="utf-8", errors="replace", write_through=True) as terminal:
        try:
            yield terminal
        except UnicodeDecodeError:
            raise Refused("That was typed in another coding than UTF-8.", "Type it again.") from None
