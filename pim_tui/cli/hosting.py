"""``pim-tui host``: one process that has everything loaded and runs a session at each terminal it is lent."""

from __future__ import annotations

import json
import os
import signal
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
from ..host.client import LONGEST, reached
from ..host.listening import listening, looked_for
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
        return _tell(standing(found), arguments.json)
    if arguments.stop:
        return _stop(found)
    if arguments.foreground:
        _run(found, lambda: None)
        return 0
    return _begin_behind(found)


def standing(found: Office) -> Standing | None:
    """How the host of these settings is; None where none answers. Raises Refused where it has no time."""
    from ..host.session import ASKS

    lines = (reached(place) for place in looked_for(found.settings, found.places))
    line = next((line for line in lines if line is not None), None)
    if line is None:
        return None
    try:
        line.send(ASKS.encode())
        told = line.recv(LONGEST)
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


def _open(key: str) -> int:
    from . import answered

    return answered(lambda: SimpleNamespace(run="hosting:seated", key=key))


_REHEARSALS: Final = 2
"""Python makes the best of what runs only when it has run a few times."""


def _run(found: Office, ready: Callable[[], object]) -> None:
    """Be the host until somebody ends it."""
    from ..host.behind import in_a_copy
    from ..host.holes import one_heap
    from ..host.server import Host
    from ..host.session import welcome

    one_heap()
    spare()
    from ..tui.rehearsal import rehearse
    from ..tui.warm import warm

    with listening(found.settings, found.places) as listener:
        warm()
        # In a clinic of its own; a session finds what it needs by itself where there was no room for one.
        plain = Settings(zone=found.settings.zone_name)
        with suppress(PimError, OSError), demo_desk(plain, in_a_copy) as desk:
            for _ in range(_REHEARSALS):
                rehearse(desk)
        for name in _for_its_book(found):
            import_module(name)
        Host(listener, found.settings.host_sessions, partial(welcome, _open)).serve(ready)


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

    if why := begun(partial(_run, found)):
        raise Refused(why)
    terminal.say("The host has begun.")
    return 0


def _tell(found: Standing | None, as_json: bool) -> int:
    """The answer to ``--status``: 1 where no host runs."""
    if as_json:
        count = found.sessions if found else 0
        terminal.say_json({"runs": found is not None, "pid": found and found.pid, "sessions": count})
        return int(found is None)
    if found is None:
        terminal.say("No host runs.")
        return 1
    terminal.say(f"The host is process {found.pid} and has {so_many(found.sessions, 'session')}.")
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
