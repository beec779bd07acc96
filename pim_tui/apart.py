"""A backup made by a process of its own, so that the one at the desk goes on reading: both ends of it.

The copy is looked into as the current book, of which a process has one. What is to be done goes in on stdin,
which no other process sees, and how far it is comes out on stdout, a line of JSON each. Who may have it done
is asked before (:func:`~.services.backups.take_backup_apart`), by who starts the other end.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from math import inf
from pathlib import Path
from threading import Thread
from typing import Any, Final, NoReturn

from .db.connection import current, open_book
from .domain.manifest import Manifest
from .errors import PimError, Refused, StoreError
from .paths import import_folders
from .services.backups import KEPT, TakeBackup, Taken, Told, copied_out, tidied

OTHER_END: Final = f"import sys; sys.path[:] = sys.argv[1:]; from {__name__} import main; main()"
"""What a Python does that is given :func:`~.paths.import_folders`."""
_BEHIND: Final = 10
"""By how much it is nicer than the desks."""
_LOOKS: Final = 0.2
"""Seconds between two looks whether to stop."""
_GRACE: Final = 10
"""Seconds for it to put things away once it is asked to stop."""


@dataclass(frozen=True, slots=True)
class Order:
    """Of which book (a URL or file, what is no row of it ``beside``, its key) to make which backup, of the
    moment ``now``.
    """

    database: str
    beside: Path
    key: str
    command: TakeBackup
    now: int


# --- the end at the desk -------------------------------------------------------------------------------


def made_apart(order: Order, progress: Told, stop: Callable[[], bool]) -> Taken | None:
    """What the process has made, None where it was stopped. Raises what it was refused, StoreError where it
    broke off or could not begin.
    """
    child = _begun()
    assert child.stdin is not None
    last: dict[str, Any] = {}
    try:
        # Its stdin stays open: where this process ends, so does that one.
        with suppress(BrokenPipeError):
            child.stdin.write(_written(order))
        for line in _lines(child, stop):
            last = json.loads(line)
            if "percent" in last:
                progress(last["percent"], 100)
    finally:
        _end(child)
        if not last.keys() & {"made", "refused"}:
            tidied(current(), order.command.folder)
    return _answered(last, stopped=stop())


def _begun() -> subprocess.Popen[bytes]:
    """The process. There may be no room for one more, or another Python by now than this one."""
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-c", OTHER_END, *import_folders()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
            cwd="/",
        )
    except OSError as error:
        raise StoreError(
            f"The backup cannot begin: {error.strerror}.", "Run pim-tui backup in a terminal."
        ) from error


def _lines(child: subprocess.Popen[bytes], stop: Callable[[], bool]) -> Iterator[bytes]:
    """The lines that it writes until it ends; once it has to stop, for a grace, in which it may be done."""
    assert child.stdout is not None
    rest, number, until = b"", child.stdout.fileno(), inf
    while time.monotonic() < until:
        if until == inf and stop():
            child.terminate()
            until = time.monotonic() + _GRACE
        if not select.select([number], (), (), _LOOKS)[0]:
            continue
        if not (more := os.read(number, 65_536)):
            return
        *lines, rest = (rest + more).split(b"\n")
        yield from lines


def _end(child: subprocess.Popen[bytes]) -> None:
    """See that it is over."""
    try:
        child.wait(_LOOKS)
    except subprocess.TimeoutExpired:
        child.kill()
    child.communicate()


def _answered(last: dict[str, Any], *, stopped: bool) -> Taken | None:
    """What its last words mean."""
    if "made" in last:
        made = last["made"]
        return Taken(**{
            **made, "file": Path(made["file"]), "manifest": Manifest(**made["manifest"]),
            "faults": tuple(made["faults"]), "dropped": tuple(made["dropped"]),
        })  # fmt: skip
    if stopped:
        return None
    if "refused" in last:
        raise Refused(*last["refused"])
    raise StoreError("The backup broke off.", "Run pim-tui backup, which tells more.")


def _written(order: Order) -> bytes:
    command = {**asdict(order.command), "folder": str(order.command.folder)}
    told = {**asdict(order), "beside": str(order.beside), "command": command}
    return f"{json.dumps(told)}\n".encode()


# --- the other end -------------------------------------------------------------------------------------


def _read(line: bytes) -> Order:
    told = json.loads(line)
    command = told["command"]
    ours = {**command, "folder": Path(command["folder"]), "recipients": tuple(command["recipients"])}
    return Order(told["database"], Path(told["beside"]), told["key"], TakeBackup(**ours), told["now"])


def _tell(**told: object) -> None:
    sys.stdout.write(f"{json.dumps(told)}\n")
    sys.stdout.flush()


def _far(done: int, total: int) -> None:
    if done >= KEPT:
        # What is there is told of: nobody may hear that nothing is left of it.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _tell(percent=100 * done // total)


def _stop(number: int, frame: object) -> NoReturn:
    """Leave, and put things away on the way out."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(1)


def _end_with_the_desk() -> None:
    # Not by sys.stdin: Python ends as in a crash where a thread still reads from that.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Make the backup that is ordered, unless a signal or the end of stdin stops it."""
    signal.signal(signal.SIGTERM, _stop)
    os.nice(_BEHIND)
    order = _read(sys.stdin.buffer.readline())
    Thread(target=_end_with_the_desk, daemon=True).start()
    try:
        book = open_book(order.database, beside=order.beside, key=order.key)
        try:
            made = copied_out(order.command, order.now, _far)
        finally:
            book.close()
    except PimError as error:
        _tell(refused=(error.message, error.hint))
    else:
        _tell(made={**asdict(made), "file": str(made.file), "manifest": asdict(made.manifest)})
