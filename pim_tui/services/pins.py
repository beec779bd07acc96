"""PINs and passphrases with which people sign in, and with which a second person says yes (R4).

A hash takes tens of milliseconds and 19 MiB on purpose, so it is never made inside a write transaction
and at most two are made at a time on one machine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from .. import models
from ..db.connection import select, write_tx
from ..db.slots import slot
from ..domain.pins import as_compared, read_pin, so_long
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import NotFound, Refused
from . import audit, tries
from .above import require_not_above
from .tries import Try
from .usecase import use_case
from .work import Done, Work

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
    """Set a PIN: one's own with the one before it, or somebody else's by the right to change the staff list.

    ``forgotten`` sets one's own without the one before, by the same right. The PINs are kept out of what is
    shown of the command.
    """

    staff_id: int
    pin: str = field(repr=False)
    old_pin: str = field(default="", repr=False)
    request: str = ""
    forgotten: bool = False


def set_pin(session: Session, command: SetPin) -> Done:
    """Store the PIN's hash. Raises Invalid, Forbidden, NotFound, Refused.

    One that was set by somebody else is *given*: it opens the door once, and approves nothing (R4).
    """
    session.needs(Right.WORK)
    own = command.staff_id == session.staff_id
    if not own or command.forgotten:
        session.needs(Right.CHANGE_STAFF)
    elif _kept(command.staff_id):
        _require_old(session, command)
    pin = read_pin(command.pin, _called(command.staff_id))
    store = _store_own if own and not command.forgotten else _store_by_right
    made = _hashed(pin, command.staff_id)
    return store(session, _Stored(command.staff_id, made, command.forgotten, command.request))


def _require_old(session: Session, command: SetPin) -> None:
    if not command.old_pin:
        raise Refused("You have a PIN already.", "Type it before the new one.")
    _require_right(session, command.staff_id, command.old_pin)
    if as_compared(command.old_pin) == as_compared(command.pin):
        raise Refused("That is the PIN you have.", "Choose another one.")


def verify(session: Session, staff_id: int, pin: str) -> None:
    """Return when ``pin`` is that person's. Raises Refused, and the try stays in the journal.

    One that was given to the person by somebody else, who knows it, says yes to nothing, whoever's desk it is
    (R4). Nobody learns from the time it takes whether the person has a PIN at all.
    """
    session.needs(Right.WORK)
    name = _require_right(session, staff_id, pin)
    if is_given(staff_id):
        raise Refused(
            f"{name} was given this PIN by somebody else: it approves nothing.",
            "Let them set a PIN of their own first.",
            rule="R4",
        )


def _require_right(session: Session, staff_id: int, pin: str) -> str:
    """The name of the person whose PIN it is, given or not."""
    if not (name := _name(staff_id)):
        fits("", pin, staff_id)
        raise Refused("Nobody of that name works here now.", "Choose somebody on the staff list.", rule="R4")
    if not _kept(staff_id):
        fits("", pin, staff_id)
        raise Refused(f"{name} has no PIN yet.", "Set one in the staff list.", rule="R4")
    own = [tries.own_desk(staff_id)] if staff_id == session.staff_id else []
    tried = tries.count(session.clock(), staff_id, *own, known=bool(own))
    if tried.left:
        raise Refused(
            f"Too many wrong PINs for {name}: wait {so_long(tried.left)}.",
            "Then try again, or ask somebody else.",
            rule="R4",
        )
    if not fits(tried.kept, pin, staff_id):
        tell_failure(session, staff_id, tried)
        raise Refused(f"That is not the PIN of {name}.", what_next(tried), rule="R4")
    with_better = better(tried.kept, pin, staff_id)
    with write_tx():
        tries.clear(session, staff_id, tried.kept, with_better, own)
    return name


def is_given(staff_id: int) -> bool:
    """Whether the person's PIN was set by somebody else. Index: primary key."""
    return bool(select("select 1 from staff_pin where staff_id = ? and given = 1", [staff_id]))


