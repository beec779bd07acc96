"""A clinic whose visits are thrown in at random: all states, chains, wishes, hours that begin and end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from pim_tui.db.connection import Book
from pim_tui.domain.moments import readings
from pim_tui.models import (
    Appointment,
    AppointmentType,
    Customer,
    Holiday,
    Leave,
    Room,
    SpecialHours,
    Staff,
    WorkingHours,
)

STAFF = ("Dr Lee", "Dr Sato", "[b]Locum[/b]")
TYPES = ("Follow-up", "=1+2 日本")
REASONS = ("unwell", "=HYPERLINK(1)", "weather\x1b[31m")


def furnished(book: Book, zone: str, days: Sequence[date], seed: int, visits: int = 160) -> None:
    """Staff (the last keeps no hours), types, rooms, 20 customers, and visits on the days at any hour."""
    rng = Random(seed)
    with book.write_tx():
        for position, name in enumerate(STAFF):
            Staff.create(
                name=name, initials=name[-1], position=position, active=True, books=True, role="owner"
            )
        for staff in (1, 2):
            for weekday in range(7 if staff == 1 else 4):
                WorkingHours.create(staff=staff, weekday=weekday, starts=0, ends=720)
                WorkingHours.create(staff=staff, weekday=weekday, starts=785, ends=1125)
        for name in TYPES:
            AppointmentType.create(name=name, alias=name[0], minutes=30, active=True)
        for name in ("1", "2"):
            Room.create(name=name, initials=name, active=True, capacity=100)
        for number in range(20):
            Customer.create(
                number=number + 1, last_name=f"C{number}", sort_name=f"c{number}", sex="", created_at=0
            )
        _days_off(days)
        begun: list[tuple[int, int]] = []
        for _ in range(visits):
            _visit(rng, zone, days, begun)


def _days_off(days: Sequence[date]) -> None:
    """Leave of one for two days and of another for a part of one, a closed day, two holidays."""
    off = {"kind": "leave", "created_at": 0, "created_by": 1, "active": True}
    Leave.create(staff=2, first_day=days[-10], last_day=days[-9], **off)
    Leave.create(staff=1, first_day=days[-12], last_day=days[-12], from_minute=600, to_minute=700, **off)
    SpecialHours.create(day=days[-14], name="Painters", active=True)
    for day, closes in ((days[-15], True), (days[-16], False)):
        Holiday.create(day=day, name="Feast", place="XX", closes=closes)


def _visit(rng: Random, zone: str, days: Sequence[date], begun: list[tuple[int, int]]) -> None:
    """One more, perhaps booked again in place of an earlier one; ``begun`` are ids and starts of all."""
    day, minute = rng.choice(days), rng.choice(range(0, 1440, 5))
    found = readings(datetime(day.year, day.month, day.day) + timedelta(minutes=minute), zone)
    if not found:
        return
    starts, length = rng.choice(found), rng.choice((5, 20, 45, 90, 400))
    status = rng.choice("SCCCCMMXX")
    earlier = rng.choice((None, None, None, *(id_ for id_, at in begun if at < starts)))
    created = starts - rng.randrange(-2, 40 * 24) * 3600
    id_ = Appointment.insert(
        customer=rng.randint(1, 20), staff=rng.randint(1, 3), type=rng.choice((1, 2, None)),
        room=rng.choice((1, 2, None)), starts_at=starts, ends_at=starts + length * 60, minutes=length,
        day=day, wall=f"{minute // 60:02}:{minute % 60:02}", zone=zone,
        crosses_midnight=minute + length > 1440, status=status,
        occupied_from=None if status == "X" else starts,
        occupied_to=None if status == "X" else starts + length * 60,
        marked_at=None if status in "SX" else starts + 60,
        cancel_reason=rng.choice(REASONS) if status == "X" else "",
        cancelled_by=rng.choice(("clinic", "customer")) if status == "X" else "",
        late_cancel=status == "X" and rng.random() < 0.5, overbooked_by=1, overbook_reason="full",
        rebooked_from=earlier, created_at=created, created_by=1,
        wished_day=rng.choice((None, None, day - timedelta(days=rng.randint(0, 9)))),
    ).execute()  # fmt: skip
    begun.append((id_, starts))
