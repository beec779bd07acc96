"""A session that nobody sees, at a terminal that nobody sits at: the next ones find everything done once.

What runs for the first time takes longer, and writes into memory that sessions could have in common.
"""

from __future__ import annotations

import asyncio
import contextvars
import gc
import os
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Final

from textual.pilot import Pilot, WaitForScreenTimeout

from .app import PimApp
from .desk import Desk

_TYPED: Final = ("\x1b[B", "\x1b[C", "3", "1", "a", "\x1b", "/", "\x1b", "g", "\x1b")
"""What is typed most: moving about, the week and the day, booking, finding, another day."""
_MOMENT: Final = 0.15
"""Seconds between two keys."""
_SIZE: Final = (24, 80)
_LOOKS: Final = {"TERM": "xterm-256color", "LANG": "C.UTF-8"}
"""What most terminals say of themselves."""
_STREAMS: Final = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))
_SIGNALS: Final = (signal.SIGWINCH, signal.SIGTSTP, signal.SIGCONT, signal.SIGTTIN, signal.SIGTTOU)


def rehearse(desk: Desk) -> None:
    """Run a whole session at ``desk``. Afterwards there are no threads of it and no event loop, and the
    process has its streams, signals and environment back. Raises OSError where no terminal can be had."""
    mine, theirs = os.openpty()
    try:
        termios.tcsetwinsize(theirs, _SIZE)
        with _before(theirs):
            contextvars.copy_context().run(_run, desk, mine)
    finally:
        os.close(theirs)
        os.close(mine)
    # The app has put aside what there was when its first screen stood: nobody would look for garbage in it.
    gc.unfreeze()


def _run(desk: Desk, mine: int) -> None:
    async def typed(pilot: Pilot[object]) -> None:
        asyncio.get_running_loop().add_reader(mine, os.read, mine, 65_536)
        for keys in _TYPED:
            os.write(mine, keys.encode())
            await asyncio.sleep(_MOMENT)
            with suppress(WaitForScreenTimeout):
                await pilot.pause()
        pilot.app.exit()

    PimApp(desk).run(auto_pilot=typed, mouse=False)


@contextmanager
def _before(terminal: int) -> Iterator[None]:
    """As if this process had been started at ``terminal``, for a while."""
    with ExitStack() as after:
        for of_jobs in _SIGNALS:
            after.callback(signal.signal, of_jobs, signal.getsignal(of_jobs))
        for number, (name, mode) in enumerate(_STREAMS):
            kept = os.dup(number)
            after.callback(os.close, kept)
            after.callback(os.dup2, kept, number)
            os.dup2(terminal, number)
            stream = os.fdopen(number, mode, encoding="utf-8", closefd=False)
            for attribute in (name, f"__{name}__"):
                after.callback(setattr, sys, attribute, getattr(sys, attribute))
                setattr(sys, attribute, stream)
        after.callback(os.environ.update, {name: os.environ[name] for name in _LOOKS if name in os.environ})
        for name, value in _LOOKS.items():
            after.callback(os.environ.pop, name)
            os.environ[name] = value
        yield
