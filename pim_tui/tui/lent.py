"""A terminal that another process has lent to this one: what that process has to be told, and a handle of it.

A session in the host works in another account than whoever sits there, and may not open the terminal by name.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Lender:
    """The process that waits at the terminal.

    ``handle`` is one that nobody else shares and that never waits, None where there is none. ``ended`` is
    told the exit code before this process ends; ``gives_back`` what makes the terminal usable again, in case
    this process cannot.
    """

    handle: int | None
    ended: Callable[[int], Any]
    gives_back: Callable[[bytes], Any]


_lender: Lender | None = None


def lend(lender: Lender) -> None:
    """From now on this process works on somebody's terminal."""
    global _lender
    _lender = lender


def own_handle(terminal: int) -> int:
    """A handle of ``terminal`` that never waits, for nobody else shares it. Raises OSError where there is
    none."""
    if _lender is None:
        return os.open(os.ttyname(terminal), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    if _lender.handle is None:
        raise OSError("no handle came with the terminal")
    return _lender.handle


def tell_end(code: int) -> None:
    """The process is about to end with ``code``."""
    if _lender is not None:
        _lender.ended(code)


def tell_way_back(sequence: bytes) -> None:
    """``sequence`` undoes what the screen is about to do to the terminal."""
    if _lender is not None:
        _lender.gives_back(sequence)
