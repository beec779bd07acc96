"""The command line: every sub-command, its options and its help; those of one subject in modules beside."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from .. import __version__
from ..errors import UsageError
from .options import Parser, in_json, sub_command, which_day
from .options_book import (
    add_backup,
    add_check,
    add_demo,
    add_drill,
    add_encrypt,
    add_journal,
    add_migrate,
    add_restore,
)
from .options_papers import add_print, add_printers
from .options_records import add_export, add_import

_EPILOG = (
    "Settings: pim_tui.toml in the platform's configuration folder, then PIM_* variables; PIM_DATABASE names "
    "the book. Exit codes: 0 done, 1 refused or found wrong, 2 wrong usage, 11-18 the book is not opened."
)

_OPEN = "clinic:open_calendar"
_SESSION = "kiosk:session"
_LINE = "line:line"


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read a command line; ``run`` of the result is ``module:function`` of the command."""
    read, left = build().parse_known_args(argv)
    if left:
        raise UsageError(f"Unrecognized arguments: {' '.join(left)}.", f"Run {read.prog} --help.")
    if read.slow and read.run not in (_OPEN, _SESSION):
        raise UsageError("--slow goes with opening the book.", "Leave it out, or the command.")
    if read.key and (read.demo or read.run not in (_OPEN, _SESSION, _LINE)):
        raise UsageError("--key goes with opening the book.", "Leave it out, or the command.")
    return read


def build() -> Parser:
    """The whole parser."""
    parser = Parser(
        prog="pim-tui",
        description="An appointment book for clinics, in the terminal. Without a command: open the book.",
        epilog=_EPILOG,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"pim-tui {__version__}")
    parser.add_argument("--demo", action="store_true", help="open a throw-away clinic to look around in")
    _slow(parser, default=False)
    parser.add_argument(
        "--key", default="", metavar="LOGIN", help="whose SSH key it is: asks for that person's PIN alone"
    )
    parser.set_defaults(run=_OPEN, prog=parser.prog)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for add in (
        _init, _pin, _sessions, add_import, add_export, _book, _find, _openings, _day, _report, add_print,
        add_printers, _deliver, _sync, _upload_page, _doctor, _roles, add_backup, add_restore, add_drill,
        add_migrate, add_encrypt, add_check, add_journal, add_demo, _session, _line, _host, _manual,
    ):  # fmt: skip
        add(commands)
    return parser


def _init(commands: Any) -> None:
    made = sub_command(
        commands, "init", "newbook:init", "Make a new, empty book; whoever runs it is its first staff member"
    )
    made.add_argument("--clinic", metavar="NAME", help="name of the clinic")
    made.add_argument("--zone", help="its time zone, such as Europe/Berlin; default: this machine's")
    made.add_argument("--country", default="", metavar="CODE", help="two letters; default: the settings'")
    made.add_argument("--currency", default="", metavar="CODE", help="three letters; default: the country's")
    made.add_argument(
        "--name",
        action="append",
        default=[],
        help="your name; again for everybody else who takes appointments",
    )
    made.add_argument(
        "--room", action="append", default=[], metavar="NAME", help="a room; may be given several times"
    )
    made.add_argument("--no-pin", action="store_true", help="ask for no PIN")


def _pin(commands: Any) -> None:
    made = sub_command(
        commands, "pin", "people:pin", "Set your PIN or passphrase, or give somebody a new one"
    )
    made.add_argument("--staff", metavar="NAME", help="whose, by name or login; default: your own")
    made.add_argument(
        "--forgotten",
        action="store_true",
        help="without the one before, by the right to change the staff list",
    )


def _sessions(commands: Any) -> None:
    made = sub_command(commands, "sessions", "people:sessions", "List who is at work, or end a session")
    made.add_argument(
        "--end", metavar="KEY", help="ask that the session with this key, or whose key alone begins so, ends"
    )
    made.add_argument("--reason", metavar="WHY", help="why, for whoever works in it")
    in_json(made)


def _book(commands: Any) -> None:
    made = sub_command(commands, "book", "visits:book", "Book an appointment from one line")
    made.add_argument(
        "line", nargs="+", help="such as: jane doe 7d 10:30 30m follow-up with dr lee - blood pressure review"
    )
    made.add_argument(
        "--yes",
        action="store_true",
        help="book although the customer is elsewhere at that time, or the day is over",
    )
    in_json(made)


def _find(commands: Any) -> None:
    made = sub_command(
        commands, "find", "records:find", "Find customers by name, phone, birth date or number"
    )
    made.add_argument(
        "text", nargs="+", help="part of a name, 3 or more digits of a phone, a birth date, #number"
    )
    made.add_argument("--limit", type=int, default=20, metavar="N", help="show at most N (default 20)")
    in_json(made)


def _openings(commands: Any) -> None:
    made = sub_command(commands, "openings", "openings:openings", "Find the next times that can be had")
    made.add_argument(
        "--staff", action="append", metavar="NAME", help="with whom; may recur (default anybody)"
    )
    made.add_argument("--type", metavar="NAME", help="of which type (default the usual one)")
    made.add_argument("--minutes", metavar="N", help="how long, where that is not the type's length")
    made.add_argument("--from", dest="since", metavar="DATE", help="not before this day: +2w, 1 dec ...")
    made.add_argument("--weekday", metavar="DAYS", help="on which weekdays: mon,thu or mon-fri")
    made.add_argument("--part", metavar="PART", help="morning, afternoon, evening, or hours such as 9-12")
    made.add_argument("--limit", type=int, default=12, metavar="N", help="show at most N (default 12)")
    in_json(made)


