"""What the settings and the kind of terminal say about encoding, pictures and links; colours and all else
that is sent are `terminal.profile`'s."""

from __future__ import annotations

import locale
import os
import sys
import termios
from collections.abc import Mapping

from ..config import Settings
from .lineend import BITS, SPEEDS, USUAL, number_of

UNKNOWN = ("dumb", "unknown", "network", "dialup")
"""What a line is called of which nobody has told what is at its end."""
MONOCHROME = ("vt52", "vt100", "vt102", "vt220", *UNKNOWN, "ansi-m", "xterm-mono", "linux-m")


def written_in() -> str:
    """The encoding of the stream that the screen is written to: in the C locale asked for by name it is
    ASCII though Python takes such a locale for UTF-8."""
    return getattr(sys.__stderr__, "encoding", None) or locale.getpreferredencoding(False)


OLD = ("linux", "vt", "ansi", "cons", "sun", "sco", "wy")
"""Kinds of terminal, by how ``TERM`` begins, that are consoles or lines: a picture is no use there."""
SLOW = {name: baud for name, baud in SPEEDS.items() if baud < USUAL}
"""Speeds of serial lines on which every byte is waited for, bits a second by their name in :mod:`termios`."""


def pictures(settings: Settings, slow: bool, env: Mapping[str, str] = os.environ) -> bool:
    """Whether photos are drawn where colour and half blocks can be.

    A photo takes three kilobytes at 80x24 and eleven at 120x40. By themselves photos are left out on old
    kinds of terminal and on slow lines.
    """
    if settings.photos != "auto":
        return settings.photos == "on"
    return not slow and not env.get("TERM", "").startswith((*MONOCHROME, *OLD))


def bytes_a_second(line: int | None) -> float | None:
    """What a slow line carries; None of any other. A pty that nobody told anything says 38400 baud."""
    return SLOW[line] / BITS if line in SLOW else None


def line_speed() -> int | None:
    """The speed of the terminal's line as :mod:`termios` names it, None where there is none."""
    try:
        return int(termios.tcgetattr(number_of(sys.__stderr__))[5])
    except (OSError, ValueError, termios.error):
        return None


def opens_links(settings: Settings, env: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal is likely to take links (OSC 8): consoles and old kinds are not, nor is screen."""
    if settings.links != "auto":
        return settings.links == "on"
    term = env.get("TERM", "")
    return bool(term) and not env.get("STY") and not term.startswith((*MONOCHROME, *OLD, "eterm", "cygwin"))
