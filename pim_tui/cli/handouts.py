"""Commands that hand records out: export appointments, export customers."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, cast

from ..bootstrap import Clinic, office, opened
from ..domain.dates import Order, explain, read_day
from ..domain.handout import CustomersWanted, VisitsWanted
from ..domain.moments import day_of, short_day
from ..domain.rights import Right
from ..domain.states import Status
from ..errors import NotFound, Refused, UsageError
from ..exports.outfile import PIPE, fresh
from ..paths import private_folder
from ..queries import exporting as book
from ..queries.search import find
from ..services.daysheet import stationery
from ..services.exporting import (
    CUSTOMER_KINDS,
    VISIT_KINDS,
    ExportAppointments,
    ExportCustomers,
    export_appointments,
    export_customers,
)
from ..services.leaving import Exported, Form
from . import terminal
from .imports import stopping
from .staff import one_called

_SHOWN = 5


def appointments(arguments: argparse.Namespace) -> int:
    """``pim-tui export appointments``."""
    kind = _kind(arguments, VISIT_KINDS)
    with opened(office()) as clinic:
        clinic.session.needs(Right.EXPORT)
        wanted = _wanted(arguments, clinic)
        form = _form(arguments, clinic, kind, "appointments")
        command = ExportAppointments(wanted, form, _narrowed(arguments, wanted), secrets.token_hex(16))
        return _hand_out(arguments, lambda **options: export_appointments(clinic.session, command, **options))


def customers(arguments: argparse.Namespace) -> int:
    """``pim-tui export customers``."""
    kind = _kind(arguments, CUSTOMER_KINDS)
    with opened(office()) as clinic:
        form = _form(arguments, clinic, kind, "customers")
        command = ExportCustomers(CustomersWanted(active=not arguments.all), form, secrets.token_hex(16))
        return _hand_out(arguments, lambda **options: export_customers(clinic.session, command, **options))


def _hand_out(arguments: argparse.Namespace, act: Callable[..., Exported]) -> int:
    """Carry it out with progress; Ctrl+C stops it and leaves nothing behind."""
    progress = terminal.Progress("Written")
    try:
        with stopping() as stop:
            done = act(progress=progress, stop=stop, out=sys.stdout.buffer)
    finally:
        progress.end()
    if arguments.json:
        terminal.say_json({"file": done.file, "rows": done.rows, "sha256": done.sha256, "says": done.says})
    elif done.file != PIPE:
        terminal.say(done.says)
    return 0


# --- how and where to ------------------------------------------------------------------------------


def _kind(arguments: argparse.Namespace, kinds: dict[str, str]) -> str:
    """What it is written as: what is said, else what the file's name ends in, else CSV."""
    if arguments.json and arguments.to == PIPE:
        raise UsageError(
            "--json would end up among what is exported.", "Write to a file, or leave out --json."
        )
    ending = Path(arguments.to or "").suffix.lower().removeprefix(".")
    kind = arguments.format or (ending if arguments.to and arguments.to != PIPE else "csv")
    if kind not in kinds:
        said = f"A name that ends in .{kind}" if kind else "A name without an ending"
        raise UsageError(f"{said} does not say what to write.", f"Add --format {'|'.join(kinds)}.")
    return str(kind)


def _form(arguments: argparse.Namespace, clinic: Clinic, kind: str, name: str) -> Form:
    today = day_of(clinic.session.clock(), clinic.session.zone).isoformat()
    to = arguments.to or str(fresh(private_folder(clinic.places.outbox), f"{name}-{today}", kind))
    return Form(kind, to, stationery(clinic.settings), arguments.force)


# --- which appointments ----------------------------------------------------------------------------


def _wanted(arguments: argparse.Namespace, clinic: Clinic) -> VisitsWanted:
    first, last = _day(arguments.since, clinic), _day(arguments.until, clinic)
    if first and last and last < first:
        raise UsageError(
            f"--until {short_day(last)} is before --from {short_day(first)}.", "Turn them round."
        )
    staff, types = book.staff_names(), book.type_names()
    return VisitsWanted(
        customer_id=_customer(arguments.customer, clinic) if arguments.customer else None,
        staff_ids=(one_called(arguments.staff, staff, "Nobody on the staff"),) if arguments.staff else (),
        type_ids=(one_called(arguments.type, types, "No type", "types"),) if arguments.type else (),
        statuses=_statuses(arguments.status) if arguments.status else (),
        first=first,
        last=last,
    )


def _day(text: str | None, clinic: Clinic) -> date | None:
    if text is None:
        return None
    today = day_of(clinic.session.clock(), clinic.session.zone)
    found = read_day(text, today, cast(Order, clinic.settings.date_order), prefer="nearest")
    if found is None:
        raise UsageError(explain(text))
    return found


def _customer(text: str, clinic: Clinic) -> int:
    """The customer with that number, or the one who is found by the name."""
    number = text.removeprefix("#")
    if number.isascii() and number.isdigit():
        id_ = book.customer_numbered(int(number))
        if id_ is None:
            raise NotFound(f"There is no customer number {number}.", "Look with pim-tui find.")
        return id_
    today = day_of(clinic.session.clock(), clinic.session.zone)
    found = find(text, today=today, limit=_SHOWN + 1, order=cast(Order, clinic.settings.date_order))
    if not found:
        raise NotFound(f"Nobody is found by {text}.", "Give the customer's number; see pim-tui find.")
    if len(found) > 1:
        several = "; ".join(f"#{one.number} {one.full}" for one in found[:_SHOWN])
        raise Refused(f"{text} could be several people.", f"Name one by number: {several}.")
    return found[0].id


def _statuses(text: str) -> tuple[str, ...]:
    """Letters or words, separated by commas."""
    known = {one.value: one.value for one in Status} | {one.word.upper(): one.value for one in Status}
    said = [part.strip() for part in text.split(",") if part.strip()]
    if unknown := [part for part in said if part.upper() not in known]:
        choices = ", ".join(f"{one.value} ({one.word.lower()})" for one in Status)
        raise UsageError(f"{unknown[0]} is not a status.", f"Choose from {choices}; several with commas.")
    return tuple(dict.fromkeys(known[part.upper()] for part in said))


def _narrowed(arguments: argparse.Namespace, wanted: VisitsWanted) -> str:
    """What they were narrowed by, for a paper."""
    told: dict[str, Any] = {
        "Customer": arguments.customer, "Staff": arguments.staff, "Type": arguments.type,
        "From": wanted.first and short_day(wanted.first), "Until": wanted.last and short_day(wanted.last),
        "Status": ", ".join(Status(letter).word for letter in wanted.statuses),
    }  # fmt: skip
    return " · ".join(f"{title}: {value}" for title, value in told.items() if value)
