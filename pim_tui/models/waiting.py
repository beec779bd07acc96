"""Who waits for an earlier time, what they were offered, and times that are held meanwhile."""

from __future__ import annotations

from peewee import Check, ForeignKeyField

from .base import DayField, LineField, Table, Versioned, WholeField, one_of
from .calendar import Appointment, AppointmentType, Room
from .people import Customer, Staff


class WaitingEntry(Versioned):
    """A customer who would like a time, or an earlier one than ``appointment``.

    ``urgency`` is 2 for urgent, 1 for soon, 0 for whenever. What is null or empty suits any:
    ``first_day`` and ``last_day`` are included, ``weekdays`` are digits (Monday 0), ``from_minute`` and
    ``to_minute`` minutes after midnight. ``booked`` is what it ended with.
    """

    customer = ForeignKeyField(Customer, backref="waiting", on_delete="RESTRICT")
    urgency = WholeField(default=0, constraints=[Check("urgency between 0 and 2")])
    type = ForeignKeyField(AppointmentType, null=True, index=False, on_delete="RESTRICT")
    minutes = WholeField(constraints=[Check("minutes between 1 and 1440")])
    staff = ForeignKeyField(Staff, null=True, backref="waited_for", index=False, on_delete="RESTRICT")
    first_day = DayField(null=True)
    last_day = DayField(null=True)
    weekdays = LineField(7)
    from_minute = WholeField(
        null=True, constraints=[Check("from_minute is null or from_minute between 0 and 1439")]
    )
    to_minute = WholeField(
        null=True, constraints=[Check("to_minute is null or to_minute between 1 and 1440")]
    )
    note = LineField(200)
    appointment = ForeignKeyField(
        Appointment, null=True, backref="waits_for_earlier", index=False, on_delete="RESTRICT"
    )
    state = LineField(10, default="waiting", constraints=[one_of("state", "waiting", "booked", "withdrawn")])
    booked = ForeignKeyField(Appointment, null=True, index=False, on_delete="RESTRICT")
    closed_at = WholeField(null=True)
    closed_reason = LineField(200)
    created_at = WholeField()
    created_by = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")

    class Meta:
        constraints = (
            Check("first_day is null or last_day is null or first_day <= last_day"),
            Check("(state = 'waiting') = (closed_at is null)"),
            Check("state <> 'booked' or booked_id is not null"),
        )
        indexes = ((("state", "urgency", "created_at"), False),)


class WaitingOffer(Versioned):
    """A free time that somebody who waits was offered; ``starts_at`` is UTC seconds."""

    entry = ForeignKeyField(WaitingEntry, backref="offers", on_delete="RESTRICT")
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    room = ForeignKeyField(Room, null=True, index=False, on_delete="RESTRICT")
    starts_at = WholeField(constraints=[Check("starts_at % 60 = 0")])
    minutes = WholeField(constraints=[Check("minutes > 0")])
    state = LineField(
        10, default="offered", constraints=[one_of("state", "offered", "accepted", "declined", "lapsed")]
    )
    offered_at = WholeField()
    offered_by = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    answered_at = WholeField(null=True)

    class Meta:
        constraints = (Check("(state = 'offered') = (answered_at is null)"),)


class Hold(Table):
    """A time kept while somebody talks about it; it is gone at ``expires_at``, UTC seconds like the rest.

    ``session`` is the key of the session that holds it. Holds are deleted, not kept: the journal has them.
    """

    staff = ForeignKeyField(Staff, backref="holds", index=False, on_delete="RESTRICT")
    room = ForeignKeyField(Room, null=True, index=False, on_delete="RESTRICT")
    starts_at = WholeField(constraints=[Check("starts_at % 60 = 0")])
    ends_at = WholeField()
    holder = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    session = LineField(40)
    entry = ForeignKeyField(WaitingEntry, null=True, backref="holds", on_delete="RESTRICT")
    expires_at = WholeField()
    created_at = WholeField()

    class Meta:
        constraints = (Check("starts_at < ends_at"), Check("created_at < expires_at"))
        indexes = ((("staff", "starts_at"), False),)
