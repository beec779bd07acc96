"""Commands about the book as a whole: open, migrate, check, demo."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ..bootstrap import clock, login, office, opened, serve, serve_demo
from ..errors import UsageError
from . import newbook, terminal
from .outside import couriers

if TYPE_CHECKING:
    import argparse


def open_calendar(arguments: argparse.Namespace) -> int:
    """``pim-tui`` and ``pim-tui --demo``; where there is no book yet, whoever starts it is asked for one.

    Not whoever comes by an SSH key: a book that is missed there was moved away, and is not begun anew.
    """
    found = office()
    if arguments.demo:
        return serve_demo(found.settings)
    if not arguments.key and newbook.is_missing(found):
        newbook.first_start(found)
    return serve(found, couriers, arguments.key)


def migrate(arguments: argparse.Namespace) -> int:
    """``pim-tui migrate``."""
    from ..db import migrate as migrations
    from ..db.connection import SCHEMA, open_book

    book = open_book(office().database)
    try:
        current = book.dialect.schema_number(book.db) == SCHEMA
        kept = migrations.migrate(book, time.strftime("%Y%m%d-%H%M%S", time.gmtime(clock())))
    finally:
        book.close()
    said = f"Done. The book as it was is kept in {kept}." if kept else "Done."
    terminal.say("The book is up to date." if current else said)
    return 0


def check(arguments: argparse.Namespace) -> int:
    """``pim-tui check``: every fault on a line of its own; 1 when there is any."""
    from ..domain.rights import Right
    from ..queries.checks import CHECKS, faults
    from ..services.files import sweep

    with opened(office()) as clinic:
        clinic.session.needs(Right.CHECK)
        swept = sweep(clinic.session) if arguments.sweep else 0
        found = list(faults())
    if arguments.json:
        rows = [terminal.named(fault, ("code", "kind", "row", "says")) for fault in found]
        checks = [one.code for one in CHECKS]
        terminal.say_json({"ok": not found, "checks": checks, "faults": rows, "swept": swept})
    else:
        if swept:
            terminal.say(f"{swept} files that belonged to nothing were deleted.")
        for fault in found:
            terminal.say(str(fault))
        terminal.say(f"{len(found)} found wrong." if found else f"All {len(CHECKS)} checks passed.")
    return 1 if found else 0


def make_demo(arguments: argparse.Namespace) -> int:
    """``pim-tui demo``: a large made-up clinic."""
    from ..db.newfile import new_book
    from ..services.demo import Size, furnish_large

    size = Size(arguments.customers, arguments.appointments, arguments.lines)
    if size.customers < 1 or size.appointments < 0 or size.lines < 0:
        raise UsageError(
            "A clinic has one customer or more.",
            "Give --customers, --appointments and --lines as whole numbers.",
        )
    settings = office().settings
    progress = terminal.Progress("Made")
    try:
        file = new_book(
            arguments.to,
            lambda book: furnish_large(
                book, size, settings.zone_name, clock, login(), settings.country, progress
            ),
        )
    finally:
        progress.end()
    billed = f", {size.lines:,} lines of bills" if size.lines else ""
    terminal.say(
        f"{size.customers:,} customers and {size.appointments:,} appointments{billed} are in {file}."
    )
    terminal.say(f"Open it with PIM_DATABASE={file} pim-tui")
    return 0
