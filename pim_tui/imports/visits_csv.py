"""Appointments in tables: the layouts of known programs, and any other by a mapping that is asked.

All are read by one reader; a layout only says which of its columns means what.

- **Google Calendar** (also Outlook's calendar, which has the same columns and some more): Subject, Start
  Date and so on.
- **Calendly**, its event export: one row for each invitee.
- **any other table**: columns are proposed by their names and may be chosen.

Decisions about the whole file, each told as a fact before anything is imported:

- All date columns are of one program: they are read in the one order that they fit, see
  :mod:`..domain.datecolumns`. A date that does not fit is a refused row.
- A time without am or pm is on the 24-hour clock. Times without a zone are the clinic's wall time; what an
  abbreviation of one was read as is told with the row, and one that may mean several is refused.
- Calendly's time zone is the invitee's. When all rows name the same one, the times are read in it; when
  they differ, it says where people live and not whose clock it is: then the times are the clinic's.
- A time that the clocks skip is refused (T3); of one that comes twice the first is taken, with a remark.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..domain.datecolumns import ColumnOrder, DateColumn
from ..domain.dates import Order
from ..domain.moments import Zone
from ..domain.text import tidy
from ..errors import FileProblem
from .abbreviations import meant_by
from .csvfile import CsvFile, Record
from .events import EventRow
from .mapping import ColumnMapping, Facts, Survey, Target, propose
from .rows import RowFile, columns_of
from .visitrows import VisitReader
from .zonenames import zone_called

WHEN, WHOM = "when", "whom"
TARGETS = (
    Target("start", "start", ("start date & time", "starts", "begin", "datetime", "date time", "start at",
                              "starts at", "appointment start", "appointment date time", "beginn", "termin",
                              "début", "inicio", "inizio"), WHEN),
    Target("date", "date", ("start date", "day", "appointment date", "visit date", "date of service",
                            "service date", "scheduled date", "date du rdv", "datum", "beginnt am",
                            "date de début", "fecha", "fecha de comienzo", "fecha de inicio", "data",
                            "data inizio"), WHEN),
    Target("time", "time", ("start time", "begin time", "appointment time", "at", "scheduled time", "uhrzeit",
                            "beginnt um", "heure", "heure du rdv", "heure de début", "début", "hora",
                            "hora de inicio", "comienzo", "ora", "ora inizio", "tijd")),
    Target("end", "end", ("end date & time", "ends", "stop", "until", "finish", "end at", "ends at",
                          "appointment end", "ende", "fin", "fine")),
    Target("end_date", "end date", ("endet am", "date de fin", "fecha de finalización", "data fine")),
    Target("end_time", "end time", ("to", "stop time", "finish time", "endet um", "heure de fin", "fin",
                                    "hora de finalización", "finalización", "ora fine")),
    Target("minutes", "length in minutes", ("duration", "length", "minutes", "duration minutes", "mins",
                                            "duration mins", "duration min", "dauer minuten",
                                            "dauer", "durée", "duración", "durata", "duur")),
    Target("all_day", "all day", ("all day event", "whole day", "ganztägiges ereignis", "ganztägig",
                                  "journée entière", "todo el día")),
    Target("zone", "time zone", ("timezone", "tz", "zone")),
    Target("summary", "title", ("subject", "summary", "event", "event name", "appointment", "betreff",
                                "titel", "objet", "asunto", "oggetto", "onderwerp"), WHOM),
    Target("customer", "customer", ("customer name", "patient", "patient name", "client", "client name",
                                    "name", "full name", "attendee", "kunde", "klient", "patientenname",
                                    "paciente", "cliente", "paziente"), WHOM),
    Target("first", "first name", ("given name", "forename", "customer first name", "patient first name",
                                   "vorname", "prénom", "nombre", "voornaam")),
    Target("last", "last name", ("family name", "surname", "customer last name", "patient last name",
                                 "nachname", "nom", "apellidos", "cognome", "achternaam"), WHOM),
    Target("email", "email", ("e-mail", "email address", "customer email", "patient email", "client email",
                              "mail", "e-mail-adresse", "courriel", "correo electrónico"), WHOM),
    Target("phone", "phone", ("telephone", "mobile", "phone number", "customer phone", "patient phone",
                              "client phone", "customer mobile", "patient mobile", "mobile phone",
                              "mobile number", "telefon", "telefonnummer", "téléphone",
                              "téléphone portable", "portable", "teléfono"), WHOM),
    Target("number", "customer number", ("customer no", "patient number", "patient id", "client id", "mrn",
                                         "customer id", "kundennummer", "patientennummer"), WHOM),
    Target("staff", "staff member", ("staff", "provider", "practitioner", "doctor", "with", "therapist",
                                     "clinician", "user name", "employee", "team member",
                                     "meeting organizer", "organizer", "calendar", "agenda",
                                     "besprechungsplanung", "organisateur d'une réunion", "behandler",
                                     "arzt", "therapeut", "mitarbeiter", "praticien", "médecin", "médico")),
    Target("type", "type", ("appointment type", "visit type", "service", "event type name", "treatment",
                            "category", "categories", "terminart", "leistung", "kategorie", "kategorien",
                            "servicio")),
    Target("status", "status", ("state", "appointment status", "appt status", "outcome", "statut", "estado")),
    Target("canceled", "canceled", ("cancelled", "is canceled", "is cancelled")),
    Target("canceled_at", "canceled on", ("cancelled on", "canceled at", "cancelled at", "canceled date",
                                          "cancelled date", "cancellation date")),
    Target("canceled_by", "canceled by", ("cancelled by",)),
    Target("cancel_reason", "cancel reason", ("cancellation reason", "reason for cancellation")),
    Target("missed", "no-show", ("no show", "marked as no-show", "missed", "dna", "did not arrive",
                                 "did not attend")),
    Target("reason", "reason", ("reason for visit", "purpose", "complaint", "grund", "motif",
                                "motif de consultation", "motivo")),
    Target("note", "note", ("notes", "description", "comment", "comments", "remarks", "bemerkung",
                            "bemerkungen", "beschreibung", "notiz", "remarques", "notas")),
    Target("room", "room", ("resource", "raum", "salle", "sala")),
    Target("mode", "mode", ()),
    Target("location", "location", ("place", "where", "site", "ort", "lieu", "emplacement", "ubicación")),
    Target("link", "link", ("video link", "meeting link", "url", "join url")),
    Target("id", "id", ("appointment id", "event id", "event uuid", "uid", "uuid", "booking id",
                        "appt ref", "appointment ref", "appointment number", "booking reference")),
    Target("part", "id of this invitee", ("invitee uuid", "invitee id")),
    Target("sequence", "how often it was changed"),
)  # fmt: skip
"""What a row of a table of appointments can say."""

_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)|/\d\d(?!\d)")
_DATES = ("start", "date", "end", "end_date")
OTHER = "table"


@dataclass(frozen=True, slots=True)
class Layout:
    """A known layout: the columns that tell it, and target -> column. ``system`` is what its ids go by.

    ``others``: further columns are read by their names, as those of any table.
    """

    title: str
    system: str
    marks: tuple[str, ...]
    columns: Mapping[str, str]
    invitee_zone: bool = False
    others: bool = False


GOOGLE = Layout(
    "Google Calendar", "gcal", ("Subject", "Start Date"),
    {"summary": "Subject", "date": "Start Date", "time": "Start Time", "end_date": "End Date",
     "end_time": "End Time", "all_day": "All Day Event", "note": "Description", "location": "Location"},
    others=True,
)  # fmt: skip
CALENDLY = Layout(
    "Calendly", "calendly", ("Invitee Name", "Event Type Name", "Start Date & Time"),
    {"start": "Start Date & Time", "end": "End Date & Time", "zone": "Invitee Time Zone",
     "customer": "Invitee Name", "first": "Invitee First Name", "last": "Invitee Last Name",
     "email": "Invitee Email", "phone": "Text Reminder Number", "staff": "User Name",
     "type": "Event Type Name", "canceled": "Canceled", "canceled_by": "Canceled By",
     "cancel_reason": "Cancellation reason", "missed": "Marked as No-Show", "reason": "Response 1",
     "note": "Meeting Notes", "location": "Location", "id": "Event UUID", "part": "Invitee UUID"},
    invitee_zone=True,
)  # fmt: skip
OURS = Layout(
    "appointments exported by pim_tui", "ics", ("uid", "sequence", "start", "customer_number"),
    {name: name for name in ("start", "minutes", "zone", "customer", "staff", "type", "status", "canceled_by",
                             "cancel_reason", "reason", "note", "room", "mode", "sequence")}
    | {"number": "customer_number", "id": "uid"},
)  # fmt: skip
"""Its ids are those of the calendars that go out beside it."""
LAYOUTS = (OURS, CALENDLY, GOOGLE)
"""The known layouts, in the order in which they are tried."""


class VisitFile(RowFile[EventRow]):
    """An open table of appointments. ``system`` is the layout's name for ids. Use ``with``."""

    def __init__(self, csv: CsvFile, mapping: ColumnMapping, system: str, reader: VisitReader) -> None:
        super().__init__(csv, reader.row, mapping.places())
        self.mapping, self.system = mapping, system