def tell_failure(acting: audit.Acting, staff_id: int | None, tried: Try, origin: str = "") -> None:
    """A line of the journal that stays although what was asked is refused (A1)."""
    values = {"failures": tried.failures} | ({"origin": origin} if origin else {})
    with write_tx():
        audit.append(acting, [audit.Change("wrong pin", "staff_pin", staff_id, None, values)])


def what_next(tried: Try, again: str = "Type it again; nothing was changed.") -> str:
    """What to do after a wrong one: ``again``, or wait."""
    if tried.wait:
        return f"After {tried.failures} wrong tries, wait {so_long(tried.wait)}."
    return again


# --- in the tables ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stored:
    staff_id: int
    hash: str = field(repr=False)
    forgotten: bool = False
    request: str = ""


@use_case(Right.WORK)
def _store_own(work: Work, command: _Stored) -> Done:
    return _store(work, command)


@use_case(Right.CHANGE_STAFF)
def _store_by_right(work: Work, command: _Stored) -> Done:
    rows = select("select role from staff where id = ?", [command.staff_id])
    require_not_above(work.session, *(role for (role,) in rows))
    return _store(work, command)


def _store(work: Work, command: _Stored) -> Done:
    if not (name := _name(command.staff_id)):
        raise NotFound("Nobody of that name works here now.", "Choose somebody on the staff list.")
    given = command.staff_id != work.session.staff_id
    fresh = {"hash": command.hash, "set_at": work.now, "failures": 0, "wait_until": 0, "given": given}
    if not models.StaffPin.update(**fresh).where(models.StaffPin.staff == command.staff_id).execute():
        models.StaffPin.insert(staff=command.staff_id, **fresh).execute()
    told = {"set_at": work.now, "given": given}
    reason = "forgotten" if command.forgotten else ""
    work.changed("set", "staff_pin", command.staff_id, None, told, reason)
    what_then = " They choose another when they sign in." if given else ""
    return Done("staff", (command.staff_id,), says=f"{name} has a new PIN.{what_then}")


def _name(staff_id: int) -> str:
    rows = select("select name from staff where id = ? and active = 1", [staff_id])
    return str(rows[0][0]) if rows else ""


def _called(staff_id: int) -> tuple[str, ...]:
    """What the person is called, which no PIN of theirs is made of."""
    rows = select("select name, coalesce(login, '') from staff where id = ?", [staff_id])
    return tuple(map(str, rows[0])) if rows else ()


def _kept(staff_id: int) -> bool:
    return bool(select("select 1 from staff_pin where staff_id = ?", [staff_id]))


# --- hashes ----------------------------------------------------------------------------------------


@cache
def _hasher(cost: Cost) -> PasswordHasher:
    from argon2 import PasswordHasher, Type

    return PasswordHasher(
        time_cost=cost.passes,
        memory_cost=cost.memory,
        parallelism=cost.lanes,
        hash_len=32,
        salt_len=16,
        type=Type.ID,
    )


def _hashed(pin: str, staff_id: int) -> str:
    with slot("pins", AT_A_TIME, staff_id):
        return _hasher(COST).hash(pin)


def first_hash(pin: str) -> str:
    """The hash of the first PIN of a book that nobody else has open yet, whom it could keep waiting."""
    return _hasher(COST).hash(as_compared(pin))


def fits(kept: str, typed: str, staff_id: int) -> bool:
    """Whether ``typed`` has the hash ``kept``; for the empty hash of nobody no, after the same time."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with slot("pins", AT_A_TIME, staff_id):
        try:
            return _hasher(COST).verify(kept or _nobody(COST), as_compared(typed))
        except (VerificationError, InvalidHashError):
            return False


def better(kept: str, typed: str, staff_id: int) -> str:
    """The hash to keep from now on: made anew where ``kept`` cost something else."""
    if not _hasher(COST).check_needs_rehash(kept):
        return kept
    return _hashed(as_compared(typed), staff_id)


def _nobody(cost: Cost) -> str:
    """A hash that no PIN has, as dear to check as a real one; nothing is hashed to make it."""
    return f"$argon2id$v=19$m={cost.memory},t={cost.passes},p={cost.lanes}${'A' * 22}${'A' * 43}"
