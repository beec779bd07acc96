"""The clipboard of whoever sits before the terminal: reached through it, and never read.

OSC 52 is answered by nobody: whether the terminal took the text cannot be known, so nothing here says that
it did. tmux drops the sequence by its defaults but has a command of its own that reaches the outer terminal;
GNU screen passes a short one that is wrapped for it. What is asked of a terminal, such as what its clipboard
holds, comes back as keys: no sequence here asks.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Mapping
from enum import Enum
from typing import Final

from ..errors import Refused

LIMIT: Final = 65_536
"""Bytes that are handed over at most."""
SCREEN_LIMIT: Final = 500
"""Bytes of the whole sequence that GNU screen passes for certain."""
TIMEOUT_SECONDS: Final = 1.0
_KEPT: Final = ("PATH", "HOME", "TMUX", "TERM")
_ELSE: Final = "Read it from the screen, or take a part of it."


class Way(Enum):
    """What lies between this program and the terminal."""

    PLAIN = "plain"
    TMUX = "tmux"
    SCREEN = "screen"


def way(env: Mapping[str, str] = os.environ) -> Way:
    """By the variables that tmux and screen set for what runs in them."""
    if env.get("TMUX"):
        return Way.TMUX
    return Way.SCREEN if env.get("STY") else Way.PLAIN


def sequence(text: str, through: Way = Way.PLAIN) -> str:
    """What the terminal is sent. Raises :class:`Refused` for more than goes through."""
    _require(text)
    plain = f"\x1b]52;c;{b64encode(text.encode()).decode()}\x07"
    if through is not Way.SCREEN:
        return plain
    wrapped = f"\x1bP{plain}\x1b\\"
    if len(wrapped) > SCREEN_LIMIT:
        raise Refused("That is too long to go through screen to the clipboard.", _ELSE)
    return wrapped


def load_tmux(text: str, timeout: float = TIMEOUT_SECONDS) -> bool:
    """Have tmux keep the text and pass it on; False where it would not. Must not run on the event loop."""
    _require(text)
    if (program := shutil.which("tmux")) is None:
        return False
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | {"LC_ALL": "C.UTF-8"}
    try:
        ended = subprocess.run(
            [program, "load-buffer", "-w", "-"],
            input=text.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            timeout=timeout,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0


def _require(text: str) -> None:
    if len(text.encode()) > LIMIT:
        raise Refused(f"The clipboard is sent at most {LIMIT // 1024} kB.", _ELSE)
