"""Driver errors become ours: what happened, and what to do."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from peewee import (  # type: ignore[attr-defined]  # no type tells of the last
    DatabaseError,
    InterfaceError,
    OperationalError,
    PeeweeException,
    __exception_wrapper__,
)

from ..domain.text import tidy
from ..errors import (
    StoreAway,
    StoreBusy,
    StoreCollided,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreUnfit,
)
from .dialects import broken_rule
from .disk import disk_of

driver_errors = __exception_wrapper__
"""Use ``with``: what a driver raises becomes Peewee's own."""

_FULL = "The {disk} is full; nothing was saved."
_FREE = "Free some space there and save again."
_COLLIDED = "Somebody else changed the same at the same moment; nothing was saved."
_GONE = "The database server went away; what was not saved before is not saved."
_AWAY = "The database server cannot be reached; nothing was saved."
_BACK = "Try again in a moment; whoever runs the server can tell when it is back."
_OWNER = "Run it as the role that the book belongs to, or have that right granted; the README has both roles."
_SIGNS: tuple[tuple[str, type[StoreError], str, str], ...] = (
    ("database or disk is full", StoreFull, _FULL, _FREE),
    ("disk i/o error", StoreFull, "The {disk} could not be written to (it may be full); nothing was saved.",
     "Free some space there or check it, then try again."),
    ("readonly database", StoreReadOnly, "{file} cannot be written to.",
     "Check the permissions of the file and of its folder."),
    ("unable to open database", StoreReadOnly, "{file} cannot be opened.",
     "Check that the folder exists and that you may read and write in it."),
    ("not a database", StoreUnfit, "{file} is not a database, or it is damaged.",
     "Restore the newest backup, or name another file."),
    ("malformed", StoreUnfit, "{file} is damaged.", "Stop working in it and restore the newest backup."),
    ("deadlock detected", StoreCollided, _COLLIDED, "Try again."),
    ("could not serialize access", StoreCollided, _COLLIDED, "Try again."),
    ("lock timeout", StoreBusy, "Somebody else has been writing for too long; nothing was saved.",
     "Try again."),
    *((sign, StoreUnfit, "The database server does not allow that here: {why}", _OWNER) for sign in (
        "permission denied", "no schema has been selected", "must be owner",
    )),
    *((sign, StoreAway, _AWAY, _BACK) for sign in (
        "connection refused", "no such file or directory", "timeout expired", "the database system is",
        "no route to host", "network is unreachable", "session is read-only", "server is in hot standby",
        "server is not in hot standby", "could not translate host name", "failed to resolve host",
        "connection reset",
    )),
    ("connection failed", StoreUnfit, "The database server cannot be used: {why}",
     "Check PIM_DATABASE; whoever runs the server can tell whether it is up."),
    ("server closed the connection", StoreAway, _GONE, _BACK),
    ("terminating connection", StoreAway, _GONE, _BACK),
    ("connection is lost", StoreAway, _GONE, _BACK),
    ("connection is closed", StoreAway, _GONE, _BACK),
    ("locked", StoreBusy, "Somebody else has been writing for too long; nothing was saved.", "Try again."),
)  # fmt: skip


class explained:
    """Turn what the driver raises inside into the :class:`StoreError` family.

    Refusals by the book's own rules pass through. The whole chain of causes is read, because the
    failure of a commit hides behind the failure of its rollback. It stands around every select, so it
    is a class: a generator would cost as much as a small select.
    """

    __slots__ = ("file", "in_the_way")

    def __init__(self, file: Path | None, in_the_way: Callable[[], str] | None = None) -> None:
        self.file = file
        self.in_the_way = in_the_way

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, where: object) -> None:
        if isinstance(error, DatabaseError | InterfaceError | OSError) and (
            found := _named(error, self.file)
        ):
            raise self._with_name(found) from error

    def _with_name(self, found: StoreError) -> StoreError:
        """Who has been writing for too long, where that is known."""
        if type(found) is StoreBusy and self.in_the_way is not None:
            with suppress(PeeweeException):
                if who := self.in_the_way():
                    return StoreBusy(found.message.replace("Somebody else", who), found.hint)
        return found


def _named(error: BaseException, file: Path | None) -> StoreError | None:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreFull(
            f"The {disk_of(file)} is full; nothing was saved.", "Free some space there and save again."
        )
    if isinstance(error, OSError):
        return StoreReadOnly(f"{file}: {error.strerror}.", "Check the folder's permissions and free space.")
    if broken_rule(error):
        return None
    # A server repeats what does not fit into a table, and that may say anything: "disk full" is then a name.
    told = (cause for cause in _chain(error) if not _repeats_values(cause))
    causes = " | ".join(str(cause).lower() for cause in told)
    for sign, kind, message, hint in _SIGNS:
        if sign in causes:
            disk = disk_of(file) if kind is StoreFull else ""
            return kind(message.format(file=file, why=_first_line(error), disk=disk), hint)
    if isinstance(error, OperationalError):
        return StoreError(
            f"The database refused: {_first_line(error)}", "Try again; run pim-tui check if it stays."
        )
    return None


def _repeats_values(error: BaseException) -> bool:
    """Whether it tells of values, as Peewee, each driver and SQLite call such errors alike."""
    return any(kind.__name__ in ("IntegrityError", "DataError") for kind in type(error).__mro__)


def _first_line(error: BaseException) -> str:
    return tidy(next(iter(str(error).splitlines()), ""))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
