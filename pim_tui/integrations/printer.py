"""Printing through CUPS: a file is handed to ``lp``.

The command is a fixed list of arguments, never a shell
line; nothing a person typed reaches it but the queue's name, which is checked, and the file's path.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..destinations import QUEUE
from ..domain.text import visible
from ..errors import FileProblem, NotTaken, Refused

TIMEOUT_SECONDS: Final = 20.0
_KEPT: Final = ("PATH", "HOME", "USER", "LOGNAME", "CUPS_SERVER", "LPDEST", "PRINTER")
_MAX_COPIES: Final = 20
_MOST_SAID: Final = 200_000
_MEDIA: Final = {"a4": "A4", "a5": "A5", "letter": "Letter"}
_OR_A_FILE: Final = "or save the document to a file instead."


@dataclass(frozen=True, slots=True)
class Sent:
    """The queue took the document. ``job`` is its request id, empty when ``lp`` named none."""

    job: str


def available() -> bool:
    """Whether this machine has a print command at all."""
    return shutil.which("lp") is not None


def send(
    path: Path,
    *,
    queue: str = "",
    title: str = "pim-tui",
    copies: int = 1,
    paper: str = "",
    raw: bool = False,
    timeout: float = TIMEOUT_SECONDS,
) -> Sent:
    """Send one file to a printer queue; the default queue when none is named.

    ``paper`` is one of a4, a5 and letter, so that the printer takes the right tray. A ``raw`` file is
    in the printer's own language and goes through as it is.

    ``title`` is what the queue shows to everybody, so it should name no customer. Raises
    :class:`FileProblem` when the file cannot be read, :class:`NotTaken` when it was not taken and
    :class:`Refused` when that is not known.
    Takes at most ``timeout`` seconds and must not run on the event loop.
    """
    program = shutil.which("lp")
    if program is None:
        raise NotTaken(
            "Cannot print: this machine has no lp command.",
            f"Install the CUPS client (package cups-client) {_OR_A_FILE}",
        )
    arguments = _arguments(program, _readable(path), queue, title, copies)
    if paper:
        arguments[1:1] = ["-o", f"media={_MEDIA[paper.lower()]}"]
    if raw:
        arguments[1:1] = ["-o", "raw"]
    code, answer = run(arguments, timeout)
    said = " ".join(visible(answer).split())[:200].rstrip(" .")
    if code != 0 and not queue and "no default destination" in said.lower():
        raise NotTaken(
            "No printer is set up as the usual one.",
            f"Choose one in the print menu (F8, then F2), name one in the setting printer, {_OR_A_FILE}",
        )
    if code != 0:
        reason = said or f"lp ended with code {code}"
        raise NotTaken(
            f"The printer did not take the document: {reason}.",
            f"Look at the queue with lpstat -t, {_OR_A_FILE}",
        )
    found = re.search(r"request id is (\S+)", said)
    return Sent(found[1] if found else "")


def _arguments(program: str, path: Path, queue: str, title: str, copies: int) -> list[str]:
    if queue and not QUEUE.fullmatch(queue):
        raise NotTaken(
            f"{visible(queue[:60])!r} is not the name of a printer queue.", "See lpstat -a for the names."
        )
    if not 1 <= copies <= _MAX_COPIES:
        raise NotTaken(f"{copies} copies cannot be printed.", f"Ask for 1 to {_MAX_COPIES}.")
    to = ["-d", queue] if queue else []
    return [program, *to, "-n", str(copies), "-t", " ".join(visible(title).split())[:80], "--", str(path)]


def _readable(path: Path) -> Path:
    """The file's full path; a folder, a pipe or an unreadable file is refused before lp sees it."""
    name = visible(str(path))
    try:
        whole = path.resolve(strict=True)
        regular = whole.is_file() and whole.stat().st_size > 0
    except (OSError, ValueError, RuntimeError) as error:
        raise FileProblem(f"Cannot print {name}: it cannot be found.", "Save the document again.") from error
    if not regular:
        raise FileProblem(f"Cannot print {name}: it is empty or not a file.", "Save the document again.")
    if not os.access(whole, os.R_OK):
        raise FileProblem(f"Cannot print {name}: it may not be read.", "Check the permissions of the file.")
    return whole


def run(arguments: list[str], timeout: float) -> tuple[int, str]:
    """The exit code of a program of CUPS and what it said, 200 kB of it at most.

    A file takes the output: a pipe that a grandchild keeps open would outlast the timeout.
    """
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | {"LC_ALL": "C"}
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd="/",
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise NotTaken(
                "Cannot print: the lp command does not start.", f"Check the CUPS client {_OR_A_FILE}"
            ) from error
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise Refused(
                f"The printer did not answer within {timeout:g} seconds.",
                f"Check that CUPS runs (lpstat -r) {_OR_A_FILE} It was not printed, as far as is known.",
            ) from None
        finally:
            _end(process)
        output.seek(0)
        return code, output.read(_MOST_SAID).decode("utf-8", "replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing behind, whatever interrupted the wait."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
