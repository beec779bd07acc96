"""Commands that print: each kind of paper to the printer, into a file, or as text to the terminal."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from ..bootstrap import Clinic, office, opened
from ..documents.watch import Watch
from ..domain.moments import day_of
from ..errors import NotFound
from ..lists.filterline import read_filter
from ..lists.spec import Chosen
from ..lists.tabs import TABS
from ..paths import private_folder
from ..queries.bills import bill_page, find_posting
from ..services.downtime_files import KeepPack, keep_pack
from ..services.printing import PrintPaper, Stationery, preview, print_paper, stationery
from ..services.wanted import (
    CardPaper,
    ClosePaper,
    DayPaper,
    DowntimePaper,
    LabelPaper,
    LedgerPaper,
    ListPaper,
    MonthPaper,
    PostingPaper,
    RecordPaper,
    SchedulePaper,
    StatementPaper,
    Wanted,
    WeekPaper,
)
from ..services.work import Done
from . import printers, said, terminal
from .imports import stopping


def print_one(arguments: argparse.Namespace) -> int:
    """``pim-tui print PAPER``."""
    with opened(office()) as clinic:
        wanted = _WANTED[arguments.paper](arguments, clinic)
        paper, file = _stationery(arguments, clinic), ""
        if arguments.to:
            file, said_to = printers.file_or_printer(arguments.to, paper)
            paper = paper.through(said_to) if said_to else paper
        if arguments.text:
            for line in preview(clinic.session, wanted, paper).lines:
                terminal.say(line)
        else:
            command = PrintPaper(wanted, paper, file, secrets.token_hex(16))
            terminal.say(_printed(clinic, command).says)
    return 0


def print_downtime(arguments: argparse.Namespace) -> int:
    """``pim-tui print downtime``: both files into a folder, or onto paper with ``--printer``."""
    with opened(office()) as clinic:
        day, paper = said.day(arguments.day or ["tomorrow"], clinic), _stationery(arguments, clinic)
        if arguments.printer:
            terminal.say(
                _printed(clinic, PrintPaper(DowntimePaper(day), paper, "", secrets.token_hex(16))).says
            )
            return 0
        folder = arguments.to or str(private_folder(clinic.places.outbox))
        pack = KeepPack(day, folder, paper, secrets.token_hex(16))
        terminal.say(keep_pack(clinic.session, pack).says)
    return 0


def _printed(clinic: Clinic, command: PrintPaper) -> Done:
    """Print with progress; Ctrl+C stops a long paper before anything of it is printed."""
    progress = terminal.Progress("Laid out")
    try:
        with stopping() as stop:
            return print_paper(clinic.session, command, Watch(progress, stop), printers.ways(clinic))
    finally:
        progress.end()


def _stationery(arguments: argparse.Namespace, clinic: Clinic) -> Stationery:
    found = stationery(clinic.settings)
    if arguments.printer:
        found = found.through(arguments.printer)
    return found.on(arguments.size) if arguments.size else found


def _staff(arguments: argparse.Namespace) -> int | None:
    return said.staff_id(arguments.staff) if arguments.staff else None


def _day(arguments: argparse.Namespace, clinic: Clinic) -> Wanted:
    return DayPaper(said.day(arguments.date, clinic, "nearest"), _staff(arguments), arguments.all)


def _week(arguments: argparse.Namespace, clinic: Clinic) -> Wanted:
    day = said.day(arguments.date, clinic, "nearest")
    return WeekPaper(day, _staff(arguments), landscape=not arguments.upright)


def _month(arguments: argparse.Namespace, clinic: Clinic) -> Wanted:
    return MonthPaper(said.day(arguments.date, clinic, "nearest"), _staff(arguments))


def _schedule(arguments: argparse.Namespace, clinic: Clinic) -> Wanted:
    first, until = said.day(arguments.date, clinic, "nearest"), arguments.until
    last = said.end(until, first, clinic, "nearest") if until else first + timedelta(days=6)
    return SchedulePaper(first, last, _staff(arguments))


def _card(arguments: argparse.Namespace, clinic: Clinic) -> Wanted:
    return CardPaper(said.customer_id(arguments.customer, clinic))


def _list(arguments: argparse.Namespace, clinic: Clinic) -> Wanted:
    customer_id = said.customer_id(arguments.customer, clinic)
    return ListPaper(arguments.list, customer_id, _narrowed(arguments, clinic))


def _narrowed(arguments: argparse.Namespace, clinic: Clinic) -> Chosen:
    """What ``--only`` leaves, read as the filter line of the list reads it."""
    spec = next((tab for tab in TABS if tab.key == arguments.list), None)
    if spec is None or not arguments.only:
        return {}
    choices = {one.key: one.load() for one in spec.filters if one.load}
    today = day_of(clinic.session.clock(), clinic.session.zone)
    found = read_filter(
        " ".join(arguments.only), spec.filters, choices, today=today, order=clinic.settings.date_order
    )
    return found.chosen


def _bill(arguments: argparse.Namespace, clinic: Clinic) -> Wanted:
    return PostingPaper(find_posting(arguments.number), again=arguments.copy)


def _label(arguments: argparse.Namespace, clinic: Clinic) -> Wanted:
    page = bill_page(find_posting(arguments.number))
    if not 1 <= arguments.line <= len(page.lines):
        raise NotFound(
            f"{page.header.code} has no line {arguments.line}.", f"Its last line is {len(page.lines)}."
        )
    return LabelPaper(page.lines[arguments.line - 1].id, again=arguments.copy)


def _statement(arguments: argparse.Namespace, clinic: Clinic) -> Wanted:
    return StatementPaper(said.customer_id(arguments.customer, clinic), *_span(arguments, clinic))


def _ledger(arguments: argparse.Namespace, clinic: Clinic) -> Wanted:
    whose = said.customer_id(arguments.customer, clinic) if arguments.customer else None
    return LedgerPaper(*_span(arguments, clinic), whose)


def _span(arguments: argparse.Namespace, clinic: Clinic) -> tuple[date, date]:
    """From the first of January until today, where nothing else is said."""
    first, last = said.days(arguments.since or (), arguments.until or ("today",), clinic, "past")
    assert last is not None
    return first or last.replace(month=1, day=1), last


def _record(arguments: argparse.Namespace, clinic: Clinic) -> Wanted:
    return RecordPaper(said.customer_id(arguments.customer, clinic))


def _close(arguments: argparse.Namespace, clinic: Clinic) -> Wanted:
    return ClosePaper(said.day(arguments.date, clinic, "past"), again=arguments.copy)


_WANTED: Final[dict[str, Callable[[argparse.Namespace, Clinic], Wanted]]] = {
    "day": _day, "week": _week, "month": _month, "schedule": _schedule, "card": _card, "list": _list,
    "bill": _bill, "label": _label, "statement": _statement, "ledger": _ledger, "record": _record,
    "close": _close,
}  # fmt: skip
