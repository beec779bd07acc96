"""The command line: every sub-command, its options and its help."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from .. import __version__
from ..errors import UsageError

_EPILOG = (
    "Settings: pim_tui.toml in the platform's configuration folder, then PIM_* variables; PIM_DATABASE names "
    "the book. Exit codes: 0 done, 1 refused or found wrong, 2 wrong usage."
)


class Parser(argparse.ArgumentParser):
    """Raises :class:`UsageError` with one line instead of printing the usage."""

    def error(self, message: str) -> NoReturn:
        """What argparse calls when the line cannot be read."""
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", f"Run {self.prog} --help.")


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read a command line; ``run`` of the result is ``module:function`` of the command."""
    return build().parse_args(argv)


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
    parser.set_defaults(run="clinic:open_calendar")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for add in (_init, _import, _book, _find, _day, _print, _migrate, _check, _demo):
        add(commands)
    return parser


def _command(commands: Any, name: str, run: str, help_: str, **options: Any) -> Parser:
    made: Parser = commands.add_parser(
        name, help=help_, description=f"{help_}.", allow_abbrev=False, **options
    )
    made.set_defaults(run=run)
    return made


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="answer in JSON")


def _init(commands: Any) -> None:
    made = _command(
        commands, "init", "clinic:init", "Make a new, empty book; whoever runs it is its first staff member"
    )
    made.add_argument("--clinic", metavar="NAME", help="name of the clinic")
    made.add_argument("--zone", help="its time zone, such as Europe/Berlin; default: this machine's")
    made.add_argument(
        "--name",
        action="append",
        default=[],
        help="your name; again for everybody else who takes appointments",
    )
    made.add_argument(
        "--room", action="append", default=[], metavar="NAME", help="a room; may be given several times"
    )


def _import(commands: Any) -> None:
    made = _command(commands, "import", "records:missing_source", "Take over records from files")
    sources = made.add_subparsers(title="sources", metavar="SOURCE", required=True)
    for name, what, help_ in (
        ("synthea", "folder", "Patients, providers and encounters from a folder of Synthea CSV files"),
        ("customers", "file", "Customers from a CSV file: Synthea's or Google's layout"),
    ):
        source = _command(sources, name, f"records:import_{name}", help_)
        source.add_argument("path", metavar=what.upper(), help=f"the {what} to read")
        source.add_argument("--dry-run", action="store_true", help="only tell what would happen")
        _json(source)


def _book(commands: Any) -> None:
    made = _command(commands, "book", "visits:book", "Book an appointment from one line")
    made.add_argument(
        "line", nargs="+", help="such as: jane doe 7d 10:30 30m follow-up with dr lee - blood pressure review"
    )
    made.add_argument(
        "--yes", action="store_true", help="book although the customer is elsewhere at that time"
    )
    _json(made)


def _find(commands: Any) -> None:
    made = _command(commands, "find", "records:find", "Find customers by name, phone, birth date or number")
    made.add_argument(
        "text", nargs="+", help="part of a name, 3 or more digits of a phone, a birth date, #number"
    )
    made.add_argument("--limit", type=int, default=20, metavar="N", help="show at most N (default 20)")
    _json(made)


def _which_day(command: argparse.ArgumentParser) -> None:
    command.add_argument("date", nargs="*", help="today, tomorrow, +7d, next tue, 14 dec ... (default today)")


def _day(commands: Any) -> None:
    made = _command(commands, "day", "visits:day", "Show the appointments of a day")
    _which_day(made)
    made.add_argument("--staff", metavar="NAME", help="of one staff member only")
    _json(made)


def _print(commands: Any) -> None:
    made = _command(commands, "print", "visits:print_day", "Print a paper")
    papers = made.add_subparsers(title="papers", metavar="PAPER", required=True)
    paper = _command(papers, "day", "visits:print_day", "Print the day sheet")
    _which_day(paper)
    who = paper.add_mutually_exclusive_group()
    who.add_argument("--staff", metavar="NAME", help="of one staff member only")
    who.add_argument("--all", action="store_true", help="everybody, each beginning on a new page")
    where = paper.add_mutually_exclusive_group()
    where.add_argument("--to", metavar="FILE", help="write FILE.pdf or FILE.txt instead of printing")
    where.add_argument(
        "--printer", metavar="NAME", help="print queue; default: the setting, then the system's"
    )


def _migrate(commands: Any) -> None:
    _command(commands, "migrate", "clinic:migrate", "Bring the book to this version's schema, after a backup")


def _check(commands: Any) -> None:
    made = _command(commands, "check", "clinic:check", "Check every rule of the book, row by row")
    made.add_argument(
        "--sweep",
        action="store_true",
        help="first delete stored files that have belonged to nothing for a day",
    )
    _json(made)


def _demo(commands: Any) -> None:
    made = _command(commands, "demo", "clinic:make_demo", "Make a large made-up clinic in a new file")
    made.add_argument(
        "--customers", type=int, default=1000, metavar="N", help="how many customers (default 1000)"
    )
    made.add_argument(
        "--appointments", type=int, default=10_000, metavar="N", help="how many (default 10000)"
    )
    made.add_argument("--to", required=True, metavar="FILE", help="the new file")
