"""A host that runs on behind whoever began it, and tells them how that went; what it has a copy do."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NoReturn

from ..errors import PimError

_READY = "ready"


def begun(run: Callable[[Callable[[], None]], None]) -> str:
    """Do ``run`` in a process of its own until it ends by itself. Empty once it has called what it is given,
    else what kept it from that."""
    said, tells = os.pipe()
    if os.fork() == 0:
        os.close(said)
        _run(run, tells)
    os.close(tells)
    with open(said, encoding="utf-8", errors="replace") as pipe:
        told = pipe.read()
    return "" if told == _READY else told or "The host did not begin."


def _run(run: Callable[[Callable[[], None]], None], tells: int) -> NoReturn:
    """In the child: a session of its own, without a terminal."""

    def ready() -> None:
        os.write(tells, _READY.encode())
        os.close(tells)

    code = 1
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(nothing, number)
        if nothing > 2:
            os.close(nothing)
        run(ready)
        code = 0
    except (PimError, OSError) as error:
        os.write(tells, str(error).encode())
    finally:
        os._exit(code)


def in_a_copy(act: Callable[[], object]) -> None:
    """Do ``act`` in a copy of this process, with which the memory goes that it took. Raises OSError where it
    failed."""
    if (copy := os.fork()) == 0:
        code = 1
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    if os.waitpid(copy, 0)[1] != 0:
        raise ChildProcessError("A copy of this process did not do what it was made for.")
