"""Commands that print: each kind of paper to the printer, into a file, or as text to the terminal."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final, cast

from ..bootstrap import Clinic, office, opened
from ..domain.dates import Order, read_day
from ..domain.moments import day_of
from ..lists.filterline import read_filter
from ..lists.spec import Chosen
from ..lists.tabs import TABS
from ..services.printing import PrintPaper, Stationery, preview, print_paper, stationery
from ..services.wanted import CardPaper, DayPaper, ListPaper, MonthPaper, SchedulePaper, Wanted, WeekPaper
from . import said, terminal


def print_one(arguments: argparse.Namespace) -> int:
    """``pim-tui print PAPER``."""
    with opened(office()) as clinic:
        wanted = _WANTED[arguments.paper](arguments, clinic)
        paper = _stationery(arguments, clinic)
        if arguments.text:
            for line in preview(clinic.session, wanted, paper).lines:
                terminal.say(line)
        else:
            command = PrintPaper(wanted, paper, arguments.to or "", secrets.token_hex(16))
            terminal.say(print_paper(clinic.session, command).says)
    return 0


def _stationery(arguments: argparse.Namespace, clinic: Clinic) -> Stationery:
    found = stationery(clinic.settings)
    return replace(found, size=arguments.size or found.size, queue=arguments.printer or found.queue)


def _staff(arguments: argparse.Namespace) -> int | None:
    return said.staff_id(arguments.staff) if arguments.staff else None


def _day(arguments: argparse.Namespace, clinic: Clinic) -> Wanted:
    return DayPaper(said.day(arguments.date, clinic), _staff(arguments), arguments.all)


def _week(arguments: argparse.Namespace, clinic: Clinic) -> Wanted:
    day = said.day(arguments.date, clinic)
    return WeekPaper(day, _staff(arguments), landscape=not arguments.upright)


def _month(arguments: argparse.Namespace, clinic: Clinic) -> Wanted:
    return MonthPaper(said.day(arguments.date, clinic), _staff(arguments))


def _schedule(arguments: argparse.Namespace, clinic: Clinic) -> Wanted:
    first = said.day(arguments.date, clinic)
    last = said.day(arguments.until, clinic) if arguments.until else first + timedelta(days=6)
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
    order = cast(Order, clinic.settings.date_order)
    found = read_filter(
        " ".join(arguments.only), spec.filters, choices, today=today,
        read_day=lambda text: read_day(text, today, order, prefer="nearest"),
    )  # fmt: skip
    return found.chosen


_WANTED: Final[dict[str, Callable[[argparse.Namespace, Clinic], Wanted]]] = {
    "day": _day, "week": _week, "month": _month, "schedule": _schedule, "card": _card, "list": _list,
}  # fmt: skip
