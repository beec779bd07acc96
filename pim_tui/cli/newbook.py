"""A new book, and the first person who may open it: by command, or the first time the program is started."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .. import asking
from ..bootstrap import Office, clock, key_of, login, office
from ..errors import PimError, Refused, UsageError
from ..host import client
from . import terminal
from .whereabouts import Whereabouts, keep, whereabouts, zone_of_city

if TYPE_CHECKING:
    import argparse

_TRIES = 3
"""How often an answer that will not do is asked for again."""
_MEANING = (
    "With a PIN or passphrase you lock the screen, approve what somebody else asks for, and come in from any"
    " account; 6 to 64 characters."
)


@dataclass(frozen=True, slots=True)
class _Clinic:
    """What a new book begins with; ``names`` are the staff, whoever makes the book first."""

    name: str
    zone: str
    place: Whereabouts
    names: tuple[str, ...]
    rooms: tuple[str, ...] = ()
    pin: str = field(default="", repr=False)


def init(arguments: argparse.Namespace) -> int:
    """``pim-tui init``: a new book, with whoever runs it as its owner. No password is there by default."""
    from ..db.newfile import require_free

    found, me = office(), login()
    require_free(found.database)
    names = tuple(arguments.name) or (me,)
    asks = asking.somebody_waits() and not arguments.no_pin
    needed = found.settings.sign_in == "ask"
    if needed and not asks:
        raise UsageError(
            "sign_in is ask: whoever is first needs a PIN.", "Run it in a terminal, without --no-pin."
        )
    zone = arguments.zone or found.settings.zone_name
    place = whereabouts(found, zone, (arguments.country, arguments.currency), asks=asks)
    if asks:
        asking.tell(_MEANING)
    pin = new_pin((names[0], me), needed=needed) if asks else ""
    called = arguments.clinic or found.settings.clinic_name
    _make(found, _Clinic(called, zone, place, names, tuple(arguments.room), pin))
    return 0


def offered(found: Office) -> Office:
    """Where there is no book yet, whoever starts the program at a terminal is asked for one; the office then.

    Raises Refused where a host was asked for it and did not take this terminal, and for whoever does not want
    a book.
    """
    if client.answered:
        raise Refused(
            f"The host of this machine did not take this terminal: {client.answered}.",
            "Tell whoever looks after it, or make a book of your own: pim-tui init.",
        )
    if not asking.somebody_waits():
        return found
    first_start(found)
    return office()


def first_start(found: Office) -> None:
    """Ask for what a new book begins with, and make it. Raises Refused for whoever does not want one."""
    settings = found.settings
    asking.tell(f"There is no clinic's book at {found.database} yet.")
    if asking.line("Make a new one? yes or no", "no").casefold() not in ("yes", "y"):
        raise Refused("No book was made.", "Set PIM_DATABASE to one that is there, or try pim-tui --demo.")
    name = asking.line("Name of the clinic", settings.clinic_name)
    zone = _zone(settings.zone_name)
    place = whereabouts(found, zone, ("", ""), asks=True)
    person = asking.line("Your name", _full_name())
    asking.tell(_MEANING)
    pin = new_pin((person, login()), needed=settings.sign_in == "ask")
    _make(found, _Clinic(name, zone, place, (person,), pin=pin))


def new_pin(called: tuple[str, ...], *, needed: bool = True) -> str:
    """A new PIN or passphrase, typed twice and unseen; empty for a mere Enter where it is not ``needed``.

    ``called`` are names of its owner, which it may not be made of. Raises Refused after some tries.
    """
    from ..domain.pins import as_compared, read_pin

    for _ in range(_TRIES):
        typed = asking.secret("New PIN or passphrase" + ("" if needed else " (Enter: none)"))
        if not (typed or needed):
            return ""
        try:
            pin = read_pin(typed, called)
        except PimError as error:
            asking.tell(str(error))
            continue
        if as_compared(asking.secret("Once more")) == pin:
            return pin
        asking.tell("The two are not the same.")
    raise Refused("No PIN was set.", "Start it again.")


def _make(found: Office, wanted: _Clinic) -> None:
    from ..db.newfile import begin
    from ..services.setup import NewStaff, SetUp, office_hours, set_up

    settings, me = found.settings, login()
    hours = office_hours(settings.opens_at, settings.closes_at)
    staff = tuple(
        NewStaff(name, hours=hours, login=None if place else me, role="clinician" if place else "owner")
        for place, name in enumerate(wanted.names)
    )
    command = SetUp(wanted.name, wanted.zone, staff, wanted.rooms, pin=wanted.pin)
    made = begin(
        found.database, lambda book: set_up(book, command, clock, wanted.place.country), key_of(settings)
    )
    first = wanted.names[0]
    terminal.say(f"{wanted.name} is ready in {made}.")
    if wanted.place.new:
        terminal.say(keep(found, wanted.place))
    terminal.say(f"{first} ({me}) may open it: run pim-tui.")
    if not wanted.pin:
        terminal.say(f"{first} has no PIN: only {me} on this machine comes in. pim-tui pin sets one.")


def _zone(otherwise: str) -> str:
    from ..domain.moments import zone_info

    for _ in range(_TRIES):
        typed = asking.line("Its time zone", otherwise)
        try:
            zone_info(typed)
        except PimError as error:
            if zone := zone_of_city(typed):
                otherwise = zone
            else:
                asking.tell(str(error))
        else:
            return typed
    raise Refused("No book was made.", "Look the time zone up first: such as Europe/Berlin.")


def _full_name() -> str:
    """Whoever starts this, as the machine has it."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_gecos.partition(",")[0].strip() or login()
    except KeyError:
        return login()
