"""Which backups are kept: so many hours, days and months back, the newest of each.

What a backup is worth is in its name: ``clinic-20261126-235501.tar`` was restored and found whole,
``-unverified`` was not looked at, ``-faulty`` was looked at and is not. ``.age`` behind it says encrypted.
"""

from __future__ import annotations

import re
import time
from calendar import timegm
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

GOOD, UNVERIFIED, FAULTY = "", "-unverified", "-faulty"
ENCRYPTED = ".age"

_NAME = r"(.+)-([0-9]{8}-[0-9]{6})(-unverified|-faulty)?\.tar(\.age)?"
_STAMP = "%Y%m%d-%H%M%S"
_BUCKETS = {"h": len("20261126-23"), "d": len("20261126"), "m": len("202611")}
"""How much of a stamp two backups have in common that were made in the same hour, day or month (UTC)."""


@dataclass(frozen=True, slots=True)
class BackupName:
    """What the name of a backup says: whose, when (UTC, as ``20261126-235501``), and what it is worth."""

    book: str
    stamp: str
    worth: str = GOOD
    encrypted: bool = False

    def __str__(self) -> str:
        return f"{self.book}-{self.stamp}{self.worth}.tar{ENCRYPTED if self.encrypted else ''}"


def stamp_of(instant: int) -> str:
    """UTC seconds as they stand in names: ``20261126-235501``."""
    return time.strftime(_STAMP, time.gmtime(instant))


def instant_of(stamp: str) -> int:
    """The inverse. Raises ValueError for digits that are no moment."""
    return timegm(time.strptime(stamp, _STAMP))


def told_too_old(since: int, ever: bool, now: int, most_hours: int) -> str:
    """What is said where the last good backup, or without any the book, is older than so many hours (0: any);
    else nothing. Moments are UTC seconds.
    """
    hours = (now - since) // 3600
    if not most_hours or hours < most_hours:
        return ""
    long = f"{hours} hours" if hours < 72 else f"{hours // 24} days"
    return f"The last good backup is {long} old." if ever else "No good backup was made of this book yet."


def read_name(name: str) -> BackupName | None:
    """The inverse of ``str``; None for a file that is not ours."""
    found = re.fullmatch(_NAME, name)
    return BackupName(found[1], found[2], found[3] or GOOD, bool(found[4])) if found else None


def superfluous(names: Iterable[BackupName], keep: dict[str, int]) -> list[BackupName]:
    """What may be deleted of one book's backups, the oldest first.

    The last good one never is. One that is not good goes once a good one is newer.
    """
    newest_first = sorted(names, key=lambda one: one.stamp, reverse=True)
    good = [one for one in newest_first if one.worth == GOOD]
    if not good:
        return []
    kept = {good[0].stamp}
    for unit, most in keep.items():
        kept |= _newest_of_each(good, _BUCKETS[unit], most)
    lost = [one for one in good if one.stamp not in kept]
    lost += [one for one in newest_first if one.worth != GOOD and one.stamp < good[0].stamp]
    return sorted(lost, key=lambda one: one.stamp)


def _newest_of_each(newest_first: Sequence[BackupName], length: int, most: int) -> set[str]:
    """The stamps of the newest of each of the last ``most`` hours, days or months that have one."""
    seen = dict[str, str]()
    for one in newest_first:
        seen.setdefault(one.stamp[:length], one.stamp)
    return set(list(seen.values())[:most])
