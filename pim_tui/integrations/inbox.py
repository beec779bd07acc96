"""The inbox: the one folder of a person that files may come from.

Nothing else is ever opened for somebody at a screen: a name is looked up in the folder, links are not
followed, and what is no ordinary file is not there.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from ..domain.text import visible
from ..errors import FileProblem
from ..paths import private_folder

ATTACHED = "attached"
"""The folder in the inbox that files go to once they are kept elsewhere."""
LISTED = 500
"""The most files that are shown; the newest."""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class InboxFile:
    """A file that may be taken. ``name`` is as on disk, ``modified`` UTC seconds, ``size`` bytes."""

    name: str
    size: int
    modified: int

    @property
    def shown(self) -> str:
        """The name as a person may see it."""
        return visible(self.name)


@dataclass(frozen=True, slots=True)
class Inbox:
    """A person's inbox; the folder is made, for its owner alone, when it is first asked.

    ``moves`` is whether what was taken leaves it.
    """

    folder: Path
    moves: bool = False

    def files(self, *endings: str) -> tuple[InboxFile, ...]:
        """The ordinary files in it whose names end in one of ``endings`` (any without), newest first."""
        found = []
        with os.scandir(private_folder(self.folder)) as entries:
            for entry in entries:
                if entry.name.startswith(".") or not entry.is_file(follow_symlinks=False):
                    continue
                if not endings or entry.name.lower().endswith(endings):
                    status = entry.stat(follow_symlinks=False)
                    found.append(InboxFile(entry.name, status.st_size, int(status.st_mtime)))
        return tuple(sorted(found, key=lambda one: (-one.modified, one.name))[:LISTED])

    def put_away(self, name: str) -> bool:
        """What was taken and is safely kept goes out of sight, into a folder beside the others; False where
        it could not. Nothing is written over, and nothing is deleted.
        """
        if not self.moves:
            return True
        try:
            folder, source = private_folder(self.folder / ATTACHED), self.path(name)
            for target in _names_like(name):
                # A second name and then one less: a rename would write over what is there.
                with suppress(FileExistsError):
                    os.link(source, folder / target, follow_symlinks=False)
                    source.unlink()
                    return True
        except (OSError, FileProblem):
            return False
        return False

    def add(self, name: str, data: bytes) -> str:
        """Put a whole new file into it, under ``name`` or one like it; its name. Raises FileProblem."""
        folder = private_folder(self.folder)
        try:
            with NamedTemporaryFile(dir=folder, prefix=".new-") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                for free in _names_like(name):
                    with suppress(FileExistsError):
                        os.link(file.name, folder / free)
                        return free
        except OSError as error:
            raise FileProblem(f"The inbox takes no file: {error.strerror}.", f"Look at {folder}.") from None
        raise FileProblem(f"The inbox has too many files called {visible(name)}.", "Attach or move some.")

    def path(self, name: str) -> Path:
        """Where ``name`` is, once it was seen to be an ordinary file in the inbox."""
        with self.opened(name):
            return self.folder / name

    @contextmanager
    def opened(self, name: str, most: int | None = None) -> Iterator[FileIO]:
        """The file called ``name``, for reading; :class:`FileProblem` when it is none or over ``most`` bytes.

        Never waits and never follows a link: opening a pipe would stop the program for good.
        """
        shown = visible(name)
        if not name or "/" in name or "\0" in name or name in (".", ".."):
            raise FileProblem(f"{shown} is not in the inbox.", f"Put it into {self.folder}.")
        try:
            folder = os.open(private_folder(self.folder), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
                descriptor = os.open(name, flags, dir_fd=folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise FileProblem(
                f"{shown} cannot be taken from the inbox: {error.strerror}.", f"Put it into {self.folder}."
            ) from None
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            os.close(descriptor)
            raise FileProblem(f"{shown} is not a file.", "Save it to a file first.")
        with FileIO(descriptor) as file:
            if most is not None and found.st_size > most:
                raise FileProblem(f"{shown} is larger than {most >> 20} MB.", "Make it smaller first.")
            yield file

    def read(self, name: str, most: int) -> bytes:
        """The whole file called ``name``; :class:`FileProblem` as :meth:`opened`, and when it still grows."""
        with self.opened(name, most) as file:
            before, data = os.fstat(file.fileno()), _at_most(file, most)
            after = os.fstat(file.fileno())
        if len(data) != before.st_size or before.st_mtime_ns != after.st_mtime_ns:
            raise FileProblem(f"{visible(name)} is still being written.", "Try again when it is complete.")
        return data


def _names_like(name: str) -> Iterator[str]:
    """The name, then the same with a number, before its ending."""
    stem, dot, ending = name.rpartition(".")
    yield name
    for number in range(2, 100):
        yield f"{stem}-{number}{dot}{ending}" if dot else f"{name}-{number}"


def _at_most(file: FileIO, most: int) -> bytes:
    """What is in the file, at most a little more than ``most`` bytes."""
    parts, size = list[bytes](), 0
    try:
        while size <= most and (part := file.read(_CHUNK)):
            parts.append(part)
            size += len(part)
    except OSError as error:
        raise FileProblem(f"The file cannot be read: {error.strerror}.", "Copy it again.") from error
    return b"".join(parts)
