"""A restored book takes the place of another, which stays beside it: wholly, or it goes on later.

What is to be renamed is written down first. While that paper lies there, nobody opens the book.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ..errors import FileProblem, StoreBusy
from .disk import to_disk
from .fitness import HALF_RESTORED

ENDINGS = ("-wal", "-shm", "-journal", "")
"""A log that belongs to another book would be played into it: the logs go first."""

_SHARED = 510, 0x40000002
"""The bytes on which every open connection of SQLite holds a lock: how many, and where they begin."""
_PATIENCE = 12.0
"""Seconds: two more than a program that is being opened waits for the book."""


def aside_of(file: Path, stamp: str) -> Path:
    """What the book that was there is called from then on."""
    return file.with_name(f"{file.stem}.before-{stamp}{file.suffix}")


@contextmanager
def kept_out(file: Path) -> Iterator[None]:
    """Nobody has the book open and nobody gets in until the end. :class:`StoreBusy` when somebody has.

    For a process that has it not open itself: the locks of SQLite belong to processes, and this takes them
    by hand because it must also work where the book is too damaged to be opened.
    """
    with ExitStack() as stack:
        queue = os.open(f"{file}.wlock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        stack.callback(os.close, queue)
        _take(file, lambda: fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB))
        if file.exists():
            there = os.open(file, os.O_RDWR | os.O_CLOEXEC)
            stack.callback(os.close, there)
            _take(file, lambda: fcntl.lockf(there, fcntl.LOCK_EX | fcntl.LOCK_NB, *_SHARED))
            # Whoever opened the file meanwhile waits for that lock; they must not get it once the file is
            # called otherwise, or they would go on in the old book.
            stack.callback(_wait_for_others, there)
        yield


def _take(file: Path, lock: Callable[[], None]) -> None:
    try:
        lock()
    except OSError:
        raise StoreBusy(
            f"Somebody has {file} open.", "End the other sessions and workers, then try again."
        ) from None


def _wait_for_others(descriptor: int) -> None:
    """Until nobody else has this file open, or has given up."""
    until = time.monotonic() + _PATIENCE
    mine = os.fstat(descriptor)
    while _others_have(mine.st_dev, mine.st_ino) and time.monotonic() < until:
        time.sleep(0.1)


def _others_have(device: int, inode: int) -> bool:
    """Whether another process of this account has the file open; where the system does not tell, no."""
    own = str(os.getpid())
    for process in Path("/proc").glob("[0-9]*"):
        if process.name == own:
            continue
        try:
            for one in (process / "fd").iterdir():
                found = one.stat()
                if (found.st_dev, found.st_ino) == (device, inode):
                    return True
        except OSError:
            continue
    return False


def swap(new: Path, file: Path, stamp: str) -> Path | None:
    """Put ``new``, which lies on the same disk, in the place of the book ``file``; what the one that was
    there is called now, None where there was none. Only while others are :func:`kept_out`.
    """
    aside = aside_of(file, stamp)
    there = [end for end in ENDINGS if os.path.lexists(f"{file}{end}")]
    if any(os.path.lexists(f"{aside}{end}") for end in ENDINGS):
        raise FileProblem(f"There is already something at {aside}.", "Try again in a second.")
    # Under a name that nobody sweeps, until it has its place.
    made = file.with_name(f".{file.name}.restored")
    os.replace(new, made)
    to_disk(file.parent)
    moves = [(f"{file}{end}", f"{aside}{end}") for end in there]
    _write_down(file, [*moves, (str(made), str(file))])
    go_on(file)
    return aside if "" in there else None


def go_on(file: Path) -> bool:
    """Do what is left of a swap; whether there was one. It may break off anywhere and be done again."""
    paper = file.with_name(file.name + HALF_RESTORED)
    try:
        moves = json.loads(paper.read_bytes())
    except FileNotFoundError:
        return False
    for source, target in moves:
        if os.path.lexists(source) and not os.path.lexists(target):
            os.rename(source, target)
    to_disk(file.parent)
    paper.unlink()
    to_disk(file.parent)
    return True


def _write_down(file: Path, moves: list[tuple[str, str]]) -> None:
    paper = file.with_name(file.name + HALF_RESTORED)
    making = file.with_name(f".{file.name}{HALF_RESTORED}")
    making.write_text(json.dumps(moves), "utf-8")
    to_disk(making)
    os.rename(making, paper)
    to_disk(file.parent)
