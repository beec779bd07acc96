"""The command line: every sub-command, its options and its help."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from .. import __version__
from ..errors import UsageError

_EPILOG = (
    "Settings: pim_tui.toml in the platform's configuration folder, then PIM_* variables; PIM_DATABASE names "
    "the book. Exit codes: 0 done, 1 refused or found wrong, 2 wrong usage, 11-18 the book is not opened."
)

_DAY_BEFORE = re.compile(r"-\d+[A-Za-z]{0,6}$")

_OPEN = "clinic:open_calendar"
_SESSION = "kiosk:session"
_LINE = "line:line"


class Parser(argparse.ArgumentParser):
    """Raises :class:`UsageError` with one line instead of printing the usage; ``-3m`` is a day, no option."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._negative_number_matcher = _DAY_BEFORE

    def error(self, message: str) -> NoReturn:
        """What argparse calls when the line cannot be read."""
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", f"Run {self.prog} --help.")


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
        _init, _pin, _sessions, _import, _export, _book, _find, _openings, _day, _report, _print, _printers,
        _deliver, _sync, _upload_page, _doctor, _roles, _backup, _restore, _drill, _migrate, _encrypt, _check,
        _journal, _demo, _session, _line, _host, _manual,
    ):  # fmt: skip
        add(commands)
    return parser


def _command(commands: Any, name: str, run: str, help_: str, **options: Any) -> Parser:
    made: Parser = commands.add_parser(
        name, help=help_, description=f"{help_}.", allow_abbrev=False, **options
    )
    made.set_defaults(run=run, prog=made.prog)
    return made


def _json(command: Any) -> None:
    command.add_argument("--json", action="store_true", help="answer in JSON")


