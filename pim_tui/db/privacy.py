"""Whether anybody else on this machine may read or change the clinic's files: looked at before they are used.

A few looks at modes and owners, no content. What is inside a folder that is closed to others need not be
looked at one by one: attachments, backups and exports are judged by their folder.
"""

from __future__ import annotations

import grp
import os
import pwd
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..config import Settings, references
from ..domain.text import visible
from ..errors import Gate, StoreUnfit
from ..paths import Places

BESIDE = ("files", "backups")
"""Folders beside a book: attachments, and what was kept of it."""
COMPANIONS = ("", "-wal", "-shm", "-journal", ".wlock")
"""What belongs to a book's file, by the ends of their names."""

_READ, _WRITE = 0o077, 0o022


@dataclass(frozen=True, slots=True)
class Exposed:
    """One thing that is not its owner's alone: ``says`` how, ``mend`` is the command that closes it."""

    path: Path
    says: str
    mend: str

    def __str__(self) -> str:
        return f"{visible(str(self.path))} {self.says}"


def exposed(book: Path | None, places: Places, settings: Settings) -> list[Exposed]:
    """Everything of the clinic that others may read or change; ``book`` is its file, None on a server."""
    found = list(exposed_beside(book or places.database_file))
    for folder in (places.data, places.state, places.inbox, places.outbox, places.crash_folder):
        found += _look(folder, _READ)
    found += _look(places.drafts_file, _READ, folder=False)
    found += _look(places.settings_file, _READ if _says_more(places, settings) else _WRITE, folder=False)
    for root in (places.data, places.state, places.config):
        found += _look_up(root)
    return list({one.path: one for one in reversed(found)}.values())[::-1]


def exposed_beside(book: Path) -> Iterator[Exposed]:
    """The same of a book's own files, of the folders beside it and of those above it."""
    for end in COMPANIONS:
        yield from _look(book.with_name(book.name + end), _READ, folder=False)
    for name in BESIDE:
        yield from _look(book.with_name(name), _READ)
    yield from _look_up(book.parent)


def refusal(found: list[Exposed]) -> StoreUnfit:
    """Why nothing is opened: all of it at once, and one line that mends it."""
    return StoreUnfit(
        f"Others on this machine may get at the clinic's files: {'; '.join(map(str, found))}.",
        f"Close them: {' && '.join(one.mend for one in found)}",
        gate=Gate.OPEN,
    )


def _says_more(places: Places, settings: Settings) -> bool:
    """Whether the settings tell where secrets are kept, and lie where others come by."""
    if not references(settings):
        return False
    try:
        return bool(os.stat(places.config).st_mode & 0o011)
    except OSError:
        return False


def _look(path: Path, closed: int, *, folder: bool = True) -> Iterator[Exposed]:
    """What is wrong with something that only its owner should have; nothing where there is no such thing."""
    try:
        found = os.stat(path)
    except OSError:
        return
    if stat.S_ISDIR(found.st_mode) != folder:
        return
    if found.st_uid not in (0, os.geteuid()):
        yield _owned(path, found)
    elif found.st_mode & closed:
        mode = ("700" if folder else "600") if closed == _READ else "go-w"
        yield Exposed(path, f"has mode {found.st_mode & 0o7777:04o}", f"chmod {mode} {_quoted(path)}")


def _look_up(folder: Path) -> Iterator[Exposed]:
    """Whoever may write in a folder or one above can put another in its place; not where it is sticky."""
    for above in (folder, *folder.parents):
        try:
            found = os.stat(above)
        except OSError:
            continue
        if found.st_uid not in (0, os.geteuid()):
            yield _owned(above, found)
        elif _written_by_others(found):
            says = f"has mode {found.st_mode & 0o7777:04o}: others may put files in the place of these"
            yield Exposed(above, says, f"chmod go-w {_quoted(above)}")


def _written_by_others(found: os.stat_result) -> bool:
    """Whether others may write in a folder; a group that the owner has for themselves is nobody else."""
    if found.st_mode & stat.S_ISVTX or not found.st_mode & _WRITE:
        return False
    return bool(found.st_mode & 0o002) or not _is_own(found.st_gid, found.st_uid)


def _is_own(group: int, user: int) -> bool:
    """Whether a group is the one that many systems make for each user, with nobody else in it."""
    try:
        kept = grp.getgrgid(group)
    except KeyError:
        return False
    return kept.gr_name == _name(user) and not set(kept.gr_mem) - {kept.gr_name}


def _owned(path: Path, found: os.stat_result) -> Exposed:
    mine = _name(os.geteuid())
    return Exposed(path, f"belongs to {_name(found.st_uid)}", f"sudo chown {mine} {_quoted(path)}")


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def _quoted(path: Path) -> str:
    import shlex

    return shlex.quote(visible(str(path)))
