"""The options of what prints: each kind of paper, and where it goes."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from .options import in_json, sub_command, which_day


def add_print(commands: Any) -> None:
    """``pim-tui print``."""
    made = sub_command(commands, "print", "papers:print_one", "Print a paper")
    papers = made.add_subparsers(title="papers", metavar="PAPER", required=True)
    for name, what in (
        ("day", "Print the day sheet"),
        ("week", "Print the week: a column for each day with its visits"),
        ("month", "Print the month: how much of each day is booked, and who comes first"),
        ("schedule", "Print the appointments from one day to another; a week without --until"),
        ("card", "Print a customer's appointment card: the next visits, nothing of why"),
        ("list", "Print a list of a customer's profile"),
        ("bill", "Print a bill, receipt, note or payment as it was issued, or a copy of it"),
        ("label", "Print the label of a dispensed line"),
        ("statement", "Print a customer's statement from one day to another"),
        ("ledger", "Print every line of the clinic's ledger, or of a customer's"),
        ("record", "Print a customer's whole record"),
        ("close", "Print the Z report of a day that is closed, else its X report"),
    ):
        paper = sub_command(
            papers, name, "closing:print_close" if name == "close" else "papers:print_one", what
        )
        paper.set_defaults(paper=name)
        _ABOUT.get(name, _about_days)(paper, name)
        where = _how_printed(paper)
        if name == "close":
            in_json(where)
    _downtime(papers)


def add_printers(commands: Any) -> None:
    """``pim-tui printers``."""
    made = sub_command(commands, "printers", "printers:printers", "List the printers and how they stand")
    made.add_argument("--test", metavar="NAME", help="print a test page on one")
    in_json(made)


def _downtime(papers: Any) -> None:
    what = "Write a day's sheets into a folder, as PDF and text: to work from while the program cannot"
    pack = sub_command(papers, "downtime", "papers:print_downtime", what)
    pack.add_argument("--day", nargs="+", metavar="DATE", help="which day; default: tomorrow")
    _paper_size(pack)
    where = pack.add_mutually_exclusive_group()
    where.add_argument("--to", metavar="FOLDER", help="the folder; default: the outbox")
    where.add_argument("--printer", metavar="NAME", help="print it on this queue instead")


def _about_days(paper: argparse.ArgumentParser, name: str) -> None:
    which_day(paper)
    who = paper.add_mutually_exclusive_group()
    who.add_argument("--staff", metavar="NAME", help="of one staff member only")
    if name == "day":
        who.add_argument("--all", action="store_true", help="everybody, each beginning on a new page")
    if name == "week":
        paper.add_argument("--upright", action="store_true", help="upright paper instead of lying")
    if name == "schedule":
        paper.add_argument("--until", nargs="+", metavar="DATE", help="the last day")


def _about_customer(paper: argparse.ArgumentParser, name: str) -> None:
    if name == "list":
        paper.add_argument(
            "list",
            nargs="?",
            default="appointments",
            help="sale, income, borrow, dispense, appointments, notes or documents",
        )
        paper.add_argument("--only", nargs="+", metavar="WORD", help="such as: missed this year knee")
    paper.add_argument("--customer", required=True, metavar="TEXT", help="a name, or a number such as #12")


def _about_bill(paper: argparse.ArgumentParser, name: str) -> None:
    paper.add_argument("number", metavar="NUMBER", help="such as S-2026-000012")
    if name == "label":
        paper.add_argument(
            "line", nargs="?", type=int, default=1, metavar="LINE", help="which line; default: 1"
        )
    _again(paper)


def _about_close(paper: argparse.ArgumentParser, name: str) -> None:
    which_day(paper)
    _again(paper)


def _again(paper: argparse.ArgumentParser) -> None:
    paper.add_argument("--copy", action="store_true", help="a reprint that says COPY and its number")


def _about_account(paper: argparse.ArgumentParser, name: str) -> None:
    if name == "statement":
        paper.add_argument("customer", metavar="CUSTOMER", help="a name, or a number such as #12")
    else:
        paper.add_argument("--customer", metavar="TEXT", help="of one customer only: a name, or a number")
    paper.add_argument(
        "--from", dest="since", nargs="+", metavar="DATE", help="the first day; default: 1 January"
    )
    paper.add_argument("--until", nargs="+", metavar="DATE", help="the last day; default: today")


_ABOUT: dict[str, Callable[[argparse.ArgumentParser, str], None]] = {
    "card": _about_customer, "list": _about_customer, "record": _about_customer, "bill": _about_bill,
    "label": _about_bill, "statement": _about_account, "ledger": _about_account, "close": _about_close,
}  # fmt: skip


def _paper_size(paper: argparse.ArgumentParser) -> None:
    paper.add_argument(
        "--paper",
        dest="size",
        choices=("a4", "a5", "letter", "roll"),
        help="paper size; default: the setting",
    )


def _how_printed(paper: argparse.ArgumentParser) -> Any:
    """Its size, and where it goes: the group of those ways is returned, for one more."""
    _paper_size(paper)
    where = paper.add_mutually_exclusive_group()
    where.add_argument(
        "--to",
        metavar="WHERE",
        help="FILE.pdf or FILE.txt to write instead of printing, or a printer as pim-tui printers has it",
    )
    where.add_argument("--text", action="store_true", help="show it as text instead of printing")
    where.add_argument(
        "--printer", metavar="NAME", help="a printer or queue; default: the setting, then the system's"
    )
    return where
