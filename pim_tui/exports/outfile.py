"""A file that is there as a whole or not at all, private, and never in place of another unless it is said.

It is written beside its place under a name of its own, brought to the disk, and only then put there. For a
pipe (``-``) it is a nameless file, copied when it is complete: what was cut short is never handed on.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from ..domain.text import visible
from ..errors import FileProblem, UsageError

PIPE = "-"


class OutFile:
    """Use ``with``: write to :attr:`text` or :attr:`raw`, :meth:`finish`, then :meth:`place` or :meth:`pour`.

    Raises :class:`FileProblem` when it cannot be written, or is there already and ``force`` is not set.
    """

    def __init__(self, to: str, *, force: bool = False) -> None:
        self.path = None if to == PIPE else Path(to).expanduser().absolute()
        self._force = force
        self._name = ""
        self.raw = self._opened()
        self.text = io.TextIOWrapper(self.raw, "utf-8", "replace", newline="", write_through=False)

    def __enter__(self) -> OutFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # a full disk refuses the rest of what is thrown away
            self.text.close()
        if self._name:
            Path(self._name).unlink(missing_ok=True)
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            raise self._problem(error) from error

    def finish(self) -> str:
        """Bring all of it to the disk; its SHA-256."""
        self.text.flush()
        os.fsync(self.raw.fileno())
        self.raw.seek(0)
        return hashlib.file_digest(self.raw, "sha256").hexdigest()

    def place(self) -> None:
        """Put the file where it belongs."""
        assert self.path is not None
        try:
            if not self._force:
                _take_name(self._name, self.path)
            os.replace(self._name, self.path)
        except FileExistsError:
            raise _there_already(self.path) from None

    def pour(self, out: BinaryIO) -> None:
        """Copy the file into a pipe."""
        self.raw.seek(0)
        shutil.copyfileobj(self.raw, out, 1 << 20)
        out.flush()

    def _opened(self) -> io.BufferedRandom:
        if self.path is None:
            return tempfile.TemporaryFile("w+b")
        self._look()
        try:
            handle, self._name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name[:40]}.")
        except OSError as error:
            raise self._problem(error) from error
        return os.fdopen(handle, "w+b")

    def _look(self) -> None:
        """See before any work is done whether it may be written there."""
        assert self.path is not None
        try:
            found = self.path.lstat().st_mode
        except FileNotFoundError:
            if not self.path.parent.is_dir():
                raise self._problem(None) from None
            return
        except OSError as error:
            raise self._problem(error) from error
        if not stat.S_ISREG(found):
            raise FileProblem(f"{visible(str(self.path))} is not an ordinary file.", "Name another one.")
        if not self._force:
            raise _there_already(self.path)

    def _problem(self, error: OSError | None) -> FileProblem:
        why = error.strerror if error else "there is no such folder"
        return FileProblem(
            f"{visible(str(self.path or 'The output'))} cannot be written: {why}.",
            "Check the folder, its permissions and the free space.",
        )


def write_whole(path: Path, data: bytes) -> None:
    """Write ``data`` as an :class:`OutFile`; a file of the same name is replaced."""
    with OutFile(str(path), force=True) as file:
        file.raw.write(data)
        file.finish()
        file.place()


def _take_name(name: str, path: Path) -> None:
    """Give the file ``name`` its ``path`` as well, unless something is there (:class:`FileExistsError`).

    Sticks and some network folders know no second names: there an empty file holds the place.
    """
    try:
        os.link(name, path)
    except FileExistsError:
        raise
    except OSError:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _there_already(path: Path) -> FileProblem:
    return FileProblem(
        f"{visible(str(path))} is there already.", "Name another file, or write over it with --force."
    )


def fresh(folder: Path, name: str, ending: str) -> Path:
    """A file in ``folder`` that is not there yet: ``name.ending``, else with a number."""
    for number in range(1, 10_000):
        path = folder / f"{name}{f'-{number}' if number > 1 else ''}.{ending}"
        if not path.exists():
            return path
    raise FileProblem(f"{folder} holds too many files called {name}.", "Move some of them away.")


def writable(to: str, *endings: str) -> Path:
    """The file to write, looked at before any work is done.

    Raises :class:`UsageError` for another ending, which says what is written, and :class:`FileProblem` where
    there is no such folder.
    """
    path = Path(to).expanduser()
    if path.suffix.lower() not in endings:
        raise UsageError(
            f"{path.name} must end in {' or '.join(endings)}.", "The ending says which of the two is written."
        )
    if path.is_dir() or not path.parent.is_dir():
        raise FileProblem(
            f"{path} cannot be written: there is no such folder.", "Name a file in a folder that exists."
        )
    return path