def survey_visits(path: Path, zone: Zone, order: Order, choices: Mapping[str, str]) -> Survey:
    """What the table at ``path`` is taken for; ``zone`` and ``order`` are the clinic's.

    Raises :class:`FileProblem`, and :class:`UsageError` for a choice that cannot be.
    """
    with CsvFile(path) as csv:
        layout, mapping = _mapped(csv, choices)
    mapping, _, _ = _looked_through(path, mapping, layout, zone, order)
    lacking = tuple(f"choose a column for {title}" for title in mapping.lacking())
    return Survey("appointments", mapping.layout, mapping, mapping.facts.told, lacking)


def open_visits(path: Path, zone: Zone, order: Order, choices: Mapping[str, str]) -> VisitFile:
    """The table at ``path``, read by its layout and ``choices``; raises as :func:`survey_visits`.

    A :class:`FileProblem` names what has no column and cannot be left out.
    """
    with CsvFile(path) as csv:
        layout, mapping = _mapped(csv, choices)
        if lacking := mapping.lacking():
            raise _unmapped(csv, lacking)
    mapping, dates, read_zone = _looked_through(path, mapping, layout, zone, order)
    reader = VisitReader(dates.order, read_zone, row_zones=not (layout and layout.invitee_zone))
    return VisitFile(CsvFile(path), mapping, layout.system if layout else _system(mapping), reader)


