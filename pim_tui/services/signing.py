"""The door: who comes in, who unlocks, who leaves. Everything about it is in the journal, wrong tries too.

Somebody comes in by the login that the operating system has checked (:meth:`Door.come_in`), or by name and
PIN (:meth:`Door.sign_in`). After a PIN that somebody else has given them, :func:`must_change` is true and the
session may do nothing but set another (:func:`~pim_tui.services.pins.set_pin`, with the given one as
``old_pin``); then :func:`renewed` is the session to work in.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ..db.connection import select, write_tx
from ..domain.pins import so_long
from ..domain.rights import TITLES, Right
from ..domain.session import Session
from ..domain.text import fold
from ..errors import Forbidden, PimError, Refused
from ..queries.desk_sessions import end_asked_by
from ..queries.roles import rights_of_role
from . import audit, desk_sessions, pins, tries
from .audit import Change
from .tries import Try

_WRONG = "That name and that PIN do not belong together."
"""The same for a name nobody has, one who has no PIN, and a wrong PIN."""

_GIVEN = "Somebody else has given you this PIN: it unlocks nothing."


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who wants in: a name, initials or login as the staff list has it, and their PIN or passphrase."""

    name: str
    secret: str = field(repr=False)
    origin: str


@dataclass(frozen=True, slots=True)
class Door:
    """The way in on this terminal.

    ``origin`` is where from: ``ssh key anna``, ``ssh 192.0.2.7``, ``tty1``. ``made`` makes the session of
    somebody (id, name, rights, key). ``person`` is the login that the SSH key stands for, empty without one:
    then the PIN alone is asked for.
    """

    origin: str
    clock: Callable[[], int]
    made: Callable[[int, str, frozenset[Right], str], Session]
    person: str = ""

    def nobody(self) -> Session:
        """The session of nobody yet: without any right, it does and reads nothing."""
        return self.made(0, "", frozenset(), "")

    def sign_in(self, command: SignIn) -> Session:
        """The session of whoever has this name and PIN. Raises Refused, with how long to wait.

        A name that nobody has takes as long and gets the same words.
        """
        whom = _whose(command.name)
        tried = _count(self.clock(), whom.id if whom else None, command.origin, command.name)
        if whom is None or not pins.fits(tried.kept, command.secret, whom.id):
            if whom is None:
                pins.fits("", command.secret, 0)
            stranger = _Stranger(self.clock)
            pins.tell_failure(stranger, whom.id if whom else None, tried, command.origin)
            raise Refused(_WRONG, pins.what_next(tried, "Look at the name, and type the PIN again."))
        self._require_key_of(whom)
        proof = _Proof(tried.kept, pins.better(tried.kept, command.secret, whom.id))
        return self._begun(whom.id, command.origin, proof)

    def come_in(self, staff_id: int) -> Session:
        """The session of whoever the operating system has let in. Raises Refused."""
        return self._begun(staff_id, self.origin)

    def unlock(self, session: Session, secret: str) -> None:
        """Return when ``secret`` is the PIN of the session's person. Raises Refused.

        So does a session that was ended meanwhile, somebody who no longer works here, or a PIN that somebody
        else has given them, and knows: with that they come in anew, to choose their own.
        """
        session.needs(Right.WORK)
        renewed(session)
        if asker := end_asked_by(session.key):
            raise Refused(f"{asker} has ended this session.", "Sign in anew.")
        tried = _count(self.clock(), session.staff_id, self.origin)
        if not pins.fits(tried.kept, secret, session.staff_id):
            pins.tell_failure(session, session.staff_id, tried, self.origin)
            raise Refused(f"That is not the PIN of {session.name}.", pins.what_next(tried, "Type it again."))
        proof = _Proof(tried.kept, pins.better(tried.kept, secret, session.staff_id))
        with write_tx():
            proof.require(session, self.origin)
            given = pins.is_given(session.staff_id)
            if not given:
                _tell(session, "unlock")
        if given:
            raise Refused(_GIVEN, "Sign in with it, and choose one of your own.")

    def leave(self, session: Session, why: str) -> None:
        """Write down that the person has gone; ``why`` as in :mod:`.desk_sessions`."""
        session.needs(Right.WORK)
        with write_tx():
            desk_sessions.end(session, why)

    def close(self) -> None:
        """Write down that whoever is still at work in this process has gone.

        Whatever hinders that, they have: the next to come in will find their sessions lost.
        """
        with suppress(PimError), write_tx():
            desk_sessions.end_all_here(self.clock)

    def _require_key_of(self, whom: _Person) -> None:
        """A key opens the line for its own person; on top of them others come in by their PIN alone."""
        if (
            self.person
            and fold(whom.login) != fold(self.person)
            and not desk_sessions.anybody_here(self.clock)
        ):
            raise Refused(
                f"This is the key of {self.person}: nobody else comes in by it.",
                "Use your own key; or sign in on top of them.",
            )

    def _begun(self, staff_id: int, origin: str, proof: _Proof | None = None) -> Session:
        """Let somebody in, as the list and the roles are now: nothing of them changes meanwhile."""
        with write_tx():
            whom = _person(staff_id, "Nobody of that name works here now.")
            rights = _rights(whom)
            if proof:
                proof.require(_Stranger(self.clock, staff_id), origin)
                rights = frozenset({Right.WORK}) if pins.is_given(staff_id) else rights
            session = self.made(staff_id, whom.name, rights, os.urandom(8).hex())
            desk_sessions.end_lost(self.clock)
            tries.forget_old(session.clock())
            desk_sessions.begin(session, origin)
        return session


