"""Handing records out: appointments, customers, and any list as it is shown; read a chunk at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from ..domain.handout import CustomersWanted, PersonOut, VisitOut, VisitsWanted
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.states import Status
from ..errors import FileProblem, Refused
from ..exports import ical, jsonlines, people, vcard
from ..exports import visits as visit_rows
from ..exports.instants import basic
from ..exports.outfile import OutFile
from ..lists import handout
from ..lists.known import KNOWN
from ..lists.spec import AFTER, Chosen, ListSpec, Scope, tabulated, values
from ..queries import exporting as book
from ..queries.customers import AppointmentRow
from ..queries.exporting_people import customer_ids, customers, most_entries
from ..queries.files import photo_data
from ..queries.gate import for_reader, may
from ..queries.page import Page
from .leaving import (
    LIST_KINDS,
    Counting,
    Exported,
    Form,
    Leaving,
    Progress,
    hand_out,
    require_few,
    require_kind,
    told_of,
    write_csv,
    write_paper,
)
from .stepup import FEW, stepped_up_for

VISIT_KINDS = {"csv": "CSV table", "jsonl": "JSON Lines", "ics": "iCalendar", "pdf": "PDF", "txt": "text"}
CUSTOMER_KINDS = {"csv": "CSV table", "jsonl": "JSON Lines", "vcf": "vCard", "pdf": "PDF", "txt": "text"}
"""What each can be written as: the ending of the file, and what people call it."""


_COUNTED = frozenset(("appointments", "notes", "documents", "payments", "refunds", "payers"))
"""Lists whose keys are what people call their rows."""
LIST_ROWS = 20_000
"""A list longer than this is not held in memory to be written."""


def kinds_of(spec: ListSpec[Any]) -> dict[str, str]:
    """What a list can be written as: appointments make a calendar, too."""
    return VISIT_KINDS if spec.row is AppointmentRow else LIST_KINDS


@dataclass(frozen=True, slots=True)
class ExportAppointments:
    """Hand out appointments. ``narrowed`` says in words what they were narrowed by, for papers."""

    wanted: VisitsWanted
    form: Form
    narrowed: str = ""
    request: str = ""
    pin: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ExportCustomers:
    """Hand out customers."""

    wanted: CustomersWanted
    form: Form
    request: str = ""
    pin: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ExportList:
    """Hand out a list as it is filtered, all its rows and columns; ``about`` says whose it is."""

    spec: ListSpec[Any]
    scope: Scope
    chosen: Chosen
    form: Form
    about: str = ""
    request: str = ""
    pin: str = field(default="", repr=False)


@for_reader
def export_appointments(
    session: Session,
    command: ExportAppointments,
    *,
    progress: Progress = lambda done, total: None,
    stop: Callable[[], bool] = lambda: False,
    out: BinaryIO | None = None,
) -> Exported:
    """Write the appointments wanted; ``out`` is the pipe.

    A calendar holds a series as a series where all of it is wanted, else its visits one by one. Raises
    :class:`UsageError` for a kind there is not, :class:`FileProblem` when the file cannot be written or
    is there already, :class:`Refused` when it was stopped: then nothing is there. More people than a few
    need a right of their own and the PIN, see :func:`~.stepup.stepped_up_for`.
    """
    session.needs(Right.EXPORT)
    session.needs(Right.SEE_APPOINTMENT)
    require_kind(command.form.kind, VISIT_KINDS)
    stepped_up_for(session, book.people_among(command.wanted, FEW + 1), command.pin)
    count = Counting(book.count_visits(command.wanted), progress, stop)
    what = Leaving(command.form, "appointment", told_of(command.wanted), command.request)
    return hand_out(session, what, lambda file: _write_visits(session, command, file, count), count, out)


@for_reader
def export_customers(
    session: Session,
    command: ExportCustomers,
    *,
    progress: Progress = lambda done, total: None,
    stop: Callable[[], bool] = lambda: False,
    out: BinaryIO | None = None,
) -> Exported:
    """Write the customers wanted, without notes for whoever may not read those; raises and stops as
    :func:`export_appointments`."""
    session.needs(Right.EXPORT)
    session.needs(Right.SEE_CUSTOMER)
    require_kind(command.form.kind, CUSTOMER_KINDS)
    ids = customer_ids(command.wanted)
    stepped_up_for(session, len(ids), command.pin)
    count = Counting(len(ids), progress, stop)
    what = Leaving(command.form, "customer", told_of(command.wanted), command.request)
    return hand_out(session, what, lambda file: _write_people(session, command, ids, file, count), count, out)


@for_reader
def export_list(session: Session, command: ExportList, *, out: BinaryIO | None = None) -> Exported:
    """Write what a list shows: every row its filter lets through, every column; raises as the others do."""
    session.needs(Right.EXPORT)
    spec, form = command.spec, command.form
    if spec.right is not None:
        session.needs(spec.right)
    require_kind(form.kind, kinds_of(spec))
    pages = _pages(command)
    stepped_up_for(session, _people(pages), command.pin)
    if form.kind == "ics":
        return export_appointments(session, _as_appointments(command, pages), out=out)
    count = Counting(pages[0].total)
    # Not the words that were searched for: they may be somebody's name.
    chosen = {key: value for key, value in command.chosen.items() if key != "text"}
    after = {"list": spec.key, "customer": command.scope.customer_id, "chosen": repr(chosen)}
    kind = spec.key.removesuffix("s")
    what = Leaving(form, kind, after, command.request, kind if spec.key in _COUNTED else "row")
    return hand_out(session, what, lambda file: _write_list(session, command, pages, file, count), count, out)


# --- appointments ----------------------------------------------------------------------------------


def _write_visits(session: Session, command: ExportAppointments, file: OutFile, count: Counting) -> str:
    wanted, form, key = command.wanted, command.form, book.clinic_key()
    rows = count.each(book.visits(wanted, session.zone), _is_canceled)
    match form.kind:
        case "csv":
            write_csv(file, form, visit_rows.COLUMNS, visit_rows.rows(rows, key))
        case "jsonl":
            cells = visit_rows.rows(rows, key)
            jsonlines.write(file.text, jsonlines.documents(visit_rows.COLUMNS, cells))
        case "ics":
            _write_calendar(session, command, file, count, key)
        case _:
            require_few(count.total)
            table = tabulated("Appointments", handout.VISITS, rows, session.zone)
            return write_paper(session, form, table, file, narrowed=command.narrowed)
    return ""


def _is_canceled(visit: VisitOut) -> bool:
    return visit.status == Status.CANCELED


def _write_calendar(
    session: Session, command: ExportAppointments, file: OutFile, count: Counting, key: str
) -> None:
    """Series first, where they go out as such; then every visit that is in none of them."""
    wanted, stamp = command.wanted, basic(session.clock())
    whole = not wanted.cuts_series
    file.text.writelines(
        ical.opening(command.form.paper.clinic.name, book.zones_of_series(wanted) if whole else ())
    )
    if whole:
        file.text.writelines(ical.series(one, stamp) for one in count.each(book.series(wanted)))
    chunks = book.visits(wanted, session.zone, besides_series=whole)
    visits: Iterator[VisitOut] = count.each(chunks, _is_canceled)
    file.text.writelines(ical.event(visit, stamp, key) for visit in visits)
    file.text.write(ical.closing())


# --- customers -------------------------------------------------------------------------------------


def _write_people(
    session: Session, command: ExportCustomers, ids: Sequence[int], file: OutFile, count: Counting
) -> str:
    form = command.form
    persons: Iterator[PersonOut] = count.each(customers(ids, notes=may(session, Right.SEE_NOTE)))
    match form.kind:
        case "csv":
            most, key = most_entries(), book.clinic_key()
            write_csv(file, form, people.columns(*most), people.rows(persons, *most, key))
        case "jsonl":
            jsonlines.write(file.text, people.documents(persons))
        case "vcf":
            return _write_cards(session, file, persons)
        case _:
            require_few(count.total)
            lines = map(handout.line_of, persons)
            table = tabulated("Customers", handout.PEOPLE, lines, session.zone)
            return write_paper(session, form, table, file)
    return ""


def _write_cards(session: Session, file: OutFile, persons: Iterator[PersonOut]) -> str:
    """The cards, with their photos; a photo that is missing or damaged is told of and left out."""
    key, stamp, lost = book.clinic_key(), basic(session.clock()), 0
    for person in persons:
        photo = b""
        if person.photo:
            try:
                photo = photo_data(person.photo)
            except FileProblem:
                lost += 1
        file.text.write(vcard.card(person, stamp, key, photo))
    return f"Photos that are missing or damaged: {lost}; run pim-tui check." if lost else ""


# --- lists -----------------------------------------------------------------------------------------


def _pages(command: ExportList) -> list[Page[Any]]:
    """Everything the filter lets through, in two steps, so that what is too long is refused by the first."""
    spec, scope, chosen = command.spec, command.scope, command.chosen
    first = spec.query(scope, chosen, spec.page_size, 0)
    if first.total > LIST_ROWS:
        raise Refused(
            f"{first.total:,} rows are more than the {LIST_ROWS:,} that leave from a screen.",
            "Narrow the list by dates, or use pim-tui export.",
        )
    left = first.total - len(first.rows)
    if not left:
        return [first]
    return [first, spec.query(scope, {**chosen, AFTER: first.rows[-1].id}, left, len(first.rows))]


def _as_appointments(command: ExportList, pages: list[Page[Any]]) -> ExportAppointments:
    """The list as a calendar: with nothing filtered the customer's series stay whole.

    A list that is made for one question, such as the number of a report, is a part as well.
    """
    part = command.chosen or command.spec.key not in KNOWN
    ids = tuple(row.id for page in pages for row in page.rows) if part else None
    wanted = VisitsWanted(ids=ids, customer_id=command.scope.customer_id)
    return ExportAppointments(wanted, command.form, request=command.request, pin=command.pin)


def _people(pages: list[Page[Any]]) -> int:
    """How many customers a list tells something about."""
    named = (
        getattr(row, "customer_id", None) or getattr(row, "customer", None)
        for page in pages
        for row in page.rows
    )
    return len(set(filter(None, named)))


def _write_list(
    session: Session, command: ExportList, pages: list[Page[Any]], file: OutFile, count: Counting
) -> str:
    spec, form, zone = command.spec, command.form, session.zone
    rows = count.each(list(page.rows) for page in pages)
    keys = [column.attribute for column in spec.columns]
    if form.kind in ("csv", "jsonl"):
        cells = (values(row, spec.columns, zone) for row in rows)
        if form.kind == "csv":
            write_csv(file, form, keys, cells)
        else:
            jsonlines.write(file.text, jsonlines.documents(keys, cells))
        return ""
    table = tabulated(spec.title, spec.columns, rows, zone, spec.sums(pages[0], zone))
    return write_paper(session, form, table, file, about=command.about)
