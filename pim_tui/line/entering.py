"""Coming in at the line: name and PIN, and an own PIN for whoever was given one."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress

from ..domain.session import Session
from ..errors import PimError
from ..services.pins import SetPin, set_pin
from ..services.signing import Door, SignIn, must_change, renewed
from .answers import Ask, secret, words
from .clerk import new_request

Entering = Generator[Ask, str, Session]


def entering(door: Door, clinic: str) -> Entering:
    """Ask until somebody has come in; tries are counted and slowed down as at every door."""
    told = f"{clinic}."
    while True:
        name = door.person or (yield words(f"{told} Your name?", "Type your name, initials or login."))
        pin = yield secret(f"{told} PIN of {name}?" if door.person else "PIN?", "Type it; it is not shown.")
        try:
            session = door.sign_in(SignIn(name, pin, door.origin))
        except PimError as error:
            told = str(error)
            continue
        if must_change(session):
            return (yield from _own_pin(door, session, pin))
        return session


def _own_pin(door: Door, session: Session, given: str) -> Entering:
    """A PIN that somebody else knows opens nothing: another one is chosen first, or the session is over."""
    try:
        return (yield from _chosen(session, given))
    except GeneratorExit:
        with suppress(PimError):
            door.leave(session, "left")
        raise


def _chosen(session: Session, given: str) -> Entering:
    told = "Somebody else gave you this PIN: choose your own now."
    while True:
        pin = yield secret(f"{told} New PIN or passphrase?", "Type it; it is not shown.")
        again = yield secret("Once more?", "Type the same.")
        if pin != again:
            told = "The two are not the same."
            continue
        try:
            set_pin(session, SetPin(session.staff_id, pin, given, new_request()))
            return renewed(session)
        except PimError as error:
            told = str(error)
