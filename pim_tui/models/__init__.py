"""Peewee tables, grouped by what changes together.

The calendar is read without them, so each group loads when one of its tables is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .base import Table, database

if TYPE_CHECKING:
    from .bills import (
        Allocation,
        BillLine,
        DraftBill,
        Entry,
        LineTax,
        NumberSeries,
        PaymentPart,
        Posting,
    )
    from .calendar import Appointment, AppointmentType, Room
    from .catalogue import Lot, Product, Tax, TaxClass
    from .drawer import DayClose, Drawer, DrawerMove
    from .files import Attachment, StoredFile
    from .intake import ImportRow, ImportRun
    from .journal import Journal, JournalHead, JournalValues
    from .loans import Loan, LoanEvent
    from .merging import CustomerMerge, Erasure, MergedRow
    from .outbox import MessageTemplate, Outbox
    from .outside import (
        BlockedTime,
        Booking,
        CalendarItem,
        InboundText,
        Meeting,
        Service,
        Upload,
    )
    from .papers import Paper, PaperPrint
    from .payers import Coverage, Payer
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
    from .resources import AppointmentEquipment, Equipment, TypeEquipment
    from .returns import ReturnLine, ReturnRequest
    from .series import OutsideEvent, Series, SeriesDate, SeriesVisit
    from .stock import StockMovement
    from .trust import BreakGlass, DeskSession, Role, RoleRight, SignInWait, StaffPin
    from .waiting import Hold, WaitingEntry, WaitingOffer
    from .worktime import Holiday, Leave, SpecialHours

    TABLES: tuple[type[Table], ...]

_GROUPS = {
    "people": (
        "Clinic", "Staff", "WorkingHours", "Customer", "FormerName", "Phone", "Email", "ExternalId",
        "Consent", "Alert", "Note", "SearchWord", "SearchDigits", "SearchSound",
    ),
    "calendar": ("AppointmentType", "Room", "Appointment"),
    "journal": ("Journal", "JournalValues", "JournalHead"),
    "outbox": ("MessageTemplate", "Outbox"),
    "series": ("Series", "SeriesDate", "SeriesVisit", "OutsideEvent"),
    "catalogue": ("TaxClass", "Tax", "Product", "Lot"),
    "files": ("StoredFile", "Attachment"),
    "intake": ("ImportRun", "ImportRow"),
    "payers": ("Payer", "Coverage"),
    "drawer": ("Drawer", "DrawerMove", "DayClose"),
    "bills": (
        "NumberSeries", "Posting", "BillLine", "LineTax", "PaymentPart", "Entry", "Allocation", "DraftBill",
    ),
    "stock": ("StockMovement",),
    "returns": ("ReturnRequest", "ReturnLine"),
    "loans": ("Loan", "LoanEvent"),
    "papers": ("Paper", "PaperPrint"),
    "merging": ("CustomerMerge", "MergedRow", "Erasure"),
    "resources": ("Equipment", "TypeEquipment", "AppointmentEquipment"),
    "worktime": ("Leave", "SpecialHours", "Holiday"),
    "waiting": ("WaitingEntry", "WaitingOffer", "Hold"),
    "outside": (
        "Service", "Meeting", "Booking", "InboundText", "CalendarItem", "BlockedTime", "Upload",
    ),
    "trust": ("Role", "RoleRight", "StaffPin", "SignInWait", "DeskSession", "BreakGlass"),
}  # fmt: skip
"""Every table by the module that holds it, what is referred to before what refers to it."""

__all__ = [
    "TABLES", "Alert", "Allocation", "Appointment", "AppointmentEquipment", "AppointmentType", "Attachment",
    "BillLine", "BlockedTime", "Booking", "BreakGlass", "CalendarItem", "Clinic", "Consent", "Coverage",
    "Customer", "CustomerMerge", "DayClose", "DeskSession", "DraftBill", "Drawer", "DrawerMove", "Email",
    "Entry", "Equipment", "Erasure", "ExternalId", "FormerName", "Hold", "Holiday", "ImportRow", "ImportRun",
    "InboundText", "Journal", "JournalHead", "JournalValues", "Leave", "LineTax", "Loan", "LoanEvent", "Lot",
    "Meeting", "MergedRow", "MessageTemplate", "Note", "NumberSeries", "Outbox", "OutsideEvent", "Paper",
    "PaperPrint", "Payer", "PaymentPart", "Phone", "Posting", "Product", "ReturnLine", "ReturnRequest",
    "Role", "RoleRight", "Room", "SearchDigits", "SearchSound", "SearchWord", "Series", "SeriesDate",
    "SeriesVisit", "Service", "SignInWait", "SpecialHours", "Staff", "StaffPin", "StockMovement",
    "StoredFile", "Table", "Tax", "TaxClass", "TypeEquipment", "Upload", "WaitingEntry", "WaitingOffer",
    "WorkingHours", "database",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """A table, or ``TABLES``: all of them in the order in which they can be made (PEP 562)."""
    if name == "TABLES":
        return tuple(__getattr__(table) for group in _GROUPS.values() for table in group)
    for group, tables in _GROUPS.items():
        if name in tables:
            return getattr(import_module(f".{group}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
