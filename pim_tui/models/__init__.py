"""Peewee tables, grouped by what changes together."""

from __future__ import annotations

from .base import Table, database
from .calendar import Appointment, AppointmentType, Room
from .journal import Journal, JournalValues, Outbox
from .people import (
    Alert,
    Clinic,
    Consent,
    Customer,
    Email,
    ExternalId,
    FormerName,
    Note,
    Phone,
    SearchDigits,
    SearchSound,
    SearchWord,
    Staff,
    WorkingHours,
)

TABLES: tuple[type[Table], ...] = (
    Clinic, Staff, WorkingHours, Customer, FormerName, Phone, Email, ExternalId, Consent, Alert, Note,
    SearchWord, SearchDigits, SearchSound, AppointmentType, Room, Appointment, Journal, JournalValues, Outbox,
)  # fmt: skip

__all__ = [
    "TABLES", "Alert", "Appointment", "AppointmentType", "Clinic", "Consent", "Customer", "Email",
    "ExternalId", "FormerName", "Journal", "JournalValues", "Note", "Outbox", "Phone", "Room",
    "SearchDigits", "SearchSound", "SearchWord", "Staff", "Table", "WorkingHours", "database",
]  # fmt: skip
