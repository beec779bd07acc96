"""``pim-tui host``: one process that has everything loaded and runs a session at each terminal it is lent."""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final

from ..bootstrap import Office, demo_desk, office, serve
from ..config import Settings
from ..errors import PimError, Refused
from ..host.client import BRIEF, LONGEST, is_sure, reached
from ..host.listening import listening, looked_for, place
from ..sparing import spare
from . import terminal
from .said import so_many

if TYPE_CHECKING:
    import argparse


@dataclass(frozen=True, slots=True)
class Standing:
    """How a host is: its process, how many sessions it has, and which, if it tells: process, login, since."""

    pid: int
    sessions: int
    guests: list[tuple[int, str, int]]


def host(arguments: argparse.Namespace) -> int:
    """``pim-tui host``: begin one behind, stay as one, tell of the one that runs, or end it."""
    found = office()
    if arguments.status:
        return _tell(found, standing(found), arguments.json)
    if arguments.stop:
        return _stop(found)
    if arguments.foreground:
        _say_now(_LOADS)
        _run(found, lambda where: _say_now(f"The host listens at {where}. {_KNOW_HOW}"))
        return 0
    return _begin_behind(found)


def standing(found: Office) -> Standing | None:
    """How the host of these settings is; None where none answers. Raises Refused where it has no time."""
    from ..host.session import ASKS

    at, line = next(
        ((at, line) for at in looked_for(found.settings, found.places) if (line := reached(at)) is not None),
        ("", None),
    )
    if line is None:
        return None
    try:
        if not is_sure(line, at):
            raise Refused(f"Anybody may have put the host at {at} there.", "See host_socket.")
        line.send(ASKS.encode())
        told = line.recv(LONGEST)
    except TimeoutError:
        hint = "It is just beginning, or stands still: ask again in a minute, then start it anew."
        raise Refused("The host does not answer.", hint) from None
    except OSError as error:
        raise Refused(f"The host does not answer: {error}.", "Start it anew.") from None
    finally:
        line.close()
    try:
        said = json.loads(told)
        return Standing(said["pid"], said["sessions"], [tuple(one) for one in said.get("guests", ())])
    except (ValueError, KeyError, TypeError):
        raise Refused(f"The host says: {told[1:].decode(errors='replace')}.") from None


def seated(arguments: SimpleNamespace) -> int:
    """A session in the host, at a terminal that was handed to this process."""
    from .outside import couriers

    return serve(office(), couriers, arguments.key)


def seated_at_a_line(arguments: SimpleNamespace) -> int:
    """The same without a screen."""
    from ..tui.lent import tell_way_back
    from .line import serve_line

    gc.enable()  # the host has it off, and the screens begin without
    tell_way_back(b"\r\n")
    return serve_line(office(), arguments.key, brief=arguments.brief)


def _open(key: str, by_line: str) -> int:
    from . import answered

    run = "hosting:seated_at_a_line" if by_line else "hosting:seated"
    return answered(lambda: SimpleNamespace(run=run, key=key, brief=by_line == BRIEF))


_LOADS: Final = "The host is loading, which takes some seconds."
_KNOW_HOW: Final = "pim-tui host --status tells who is there, --stop ends it and no session."
_REHEARSALS: Final = 2
"""Python makes the best of what runs only when it has run a few times."""
_BEFORE_SCREENS: Final = frozenset(
    f"pim_tui.{name}" for name in (
        "bootstrap", "cli", "cli.hosting", "cli.terminal", "config", "db.privacy", "host.sentalong",
        "host.server", "host.session", "paths", "program", "tui.lent", "tui.lifeline",
    )
)  # fmt: skip
"""Modules of what a session does that is not rehearsed: it comes in, and opens the book."""


def _run(found: Office, ready: Callable[[str], object]) -> None:
    """Be the host until somebody ends it; ``ready`` is called with where it listens, once it does."""
    from ..host.holes import one_heap
    from ..host.server import Host
    from ..host.session import welcome

    one_heap()
    spare()
    # First of all: whoever comes from now on is not turned away, but waits.
    with listening(found.settings, found.places) as listener:
        from ..tui.warm import warm

        warm()
        _rehearse(Settings(zone=found.settings.zone_name, country=found.settings.country))
        for name in _for_its_book(found):
            import_module(name)
        Host(listener, found.settings.host_sessions, partial(welcome, _open)).serve(
            lambda: ready(listener.getsockname())
        )


def _rehearse(settings: Settings) -> None:
    """Run sessions that nobody sees, and lay together what they run and ask. In clinics of their own; a
    session finds what it needs by itself where there was no room for one."""
    from ..host import answers
    from ..host.behind import in_a_copy
    from ..host.together import gather, noted, written_in
    from ..tui.rehearsal import rehearse

    def once() -> None:
        with demo_desk(settings) as desk:
            rehearse(desk)

    with suppress(PimError, OSError):
        gather(written_in(_BEFORE_SCREENS) | noted(once))
        with demo_desk(settings, in_a_copy) as desk:
            for _ in range(_REHEARSALS):
                rehearse(desk)
        answers.lay_together()


def _for_its_book(found: Office) -> Iterator[str]:
    """What sessions load for a book on a server, or an encrypted one, besides."""
    from ..db.connection import is_on_server

    if is_on_server(found.database):
        yield "pim_tui.db.server"
    if found.settings.database_key:
        yield "pim_tui.db.cipher"


def _begin_behind(found: Office) -> int:
    """Begin a host that is nobody's child; what keeps it from beginning is told here."""
    from ..host.behind import begun

    _say_now(_LOADS)
    if why := begun(lambda ready: _run(found, lambda where: ready())):
        raise Refused(why)
    terminal.say(f"The host has begun and listens at {place(found.settings, found.places)}. {_KNOW_HOW}")
    return 0


def _say_now(text: str) -> None:
    """Say it before what takes a while, whatever stdout is."""
    terminal.say(text)
    sys.stdout.flush()


def _tell(clinic: Office, found: Standing | None, as_json: bool) -> int:
    """The answer to ``--status``: 1 where no host runs."""
    where = place(clinic.settings, clinic.places)
    if as_json:
        count = found.sessions if found else 0
        pid = found and found.pid
        terminal.say_json({"runs": found is not None, "pid": pid, "sessions": count, "socket": where})
        return int(found is None)
    if found is None:
        terminal.say(f"No host runs: nobody listens at {where}.")
        return 1
    terminal.say(
        f"The host is process {found.pid}, listens at {where} and has {so_many(found.sessions, 'session')}."
    )
    for process, login, since in found.guests:
        begun = time.strftime("%Y-%m-%d %H:%M", time.localtime(since))
        terminal.say(f"Process {process} is of {login}, since {begun}.")
    return 0


def _stop(found: Office) -> int:
    """End the host; whoever is in a session stays there."""
    known = standing(found)
    if known is None:
        terminal.say("No host runs.")
        return 1
    try:
        os.kill(known.pid, signal.SIGTERM)
    except PermissionError:
        raise Refused("The host is another account's.", "End it as that account, or as root.") from None
    terminal.say("The host is told to end. Sessions that are open go on.")
    return 0
