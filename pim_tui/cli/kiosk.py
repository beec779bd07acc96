"""``pim-tui session``: what the forced command of an SSH server runs. The screens of the book, nothing more.

Whoever calls decides nothing but their terminal: what they ask for instead is refused, and of what their
client sends along only a few variables are kept, each by its form.
"""

from __future__ import annotations

import os
import pwd
import re
import signal
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from ..bootstrap import book_of, clock, office, origin, serve
from ..errors import PimError, Refused, UsageError

if TYPE_CHECKING:
    import argparse

TERMINALS: Final = frozenset({
    "alacritty", "ansi", "contour", "cygwin", "foot", "foot-extra", "gnome", "gnome-256color", "konsole",
    "konsole-256color", "linux", "linux-16color", "mintty", "mlterm", "ms-terminal", "putty",
    "putty-256color", "rxvt", "rxvt-256color", "rxvt-unicode", "rxvt-unicode-256color", "screen",
    "screen-16color", "screen-256color", "screen.linux", "screen.xterm-256color", "st", "st-256color",
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
"""What a session keeps of its environment, and the form it must have. Not the size of the terminal: one that
is written down there would stand still when the window is made larger."""

_STOPPING: Final = (signal.SIGTSTP, signal.SIGQUIT)


def session(arguments: argparse.Namespace) -> int:
    """Open the book for whoever came in; there is nothing else to be had."""
    from ..tui.lifeline import require_terminal
    from .outside import couriers

    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)
    key, asked = _whose(arguments), os.environ.get("SSH_ORIGINAL_COMMAND", "")
    shut_in(arguments.home)
    if asked:
        _told(key, asked)
        raise Refused(
            "This account opens the appointment book and carries out nothing else.", "Call without a command."
        )
    if arguments.line:
        from .line import serve_line

        return serve_line(office(), key)
    try:
        require_terminal()
    except UsageError:
        _told(key, "a session without a terminal")
        raise
    return serve(office(slow=arguments.slow), couriers, key)


def shut_in(home: str = "") -> None:
    """Leave this process the environment of a session; its files are below ``home``, where that is named."""
    kept = reduced(os.environ)
    os.environ.clear()
    os.environ.update(kept | ({"PIM_HOME": home} if home else {}))


def reduced(sent: Mapping[str, str]) -> dict[str, str]:
    """What a session keeps of the environment ``sent``, besides what the account itself says."""
    account = pwd.getpwuid(os.geteuid())
    kept = {name: sent[name] for name, form in _KEPT.items() if re.fullmatch(form, sent.get(name, ""))}
    if not any(name in kept for name in ("LANG", "LC_ALL", "LC_CTYPE")):
        kept["LANG"] = "C.UTF-8"
    term = sent.get("TERM", "")
    own = {"HOME": account.pw_dir, "USER": account.pw_name, "LOGNAME": account.pw_name}
    return kept | own | {"PATH": "/usr/bin:/bin", "TERM": term if term in TERMINALS else PLAINEST}


def _whose(arguments: argparse.Namespace) -> str:
    """The login that came in: by its key, or by the account that ``sudo`` was called from."""
    return str(arguments.key or (os.environ.get("SUDO_USER", "") if arguments.sudo else ""))


def _told(key: str, asked: str) -> None:
    """Write into the journal what was refused; where the book cannot be opened, it stays at the refusal."""
    from ..services.turned_away import turned_away

    with suppress(PimError, OSError):
        book = book_of(office())
        try:
            turned_away(clock, key, origin(key), asked)
        finally:
            book.close()