def _system(mapping: ColumnMapping) -> str:
    """Whose ids a table of no known layout carries: two programs that count from 1 have other columns."""
    header = "\x1f".join(column.column for column in mapping.columns)
    return f"{OTHER} {hashlib.sha256(header.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _mapped(csv: CsvFile, choices: Mapping[str, str]) -> tuple[Layout | None, ColumnMapping]:
    present = columns_of(csv.header)
    layout = next((one for one in LAYOUTS if all(mark.casefold() in present for mark in one.marks)), None)
    first = next((record for record in csv.records() if isinstance(record, Record)), None)
    example = first.cells if first else ()
    if layout is None:
        found = propose("a table of appointments", csv.header, TARGETS, example)
        return None, _whole_times(found).with_choices(choices)
    bare = propose(layout.title, csv.header, TARGETS if layout.others else (), example)
    known = {key: name for key, name in layout.columns.items() if name.casefold() in present}
    return layout, replace(bare, targets=TARGETS).with_choices({**known, **choices})


def _whole_times(found: ColumnMapping) -> ColumnMapping:
    """A table without a date whose times have their day in them: ``Start Time: 3/25/2026 10:00``."""
    place = found.place_of("time")
    dated = any(found.place_of(key) is not None for key in ("start", "date"))
    if dated or place is None or not _YEAR.search(found.columns[place].example):
        return found
    whole = {"time": "start", "end_time": "end"}
    columns = tuple(replace(one, target=whole.get(one.target, one.target)) for one in found.columns)
    return replace(found, columns=columns)


def _looked_through(
    path: Path, mapping: ColumnMapping, layout: Layout | None, zone: Zone, order: Order
) -> tuple[ColumnMapping, ColumnOrder, Zone]:
    """The mapping with what the whole file tells: the order of its dates, and the zone of its times."""
    places = mapping.places()
    date_places = [places[key] for key in _DATES if key in places]
    zone_place = places.get("zone") if layout and layout.invitee_zone else None
    column, zones = DateColumn(), set[str]()
    with CsvFile(path) as csv:
        for record in csv.records():
            if isinstance(record, Record):
                for place in date_places:
                    column.see(record.cells[place])
                if zone_place is not None and len(zones) < 2:
                    zones.add(record.cells[zone_place].strip())
    dates = column.order(order)
    named = next(iter(zones)) if len(zones) == 1 else ""
    theirs = zone_called(named, zone) if len(meant_by(named, zone)) < 2 else None
    told = (*csv.facts, ("dates", dates.told()), ("times", _told(theirs, named, len(zones), zone)))
    return replace(mapping, facts=Facts(told)), dates, theirs or zone


def _told(theirs: Zone | None, named: str, zones: int, zone: Zone) -> str:
    if theirs:
        return f"in {theirs}, the one zone that is named"
    if named:
        return f"in the clinic's zone, {zone}: which zone “{tidy(named, limit=30)}” is cannot be told"
    if zones > 1:
        return f"in the clinic's zone, {zone}: the zones named are the invitees'"
    return f"in the clinic's zone, {zone}, unless a row names another"


def _unmapped(csv: CsvFile, lacking: tuple[str, ...]) -> FileProblem:
    names = ", ".join(tidy(column, limit=30) for column in csv.header[:8])
    return FileProblem(
        f"{csv.name}: no column is known for {'; '.join(lacking)}. Its columns are: {names}"
        f"{' ...' if len(csv.header) > 8 else ''}.",
        "Say which column it is, as in --map start=Begin.",
    )
