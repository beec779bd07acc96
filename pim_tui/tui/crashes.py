"""What is kept of a crash: the kind of error and the places in the code, and nothing of any person.

Messages of exceptions, local variables and values may hold a patient's text, so none of them is
written; neither to the log nor to the terminal, whose scrollback others can read.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Final

EXIT_CODE: Final = 70
"""``EX_SOFTWARE`` of sysexits.h: an internal error."""


def describe(error: BaseException) -> list[str]:
    """Type and code locations of ``error`` and of what caused it, innermost cause last."""
    return [line for link in _chain(error) for line in _lines(link)]


def keep(error: BaseException, folder: Path, now: float) -> Path | None:
    """Write `describe` to a file in ``folder``; ``now`` is UTC seconds. See `keep_lines`."""
    return keep_lines(describe(error), folder, now)


def keep_lines(lines: Iterable[str], folder: Path, now: float) -> Path | None:
    """Append ``lines`` to this crash's file (mode 0600) in ``folder``; None where that is impossible."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    path = folder / f"crash-{moment}-{os.getpid()}.log"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as log:
            log.writelines(f"{line}\n" for line in lines)
    except OSError:
        return None
    return path


def advice(path: Path | None) -> str:
    """The one line the person sees: what happened and what to do."""
    if path is None:
        return "pim-tui stopped because of an internal error; no report could be written. Start it again."
    return (
        "pim-tui stopped because of an internal error. Start it again: what you typed is offered to you. "
        f"Report (it names no person): {path}"
    )


def silence(folder: Path) -> None:
    """Let no uncaught exception print its message: not in the main thread, not in any other."""

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        print(advice(keep(error.with_traceback(trace), folder, time.time())), file=sys.__stderr__)

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            keep(args.exc_value, folder, time.time())

    sys.excepthook = uncaught
    threading.excepthook = in_thread


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and its causes; an exception can be its own ancestor, so each is told once."""
    told: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in told:
        told.add(id(link))
        yield link
        # Textual tells of a worker that failed by an error of its own, which has no place in the code.
        inner = getattr(link, "error", None)
        link = link.__cause__ or link.__context__ or (inner if isinstance(inner, BaseException) else None)


def _lines(error: BaseException) -> Iterator[str]:
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    for frame, line in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        yield f"  {code.co_filename}:{line} {code.co_name}"
