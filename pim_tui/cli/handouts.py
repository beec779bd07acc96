"""Commands that hand records out: export appointments, export customers."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ..bootstrap import Clinic, office, opened
from ..domain.called import one_called
from ..domain.dates import Prefer
from ..domain.handout import CustomersWanted, VisitsWanted
from ..domain.moments import day_of, short_day
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.states import Status
from ..errors import UsageError
from ..exports.outfile import PIPE, fresh
from ..paths import private_folder
from ..queries import exporting as book
from ..services.exporting import (
    CUSTOMER_KINDS,
    VISIT_KINDS,
    ExportAppointments,
    ExportCustomers,
    export_appointments,
    export_customers,
)
from ..services.leaving import Exported, Form
from ..services.printing import stationery
from . import said, terminal
from .imports import stopping
from .ownpin import with_pin


def appointments(arguments: argparse.Namespace) -> int:
    """``pim-tui export appointments``."""
    kind = kind_of(arguments, VISIT_KINDS)
    with opened(office()) as clinic:
        clinic.session.needs(Right.EXPORT)
        wanted = _wanted(arguments, clinic)
        form = form_of(arguments, clinic, kind, "appointments")
        command = ExportAppointments(wanted, form, _narrowed(arguments, wanted), secrets.token_hex(16))
        return carry_out(arguments, clinic.session, export_appointments, command)


def customers(arguments: argparse.Namespace) -> int:
    """``pim-tui export customers``."""
    kind = kind_of(arguments, CUSTOMER_KINDS)
    with opened(office()) as clinic:
        form = form_of(arguments, clinic, kind, "customers")
        command = ExportCustomers(CustomersWanted(active=not arguments.all), form, secrets.token_hex(16))
        return carry_out(arguments, clinic.session, export_customers, command)


def carry_out(
    arguments: argparse.Namespace, session: Session, service: Callable[..., Exported], command: Any
) -> int:
    """Carry it out with progress, with the own PIN where that is asked for; Ctrl+C stops it and leaves
    nothing behind."""
    progress = terminal.Progress("Written")

    def act(command: Any) -> Exported:
        with stopping() as stop:
            return service(session, command, progress=progress, stop=stop, out=sys.stdout.buffer)

    try:
        done = with_pin(act, command)
    finally:
        progress.end()
    if arguments.json:
        terminal.say_json({"file": done.file, "rows": done.rows, "sha256": done.sha256, "says": done.says})
    elif done.file != PIPE:
        terminal.say(done.says)
    return 0


# --- how and where to ------------------------------------------------------------------------------


def kind_of(arguments: argparse.Namespace, kinds: Mapping[str, str]) -> str:
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


def form_of(arguments: argparse.Namespace, clinic: Clinic, kind: str, name: str) -> Form:
    """How and where to; without a file ``name`` and the day in the outbox."""
    today = day_of(clinic.session.clock(), clinic.session.zone).isoformat()
    to = arguments.to or str(fresh(private_folder(clinic.places.outbox), f"{name}-{today}", kind))
    return Form(kind, to, stationery(clinic.settings), arguments.force)


# --- which appointments ----------------------------------------------------------------------------


def _wanted(arguments: argparse.Namespace, clinic: Clinic) -> VisitsWanted:
    first, last = days_of(arguments, clinic, "nearest")
    staff, type_ = arguments.staff, arguments.type
    staff_id = one_called(staff, book.staff_names(), "Nobody on the staff") if staff else 0
    type_id = one_called(type_, book.type_names(), "No type", "types") if type_ else 0
    return VisitsWanted(
        customer_id=said.customer_id(numbered(arguments.customer), clinic) if arguments.customer else None,
        staff_ids=(staff_id,) if staff_id else (),
        type_ids=(type_id,) if type_id else (),
        statuses=_statuses(arguments.status) if arguments.status else (),
        first=first,
        last=last,
    )


def days_of(
    arguments: argparse.Namespace, clinic: Clinic, prefer: Prefer = "past"
) -> tuple[date | None, date | None]:
    """The days of --from and --until; :class:`UsageError` when they are the wrong way round."""
    return said.days([arguments.since or ""], [arguments.until or ""], clinic, prefer)


def numbered(text: str) -> str:
    """Digits alone are the customer's number, not part of a telephone number."""
    return f"#{text}" if text.isascii() and text.isdigit() else text


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
        "Customer": arguments.customer,
        "Staff": arguments.staff,
        "Type": arguments.type,
        "From": wanted.first and short_day(wanted.first),
        "Until": wanted.last and short_day(wanted.last),
        "Status": ", ".join(Status(letter).word for letter in wanted.statuses),
    }
    return " · ".join(f"{title}: {value}" for title, value in told.items() if value)
