"""Commands about who comes in: pin, sessions."""

from __future__ import annotations

import argparse
import secrets

from .. import asking
from ..bootstrap import Clinic, office, opened
from ..domain.called import one_called
from ..domain.moments import clock, day_of, short_day
from ..domain.rights import Right
from ..domain.text import fold
from ..errors import NotFound, UsageError
from ..queries.desk_sessions import OpenSession, open_sessions
from ..queries.gate import on_behalf_of
from ..queries.staff import StaffRow, staff_list, staff_record
from ..services.desk_sessions import EndSession, end_session
from ..services.pins import SetPin, set_pin
from . import terminal
from .newbook import new_pin

_FIELDS = ("key", "name", "began_at", "origin", "host", "pid", "asked_by")


def pin(arguments: argparse.Namespace) -> int:
    """``pim-tui pin``: one's own by the one before it, or a new one for somebody else, who replaces it."""
    with opened(office(), given=True) as clinic:
        whom = _whom(arguments.staff, clinic)
        own = whom.id == clinic.session.staff_id
        if arguments.forgotten and not own:
            raise UsageError("--forgotten is about your own PIN.", "Leave it out: --staff gives a new one.")
        if not own or arguments.forgotten:
            clinic.session.needs(Right.CHANGE_STAFF)
        asks_old = own and whom.pin_set_at is not None and not arguments.forgotten
        old = asking.secret("PIN now") if asks_old else ""
        typed = new_pin((whom.name, whom.login))
        command = SetPin(whom.id, typed, old, secrets.token_hex(16), arguments.forgotten)
        done = set_pin(clinic.session, command)
    terminal.say(done.says)
    return 0


def sessions(arguments: argparse.Namespace) -> int:
    """``pim-tui sessions``: who is at work; ``--end`` asks that somebody's session ends."""
    with opened(office()) as clinic:
        clinic.session.needs(Right.SEE_STAFF)
        rows = open_sessions()
        if arguments.end is not None:
            return _end(arguments, clinic, rows)
    if arguments.json:
        terminal.say_json([terminal.named(row, _FIELDS) for row in rows])
        return 0
    if not rows:
        terminal.say("Nobody is at work.")
        return 0
    lines = [_line(row, clinic.session.zone) for row in rows]
    terminal.table(lines, ("Key", "Name", "Since", "From", "Machine", ""))
    return 0


def _end(arguments: argparse.Namespace, clinic: Clinic, rows: tuple[OpenSession, ...]) -> int:
    if not arguments.reason:
        raise UsageError("--end needs --reason.", "Say why, for whoever works in it.")
    found = _with_key(arguments.end, rows)
    command = EndSession(found.id, arguments.reason, secrets.token_hex(16))
    done = end_session(clinic.session, command)
    if arguments.json:
        terminal.say_json({"says": done.says, "key": found.key})
    else:
        terminal.say(done.says)
    return 0


def _with_key(key: str, rows: tuple[OpenSession, ...]) -> OpenSession:
    """The open session whose key this is, or the only one whose key begins so."""
    found = [row for row in rows if row.key == key] or [
        row for row in rows if key and row.key.startswith(key)
    ]
    if len(found) > 1:
        raise NotFound(f"{len(found)} open sessions have a key that begins so.", "Give more of it.")
    if not found:
        raise NotFound("No open session has that key.", "pim-tui sessions lists them.")
    return found[0]


def _whom(name: str | None, clinic: Clinic) -> StaffRow:
    """Whoever works here and is called so, or has that login; without a name whoever runs this."""
    if name is None:
        # One's own entry, also of whoever may do nothing yet but choose a PIN.
        with on_behalf_of(None):
            return staff_record(clinic.session.staff_id)
    among = {row.id: row for row in staff_list() if row.active}
    by_login = [row for row in among.values() if row.login and fold(row.login) == fold(name)]
    if by_login:
        return by_login[0]
    return among[one_called(name, [(row.id, row.name) for row in among.values()], "Nobody on the staff")]


def _line(row: OpenSession, zone: str) -> tuple[str, ...]:
    since = f"{short_day(day_of(row.began_at, zone))} {clock(row.began_at, zone)}"
    asked = f"{row.asked_by} wants it ended" if row.asked_by else ""
    return (row.key, row.name, since, row.origin, f"{row.host} {row.pid}", asked)
