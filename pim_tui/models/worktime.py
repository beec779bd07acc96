"""When the clinic and its staff work, beyond the week that repeats (T10)."""

from __future__ import annotations

from peewee import Check, ForeignKeyField

from .base import DayField, LineField, Table, Versioned, WholeField, YesField, one_of
from .people import Staff


class Leave(Versioned):
    """Somebody does not work from ``first_day`` to ``last_day``, both included.

    With ``from_minute`` and ``to_minute``, minutes after midnight, half-open, it is a part of one day.
    Leave is never deleted, it is taken back (``active``).
    """

    staff = ForeignKeyField(Staff, backref="leaves", index=False, on_delete="RESTRICT")
    kind = LineField(10, default="leave", constraints=[one_of("kind", "leave", "sick", "training", "other")])
    first_day = DayField()
    last_day = DayField()
    from_minute = WholeField(
        null=True, constraints=[Check("from_minute is null or from_minute between 0 and 1439")]
    )
    to_minute = WholeField(
        null=True, constraints=[Check("to_minute is null or to_minute between 1 and 1440")]
    )
    reason = LineField(200)
    active = YesField()
    created_at = WholeField()
    created_by = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")

    class Meta:
        constraints = (
            Check("first_day <= last_day"),
            Check("(from_minute is null) = (to_minute is null)"),
            Check("from_minute is null or (from_minute < to_minute and first_day = last_day)"),
        )
        indexes = ((("staff", "last_day"), False), (("last_day",), False))


class SpecialHours(Versioned):
    """Other hours on one day: of one staff member, or of the whole clinic where ``staff`` is null.

    A row without ``starts`` closes the day; several rows are several stretches. What is said of a day
    replaces the week's hours and any public holiday.
    """

    day = DayField(index=True)
    staff = ForeignKeyField(Staff, null=True, backref="special_hours", index=False, on_delete="RESTRICT")
    starts = WholeField(null=True, constraints=[Check("starts is null or starts between 0 and 1439")])
    ends = WholeField(null=True, constraints=[Check("ends is null or ends between 1 and 1440")])
    name = LineField(80)
    active = YesField()

    class Meta:
        constraints = (
            Check("(starts is null) = (ends is null)"),
            Check("starts is null or starts < ends"),
        )


class Holiday(Table):
    """A public holiday of ``place``, country and region (``DE-BY``); nobody works where it ``closes``."""

    day = DayField()
    name = LineField(200)
    place = LineField(20)
    closes = YesField()

    class Meta:
        indexes = ((("place", "day"), True),)