def must_change(session: Session) -> bool:
    """Whether the person's PIN was given to them by somebody else, and must be replaced by their own."""
    session.needs(Right.WORK)
    return pins.is_given(session.staff_id)


def renewed(session: Session) -> Session:
    """The same session with what its person may do by now. Raises Forbidden, Refused."""
    session.needs(Right.WORK)
    whom = _person(session.staff_id, f"{session.name} no longer works here.")
    return replace(session, rights=_rights(whom))


def lock(session: Session, why: str) -> None:
    """Write down that the person's screen was locked: by ``key``, or ``idle``."""
    session.needs(Right.WORK)
    with write_tx():
        _tell(session, "lock", why)


def anybody_has_a_pin() -> bool:
    """Whether somebody could sign in by name and PIN. Reads two short tables."""
    return bool(
        select("select 1 from staff_pin p join staff s on s.id = p.staff_id where s.active = 1 limit 1")
    )


class _Person(NamedTuple):
    id: int
    name: str
    initials: str
    login: str
    role: str


_PEOPLE = "select s.id, s.name, s.initials, coalesce(s.login, ''), s.role from staff s where s.active = 1"


@dataclass(frozen=True, slots=True)
class _Proof:
    """A PIN that was right: its hash, and the one to keep from now on."""

    kept: str = field(repr=False)
    better: str = field(repr=False)

    def require(self, whom: audit.Acting, origin: str) -> None:
        """Forget the wrong tries; Refused where the PIN was changed meanwhile."""
        staff_id = whom.staff_id or 0
        places = [origin, tries.place_at(staff_id, origin)]
        if not tries.clear(whom, staff_id, self.kept, self.better, places):
            raise Refused("That PIN was changed just now.", "Type the new one.")


class _Stranger(NamedTuple):
    """Who tries to come in: nobody, as far as is known, until their PIN is right."""

    clock: Callable[[], int]
    staff_id: int | None = None
    key: str = "door"


def _whose(typed: str) -> _Person | None:
    """The one person who is called that, or has all these words in their name, and has a PIN. Reads a short
    table."""
    people = [
        _Person._make(row)
        for row in select(f"{_PEOPLE} and exists (select 1 from staff_pin p where p.staff_id = s.id)")
    ]
    wanted = fold(typed)
    for called in ("login", "name", "initials"):
        found = [one for one in people if wanted and fold(getattr(one, called)) == wanted]
        if len(found) == 1:
            return found[0]
    words = set(wanted.split())
    found = [one for one in people if words and words <= set(fold(one.name).split())]
    return found[0] if len(found) == 1 else None


def _person(staff_id: int, otherwise: str) -> _Person:
    """Somebody who works here; Refused, in these words, where nobody does. Index: primary key."""
    rows = select(f"{_PEOPLE} and s.id = ?", [staff_id])
    if not rows:
        raise Refused(otherwise, "Ask whoever looks after the staff list.")
    return _Person._make(rows[0])


def _rights(whom: _Person) -> frozenset[Right]:
    rights = rights_of_role(whom.role)
    if Right.WORK not in rights:
        raise Forbidden(
            f"{whom.name} does not have the right to {TITLES[Right.WORK]}.",
            "Ask whoever looks after the staff list.",
        )
    return rights


def _count(now: int, staff_id: int | None, origin: str, name: str = "") -> Try:
    """Count the try for its place, and for whom it is at: the person, or a ``name`` that is nobody's."""
    at = tries.place_of(name) if staff_id is None else tries.place_at(staff_id, origin)
    tried = tries.count(now, staff_id, origin, *filter(None, [at]), known=bool(staff_id and at))
    if tried.left:
        raise Refused(f"Too many wrong tries: wait {so_long(tried.left)}.", "Then try again.")
    return tried


def _tell(session: Session, action: str, why: str = "") -> None:
    """A line about the session, inside the running transaction."""
    id_ = desk_sessions.id_of(session.key)
    audit.append(session, [Change(action, "desk_session", id_, None, None, why)])
