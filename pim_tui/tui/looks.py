"""What the terminal can show: colour or none, any character or only ASCII."""

from __future__ import annotations

import locale
import os
from collections.abc import Mapping

from ..config import Settings

MONOCHROME = ("vt52", "vt100", "vt102", "vt220", "dumb", "ansi-m", "xterm-mono", "linux-m")


def looks(settings: Settings, env: Mapping[str, str] = os.environ) -> tuple[bool, bool]:
    """(monochrome, ASCII only), from the settings, ``NO_COLOR``, ``TERM`` and the locale."""
    term = env.get("TERM", "")
    mono = bool(env.get("NO_COLOR")) or term.startswith(MONOCHROME)
    ascii_only = "utf" not in locale.getpreferredencoding(False).lower()
    return (
        mono if settings.colour == "auto" else settings.colour == "none",
        ascii_only if settings.symbols == "auto" else settings.symbols == "ascii",
    )
