"""Commands about a day: book, day."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Iterator
from datetime import date
from typing import Any

from ..bootstrap import Clinic, office, opened
from ..domain.called import some_of
from ..domain.moments import clock, day_label, day_of, span
from ..domain.quickline import Reader
from ..domain.rights import Right
from ..domain.states import Status, appointments_told
from ..domain.text import has_other_letters
from ..domain.visit import Answers, Details
from ..errors import NeedsAnswer, Refused
from ..queries.catalogue import catalogue
from ..queries.daysheets import SheetRow, sheet_rows
from ..queries.proposals import Context, Proposal, propose
from ..services import booking
from ..services.paper_words import MODES
from ..services.work import Done
from . import said, terminal


def book(arguments: argparse.Namespace) -> int:
    """``pim-tui book``: asks nothing; what is missing, unclear or taken is told, and nothing is booked."""
    with opened(office()) as clinic:
        try:
            done = _book(
                clinic, " ".join(arguments.line), Answers(same_customer=arguments.yes, past=arguments.yes)
            )
        except Refused as error:
            if arguments.json:
                terminal.say_json(_refusal(error))
            raise
    if arguments.json:
        terminal.say_json({"booked": True, "id": done.ids[0], "days": done.days, "says": done.says})
    else:
        terminal.say(done.says)
    return 0


def _book(clinic: Clinic, line: str, answers: Answers) -> Done:
    names = catalogue()
    reading = Reader(said.names(clinic, names)).read(line)
    proposal = propose(reading, names, _context(clinic))
    details = _complete(proposal, answers)
    command = booking.BookAppointment(details, secrets.token_hex(16), answers)
    try:
        return booking.book(clinic.session, command)
    except NeedsAnswer as error:
        hint = f"{error.hint} --yes books all the same."
        # What else is in the way was not looked at yet: it is told before somebody says yes to the day.
        besides = [f"{clash}." for clash in proposal.clashes] if error.question == "past" else []
        message = " ".join((error.message, *besides))
        raise Refused(message, hint, rule=error.rule, offers=error.offers) from error


def _refusal(error: Refused) -> dict[str, Any]:
    return {
        "booked": False,
        "message": error.message,
        "hint": error.hint,
        "rule": error.rule,
        "offers": error.offers,
    }


def _complete(proposal: Proposal, answers: Answers) -> Details:
    """The details when nothing is open; else :class:`Refused` with everything that is."""
    if proposal.details is not None:
        return proposal.details
    people = "; ".join(f"#{one.number} {one.full}{_born(one.birth_date)}" for one in proposal.people)
    over = [f"{proposal.over}."] if proposal.over else []
    told = [*over, *(ask.message for ask in proposal.asks), *proposal.clashes]
    choices = [choice.label for ask in proposal.asks for choice in ask.choices]
    hint = " ".join(
        part
        for part in (
            f"Name one by number: {people}." if people else "",
            f"Choices: {some_of(choices)}." if choices else "",
            "Nothing was booked.",
        )
        if part
    )
    raise Refused(
        " ".join(told) or "Something is missing.", hint, offers=[start for start, _ in proposal.offers]
    )


def _born(born: date | None) -> str:
    return f" ({born.isoformat()})" if born else ""


def _context(clinic: Clinic) -> Context:
    now, zone = clinic.session.clock(), clinic.session.zone
    return Context(zone, day_of(now, zone), now, order=clinic.settings.date_order)


def day(arguments: argparse.Namespace) -> int:
    """``pim-tui day``: the appointments of a day, by start."""
    with opened(office()) as clinic:
        clinic.session.needs(Right.SEE_CUSTOMER)
        wanted, zone = said.day(arguments.date, clinic, "nearest"), clinic.session.zone
        staff_id = said.staff_id(arguments.staff) if arguments.staff else None
        rows = sheet_rows(wanted, zone, staff_id)
        staff = dict(clinic.book.select("select id, name from staff"))
    if arguments.json:
        found = [_as_json(row, zone, staff) for row in rows]
        terminal.say_json({"day": wanted.isoformat(), "zone": zone, "appointments": found})
        return 0
    terminal.say(f"{day_label(wanted)}: {appointments_told([row.status for row in rows])}")
    if rows:
        terminal.table(_lines(rows, zone, staff), ("Time", "", "With", "Customer", "Purpose", "Where"))
    return 0


def _lines(rows: tuple[SheetRow, ...], zone: str, staff: dict[int, str]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        purpose = " - ".join(part for part in (row.type, row.reason) if part)
        where = row.room if row.mode == "in_person" else MODES[row.mode]
        yield (
            span(row.starts_at, row.ends_at, zone),
            row.status,
            staff[row.staff_id],
            _named(row),
            purpose,
            where,
        )


def _named(row: SheetRow) -> str:
    """Whom it is with; by the number as well where the name cannot be written."""
    listed = row.customer.listed
    return f"#{row.number} {listed}" if terminal.is_plain() and has_other_letters(listed) else listed


def _as_json(row: SheetRow, zone: str, staff: dict[int, str]) -> dict[str, Any]:
    return {
        "id": row.id, "starts": clock(row.starts_at, zone), "ends": clock(row.ends_at, zone),
        "starts_at": row.starts_at, "minutes": row.minutes, "status": Status(row.status).word,
        "mode": row.mode, "staff": staff[row.staff_id], "room": row.room, "type": row.type,
        "reason": row.reason, "note": row.note,
        "customer": {"number": row.number, "name": row.customer.full, "birth_date": row.birth_date},
        "alerts": row.alerts,
    }  # fmt: skip
