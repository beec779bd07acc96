"""Speaking to the shell: harmless text on stdout, one line of trouble on stderr, progress for who looks."""

from __future__ import annotations

import codecs
import io
import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..domain.text import cell_width, to_ascii, visible

_OF_PYTHON = ("C.UTF-8", "C.utf8", "UTF-8")
_ROUND = 0.2  # seconds between two progress lines


def prepare() -> None:
    """Let no character end a command: what the output cannot show is written in ASCII."""
    codecs.register_error("pim_plain", _in_ascii)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=asked_for(os.environ), errors="pim_plain")


def asked_for(env: Mapping[str, str]) -> str | None:
    """The encoding of the locale that ``env`` names, None where it names none: in the C locale and in one
    that is not installed Python writes UTF-8 all the same, and says so in ``LC_CTYPE``."""
    if env.get("PYTHONIOENCODING"):
        return None
    of_python = env.get("LC_CTYPE") in _OF_PYTHON
    ctype = "" if of_python and env.get("LANG") else env.get("LC_CTYPE")
    name = env.get("LC_ALL") or ctype or env.get("LANG") or ""
    if name in ("C", "POSIX"):
        return "ascii"
    encoding = name.partition(".")[2].partition("@")[0]
    try:
        return codecs.lookup(encoding).name if encoding else None
    except LookupError:
        return None


def is_plain() -> bool:
    """Whether what is said has to do without the letters of most scripts."""
    return "utf" not in (sys.stdout.encoding or "").lower()


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    """Characters the output has no code for, as near as ASCII comes, and no narrower: lines stay in line.

    A codec error handler.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(to_ascii(char).ljust(cell_width(char), "?") for char in lost), error.end


def say(text: str = "") -> None:
    """Write lines to stdout; whatever a name holds, no terminal takes it for a command."""
    print(visible(text))


def is_terminal() -> bool:
    """Whether stdout is somebody's terminal."""
    return sys.stdout.isatty()


def pour(text: str) -> None:
    """Write text that was made for this terminal, commands and all, in one piece."""
    sys.stdout.write(text)
    sys.stdout.flush()


def fall_silent() -> None:
    """Nobody reads stdout any more: what waits there, and whatever is still said, is not waited for."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say_json(value: Any) -> None:
    """Write ``value`` as JSON. Escaped to ASCII, so that it is safe on a terminal and whole in a pipe."""
    import json

    print(json.dumps(value, indent=2, default=str))


def complain(text: str) -> None:
    """Write one line to stderr."""
    print(f"pim-tui: {' '.join(visible(text).split())}", file=sys.stderr)


def table(rows: Iterable[Sequence[str]], heads: Sequence[str]) -> None:
    """Write aligned columns under their heads, as wide as what is in them."""
    lines = [list(heads), *([visible(cell).replace("\n", " ") for cell in row] for row in rows)]
    widths = [max(cell_width(line[place]) for line in lines) for place in range(len(heads))]
    for line in lines:
        cells = (cell + " " * (width - cell_width(cell)) for cell, width in zip(line, widths, strict=True))
        say("  ".join(cells).rstrip())


class Progress:
    """How far long work has come, on stderr; silent where nobody looks. Called with (done, all of it)."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = sys.stderr.isatty()
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Show the share in percent, at most a few times a second."""
        now = time.monotonic()
        if self._shown and now >= self._next:
            self._next = now + _ROUND
            print(
                f"\r{self._what}: {done * 100 // max(1, total)} %\x1b[K", end="", file=sys.stderr, flush=True
            )

    def end(self) -> None:
        """Take the line away again."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def named(row: Any, fields: Sequence[str]) -> Mapping[str, Any]:
    """Some attributes of a row, for JSON."""
    return {field: getattr(row, field) for field in fields}
