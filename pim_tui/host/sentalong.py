"""What of the environment that comes along with a terminal is believed: how it looks, nothing else.

Whoever sits there may send whatever they like. A variable is kept for its form alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from .client import LOOKS

TERMINALS: Final = frozenset({
    "alacritty", "ansi", "contour", "cygwin", "foot", "foot-extra", "gnome", "gnome-256color", "konsole",
    "konsole-256color", "linux", "linux-16color", "mintty", "mlterm", "ms-terminal", "putty",
    "putty-256color", "putty-sco", "putty-vt100", "rxvt", "rxvt-256color", "rxvt-unicode",
    "rxvt-unicode-256color", "scoansi", "screen", "screen-16color", "screen-256color", "screen.linux",
    "screen.xterm-256color", "st", "st-256color",
    "tmux", "tmux-256color", "tmux-direct", "vt100", "vt102", "vt220", "vt320", "vt420", "vte-256color",
    "wezterm", "xterm", "xterm-16color", "xterm-256color", "xterm-color", "xterm-direct", "xterm-ghostty",
    "xterm-kitty",
})  # fmt: skip
"""What a terminal may call itself; any other is taken for :data:`PLAINEST`."""
PLAINEST: Final = "vt100"

_KEPT: Final[Mapping[str, str]] = {
    "LANG": r"[A-Za-z0-9_.@-]{1,40}",
    "LC_ALL": r"[A-Za-z0-9_.@-]{1,40}",
    "LC_CTYPE": r"[A-Za-z0-9_.@-]{1,40}",
    "NO_COLOR": r"[A-Za-z0-9]{1,8}",
    "COLORTERM": r"truecolor|24bit",
    "SSH_CONNECTION": r"[0-9A-Fa-f:.%a-z]{2,64} \d{1,5} [0-9A-Fa-f:.%a-z]{2,64} \d{1,5}",
    "SSH_TTY": r"/dev/[A-Za-z0-9/]{1,32}",
}
"""What a session keeps, and the form it must have. Not the size of the terminal: one that is written down
would stand still when the window is made larger."""
_HOSTED: Final[Mapping[str, str]] = dict.fromkeys(LOOKS, r"[A-Za-z0-9.+_-]{1,40}")
"""What a session in the host keeps besides."""
_OWN: Final = ("SSH_CONNECTION", "SSH_TTY")
"""What is believed of an account that could write it into the book by itself: the journal tells by it where
somebody sat."""


def kept(sent: Mapping[str, str]) -> dict[str, str]:
    """What a session keeps of the environment ``sent``."""
    return _of_form(sent, _KEPT)


def kept_by_host(sent: Mapping[str, str], *, own: bool) -> dict[str, str]:
    """The same in the host; ``own``: it comes from the account that the host itself works in."""
    found = _of_form(sent, {**_KEPT, **_HOSTED})
    # tmux is asked by a program that would show the socket named there all that the host knows.
    named = {name: sent[name] for name in ("TMUX", "STY") if own and name in sent}
    return named | {name: value for name, value in found.items() if own or name not in _OWN}


def _of_form(sent: Mapping[str, str], forms: Mapping[str, str]) -> dict[str, str]:
    found = {name: sent[name] for name, form in forms.items() if re.fullmatch(form, sent.get(name, ""))}
    if not any(name in found for name in ("LANG", "LC_ALL", "LC_CTYPE")):
        found["LANG"] = "C.UTF-8"
    term = sent.get("TERM", "")
    return found | {"TERM": term if term in TERMINALS else PLAINEST}