def _day(commands: Any) -> None:
    made = sub_command(commands, "day", "visits:day", "Show the appointments of a day")
    which_day(made)
    made.add_argument("--staff", metavar="NAME", help="of one staff member only")
    in_json(made)


def _report(commands: Any) -> None:
    made = sub_command(
        commands, "report", "reports:report", "Figures of a period: takings, taxes, no-shows, use of time"
    )
    made.add_argument(
        "name",
        choices=("no-shows", "use", "heat", "reasons", "lead", "returning", "takings", "taxes"),
        help="no-shows and late cancels; use of working time; booked hours of the week; reasons of"
        " cancelation; lead time; new and returning customers; what was billed and received; each tax",
    )
    made.add_argument(
        "--period",
        choices=("month", "last-month", "quarter", "year"),
        default="month",
        help="where no dates are given: this month (the default), last month, this quarter, this year",
    )
    made.add_argument("--from", dest="since", metavar="DATE", help="the first day: 1 dec, -3m ...")
    made.add_argument("--until", metavar="DATE", help="the last day, which is included")
    made.add_argument(
        "--by",
        help="no-shows: staff, type, weekday or hour; use: staff, day or week; takings: day, month or staff",
    )
    for name, what in (("staff", "one staff member"), ("type", "one type"), ("room", "one room")):
        made.add_argument(
            f"--{name}", action="append", default=[], metavar="NAME", help=f"of {what}; may recur"
        )
    made.add_argument("--to", metavar="FILE", help="write FILE.csv, .jsonl, .pdf or .txt; - for a pipe")
    made.add_argument("--format", choices=("csv", "jsonl", "pdf", "txt"), help="default: as the name ends")
    made.add_argument("--force", action="store_true", help="write over a file that is there")
    in_json(made)


def _deliver(commands: Any) -> None:
    made = sub_command(commands, "deliver", "delivery:deliver", "Send what is due, and ask the services")
    how = made.add_mutually_exclusive_group()
    how.add_argument(
        "--once", action="store_true", help="what is due now; what is in trouble keeps its pauses"
    )
    how.add_argument("--loop", action="store_true", help="go on until it is told to end")
    how.add_argument("--status", action="store_true", help="only tell what waits, what failed, since when")
    in_json(made)


def _sync(commands: Any) -> None:
    made = sub_command(commands, "sync", "delivery:sync", "Ask the services outside now, due or not")
    made.add_argument("name", nargs="?", metavar="NAME", help="one of them only")
    in_json(made)


def _upload_page(commands: Any) -> None:
    sub_command(
        commands, "upload-page", "uploads:upload_page", "Serve the page that takes pictures from telephones"
    )


def _doctor(commands: Any) -> None:
    made = sub_command(commands, "doctor", "doctor:doctor", "Try every connection, and say what is wrong")
    in_json(made)


def _roles(commands: Any) -> None:
    in_json(sub_command(commands, "roles", "roles:roles", "The roles of the clinic, and what each may do"))


def _slow(parser: Any, default: Any) -> None:
    """For both ways of opening the book; said before the command as well, it must not be forgotten."""
    parser.add_argument(
        "--slow", action="store_true", default=default, help="a slow line: few bytes, and no decoration"
    )


def _session(commands: Any) -> None:
    made = sub_command(
        commands,
        "session",
        "kiosk:session",
        "Open the book and nothing else, for an SSH key",
    )
    who = made.add_mutually_exclusive_group()
    # Said before the command as well, it must not be forgotten.
    who.add_argument(
        "--key", default=argparse.SUPPRESS, metavar="LOGIN", help="whose key it is, by the staff list"
    )
    who.add_argument("--sudo", action="store_true", help="whoever called sudo, by the staff list")
    _slow(made, default=argparse.SUPPRESS)
    made.add_argument("--home", default="", metavar="FOLDER", help="where its files are, as PIM_HOME")
    made.add_argument("--line", action="store_true", help="line by line, without the screens")


def _line(commands: Any) -> None:
    made = sub_command(
        commands,
        "line",
        "line:line",
        "Work line by line, without a screen: for screen readers, teletypes and pipes",
    )
    made.add_argument("--brief", action="store_true", help="few words; full says all of them again")
    # Said before the command as well, it must not be forgotten.
    made.add_argument("--demo", action="store_true", default=argparse.SUPPRESS, help="in a throw-away clinic")
    made.add_argument(
        "--key", default=argparse.SUPPRESS, metavar="LOGIN", help="whose SSH key it is, by the staff list"
    )


def _host(commands: Any) -> None:
    what = "Keep one warm process that runs everybody's sessions: they begin at once and share its memory"
    made = sub_command(commands, "host", "hosting:host", what)
    how = made.add_mutually_exclusive_group()
    how.add_argument("--foreground", action="store_true", help="stay in front, as systemd wants it")
    how.add_argument("--status", action="store_true", help="only tell whether one runs, and which sessions")
    how.add_argument("--stop", action="store_true", help="end it; sessions that are open go on")
    in_json(made)


def _manual(commands: Any) -> None:
    made = sub_command(commands, "manual", "manual:manual", "Show the manual: its subjects, or one of them")
    made.add_argument(
        "subject", nargs="*", metavar="SUBJECT", help="words of its title: till, waiting list, photos ..."
    )
    in_json(made)
