"""What another process is told that has lent its terminal to this one, and waits there."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Lender:
    """The process at the terminal. ``ended`` is told the exit code before this process ends; ``gives_back``
    what makes the terminal usable again, in case this process cannot; ``stops`` lets it be stopped, and
    returns when it goes on; ``stands_by`` tells whether it runs in front: while it is stopped or behind, the
    terminal is the shell's."""

    ended: Callable[[int], Any]
    gives_back: Callable[[bytes], Any]
    stops: Callable[[], Any]
    stands_by: Callable[[], bool] = lambda: True


_lender: Lender | None = None


def lend(lender: Lender) -> None:
    """From now on this process works on somebody's terminal."""
    global _lender
    _lender = lender


def tell_end(code: int) -> None:
    """The process is about to end with ``code``."""
    if _lender is not None:
        _lender.ended(code)


def tell_way_back(sequence: bytes) -> None:
    """``sequence`` undoes what the screen is about to do to the terminal."""
    if _lender is not None:
        _lender.gives_back(sequence)


def stop() -> None:
    """Be a stopped job of the shell that this was started from, until it goes on."""
    if _lender is not None:
        _lender.stops()
    else:
        os.kill(os.getpid(), signal.SIGSTOP)


def may_use_terminal() -> bool:
    """Whether keys may be read and anything may be shown now."""
    return _lender is None or _lender.stands_by()
