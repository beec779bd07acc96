"""A customer's whole record, put together from the book."""

from __future__ import annotations

from ..documents.blocks import Letterhead
from ..documents.grid import firm, free
from ..documents.part import Part
from ..documents.record import Note, Record, RecordBill, bills
from ..domain.customer import given_ids
from ..domain.dues import status
from ..domain.moments import day_label, day_of, moment_label, short_day
from ..domain.people import age
from ..domain.phones import display
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.states import Status
from ..queries import bill_papers, customers, files, notes
from ..queries.customers import AppointmentRow
from ..queries.gate import may
from .wanted import Made, RecordPaper

_MOST = 100_000
"""Rows of one kind; nobody has more."""
_SEXES = {"F": "female", "M": "male", "X": "other", "": ""}


def record_paper(session: Session, wanted: RecordPaper, clinic: Letterhead) -> Made:
    """Everything the book has of a customer; of notes that one may not read, only that they are there."""
    session.needs(Right.PRINT)
    session.needs(Right.SEE_CUSTOMER)
    session.needs(Right.SEE_BILL)
    session.needs(Right.SEE_APPOINTMENT)
    found = customers.record(wanted.customer_id)
    name = found.customer.name.full
    parts = (_appointments(found.id), _bills(session, found.id), _documents(session, found.id))
    record = Record(
        clinic, name, str(found.number), moment_label(session.clock(), session.zone), session.zone,
        _identity(session, found), _contacts(found), found.customer.alerts, parts, _notes(session, found.id),
    )  # fmt: skip
    return Made(record, f"The record of {name}", "record", found.id)


def _identity(session: Session, found: customers.Record) -> tuple[tuple[str, str], ...]:
    who = found.customer
    born = ""
    if who.birth_date:
        years = age(who.birth_date, who.death_date or day_of(session.clock(), session.zone))
        born = f"{short_day(who.birth_date)} ({years} y)"
    told = (
        ("Born", born),
        ("Sex", _SEXES.get(who.sex, who.sex)),
        ("Died", short_day(who.death_date) if who.death_date else ""),
        *(("Formerly", name) for name in who.former_names),
        *given_ids(who.external_ids),
    )
    return tuple((label, value) for label, value in told if value)


def _contacts(found: customers.Record) -> tuple[tuple[str, str], ...]:
    who = found.customer
    told = [
        *((label.capitalize() or "Phone", display(number)) for label, number in who.phones),
        *((label.capitalize() or "Email", address) for label, address in who.emails),
        ("Address", ", ".join(customers.address_lines(who))),
        *((f"Consent, {one.channel}", one.answer) for one in who.consents),
    ]
    return tuple((label, value) for label, value in told if value)


def _appointments(customer_id: int) -> Part:
    rows = customers.appointments_of(customer_id, limit=_MOST).rows
    columns = firm("Day"), firm("Time"), firm("Status"), free("With"), free("What"), free("Note")
    return Part("Appointments", columns, tuple(map(_appointment, rows)))


def _appointment(row: AppointmentRow) -> tuple[str, ...]:
    what = " - ".join(filter(None, (row.type_name, row.reason)))
    note = " · ".join(filter(None, (row.cancel_reason, row.note)))
    return day_label(row.day), row.wall, Status(row.status).word, row.staff, what, note


def _bills(session: Session, customer_id: int) -> Part:
    return bills(tuple(map(_bill, bill_papers.bills_of(customer_id))), session.currency)


def _bill(one: bill_papers.CustomerBill) -> RecordBill:
    paid = status(one.share, one.left, voided=one.voided, returned=one.credited)
    return RecordBill(short_day(one.day), one.code, one.kind.word, paid.word, one.total, one.left)


def _documents(session: Session, customer_id: int) -> Part:
    rows = files.documents_of(customer_id, limit=_MOST, zone=session.zone).rows
    columns = free("Name"), free("Kind"), firm("Added"), free("By")
    return Part(
        "Documents",
        columns,
        tuple((row.name, row.kind, moment_label(row.added_at, session.zone), row.added_by) for row in rows),
    )


def _notes(session: Session, customer_id: int) -> tuple[Note, ...]:
    if not may(session, Right.SEE_NOTE, customer_id):
        return (Note("Notes are left out", "Whoever had this printed may not read them."),)
    rows = notes.notes_of(customer_id, limit=_MOST, zone=session.zone).rows
    return tuple(
        Note(f"{moment_label(row.written_at, session.zone)}, {row.author}", row.text) for row in rows
    )
