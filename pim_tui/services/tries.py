"""Tries at a PIN: counted for the person and for the place they come from, and slowed down.

A try is counted as wrong before it is checked, in a transaction of its own: whoever breaks off in the middle,
or tries at many desks at once, gains none. Nobody waits for ever, and nobody who is not asked for a PIN. What
others try elsewhere keeps nobody waiting where they have come in before: a stranger who goes on trying shuts
nobody out. Nor does a clock that was set back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .. import models
from ..db.bulk import update
from ..db.connection import select, write_tx
from ..domain.pins import wait_after
from ..domain.text import clean, fold

if TYPE_CHECKING:
    from .audit import Acting

_FORGOTTEN = 24 * 3600
"""Seconds after which wrong tries of a place are forgotten."""


@dataclass(frozen=True, slots=True)
class Try:
    """One try. ``left`` seconds are still to be waited: then it was not counted and must not be checked.

    ``kept`` is the hash to check it against, empty for nobody's. ``wait`` seconds follow when it is wrong,
    the ``failures``-th in a row.
    """

    kept: str = field(default="", repr=False)
    left: int = 0
    wait: int = 0
    failures: int = 0


def place_of(name: str) -> str:
    """The place that tries at a name are counted for which is nobody's: they wait like those at a real one.

    One of 256, so that nobody reads from it what was typed, which now and then is a PIN. Which one is known
    only to whoever has the book: else a name that waits with another would be known to be nobody's. Index:
    primary key.
    """
    ((seed,),) = select("select coalesce(max(hash), '') from journal where seq = 1")
    digest = hashlib.sha256(f"{seed} {fold(name)}".encode("utf-8", "replace")).hexdigest()
    return f"name {digest[:2]}"


def place_at(staff_id: int, origin: str) -> str:
    """The place that tries at somebody are counted for from ``origin``, where they have come in before; empty
    where they never have. Index: ``desk_session_of``.
    """
    rows = select(
        "select 1 from desk_session where staff_id = ? and origin = ? limit 1",
        [staff_id, clean(origin, limit=models.DeskSession.origin.limit)],
    )
    digest = hashlib.sha256(origin.encode("utf-8", "replace")).hexdigest()
    return f"{staff_id} at {digest}" if rows else ""


def own_desk(staff_id: int) -> str:
    """The place that tries at somebody are counted for in their own session, once more after they came in."""
    return f"{staff_id} at work"


def count(now: int, staff_id: int | None, *places: str, known: bool = False) -> Try:
    """Count a try at somebody's PIN, None for nobody's, from ``places``. From ``known`` ones, see
    :func:`place_at` and :func:`own_desk`, one waits for the places alone. Indexes: primary key,
    ``sign_in_wait (origin)``.
    """
    with write_tx():
        pins = select("select hash, failures, wait_until from staff_pin where staff_id = ?", [staff_id])
        kept, failures, until = pins[0] if pins else ("", 0, 0)
        until = _at_most(failures, until, now)
        waits = {place: _wait(place, now) for place in map(_kept_as, places)}
        if (left := max(0 if known else until, *(wait for _, wait in waits.values()), now) - now) > 0:
            _begin_anew(staff_id, until, waits)
            return Try(left=left)
        if pins:
            failures += 1
            models.StaffPin.update(failures=failures, wait_until=now + wait_after(failures)).where(
                models.StaffPin.staff == staff_id
            ).execute()
        counted = [_count_place(place, before + 1, now) for place, (before, _) in waits.items()]
    most = max((0 if known else failures, *counted))
    return Try(kept, 0, wait_after(most), most)


def clear(acting: Acting, staff_id: int, kept: str, better: str, places: Iterable[str] = ()) -> bool:
    """Forget the wrong tries at a PIN that was typed rightly, inside the running transaction.

    ``better`` is the hash to keep instead of ``kept``, which the journal then seals anew. False, and nothing
    is forgotten, where the PIN was changed meanwhile.
    """
    found = (
        models.StaffPin.update(failures=0, wait_until=0, hash=better)
        .where(models.StaffPin.staff == staff_id, models.StaffPin.hash == kept)
        .execute()
    )
    if found and better != kept:
        _seal_anew(acting, staff_id)
    for place in places if found else ():
        models.SignInWait.delete().where(models.SignInWait.origin == _kept_as(place)).execute()
    return bool(found)


def _seal_anew(acting: Acting, staff_id: int) -> None:
    """What seals is loaded for this alone, which is rare: everybody comes by here at the start."""
    from .audit import Change, append
    from .seals import with_state

    append(acting, [with_state(Change("hash anew", "staff_pin", staff_id))])


def forget_old(now: int) -> None:
    """Forget places nobody tried from for a day, inside the running transaction. Reads a short table."""
    update("delete from sign_in_wait where wait_until < ? returning id", [now - _FORGOTTEN])


def _kept_as(place: str) -> str:
    """The place as the table has it, so that it is found again."""
    return clean(place, limit=models.SignInWait.origin.limit)


def _wait(place: str, now: int) -> tuple[int, int]:
    """Wrong tries so far, and until when to wait."""
    rows = select("select failures, wait_until from sign_in_wait where origin = ?", [place])
    failures, until = rows[0] if rows and rows[0][1] >= now - _FORGOTTEN else (0, 0)
    return failures, _at_most(failures, until, now)


def _at_most(failures: int, until: int, now: int) -> int:
    """Until when to wait: never longer than after so many tries, for then the clock was set back."""
    return min(until, now + wait_after(failures))


def _begin_anew(staff_id: int | None, until: int, waits: dict[str, tuple[int, int]]) -> None:
    """What the clock was set back for is waited for from now on, and no longer."""
    pin = models.StaffPin
    pin.update(wait_until=until).where(pin.staff == staff_id, pin.wait_until > until).execute()
    for place, (_, ends) in waits.items():
        models.SignInWait.update(wait_until=ends).where(
            models.SignInWait.origin == place, models.SignInWait.wait_until > ends
        ).execute()


def _count_place(place: str, failures: int, now: int) -> int:
    fresh = {"failures": failures, "wait_until": now + wait_after(failures)}
    if not models.SignInWait.update(**fresh).where(models.SignInWait.origin == place).execute():
        models.SignInWait.insert(origin=place, **fresh).execute()
    return failures
