"""The options of what takes records over from files and hands them out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from .options import Parser, in_json, sub_command


def add_import(commands: Any) -> None:
    """``pim-tui import``."""
    made = sub_command(commands, "import", "imports:missing_source", "Take over records from files")
    sources = made.add_subparsers(title="sources", metavar="SOURCE", required=True)
    for name, what, help_ in (
        ("customers", "file", "Customers from vCards or a table (CSV)"),
        ("appointments", "file", "Appointments from a calendar (iCalendar) or a table (CSV)"),
        ("products", "file", "Products and services from a table (CSV)"),
        ("synthea", "folder", "Patients, providers and encounters from a folder of Synthea CSV files"),
    ):
        source = sub_command(sources, name, "imports:take_over", help_)
        source.set_defaults(kind=name)
        source.add_argument("path", metavar=what.upper(), help=f"the {what} to read")
        source.add_argument("--dry-run", action="store_true", help="only tell what would happen")
        _import_options(source, name)
        in_json(source)
    in_json(sub_command(sources, "list", "imports:list_imports", "What was imported, the newest first"))
    report = sub_command(sources, "report", "imports:report", "What an import told about every row")
    report.add_argument("--to", metavar="FILE", help="write FILE.csv (the rows) or FILE.txt (all of it)")
    undo = sub_command(
        sources, "undo", "imports:undo", "Take a whole import back, while nothing depends on it"
    )
    for command in (report, undo):
        command.add_argument("number", type=int, metavar="N", help="its number, from import list")
        in_json(command)


def _import_options(source: Parser, name: str) -> None:
    """What a person may decide about a file; a folder of Synthea leaves nothing open."""
    source.set_defaults(map=[], staff=None, unknown="keep", all_day=False, show_mapping=False)
    if name == "synthea":
        return
    source.add_argument(
        "--map",
        action="append",
        metavar="TARGET=COLUMN",
        help="read TARGET from this column; may recur",
    )
    source.add_argument("--show-mapping", action="store_true", help="only tell what each column is read as")
    if name == "appointments":
        source.add_argument("--staff", metavar="NAME", help="whom they are with where the file does not say")
        source.add_argument(
            "--unknown",
            choices=("keep", "create", "refuse"),
            help="what to do with people the book does not know (default keep)",
        )
        source.add_argument("--all-day", action="store_true", help="take entries without a time as well")


def add_export(commands: Any) -> None:
    """``pim-tui export``."""
    made = sub_command(commands, "export", "handouts:appointments", "Hand out records as files")
    records = made.add_subparsers(title="records", metavar="RECORDS", required=True)
    visits = sub_command(records, "appointments", "handouts:appointments", "Appointments, with their series")
    visits.add_argument("--customer", metavar="NUMBER|NAME", help="of one customer")
    visits.add_argument("--staff", metavar="NAME", help="of one staff member")
    visits.add_argument("--from", dest="since", metavar="DATE", help="from this day on: today, 1 dec ...")
    visits.add_argument("--until", metavar="DATE", help="up to this day, which is included")
    visits.add_argument("--status", metavar="S,C,..", help="states, as letters or words: S, missed ...")
    visits.add_argument("--type", metavar="NAME", help="of one type")
    _where_to(visits, ("csv", "jsonl", "ics", "pdf", "txt"))
    people = sub_command(records, "customers", "handouts:customers", "Customers")
    whom = people.add_mutually_exclusive_group()
    whom.add_argument("--active", action="store_true", help="those who still come (the default)")
    whom.add_argument("--all", action="store_true", help="everybody in the book")
    _where_to(people, ("csv", "jsonl", "vcf", "pdf", "txt"))
    person = sub_command(
        records, "person", "person:person", "Everything about one person, in one ZIP archive"
    )
    person.add_argument("customer", metavar="NUMBER|NAME", help="whose")
    person.add_argument("--to", metavar="FILE", help="the file, - for a pipe; default: one in the outbox")
    person.add_argument("--force", action="store_true", help="write over a file that is there")
    in_json(person)
    _export_money(records)


def _export_money(records: Any) -> None:
    ledger = sub_command(records, "ledger", "money:ledger", "Every entry of everything that was posted")
    ledger.add_argument(
        "--audit",
        action="store_true",
        help="the sealed journal instead, to be verified; narrowed by days alone",
    )
    bills = sub_command(records, "bills", "money:bills", "Bills, with what is paid and left of each")
    bills.add_argument("--lines", action="store_true", help="a row for each line instead of each bill")
    for command in (ledger, bills):
        command.add_argument("--customer", metavar="NUMBER|NAME", help="of one customer")
        command.add_argument("--staff", metavar="NAME", help="posted by one staff member")
        command.add_argument("--kind", metavar="KIND,..", help="such as sale, income, payment")
    account = sub_command(
        records, "customer", "money:customer", "One customer's account, with the lines of the bills"
    )
    account.add_argument("customer", metavar="NUMBER|NAME", help="whose")
    for command in (ledger, bills, account):
        command.add_argument(
            "--from", dest="since", metavar="DATE", help="from this day on: today, 1 dec ..."
        )
        command.add_argument("--until", metavar="DATE", help="up to this day, which is included")
        _where_to(command, ("csv", "jsonl"))


def _where_to(command: argparse.ArgumentParser, kinds: Sequence[str]) -> None:
    command.add_argument("--format", choices=kinds, help="default: as the file's name ends, else csv")
    command.add_argument("--to", metavar="FILE", help="the file, - for a pipe; default: one in the outbox")
    command.add_argument("--force", action="store_true", help="write over a file that is there")
    in_json(command)
