"""The ``pim-tui`` command: reads the line, carries it out, and answers with an exit code.

0 is done, 1 refused or found wrong, 2 wrong usage, 11 to 18 a book that is not opened
(:class:`~pim_tui.errors.Gate`). What was asked for goes to stdout, one line of what is wrong and what to do
to stderr. Nothing slow is imported until a command needs it.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING

from .. import quickclasses
from ..errors import FileProblem, PimError
from . import terminal

if TYPE_CHECKING:
    import argparse

DONE, WRONG, USAGE, STOPPED = 0, 1, 2, 130
"""Exit codes; 130 is a shell's for Ctrl+C."""


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command line; the exit code."""
    if argv is None:
        quickclasses.install()
    return answered(lambda: _read(sys.argv[1:] if argv is None else argv))


def answered(asked: Callable[[], argparse.Namespace | SimpleNamespace]) -> int:
    """Carry out what was asked for; the exit code."""
    terminal.prepare()
    try:
        code = _carry_out(asked())
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever was reading has enough. Python would complain once more when it closes stdout.
        terminal.fall_silent()
        return DONE
    except KeyboardInterrupt:
        terminal.complain("stopped.")
        return STOPPED
    except PimError as error:
        terminal.complain(str(error))
        return error.exit_code
    except OSError as error:
        terminal.complain(str(_file_problem(error)))
        try:
            sys.stdout.flush()
        except OSError:
            # It is stdout itself. Python would complain once more when it closes it.
            terminal.fall_silent()
        return WRONG
    return code


def _file_problem(error: OSError) -> FileProblem:
    hints = {
        errno.EACCES: "Check the permissions.",
        errno.EPERM: "Check the permissions.",
        errno.ENOSPC: "Free some space.",
        errno.EROFS: "Name a folder that can be written to, or have that disk mounted so that it can be.",
        errno.ENOTDIR: "Name another folder.",
        errno.ENOENT: "Name one that is there.",
    }
    what = f"{_named(error.filename)}: {error.strerror or error}."
    return FileProblem(what, hints.get(error.errno or 0, "Check it and try again."))


def _named(file: object) -> str:
    """What a person knows of a file: of one that is there only while something is made, its folder."""
    if not isinstance(file, str | bytes):
        return "The output"
    from pathlib import Path

    from ..db.workroom import PREFIX

    path = Path(os.fsdecode(file))
    for at in (path, *path.parents):
        if at.name.startswith(PREFIX) or (at.name.startswith(".") and at.suffix == ".part"):
            return str(at.parent)
    return str(path)


def _read(argv: Sequence[str]) -> argparse.Namespace | SimpleNamespace:
    """The command line; the one that is given all day needs no parser, which takes a while to build."""
    if not argv:
        return SimpleNamespace(run="clinic:open_calendar", demo=False, slow=False, key="")
    from .parser import parse

    return parse(argv)


def _carry_out(arguments: argparse.Namespace | SimpleNamespace) -> int:
    """Import the module of the command and run it; a fault of the program is kept without values."""
    from ..bootstrap import keep_private

    keep_private()
    module, _, name = arguments.run.partition(":")
    try:
        act = getattr(import_module(f".{module}", __package__), name)
        return int(act(arguments))
    except (PimError, OSError):
        raise
    except Exception as error:
        # Python says another error of it where a class is just being made.
        if isinstance(error.__cause__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        return _crashed(error)


def _crashed(error: Exception) -> int:
    import time

    from ..paths import places
    from ..tui import crashes

    note = crashes.keep(error, places().crash_folder, time.time())
    terminal.complain(crashes.advice(note).removeprefix("pim-tui "))
    return crashes.EXIT_CODE