def _init(commands: Any) -> None:
    made = _command(
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
    made = _command(commands, "pin", "people:pin", "Set your PIN or passphrase, or give somebody a new one")
    made.add_argument("--staff", metavar="NAME", help="whose, by name or login; default: your own")
    made.add_argument(
        "--forgotten",
        action="store_true",
        help="without the one before, by the right to change the staff list",
    )


def _sessions(commands: Any) -> None:
    made = _command(commands, "sessions", "people:sessions", "List who is at work, or end a session")
    made.add_argument(
        "--end", metavar="KEY", help="ask that the session with this key, or whose key alone begins so, ends"
    )
    made.add_argument("--reason", metavar="WHY", help="why, for whoever works in it")
    _json(made)


def _import(commands: Any) -> None:
    made = _command(commands, "import", "imports:missing_source", "Take over records from files")
    sources = made.add_subparsers(title="sources", metavar="SOURCE", required=True)
    for name, what, help_ in (
        ("customers", "file", "Customers from vCards or a table (CSV)"),
        ("appointments", "file", "Appointments from a calendar (iCalendar) or a table (CSV)"),
        ("products", "file", "Products and services from a table (CSV)"),
        ("synthea", "folder", "Patients, providers and encounters from a folder of Synthea CSV files"),
    ):
        source = _command(sources, name, "imports:take_over", help_)
        source.set_defaults(kind=name)
        source.add_argument("path", metavar=what.upper(), help=f"the {what} to read")
        source.add_argument("--dry-run", action="store_true", help="only tell what would happen")
        _import_options(source, name)
        _json(source)
    _json(_command(sources, "list", "imports:list_imports", "What was imported, the newest first"))
    report = _command(sources, "report", "imports:report", "What an import told about every row")
    report.add_argument("--to", metavar="FILE", help="write FILE.csv (the rows) or FILE.txt (all of it)")
    undo = _command(sources, "undo", "imports:undo", "Take a whole import back, while nothing depends on it")
    for command in (report, undo):
        command.add_argument("number", type=int, metavar="N", help="its number, from import list")
        _json(command)


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


def _export(commands: Any) -> None:
    made = _command(commands, "export", "handouts:appointments", "Hand out records as files")
    records = made.add_subparsers(title="records", metavar="RECORDS", required=True)
    visits = _command(records, "appointments", "handouts:appointments", "Appointments, with their series")
    visits.add_argument("--customer", metavar="NUMBER|NAME", help="of one customer")
    visits.add_argument("--staff", metavar="NAME", help="of one staff member")
    visits.add_argument("--from", dest="since", metavar="DATE", help="from this day on: today, 1 dec ...")
    visits.add_argument("--until", metavar="DATE", help="up to this day, which is included")
    visits.add_argument("--status", metavar="S,C,..", help="states, as letters or words: S, missed ...")
    visits.add_argument("--type", metavar="NAME", help="of one type")
    _where_to(visits, ("csv", "jsonl", "ics", "pdf", "txt"))
    people = _command(records, "customers", "handouts:customers", "Customers")
    whom = people.add_mutually_exclusive_group()
    whom.add_argument("--active", action="store_true", help="those who still come (the default)")
    whom.add_argument("--all", action="store_true", help="everybody in the book")
    _where_to(people, ("csv", "jsonl", "vcf", "pdf", "txt"))
    person = _command(records, "person", "person:person", "Everything about one person, in one ZIP archive")
    person.add_argument("customer", metavar="NUMBER|NAME", help="whose")
    person.add_argument("--to", metavar="FILE", help="the file, - for a pipe; default: one in the outbox")
    person.add_argument("--force", action="store_true", help="write over a file that is there")
    _json(person)
    _export_money(records)


def _export_money(records: Any) -> None:
    ledger = _command(records, "ledger", "money:ledger", "Every entry of everything that was posted")
    ledger.add_argument(
        "--audit",
        action="store_true",
        help="the sealed journal instead, to be verified; narrowed by days alone",
    )
    bills = _command(records, "bills", "money:bills", "Bills, with what is paid and left of each")
    bills.add_argument("--lines", action="store_true", help="a row for each line instead of each bill")
    for command in (ledger, bills):
        command.add_argument("--customer", metavar="NUMBER|NAME", help="of one customer")
        command.add_argument("--staff", metavar="NAME", help="posted by one staff member")
        command.add_argument("--kind", metavar="KIND,..", help="such as sale, income, payment")
    account = _command(
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
    _json(command)


def _book(commands: Any) -> None:
    made = _command(commands, "book", "visits:book", "Book an appointment from one line")
    made.add_argument(
        "line", nargs="+", help="such as: jane doe 7d 10:30 30m follow-up with dr lee - blood pressure review"
    )
    made.add_argument(
        "--yes",
        action="store_true",
        help="book although the customer is elsewhere at that time, or the day is over",
    )
    _json(made)


def _find(commands: Any) -> None:
    made = _command(commands, "find", "records:find", "Find customers by name, phone, birth date or number")
    made.add_argument(
        "text", nargs="+", help="part of a name, 3 or more digits of a phone, a birth date, #number"
    )
    made.add_argument("--limit", type=int, default=20, metavar="N", help="show at most N (default 20)")
    _json(made)


def _openings(commands: Any) -> None:
    made = _command(commands, "openings", "openings:openings", "Find the next times that can be had")
    made.add_argument(
        "--staff", action="append", metavar="NAME", help="with whom; may recur (default anybody)"
    )
    made.add_argument("--type", metavar="NAME", help="of which type (default the usual one)")
    made.add_argument("--minutes", metavar="N", help="how long, where that is not the type's length")
    made.add_argument("--from", dest="since", metavar="DATE", help="not before this day: +2w, 1 dec ...")
    made.add_argument("--weekday", metavar="DAYS", help="on which weekdays: mon,thu or mon-fri")
    made.add_argument("--part", metavar="PART", help="morning, afternoon, evening, or hours such as 9-12")
    made.add_argument("--limit", type=int, default=12, metavar="N", help="show at most N (default 12)")
    _json(made)


def _which_day(command: argparse.ArgumentParser) -> None:
    command.add_argument("date", nargs="*", help="today, tomorrow, +7d, next tue, 14 dec ... (default today)")


def _day(commands: Any) -> None:
    made = _command(commands, "day", "visits:day", "Show the appointments of a day")
    _which_day(made)
    made.add_argument("--staff", metavar="NAME", help="of one staff member only")
    _json(made)


def _print(commands: Any) -> None:
    made = _command(commands, "print", "papers:print_one", "Print a paper")
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
        paper = _command(papers, name, "closing:print_close" if name == "close" else "papers:print_one", what)
        paper.set_defaults(paper=name)
        _ABOUT.get(name, _about_days)(paper, name)
        where = _how_printed(paper)
        if name == "close":
            _json(where)
    _downtime(papers)


def _printers(commands: Any) -> None:
    made = _command(commands, "printers", "printers:printers", "List the printers and how they stand")
    made.add_argument("--test", metavar="NAME", help="print a test page on one")
    _json(made)


def _downtime(papers: Any) -> None:
    what = "Write a day's sheets into a folder, as PDF and text: to work from while the program cannot"
    pack = _command(papers, "downtime", "papers:print_downtime", what)
    pack.add_argument("--day", nargs="+", metavar="DATE", help="which day; default: tomorrow")
    _paper_size(pack)
    where = pack.add_mutually_exclusive_group()
    where.add_argument("--to", metavar="FOLDER", help="the folder; default: the outbox")
    where.add_argument("--printer", metavar="NAME", help="print it on this queue instead")


def _about_days(paper: argparse.ArgumentParser, name: str) -> None:
    _which_day(paper)
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
    _which_day(paper)
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
    """Where to; what goes nowhere is one of those, too."""
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


def _report(commands: Any) -> None:
    made = _command(
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
    _json(made)


def _deliver(commands: Any) -> None:
    made = _command(commands, "deliver", "delivery:deliver", "Send what is due, and ask the services")
    how = made.add_mutually_exclusive_group()
    how.add_argument(
        "--once", action="store_true", help="what is due now; what is in trouble keeps its pauses"
    )
    how.add_argument("--loop", action="store_true", help="go on until it is told to end")
    how.add_argument("--status", action="store_true", help="only tell what waits, what failed, since when")
    _json(made)


def _sync(commands: Any) -> None:
    made = _command(commands, "sync", "delivery:sync", "Ask the services outside now, due or not")
    made.add_argument("name", nargs="?", metavar="NAME", help="one of them only")
    _json(made)


def _upload_page(commands: Any) -> None:
    _command(
        commands, "upload-page", "uploads:upload_page", "Serve the page that takes pictures from telephones"
    )


def _doctor(commands: Any) -> None:
    made = _command(commands, "doctor", "doctor:doctor", "Try every connection, and say what is wrong")
    _json(made)


def _roles(commands: Any) -> None:
    _json(_command(commands, "roles", "roles:roles", "The roles of the clinic, and what each may do"))


def _backup(commands: Any) -> None:
    made = _command(commands, "backup", "backups:backup", "Back up the book and its files, while others work")
    made.add_argument("--to", metavar="FOLDER", help="where to; default: the setting, else beside the book")
    what = made.add_mutually_exclusive_group()
    what.add_argument("--status", action="store_true", help="only tell when the last good one was made")
    what.add_argument(
        "--no-verify",
        dest="verify",
        action="store_false",
        help="do not restore it to see whether it is whole",
    )
    what.add_argument("--make-key", metavar="FILE", help="only make a pair of keys for encrypted backups")
    made.add_argument("--passphrase", action="store_true", help="encrypt it; what opens it is asked for")
    _json(made)


def _restore(commands: Any) -> None:
    made = _command(
        commands, "restore", "backups:restore", "Restore a backup; the book that is there stays beside it"
    )
    made.add_argument("file", nargs="?", metavar="FILE", help="the backup")
    made.add_argument("--to", metavar="PLACE", help="a folder or a book's file; default: the clinic's book")
    made.add_argument("--anyway", action="store_true", help="also when the check finds faults in it")
    made.add_argument("--go-on", action="store_true", help="finish a restore that broke off")
    _identity(made)
    _json(made)


def _drill(commands: Any) -> None:
    made = _command(commands, "drill", "backups:drill", "Try to restore the newest backup, and compare it")
    made.add_argument("--of", metavar="FOLDER", help="where backups are; default: as for pim-tui backup")
    _identity(made)
    _json(made)


def _identity(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--identity", metavar="WHERE", help="its secret key: file:/path, env:NAME, cmd:program ..."
    )


def _migrate(commands: Any) -> None:
    what = "Bring the book to this version's schema, after a backup"
    made = _command(commands, "migrate", "clinic:migrate", what)
    made.add_argument(
        "--to",
        metavar="URL",
        help="copy the whole book to an empty database or a new file, and check it there",
    )


def _encrypt(commands: Any) -> None:
    _command(commands, "encrypt", "clinic:encrypt", "Encrypt the book with the key that database_key names")


def _check(commands: Any) -> None:
    made = _command(commands, "check", "clinic:check", "Check every rule of the book, row by row")
    made.add_argument(
        "--sweep",
        action="store_true",
        help="first delete stored files that have belonged to nothing for a day",
    )
    _json(made)


def _slow(parser: Any, default: Any) -> None:
    """For both ways of opening the book; said before the command as well, it must not be forgotten."""
    parser.add_argument(
        "--slow", action="store_true", default=default, help="a slow line: few bytes, and no decoration"
    )


def _session(commands: Any) -> None:
    made = _command(
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
    made = _command(
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
    made = _command(commands, "host", "hosting:host", what)
    how = made.add_mutually_exclusive_group()
    how.add_argument("--foreground", action="store_true", help="stay in front, as systemd wants it")
    how.add_argument("--status", action="store_true", help="only tell whether one runs, and which sessions")
    how.add_argument("--stop", action="store_true", help="end it; sessions that are open go on")
    _json(made)


def _manual(commands: Any) -> None:
    made = _command(commands, "manual", "manual:manual", "Show the manual: its subjects, or one of them")
    made.add_argument(
        "subject", nargs="*", metavar="SUBJECT", help="words of its title: till, waiting list, photos ..."
    )
    _json(made)


def _journal(commands: Any) -> None:
    made = _command(
        commands, "journal", "journal:journal", "What happened, from the journal, the newest last"
    )
    made.add_argument("--who", action="append", default=[], metavar="NAME", help="by whom; may recur")
    made.add_argument("--action", action="append", default=[], metavar="WORD", help="book, see, print ...")
    made.add_argument("--customer", metavar="WHO", help="what is about one customer: a name or #number")
    made.add_argument("--from", dest="since", metavar="DATE", help="the first day")
    made.add_argument("--until", metavar="DATE", help="the last day, which is included")
    made.add_argument("--words", metavar="TEXT", help="words of the reason")
    made.add_argument("--limit", type=int, default=100, metavar="N", help="so many lines (default 100)")
    _json(made)
    heads = made.add_subparsers(title="commands", metavar="COMMAND")
    head = _command(heads, "head", "journal:head", "Number and digest of the last line, to be kept elsewhere")
    head.add_argument("--to", metavar="FILE", help="add it to this file as well")


def _demo(commands: Any) -> None:
    made = _command(commands, "demo", "clinic:make_demo", "Make a large made-up clinic in a new file")
    made.add_argument(
        "--customers", type=int, default=1000, metavar="N", help="how many customers (default 1000)"
    )
    made.add_argument(
        "--appointments", type=int, default=10_000, metavar="N", help="how many (default 10000)"
    )
    made.add_argument(
        "--lines", type=int, default=0, metavar="N", help="how many lines on bills of two years (default 0)"
    )
    made.add_argument("--to", required=True, metavar="FILE", help="the new file")
