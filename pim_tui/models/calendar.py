"""Appointments and what they are made of."""

from __future__ import annotations

from peewee import SQL, Check, ForeignKeyField

from .base import DayField, LineField, ProseField, Versioned, WholeField, YesField, one_of
from .people import Customer, Staff

MODES = ("in_person", "virtual", "phone")


class AppointmentType(Versioned):
    """A kind of appointment. Buffers, in minutes, belong to the occupied interval (T6)."""

    name = LineField(80)
    alias = LineField(12)
    minutes = WholeField(default=30, constraints=[Check("minutes between 1 and 1440")])
    colour = LineField(20)
    buffer_before = WholeField(default=0, constraints=[Check("buffer_before between 0 and 240")])
    buffer_after = WholeField(default=0, constraints=[Check("buffer_after between 0 and 240")])
    mode = LineField(10, default="in_person", constraints=[one_of("mode", *MODES)])
    position = WholeField(default=0)
    is_default = YesField()
    active = YesField()


class Room(Versioned):
    """A place that ``capacity`` appointments at a time happen in."""

    name = LineField(80)
    initials = LineField(6)
    position = WholeField(default=0)
    active = YesField()
    capacity = WholeField(default=1, constraints=[SQL("default 1"), Check("capacity between 1 and 100")])


class Appointment(Versioned):
    """One visit (T2). Instants are UTC seconds; ``day`` and ``wall`` keep what was agreed on the wall clock.

    ``occupied_from`` and ``occupied_to`` are the interval that blocks others: buffers included,
    nothing when canceled, only what has passed when missed (T5, T6). ``wished_day`` is the day the
    customer asked for, where it was another; ``late_cancel`` flags a cancelation within the notice the
    clinic asks for, ``fee_waived`` is why nothing is charged for it or for a missed one (S5).
    """

    customer = ForeignKeyField(Customer, backref="appointments", index=False, on_delete="RESTRICT")
    staff = ForeignKeyField(Staff, backref="appointments", index=False, on_delete="RESTRICT")
    room = ForeignKeyField(Room, backref="appointments", null=True, index=False, on_delete="RESTRICT")
    type = ForeignKeyField(
        AppointmentType, backref="appointments", null=True, index=False, on_delete="RESTRICT"
    )
    mode = LineField(10, default="in_person", constraints=[one_of("mode", *MODES)])
    starts_at = WholeField(constraints=[Check("starts_at % 60 = 0")])
    ends_at = WholeField()
    minutes = WholeField(constraints=[Check("minutes > 0")])
    day = DayField()
    wall = LineField(5)
    zone = LineField(60)
    crosses_midnight = YesField()
    occupied_from = WholeField(null=True)
    occupied_to = WholeField(null=True)
    status = LineField(1, default="S", constraints=[one_of("status", "S", "C", "M", "X")])
    reason = LineField(200)
    note = ProseField(4000)
    marked_at = WholeField(null=True)
    cancel_reason = LineField(200)
    cancelled_by = LineField(10, constraints=[one_of("cancelled_by", "", "clinic", "customer")])
    confirmed_at = WholeField(null=True)
    arrived_at = WholeField(null=True)
    seated_at = WholeField(null=True)
    left_at = WholeField(null=True)
    rebooked_from = ForeignKeyField(
        "self", null=True, backref="rebooked_as", index=False, on_delete="RESTRICT"
    )
    overbooked_by = ForeignKeyField(
        Staff, null=True, backref="overbookings", index=False, on_delete="RESTRICT"
    )
    overbook_reason = LineField(200)
    external_id = LineField(120, null=True, unique=True)
    created_at = WholeField()
    created_by = ForeignKeyField(Staff, backref="bookings", index=False, on_delete="RESTRICT")
    wished_day = DayField(null=True)
    late_cancel = YesField(constraints=[SQL("default 0")])
    fee_waived = LineField(200, constraints=[SQL("default ''")])

    class Meta:
        constraints = (
            Check("ends_at = starts_at + minutes * 60"),
            Check("(occupied_from is null) = (occupied_to is null)"),
            Check("status <> 'X' or occupied_from is null"),
            Check("occupied_from is not null or status in ('X', 'M')"),
            Check("occupied_from <= starts_at and occupied_from < occupied_to"),
            Check("status <> 'X' or (cancelled_by <> '' and length(cancel_reason) > 0)"),
            Check("status not in ('C', 'M') or (marked_at is not null and marked_at >= starts_at)"),
            Check("overbooked_by_id is null or length(overbook_reason) > 0"),
        )
        indexes = (
            (("day", "staff", "room", "type", "status", "minutes"), False),
            (("day", "starts_at"), False),
            (("staff", "occupied_from"), False),
            (("room", "occupied_from"), False),
            (("customer", "starts_at"), False),
        )
