"""``pim-tui session``: what the forced command of an SSH server runs. The screens of the book, nothing more.

Whoever calls decides nothing but their terminal: what they ask for instead is refused, and of what their
client sends along only a few variables are kept, each by its form.
"""

from __future__ import annotations

import os
import pwd
import signal
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from ..bootstrap import book_of, clock, office, origin, serve
from ..errors import PimError, Refused, UsageError
from ..host.sentalong import kept

if TYPE_CHECKING:
    import argparse

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
    own = {"HOME": account.pw_dir, "USER": account.pw_name, "LOGNAME": account.pw_name}
    return kept(sent) | own | {"PATH": "/usr/bin:/bin"}


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
