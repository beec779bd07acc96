"""A person at work on a fixed day, for tests of what people do."""

from __future__ import annotations

from datetime import date, datetime, time

from pim_tui.db.connection import select, write_tx
from pim_tui.domain.moments import resolve
from pim_tui.domain.rights import Right, rights_of
from pim_tui.domain.session import Session
from pim_tui.models import Appointment, Staff

ZONE = "Europe/Berlin"
TODAY = date(2026, 11, 23)
NOW = resolve(datetime.combine(TODAY, time(9, 0)), ZONE)


def desk(
    *,
    country: str = "US",
    now: int = NOW,
    rights: frozenset[Right] | None = None,
    staff_id: int | None = None,
) -> Session:
    """A session of somebody on the staff, who is hired when nobody is."""
    allowed = rights_of("owner") if rights is None else rights
    return Session(staff_id or staff(), "Dr Who", ZONE, lambda: now, allowed, "desk-1", country)


def staff(name: str = "Dr Who") -> int:
    """The id of the staff member with this name."""
    known = select("select id from staff where name = ?", [name])
    if known:
        return int(known[0][0])
    with write_tx():
        return int(
            Staff.insert(name=name, initials=name[:2], books=True, active=True, role="owner").execute()
        )


def appointment(
    customer_id: int, day: date, *, status: str = "S", clock: str = "10:30", minutes: int = 30, **more: object
) -> int:
    """An appointment on the clinic's clock; its id."""
    starts = resolve(datetime.combine(day, time.fromisoformat(clock)), ZONE)
    ends = starts + minutes * 60
    busy = status in ("S", "C")
    more.setdefault("staff", staff())
    with write_tx():
        return int(
            Appointment.insert(
                customer=customer_id, starts_at=starts, ends_at=ends, minutes=minutes, day=day, wall=clock,
                zone=ZONE, occupied_from=starts if busy else None, occupied_to=ends if busy else None,
                status=status, marked_at=ends if status in "CM" else None, created_at=NOW, created_by=staff(),
                cancelled_by="customer" if status == "X" else "",
                cancel_reason="ill" if status == "X" else "", **more,
            ).execute()
        )  # fmt: skip
