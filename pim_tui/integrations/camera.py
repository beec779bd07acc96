"""The camera: a program from the settings, which writes one picture into a file.

It is a list of arguments, never a line for a shell; its file lies in a folder that nobody else sees and that
is gone afterwards; it sees nothing of the environment but what every program needs, and has ten seconds.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Final

from ..domain.text import visible
from ..errors import Refused
from . import pictures
from .inbox import Inbox
from .surroundings import lent

TIMEOUT_SECONDS: Final = 10.0
NAME: Final = "picture.jpg"
_MOST_SAID: Final = 20_000
_CHECK: Final = "Look at the setting camera, and try it by hand."


def taken(command: str, timeout: float = TIMEOUT_SECONDS) -> bytes:
    """A new picture, decoded and written anew: a JPEG with nothing in it but pixels.

    Raises :class:`Refused` with what the program said last where there is none, and FileProblem where what
    there is is no picture. Takes seconds; must not run on the event loop.
    """
    if not command:
        raise Refused("The setting camera is empty.", "Name the program that takes a picture there.")
    with TemporaryDirectory(prefix="pim-camera-") as folder, TemporaryFile() as output:
        file = Path(folder) / NAME
        arguments = [part.replace("{file}", str(file)) for part in shlex.split(command)]
        code = _ended(arguments, folder, output, timeout)
        if code or not file.is_file() or not file.stat().st_size:
            said = _last_line(output) or (f"it ended with code {code}" if code else "it wrote no file")
            raise Refused(f"The camera took no picture: {said}.", _CHECK)
        return pictures.photo(Inbox(file.parent).read(NAME, pictures.MOST))


def _ended(arguments: list[str], folder: str, output: IO[bytes], timeout: float) -> int:
    """The exit code of the program. A file takes what it says, for a pipe can be kept open by a child."""
    try:
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=output,
            env=lent(),
            cwd=folder,
            start_new_session=True,
        )
    except (OSError, ValueError):
        raise Refused(f"{visible(arguments[0])[:80]} does not start.", _CHECK) from None
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        raise Refused(f"The camera took no picture within {timeout:g} seconds.", _CHECK) from None
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of it behind, nor of what it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _last_line(output: IO[bytes]) -> str:
    output.seek(max(0, output.seek(0, os.SEEK_END) - _MOST_SAID))
    lines = output.read().decode("utf-8", "replace").splitlines()
    said = next((line for line in reversed(lines) if line.strip()), "")
    return " ".join(visible(said).split())[:160].rstrip(" .")
