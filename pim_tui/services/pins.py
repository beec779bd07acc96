"""PINs with which a second person says yes: set, checked, and slowed down when guessed at (R4).

A hash takes tens of milliseconds and 19 MiB on purpose, so it is never made inside a write transaction
and at most two are made at a time on one machine. A try is counted before it is checked: whoever
breaks off in the middle, or tries at many desks at once, gains none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from ..db.connection import select, write_tx
from ..db.slots import slot
from ..domain.moments import clock
from ..domain.pins import as_compared, read_pin, wait_after
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import NotFound, Refused
from ..models import StaffPin
from . import audit
from .usecase import Done, Work, use_case

if TYPE_CHECKING:
    from argon2 import PasswordHasher

AT_A_TIME = 2
"""Hashes made at once; each takes its memory for itself."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a hash costs: KiB of memory, passes over it, lanes."""

    memory: int = 19 * 1024
    passes: int = 2
    lanes: int = 1


COST = Cost()


@dataclass(frozen=True, slots=True)
class SetPin:
    """Give somebody a PIN: with the old one, or by the right to change the staff list.

    The PINs are kept out of what is shown of the command.
    """

    staff_id: int
    pin: str = field(repr=False)
    old_pin: str = field(default="", repr=False)
    request: str = ""


def set_pin(session: Session, command: SetPin) -> Done:
    """Store the PIN's hash. Raises Invalid, Forbidden, NotFound, Refused (R4)."""
    session.needs(Right.APPROVE_RETURN)
    own = command.staff_id == session.staff_id
    if command.old_pin:
        verify(session, command.staff_id, command.old_pin)
    elif not own or _kept(command.staff_id):
        session.needs(Right.CHANGE_STAFF)
    made = _hashed(read_pin(command.pin), command.staff_id)
    return _store(session, _Stored(command.staff_id, made, command.request))


def verify(session: Session, staff_id: int, pin: str) -> None:
    """Return when ``pin`` is that person's. Raises Refused (R4), and the try stays in the journal.

    Nobody learns from the time it takes whether the person has a PIN at all.
    """
    session.needs(Right.WORK)
    typed = as_compared(pin)
    if not (name := _name(staff_id)):
        _matches(_nobody(), typed, staff_id)
        raise Refused("Nobody of that name works here now.", "Choose somebody on the staff list.", rule="R4")
    if not _kept(staff_id):
        _matches(_nobody(), typed, staff_id)
        raise Refused(f"{name} has no PIN yet.", "Set one in the staff list.", rule="R4")
    kept, failures = _count_try(session, staff_id, name)
    if not _matches(kept, typed, staff_id):
        _tell_failure(session, staff_id, failures)
        raise _wrong(session, name, failures)
    better = _hashed(typed, staff_id) if _hasher(COST).check_needs_rehash(kept) else kept
    with write_tx():
        StaffPin.update(failures=0, wait_until=0, hash=better).where(
            StaffPin.staff == staff_id, StaffPin.hash == kept
        ).execute()


# --- in the tables ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stored:
    staff_id: int
    hash: str = field(repr=False)
    request: str = ""


@use_case(Right.APPROVE_RETURN)
def _store(work: Work, command: _Stored) -> Done:
    if not (name := _name(command.staff_id)):
        raise NotFound("Nobody of that name works here now.", "Choose somebody on the staff list.")
    fresh = {"hash": command.hash, "set_at": work.now, "failures": 0, "wait_until": 0}
    if not StaffPin.update(**fresh).where(StaffPin.staff == command.staff_id).execute():
        StaffPin.insert(staff=command.staff_id, **fresh).execute()
    work.changed("set", "staff_pin", command.staff_id, None, {"set_at": work.now})
    return Done("staff", (command.staff_id,), says=f"{name} has a new PIN.")


def _name(staff_id: int) -> str:
    rows = select("select name from staff where id = ? and active = 1", [staff_id])
    return str(rows[0][0]) if rows else ""


def _kept(staff_id: int) -> bool:
    return bool(select("select 1 from staff_pin where staff_id = ?", [staff_id]))


def _count_try(session: Session, staff_id: int, name: str) -> tuple[str, int]:
    """Count a try as failed, in a transaction of its own: the hash to check, and the tries by now."""
    now = session.clock()
    with write_tx():
        ((kept, before, wait_until),) = select(
            "select hash, failures, wait_until from staff_pin where staff_id = ?", [staff_id]
        )
        if now < wait_until:
            raise Refused(
                f"Too many wrong PINs for {name}: wait until {clock(wait_until, session.zone)}.",
                "Then try again, or ask somebody else to approve.",
                rule="R4",
            )
        failures = before + 1
        StaffPin.update(failures=failures, wait_until=now + wait_after(failures)).where(
            StaffPin.staff == staff_id
        ).execute()
    return kept, failures


def _tell_failure(session: Session, staff_id: int, failures: int) -> None:
    """A line of the journal that stays although what was asked is refused (A1)."""
    told = audit.Change("wrong pin", "staff_pin", staff_id, None, {"failures": failures})
    with write_tx():
        audit.append(session, [told])


def _wrong(session: Session, name: str, failures: int) -> Refused:
    if seconds := wait_after(failures):
        until = clock(session.clock() + seconds, session.zone)
        hint = f"After {failures} wrong tries, wait until {until}."
    else:
        hint = "Type it again; nothing was changed."
    return Refused(f"That is not the PIN of {name}.", hint, rule="R4")


# --- hashes ----------------------------------------------------------------------------------------


@cache
def _hasher(cost: Cost) -> PasswordHasher:
    from argon2 import PasswordHasher, Type

    return PasswordHasher(
        time_cost=cost.passes, memory_cost=cost.memory, parallelism=cost.lanes, hash_len=32, salt_len=16,
        type=Type.ID,
    )  # fmt: skip


def _hashed(pin: str, staff_id: int) -> str:
    with slot("pins", AT_A_TIME, staff_id):
        return _hasher(COST).hash(pin)


def _matches(kept: str, typed: str, staff_id: int) -> bool:
    from argon2.exceptions import VerificationError

    with slot("pins", AT_A_TIME, staff_id):
        try:
            return _hasher(COST).verify(kept, typed)
        except VerificationError:
            return False


@cache
def _nobody() -> str:
    """A hash that no PIN has, as dear to check as a real one."""
    return _hasher(COST).hash("\0nobody")
