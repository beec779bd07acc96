"""Appointments that repeat, and what other calendars call an appointment."""

from __future__ import annotations

from peewee import Check, ForeignKeyField

from .base import LineField, ProseField, Table, Versioned, WholeField, one_of
from .calendar import MODES, Appointment, AppointmentType, Room
from .people import Customer, Staff


class Series(Versioned):
    """Appointments by one rule (T11). ``rule`` is an RFC 5545 RRULE value, empty where all dates are listed.

    ``wall`` is the first one's local time (``2026-03-03T10:30``) in ``zone``, ``starts_at`` the same in UTC
    seconds. Visits are made up to ``drawn_to`` (UTC seconds, exclusive); null: the rule has ended before.
    ``uid`` and ``sequence`` are what other calendars know the series by (RFC 5545 3.8.4.7, 3.8.7.4).
    """

    uid = LineField(255, unique=True)
    sequence = WholeField(default=0)
    rule = LineField(1000)
    zone = LineField(60)
    wall = LineField(20)
    starts_at = WholeField(constraints=[Check("starts_at % 60 = 0")])
    minutes = WholeField(constraints=[Check("minutes > 0")])
    customer = ForeignKeyField(Customer, backref="series", on_delete="RESTRICT")
    staff = ForeignKeyField(Staff, backref="series", index=False, on_delete="RESTRICT")
    room = ForeignKeyField(Room, backref="series", null=True, index=False, on_delete="RESTRICT")
    type = ForeignKeyField(AppointmentType, backref="series", null=True, index=False, on_delete="RESTRICT")
    mode = LineField(10, default="in_person", constraints=[one_of("mode", *MODES)])
    reason = LineField(200)
    note = ProseField(4000)
    drawn_to = WholeField(null=True, index=True)
    created_at = WholeField()
    created_by = ForeignKeyField(Staff, backref="series_made", index=False, on_delete="RESTRICT")


class SeriesDate(Table):
    """A date the rule alone does not give: ``out`` is left out (EXDATE), ``in`` is added (RDATE).

    ``at`` is UTC seconds of the start the rule gives or would give.
    """

    series = ForeignKeyField(Series, backref="dates", index=False, on_delete="RESTRICT")
    at = WholeField()
    kind = LineField(3, constraints=[one_of("kind", "out", "in")])

    class Meta:
        indexes = ((("series", "at"), True),)


class SeriesVisit(Table):
    """An appointment that belongs to a series; ``recurrence_at`` is where the rule put it, UTC seconds.

    The appointment may have been moved since: then it differs from its series and goes out as an
    exception of it (RECURRENCE-ID).
    """

    appointment = ForeignKeyField(Appointment, primary_key=True, on_delete="RESTRICT")
    series = ForeignKeyField(Series, backref="visits", index=False, on_delete="RESTRICT")
    recurrence_at = WholeField()

    class Meta:
        indexes = ((("series", "recurrence_at"), True),)


class OutsideEvent(Table):
    """What other calendars call an appointment that is not of a series: its UID stays what it was."""

    appointment = ForeignKeyField(Appointment, primary_key=True, on_delete="RESTRICT")
    uid = LineField(255, index=True)
    sequence = WholeField(default=0)
