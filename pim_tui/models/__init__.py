"""Peewee tables, grouped by what changes together.

The calendar is read without them, so each group loads when one of its tables is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .base import Table, database

if TYPE_CHECKING:
    from .calendar import Appointment, AppointmentType, Room
    from .catalogue import Product
    from .files import Attachment, StoredFile
    from .intake import ImportRow, ImportRun
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
    from .series import OutsideEvent, Series, SeriesDate, SeriesVisit

    TABLES: tuple[type[Table], ...]

_GROUPS = {
    "people": (
        "Clinic", "Staff", "WorkingHours", "Customer", "FormerName", "Phone", "Email", "ExternalId",
        "Consent", "Alert", "Note", "SearchWord", "SearchDigits", "SearchSound",
    ),
    "calendar": ("AppointmentType", "Room", "Appointment"),
    "journal": ("Journal", "JournalValues", "Outbox"),
    "series": ("Series", "SeriesDate", "SeriesVisit", "OutsideEvent"),
    "catalogue": ("Product",),
    "files": ("StoredFile", "Attachment"),
    "intake": ("ImportRun", "ImportRow"),
}  # fmt: skip
"""Every table by the module that holds it, what is referred to before what refers to it."""

__all__ = [
    "TABLES", "Alert", "Appointment", "AppointmentType", "Attachment", "Clinic", "Consent", "Customer",
    "Email", "ExternalId", "FormerName", "ImportRow", "ImportRun", "Journal", "JournalValues", "Note",
    "Outbox", "OutsideEvent", "Phone", "Product", "Room", "SearchDigits", "SearchSound", "SearchWord",
    "Series", "SeriesDate", "SeriesVisit", "Staff", "StoredFile", "Table", "WorkingHours", "database",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """A table, or ``TABLES``: all of them in the order in which they can be made (PEP 562)."""
    if name == "TABLES":
        return tuple(__getattr__(table) for group in _GROUPS.values() for table in group)
    for group, tables in _GROUPS.items():
        if name in tables:
            return getattr(import_module(f".{group}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
