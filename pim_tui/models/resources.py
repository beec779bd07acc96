"""What an appointment needs besides a person and a room."""

from __future__ import annotations

from peewee import Check, CompositeKey, ForeignKeyField

from .base import LineField, Table, Versioned, WholeField, YesField
from .calendar import Appointment, AppointmentType


class Equipment(Versioned):
    """Things of one kind that appointments take; ``capacity`` is how many of them there are."""

    name = LineField(80)
    initials = LineField(6)
    position = WholeField(default=0)
    active = YesField()
    capacity = WholeField(default=1, constraints=[Check("capacity between 1 and 100")])


class TypeEquipment(Table):
    """An appointment of this type takes one of these, unless it says otherwise."""

    type = ForeignKeyField(AppointmentType, backref="equipment", index=False, on_delete="RESTRICT")
    equipment = ForeignKeyField(Equipment, backref="types", index=False, on_delete="RESTRICT")

    class Meta:
        primary_key = CompositeKey("type", "equipment")


class AppointmentEquipment(Table):
    """An appointment takes one of these for the time that it occupies.

    ``occupied_from`` and ``occupied_to`` are the appointment's own: a trigger keeps them so.
    """

    appointment = ForeignKeyField(Appointment, backref="equipment", index=False, on_delete="RESTRICT")
    equipment = ForeignKeyField(Equipment, backref="appointments", index=False, on_delete="RESTRICT")
    occupied_from = WholeField(null=True)
    occupied_to = WholeField(null=True)

    class Meta:
        primary_key = CompositeKey("appointment", "equipment")
        constraints = (Check("(occupied_from is null) = (occupied_to is null)"),)
        indexes = ((("equipment", "occupied_from"), False),)
